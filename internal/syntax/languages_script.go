package syntax

import (
	"github.com/smacker/go-tree-sitter/bash"
	"github.com/smacker/go-tree-sitter/elixir"
	"github.com/smacker/go-tree-sitter/lua"
	"github.com/smacker/go-tree-sitter/python"
	"github.com/smacker/go-tree-sitter/ruby"
)

// scriptLanguages is the languages with a grammar whose blocks end with a keyword
// or by indentation.
var scriptLanguages = []*Language{
	{
		id: "python", name: "Python", comment: "#", also: []string{"py"}, extensions: []string{".py", ".pyi", ".pyw"},
		files: []string{"sconstruct", "sconscript", "snakefile"}, interpreters: []string{"python", "pypy"},
		kinds: &kinds{
			grammar: python.GetLanguage, queries: "python", opener: `:$`, quotes: `"'`, indent: true, docstrings: true,
			comments: "comment",
			strings:  "string",
			holes:    "interpolation",
			lists:    "module block dictionary list set tuple",
			blocks:   "block",
			closures: "lambda",
			values:   "dictionary list set tuple argument_list",
			imports:  imports{"import_statement import_from_statement future_import_statement", readPython},
		},
	},
	{
		id: "ruby", name: "Ruby", comment: "#", block: [2]string{"=begin", "=end"}, also: []string{"rb"},
		extensions: []string{".rb", ".rake", ".gemspec", ".ru"}, files: []string{"gemfile", "rakefile", "vagrantfile", "podfile", "fastfile", "brewfile"},
		interpreters: []string{"ruby", "jruby"},
		kinds: &kinds{
			grammar: ruby.GetLanguage, queries: "ruby", quotes: `"'`, sigils: ":@",
			opener:   `(\bdo(\s*\|[^|]*\|)?|\{(\s*\|[^|]*\|)?|\b(then|begin|else|ensure|loop)|^\s*(private\s+|public\s+|protected\s+)?(def|class|module|if|elsif|unless|while|until|for|case|when|in|rescue)\b[^;]*)$`,
			comments: "comment",
			strings:  "string character bare_string delimited_symbol regex subshell heredoc_body string_array symbol_array",
			holes:    "interpolation",
			lists:    "program body_statement block_body then do else ensure begin case hash array begin_block end_block",
			blocks:   "do then else ensure begin",
			closures: "do_block block lambda",
			values:   "array hash",
			imports:  imports{"call", readRuby},
		},
	},
	{
		id: "lua", name: "Lua", comment: "--", block: [2]string{"--[[", "]]"}, also: []string{"luau"},
		extensions: []string{".lua", ".luau", ".rockspec"}, interpreters: []string{"lua", "luajit"},
		kinds: &kinds{
			grammar: lua.GetLanguage, queries: "lua", quotes: `"'`,
			opener:   `(\b(do|then|else|repeat)|\bfunction\b[^()]*\([^()]*\)|\{)$`,
			comments: "comment emmy_documentation",
			strings:  "string string_argument",
			lists:    "program function_body if_statement for_statement while_statement repeat_statement do_statement fieldlist",
			blocks:   "if_statement for_statement while_statement repeat_statement do_statement",
			closures: "function",
			imports:  imports{"variable_declaration function_call", readLua},
		},
	},
	{
		id: "shellscript", name: "Bash", comment: "#", also: []string{"bash", "sh", "shell", "zsh", "ksh"},
		extensions: []string{".sh", ".bash", ".zsh", ".ksh", ".bats", ".ebuild"},
		files: []string{".bashrc", ".bash_profile", ".bash_aliases", ".bash_logout", ".profile", ".zshrc", ".zshenv", ".zprofile",
			"pkgbuild", ".envrc"},
		interpreters: []string{"sh", "bash", "zsh", "dash", "ksh", "ash", "bats"},
		kinds: &kinds{
			grammar: bash.GetLanguage, queries: "bash", quotes: `"'`,
			opener:   `(\{|\b(do|then|else|in)|^\s*\(|[^()]\))$`,
			comments: "comment",
			strings:  "string raw_string ansi_c_string translated_string heredoc_body",
			holes:    "command_substitution",
			lists:    "program do_group compound_statement if_statement elif_clause else_clause case_statement case_item subshell",
			blocks:   "do_group compound_statement if_statement else_clause elif_clause case_item subshell",
		},
	},
	{
		id: "elixir", name: "Elixir", comment: "#", also: []string{"ex", "exs"}, extensions: []string{".ex", ".exs"},
		interpreters: []string{"elixir"},
		kinds: &kinds{
			grammar: elixir.GetLanguage, queries: "elixir", quotes: `"`,
			opener:   `(\b(do|else|rescue|catch|after)|->|\{|\[)$`,
			comments: "comment",
			strings:  "string charlist sigil quoted_atom",
			holes:    "interpolation",
			lists:    "source do_block else_block rescue_block catch_block after_block body map_content",
			blocks:   "do_block else_block rescue_block catch_block after_block",
			closures: "anonymous_function",
		},
	},
}
