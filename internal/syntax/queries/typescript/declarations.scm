(function_declaration name: (identifier) @name body: (statement_block) @body) @function
(generator_function_declaration name: (identifier) @name body: (statement_block) @body) @function
(function_signature name: (identifier) @name) @function
(class_declaration name: (type_identifier) @name body: (class_body) @body) @class
(abstract_class_declaration name: (type_identifier) @name body: (class_body) @body) @class
(interface_declaration name: (type_identifier) @name body: (_) @body) @interface
(enum_declaration name: (identifier) @name body: (enum_body) @body) @enum
(internal_module name: (_) @name body: (statement_block) @body) @namespace
(module name: (_) @name body: (statement_block) @body) @module
(type_alias_declaration name: (type_identifier) @name) @type
(method_definition name: (_) @name body: (statement_block) @body) @method
(method_signature name: (_) @name) @method
(abstract_method_signature name: (_) @name) @method
(public_field_definition name: (_) @name) @field
(interface_body (property_signature name: (_) @name) @field)
(variable_declarator name: (identifier) @name value: (arrow_function body: (statement_block) @body)) @function
(variable_declarator name: (identifier) @name value: (arrow_function)) @function
(variable_declarator name: (identifier) @name value: (function_expression body: (statement_block) @body)) @function
(variable_declarator name: (identifier) @name value: (class body: (class_body) @body)) @class
(program (lexical_declaration (variable_declarator name: (identifier) @name) @variable))
(program (variable_declaration (variable_declarator name: (identifier) @name) @variable))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @variable)))
