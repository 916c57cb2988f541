(call target: (identifier) @keyword (arguments . (alias) @name) (do_block) @body (#match? @keyword "^(defmodule|defimpl|defprotocol)$")) @module
(call target: (identifier) @keyword (arguments . (call target: (identifier) @name)) (do_block) @body (#match? @keyword "^defp?$")) @function
(call target: (identifier) @keyword (arguments . (identifier) @name) (do_block) @body (#match? @keyword "^defp?$")) @function
(call target: (identifier) @keyword (arguments . (binary_operator left: (call target: (identifier) @name))) (do_block) @body (#match? @keyword "^defp?$")) @function
(call target: (identifier) @keyword (arguments . (call target: (identifier) @name) (keywords)) (#match? @keyword "^defp?$")) @function
(call target: (identifier) @keyword (arguments . (identifier) @name (keywords)) (#match? @keyword "^defp?$")) @function
(call target: (identifier) @keyword (arguments . (binary_operator left: (call target: (identifier) @name)) (keywords)) (#match? @keyword "^defp?$")) @function
(call target: (identifier) @keyword (arguments . (call target: (identifier) @name)) (do_block) @body (#match? @keyword "^defmacrop?$")) @macro
