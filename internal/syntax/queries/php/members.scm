(enum_case name: (name) @name) @field
(property_promotion_parameter name: (variable_name) @name) @field
