(class_declaration name: (identifier) @name body: (class_body) @body) @class
(interface_declaration name: (identifier) @name body: (interface_body) @body) @interface
(enum_declaration name: (identifier) @name body: (enum_body) @body) @enum
(record_declaration name: (identifier) @name body: (class_body) @body) @record
(annotation_type_declaration name: (identifier) @name body: (annotation_type_body) @body) @annotation
(method_declaration name: (identifier) @name body: (block) @body) @method
(method_declaration name: (identifier) @name) @method
(constructor_declaration name: (identifier) @name body: (constructor_body) @body) @constructor
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @field
