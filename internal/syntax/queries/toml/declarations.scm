(table . (_) @name . (pair) @opens) @table
(table . (_) @name) @table
(table_array_element . (_) @name . (pair) @opens) @table
(table_array_element . (_) @name) @table
(document (pair . (_) @name) @key)
