(class_declaration "interface" (type_identifier) @name (class_body) @body) @interface
(class_declaration "enum" (type_identifier) @name (enum_class_body) @body) @enum
(class_declaration (type_identifier) @name (class_body) @body) @class
(class_declaration (type_identifier) @name) @class
(object_declaration (type_identifier) @name (class_body) @body) @object
(companion_object (type_identifier) @name (class_body) @body) @object
(function_declaration (simple_identifier) @name (function_body "{") @body) @function
(function_declaration (simple_identifier) @name) @function
(source_file (property_declaration (variable_declaration (simple_identifier) @name)) @variable)
(class_body (property_declaration (variable_declaration (simple_identifier) @name)) @property)
(type_alias (type_identifier) @name) @type
