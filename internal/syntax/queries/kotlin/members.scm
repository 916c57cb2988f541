(enum_entry (simple_identifier) @name) @field
(class_parameter (simple_identifier) @name) @field
