(element (start_tag (attribute (attribute_name) @keyword (quoted_attribute_value (attribute_value) @name)) ">" @opens) (#eq? @keyword "id")) @element
