(function_definition declarator: (function_declarator declarator: (_) @name) body: (compound_statement) @body) @function
(function_definition declarator: (pointer_declarator (function_declarator declarator: (_) @name)) body: (compound_statement) @body) @function
(function_definition declarator: (reference_declarator (function_declarator declarator: (_) @name)) body: (compound_statement) @body) @function
(declaration declarator: (function_declarator declarator: (_) @name)) @function
(declaration declarator: (pointer_declarator (function_declarator declarator: (identifier) @name))) @function
(field_declaration declarator: (function_declarator declarator: (_) @name)) @function
(field_declaration declarator: (field_identifier) @name) @field
(class_specifier name: (_) @name body: (field_declaration_list) @body) @class
(struct_specifier name: (_) @name body: (field_declaration_list) @body) @struct
(union_specifier name: (_) @name body: (field_declaration_list) @body) @union
(enum_specifier name: (_) @name body: (enumerator_list) @body) @enum
(namespace_definition name: (_) @name body: (declaration_list) @body) @namespace
(concept_definition name: (identifier) @name) @concept
(alias_declaration name: (type_identifier) @name) @type
(type_definition type: (struct_specifier body: (_) @body) declarator: (type_identifier) @name) @struct
(type_definition declarator: (type_identifier) @name) @type
(preproc_def name: (identifier) @name) @macro
(preproc_function_def name: (identifier) @name) @macro
(translation_unit (declaration declarator: (init_declarator declarator: (identifier) @name)) @variable)
