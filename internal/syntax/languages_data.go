package syntax

import (
	"github.com/smacker/go-tree-sitter/css"
	"github.com/smacker/go-tree-sitter/dockerfile"
	"github.com/smacker/go-tree-sitter/hcl"
	"github.com/smacker/go-tree-sitter/html"
	markdown "github.com/smacker/go-tree-sitter/markdown/tree-sitter-markdown"
	"github.com/smacker/go-tree-sitter/protobuf"
	"github.com/smacker/go-tree-sitter/sql"
	"github.com/smacker/go-tree-sitter/toml"
	"github.com/smacker/go-tree-sitter/yaml"
)

// htmlBlock is the markers of comments in the languages of the web.
var htmlBlock = [2]string{"<!--", "-->"}

// dataLanguages is the languages with a grammar that describe rather than compute.
var dataLanguages = []*Language{
	{
		id: "sql", name: "SQL", comment: "--", block: cBlock, also: []string{"mysql", "postgres", "postgresql", "plsql", "sqlite"},
		extensions: []string{".sql", ".ddl", ".psql"},
		kinds: &kinds{
			grammar: sql.GetLanguage, queries: "sql", opener: `(?i)(\(|\b(begin|as|then|else|loop))$`, quotes: `'"`,
			comments: "comment marginalia",
			strings:  "literal",
			lists:    "program transaction block column_definitions function_body",
		},
	},
	{
		id: "html", name: "HTML", block: htmlBlock, also: []string{"htm", "xhtml"}, extensions: []string{".html", ".htm", ".xhtml"},
		kinds: &kinds{
			grammar: html.GetLanguage, queries: "html", opener: `<[A-Za-z][-\w]*(\s[^<>]*[^<>/]|\s*)>$`, quotes: `"`,
			comments: "comment",
			strings:  "quoted_attribute_value",
			lists:    "document element",
			parts:    "start_tag end_tag",
		},
	},
	{
		id: "css", name: "CSS", block: cBlock, also: []string{"postcss"}, extensions: []string{".css", ".pcss"},
		kinds: &kinds{
			grammar: css.GetLanguage, queries: "css", opener: brace, quotes: `"'`,
			comments: "comment js_comment",
			strings:  "string_value",
			lists:    "stylesheet block keyframe_block_list",
		},
	},
	{
		id: "yaml", name: "YAML", comment: "#", also: []string{"yml", "dockercompose", "docker-compose", "github-actions-workflow", "ansible", "helm", "azure-pipelines"},
		extensions: []string{".yaml", ".yml"}, files: []string{".clang-format", ".clang-tidy", ".clangd"},
		kinds: &kinds{
			grammar: yaml.GetLanguage, queries: "yaml", opener: `(:|:\s+[|>][-+]?|^\s*-)$`, quotes: `"'`, indent: true,
			comments: "comment",
			strings:  "double_quote_scalar single_quote_scalar block_scalar",
			lists:    "block_mapping block_sequence",
		},
	},
	{
		id: "toml", name: "TOML", comment: "#", extensions: []string{".toml"}, files: []string{"cargo.lock", "poetry.lock", "pdm.lock", "uv.lock", "pipfile"},
		kinds: &kinds{
			grammar: toml.GetLanguage, queries: "toml", opener: `(^\s*\[.*\]|[\[{])$`, quotes: `"'`,
			comments: "comment",
			strings:  "string quoted_key",
			lists:    "document table table_array_element array",
		},
	},
	{
		id: "hcl", name: "HCL", comment: "#", comments: []string{"//"}, block: cBlock,
		also: []string{"terraform", "terraform-vars", "tf", "opentofu", "opentofu-vars", "packer", "nomad"}, extensions: []string{".hcl", ".tf", ".tfvars", ".tofu", ".nomad", ".pkr"},
		kinds: &kinds{
			grammar: hcl.GetLanguage, queries: "hcl", opener: `[{\[]$`, quotes: `"`,
			comments: "comment",
			strings:  "string_lit quoted_template heredoc_template",
			holes:    "template_interpolation template_directive",
			lists:    "config_file body object tuple",
			parts:    "body",
		},
	},
	{
		id: "markdown", name: "Markdown", block: htmlBlock, also: []string{"md", "quarto", "rmd"},
		extensions: []string{".md", ".markdown", ".mdown", ".mkd"},
		kinds: &kinds{
			grammar: markdown.GetLanguage, queries: "markdown",
			lists: "document section list list_item block_quote",
			parts: "section",
		},
	},
	{
		id: "dockerfile", name: "Dockerfile", comment: "#", also: []string{"docker", "containerfile"}, extensions: []string{".dockerfile", ".containerfile"},
		files: []string{"dockerfile", "dockerfile.*", "containerfile", "containerfile.*"},
		kinds: &kinds{
			grammar: dockerfile.GetLanguage, queries: "dockerfile", quotes: `"`,
			comments: "comment",
			strings:  "double_quoted_string single_quoted_string json_string",
			lists:    "source_file",
		},
	},
	{
		id: "proto", name: "Protocol Buffers", comment: "//", block: cBlock, also: []string{"proto3", "proto2", "protobuf"}, extensions: []string{".proto"},
		kinds: &kinds{
			grammar: protobuf.GetLanguage, queries: "proto", opener: brace, quotes: `"'`,
			comments: "comment",
			strings:  "string",
			lists:    "source_file message_body enum_body service oneof rpc block_lit",
			header:   "syntax",
			imports:  imports{"import", readProto},
		},
	},
}
