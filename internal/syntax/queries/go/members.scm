(field_declaration name: (field_identifier) @name) @field
(field_declaration . type: (type_identifier) @name) @field
(field_declaration . type: (qualified_type name: (type_identifier) @name)) @field
(field_declaration . type: (generic_type type: (type_identifier) @name)) @field
