(object_type (property_signature name: (_) @name) @field)
(enum_body (property_identifier) @name @field)
(enum_body (enum_assignment name: (_) @name) @field)
(type_alias_declaration name: (type_identifier) @name value: (object_type) @body) @type
(public_field_definition name: (_) @name value: (arrow_function body: (statement_block) @body)) @method
(public_field_definition name: (_) @name value: (arrow_function)) @method
