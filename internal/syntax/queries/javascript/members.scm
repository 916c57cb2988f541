(field_definition property: (_) @name value: (arrow_function body: (statement_block) @body)) @method
(field_definition property: (_) @name value: (arrow_function)) @method
