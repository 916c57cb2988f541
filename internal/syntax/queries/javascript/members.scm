(field_definition property: (_) @name value: (arrow_function body: (statement_block) @body)) @method
(field_definition property: (_) @name value: (arrow_function)) @method
(class_body (method_definition name: (property_identifier) @keyword body: (statement_block (expression_statement (assignment_expression left: (member_expression object: (this) property: (property_identifier) @name)) @field))) (#eq? @keyword "constructor"))
(expression_statement (assignment_expression left: (member_expression) @name right: (function_expression body: (statement_block) @body)) @function)
(expression_statement (assignment_expression left: (member_expression) @name right: (arrow_function)) @function)
