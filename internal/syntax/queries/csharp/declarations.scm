(namespace_declaration name: (_) @name body: (declaration_list) @body) @namespace
(file_scoped_namespace_declaration name: (_) @name) @namespace
(class_declaration name: (identifier) @name body: (declaration_list) @body) @class
(interface_declaration name: (identifier) @name body: (declaration_list) @body) @interface
(struct_declaration name: (identifier) @name body: (declaration_list) @body) @struct
(enum_declaration name: (identifier) @name body: (enum_member_declaration_list) @body) @enum
(record_declaration name: (identifier) @name body: (declaration_list) @body) @record
(record_declaration name: (identifier) @name) @record
(method_declaration name: (identifier) @name body: (block) @body) @method
(method_declaration name: (identifier) @name) @method
(constructor_declaration name: (identifier) @name body: (block) @body) @constructor
(local_function_statement name: (identifier) @name body: (block) @body) @function
(property_declaration name: (identifier) @name accessors: (accessor_list) @body) @property
(property_declaration name: (identifier) @name) @property
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @field
(delegate_declaration name: (identifier) @name) @delegate
