(class_declaration declaration_kind: "struct" name: (_) @name body: (_) @body) @struct
(class_declaration declaration_kind: "enum" name: (_) @name body: (_) @body) @enum
(class_declaration declaration_kind: "extension" name: (_) @name body: (_) @body) @extension
(class_declaration name: (_) @name body: (_) @body) @class
(protocol_declaration name: (_) @name body: (protocol_body) @body) @protocol
(function_declaration name: (simple_identifier) @name) @function
(function_declaration body: (function_body) @body) @function
(protocol_function_declaration name: (simple_identifier) @name) @function
(init_declaration name: "init" @name body: (function_body) @body) @constructor
(typealias_declaration name: (type_identifier) @name) @type
(source_file (property_declaration name: (pattern) @name) @variable)
(class_body (property_declaration name: (pattern) @name) @property)
