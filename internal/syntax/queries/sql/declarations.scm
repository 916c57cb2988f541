(create_table (object_reference name: (identifier) @name) (column_definitions) @body) @table
(create_table (object_reference name: (identifier) @name)) @table
(create_view (object_reference name: (identifier) @name) (create_query) @body) @view
(create_materialized_view (object_reference name: (identifier) @name) (create_query) @body) @view
(create_function (object_reference name: (identifier) @name) (function_body) @body) @function
(create_index column: (identifier) @name) @index
(create_trigger (keyword_trigger) . (object_reference name: (identifier) @name)) @trigger
(create_type (object_reference name: (identifier) @name)) @type
(create_schema (identifier) @name) @schema
