(call method: (identifier) @keyword arguments: (argument_list (simple_symbol) @name) (#match? @keyword "^attr_(reader|writer|accessor)$")) @field
(class name: (_) body: (body_statement (method name: (identifier) @keyword body: (body_statement (assignment left: (instance_variable) @name) @field))) (#eq? @keyword "initialize"))
