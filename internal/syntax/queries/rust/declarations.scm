(function_item name: (identifier) @name body: (block) @body) @function
(function_signature_item name: (identifier) @name) @function
(struct_item name: (type_identifier) @name body: (field_declaration_list) @body) @struct
(struct_item name: (type_identifier) @name) @struct
(enum_item name: (type_identifier) @name body: (enum_variant_list) @body) @enum
(union_item name: (type_identifier) @name body: (field_declaration_list) @body) @union
(trait_item name: (type_identifier) @name body: (declaration_list) @body) @trait
(impl_item type: (_) @name body: (declaration_list) @body) @impl
(mod_item name: (identifier) @name body: (declaration_list) @body) @module
(mod_item name: (identifier) @name) @module
(const_item name: (identifier) @name) @constant
(static_item name: (identifier) @name) @variable
(type_item name: (type_identifier) @name) @type
(macro_definition name: (identifier) @name) @macro
