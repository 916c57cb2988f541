(section . (atx_heading heading_content: (inline) @name) . (_) @opens) @section
(section . (setext_heading heading_content: (paragraph) @name) . (_) @opens) @section
(section . (atx_heading heading_content: (inline) @name)) @section
(section . (setext_heading heading_content: (paragraph) @name)) @section
