(class_parameter name: (identifier) @name) @field
