(enum_entry name: (simple_identifier) @name) @field
