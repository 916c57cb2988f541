(class name: (_) @name body: (body_statement) @body) @class
(class name: (_) @name) @class
(module name: (_) @name body: (body_statement) @body) @module
(module name: (_) @name) @module
(method name: (_) @name body: (body_statement) @body) @method
(method name: (_) @name) @method
(singleton_method name: (_) @name body: (body_statement) @body) @method
(singleton_method name: (_) @name) @method
(assignment left: (constant) @name) @constant
