(function_statement name: (_) @name (function_body) @body) @function
(function_statement name: (_) @name) @function
(variable_declaration name: (variable_declarator) @name value: (function (function_body) @body)) @function
(field name: (identifier) @name value: (function (function_body) @body)) @function
(program (variable_declaration name: (variable_declarator) @name) @variable)
