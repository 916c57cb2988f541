(block (string_lit (template_literal) @name) . (block_start) @opens) @block
(block (identifier) @name . (block_start) @opens) @block
(config_file (body (attribute (identifier) @name) @attribute))
