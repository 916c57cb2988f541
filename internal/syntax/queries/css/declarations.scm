(rule_set (selectors) @name (block) @body) @rule
(media_statement (_) @name . (block) @body) @media
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @keyframes
