(from_instruction as: (image_alias) @name) @stage
(from_instruction (image_spec) @name .) @stage
(arg_instruction name: (unquoted_string) @name) @argument
(env_instruction (env_pair name: (unquoted_string) @name)) @variable
