(field_declaration name: (field_identifier) @name) @field
(enum_variant name: (identifier) @name) @field
(associated_type name: (type_identifier) @name) @type
