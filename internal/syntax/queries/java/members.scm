(enum_constant name: (identifier) @name) @field
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @field
(annotation_type_element_declaration name: (identifier) @name) @method
