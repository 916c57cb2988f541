(field (identifier) @name) @field
(enum_field (identifier) @name) @field
