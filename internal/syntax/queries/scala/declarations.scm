(class_definition name: (identifier) @name body: (template_body) @body) @class
(class_definition name: (identifier) @name) @class
(object_definition name: (identifier) @name body: (template_body) @body) @object
(object_definition name: (identifier) @name) @object
(trait_definition name: (identifier) @name body: (template_body) @body) @trait
(trait_definition name: (identifier) @name) @trait
(enum_definition name: (identifier) @name body: (enum_body) @body) @enum
(function_definition name: (identifier) @name body: (block) @body) @function
(function_definition name: (identifier) @name body: (indented_block) @body) @function
(function_definition name: (identifier) @name) @function
(function_declaration name: (identifier) @name) @function
(type_definition name: (type_identifier) @name) @type
(template_body (val_definition pattern: (identifier) @name) @field)
(template_body (var_definition pattern: (identifier) @name) @field)
(compilation_unit (val_definition pattern: (identifier) @name) @variable)
