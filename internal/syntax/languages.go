package syntax

import (
	"slices"

	"github.com/smacker/go-tree-sitter/c"
	"github.com/smacker/go-tree-sitter/cpp"
	"github.com/smacker/go-tree-sitter/csharp"
	"github.com/smacker/go-tree-sitter/golang"
	"github.com/smacker/go-tree-sitter/java"
	"github.com/smacker/go-tree-sitter/javascript"
	"github.com/smacker/go-tree-sitter/kotlin"
	"github.com/smacker/go-tree-sitter/php"
	"github.com/smacker/go-tree-sitter/rust"
	"github.com/smacker/go-tree-sitter/scala"
	"github.com/smacker/go-tree-sitter/swift"
	"github.com/smacker/go-tree-sitter/typescript/tsx"
	"github.com/smacker/go-tree-sitter/typescript/typescript"
)

// languages is every language that is known by name. It never changes.
var languages = slices.Concat(braceLanguages, scriptLanguages, dataLanguages, plainLanguages)

// What opens a block at the end of a line of code, where braces make the blocks.
const (
	brace      = `\{$`
	braceArrow = `(\{|=>|->)$`
)

// cBlock is the markers of block comments in the languages after C.
var cBlock = [2]string{"/*", "*/"}

// braceLanguages is the languages with a grammar whose blocks stand in braces.
var braceLanguages = []*Language{
	{
		id: "go", name: "Go", comment: "//", block: cBlock, extensions: []string{".go"},
		kinds: &kinds{
			grammar: golang.GetLanguage, queries: "go", opener: brace, quotes: `"'`,
			comments: "comment",
			strings:  "interpreted_string_literal raw_string_literal rune_literal",
			lists: "source_file block expression_case default_case type_case communication_case literal_value field_declaration_list" +
				" interface_type expression_switch_statement type_switch_statement select_statement import_spec_list const_declaration var_spec_list type_declaration",
			blocks:   "block expression_case default_case type_case communication_case",
			closures: "func_literal",
			values:   "literal_value argument_list",
			imports:  imports{"import_spec", readGo},
			inner: "return_statement short_var_declaration assignment_statement inc_statement dec_statement if_statement for_statement" +
				" expression_switch_statement type_switch_statement select_statement go_statement defer_statement labeled_statement block" +
				" send_statement fallthrough_statement break_statement continue_statement goto_statement expression_statement",
		},
	},
	{
		id: "javascript", name: "JavaScript", comment: "//", block: cBlock, also: []string{"javascriptreact", "js", "jsx"},
		extensions: []string{".js", ".jsx", ".mjs", ".cjs"}, interpreters: []string{"node"},
		kinds: &kinds{
			grammar: javascript.GetLanguage, queries: "javascript", opener: braceArrow, quotes: `"'`,
			comments: "comment html_comment",
			strings:  "string template_string regex",
			holes:    "template_substitution",
			lists:    "program statement_block class_body switch_body switch_case switch_default object array named_imports export_clause jsx_element",
			blocks:   "statement_block switch_case switch_default",
			parts:    "jsx_opening_element jsx_closing_element",
			closures: "arrow_function function_expression generator_function",
			values:   "arguments array template_string",
			imports:  scriptImports,
		},
	},
	{
		id: "typescript", name: "TypeScript", comment: "//", block: cBlock, also: []string{"ts"},
		extensions: []string{".ts", ".mts", ".cts"}, interpreters: []string{"deno", "bun", "tsx"},
		kinds: typescriptKinds("", &kinds{grammar: typescript.GetLanguage}),
	},
	{
		id: "typescriptreact", name: "TSX", comment: "//", block: cBlock, also: []string{"tsx"},
		extensions: []string{".tsx"},
		kinds:      typescriptKinds(" jsx_element", &kinds{grammar: tsx.GetLanguage, parts: "jsx_opening_element jsx_closing_element"}),
	},
	{
		id: "rust", name: "Rust", comment: "//", block: cBlock, also: []string{"rs"}, extensions: []string{".rs"},
		kinds: &kinds{
			grammar: rust.GetLanguage, queries: "rust", opener: braceArrow, quotes: `"`,
			comments: "line_comment block_comment",
			strings:  "string_literal raw_string_literal char_literal",
			lists: "source_file block declaration_list field_declaration_list enum_variant_list match_block field_initializer_list" +
				" array_expression use_list macro_definition",
			blocks:   "block",
			closures: "closure_expression",
			values:   "token_tree arguments array_expression",
			imports:  imports{"use_declaration mod_item", readRust},
		},
	},
	{
		id: "java", name: "Java", comment: "//", block: cBlock, extensions: []string{".java"},
		kinds: &kinds{
			grammar: java.GetLanguage, queries: "java", opener: braceArrow, quotes: `"'`,
			comments: "line_comment block_comment",
			strings:  "string_literal character_literal",
			holes:    "string_interpolation",
			lists: "program block class_body interface_body enum_body enum_body_declarations annotation_type_body constructor_body" +
				" switch_block switch_block_statement_group array_initializer module_body",
			blocks:   "block switch_block_statement_group",
			closures: "lambda_expression",
			values:   "argument_list array_initializer",
			imports:  imports{"import_declaration", readDotted},
		},
	},
	{
		id: "c", name: "C", comment: "//", block: cBlock, extensions: []string{".c", ".h"},
		kinds: &kinds{
			grammar: c.GetLanguage, queries: "c", opener: brace, quotes: `"'`,
			comments: "comment",
			strings:  "string_literal char_literal system_lib_string",
			lists: "translation_unit compound_statement field_declaration_list enumerator_list declaration_list case_statement" +
				" initializer_list preproc_if preproc_ifdef preproc_else preproc_elif",
			blocks:  "compound_statement case_statement",
			values:  "argument_list initializer_list",
			imports: imports{"preproc_include", readC},
		},
	},
	{
		id: "cpp", name: "C++", comment: "//", block: cBlock, also: []string{"c++", "cuda-cpp", "arduino", "objective-cpp"},
		extensions: []string{".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".cu", ".cuh", ".ino"},
		kinds: &kinds{
			grammar: cpp.GetLanguage, queries: "cpp", opener: brace, quotes: `"'`,
			comments: "comment",
			strings:  "string_literal char_literal raw_string_literal system_lib_string",
			lists: "translation_unit compound_statement field_declaration_list enumerator_list declaration_list case_statement" +
				" initializer_list preproc_if preproc_ifdef preproc_else preproc_elif requirement_seq",
			blocks:   "compound_statement case_statement",
			closures: "lambda_expression",
			values:   "argument_list initializer_list",
			imports:  imports{"preproc_include", readC},
		},
	},
	{
		id: "csharp", name: "C#", comment: "//", block: cBlock, also: []string{"cs", "c#"}, extensions: []string{".cs", ".csx"},
		kinds: &kinds{
			grammar: csharp.GetLanguage, queries: "csharp", opener: braceArrow, quotes: `"'`,
			comments: "comment",
			strings:  "string_literal verbatim_string_literal raw_string_literal interpolated_string_expression character_literal",
			holes:    "interpolation",
			lists: "compilation_unit declaration_list block switch_body switch_section enum_member_declaration_list initializer_expression" +
				" accessor_list switch_expression file_scoped_namespace_declaration",
			blocks:   "block switch_section",
			closures: "lambda_expression anonymous_method_expression",
			values:   "argument_list initializer_expression",
			imports:  imports{"using_directive", readCSharp},
		},
	},
	{
		id: "php", name: "PHP", comment: "//", comments: []string{"#"}, block: cBlock, extensions: []string{".php", ".phtml"},
		interpreters: []string{"php"},
		kinds: &kinds{
			grammar: php.GetLanguage, queries: "php", opener: `(\{|=>|\):|\belse:)$`, quotes: `"'`, sigils: "$",
			comments: "comment",
			strings:  "string encapsed_string heredoc nowdoc shell_command_expression",
			lists: "program compound_statement declaration_list switch_block case_statement default_statement enum_declaration_list" +
				" match_block colon_block array_creation_expression",
			blocks:   "compound_statement case_statement colon_block",
			parts:    "php_tag",
			header:   "php_tag",
			closures: "anonymous_function_creation_expression arrow_function",
			values:   "arguments array_creation_expression",
			imports: imports{"namespace_use_declaration require_expression require_once_expression include_expression include_once_expression",
				readPHP},
		},
	},
	{
		id: "kotlin", name: "Kotlin", comment: "//", block: cBlock, also: []string{"kt"}, extensions: []string{".kt", ".kts"},
		kinds: &kinds{
			grammar: kotlin.GetLanguage, queries: "kotlin", opener: braceArrow, quotes: `"'`,
			comments: "line_comment multiline_comment",
			strings:  "string_literal character_literal",
			holes:    "interpolated_expression",
			lists:    "source_file statements class_body enum_class_body when_expression import_list",
			blocks:   "control_structure_body when_entry",
			closures: "lambda_literal anonymous_function",
			values:   "value_arguments",
			imports:  imports{"import_header", readDotted},
		},
	},
	{
		id: "swift", name: "Swift", comment: "//", block: cBlock, extensions: []string{".swift"}, interpreters: []string{"swift"},
		kinds: &kinds{
			grammar: swift.GetLanguage, queries: "swift", opener: `(\{|\bin|\{[^}]*->.*)$`, quotes: `"`,
			comments: "comment multiline_comment",
			strings:  "line_string_literal multi_line_string_literal raw_string_literal",
			holes:    "interpolated_expression",
			lists:    "source_file statements class_body protocol_body enum_class_body switch_statement",
			blocks:   "if_statement for_statement while_statement repeat_while_statement guard_statement do_statement switch_entry",
			closures: "lambda_literal",
		},
	},
	{
		id: "scala", name: "Scala", comment: "//", block: cBlock, extensions: []string{".scala", ".sc", ".sbt"},
		interpreters: []string{"scala"},
		kinds: &kinds{
			grammar: scala.GetLanguage, queries: "scala", opener: `(\{|=>|=|\bthen|\bdo|\belse|\bmatch|\byield|\btry|:)$`, quotes: `"`,
			comments: "comment block_comment",
			strings:  "string interpolated_string character_literal",
			holes:    "interpolation",
			lists: "compilation_unit template_body with_template_body block indented_block case_block indented_cases enum_body" +
				" case_clause",
			blocks:   "block indented_block case_clause",
			closures: "lambda_expression",
			values:   "arguments",
			imports:  imports{"import_declaration", readDotted},
		},
	},
}

// scriptImports is the imports of JavaScript and TypeScript.
var scriptImports = imports{"import_statement export_statement lexical_declaration variable_declaration expression_statement", readScript}

// typescriptKinds completes k, for the two grammars of TypeScript.
func typescriptKinds(lists string, k *kinds) *kinds {
	k.queries, k.opener, k.quotes = "typescript", braceArrow, `"'`
	k.comments = "comment html_comment"
	k.strings = "string template_string regex"
	k.holes = "template_substitution"
	k.lists = "program statement_block class_body switch_body switch_case switch_default object array named_imports export_clause" +
		" interface_body enum_body object_type" + lists
	k.blocks = "statement_block switch_case switch_default"
	k.closures = "arrow_function function_expression generator_function"
	k.values = "arguments array template_string"
	k.imports = scriptImports
	return k
}
