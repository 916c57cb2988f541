package holes

import (
	"iter"
	"strings"

	"sopro/internal/document"
	"sopro/internal/syntax"
)

// Words is a set of identifiers.
type Words map[string]struct{}

// Has reports whether a name is one of them.
func (w Words) Has(name string) bool { _, ok := w[name]; return ok }

func setOf(names []string) Words {
	all := Words{}
	for _, name := range names {
		all[name] = struct{}{}
	}
	return all
}

// WordsOf is the identifiers of texts.
func WordsOf(texts ...string) Words {
	all := Words{}
	for _, text := range texts {
		for _, name := range identifiers(text) {
			all[name] = struct{}{}
		}
	}
	return all
}

// identifiers yields the words of a text that may be names, with their offsets: of two characters and more, not beginning
// with a digit. Letters beyond ASCII belong to them; a $ does not, which some languages write before a name.
func identifiers(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := 0; i < len(text); {
			from := i
			for i < len(text) && wordByte(text[i]) {
				i++
			}
			switch {
			case i == from:
				i++
			case i-from > 1 && !digit(text[from]) && !yield(from, text[from:i]):
				return
			}
		}
	}
}

// Name is an identifier and where it stands.
type Name struct {
	Name string
	document.Span
}

// Names are the identifiers in a part of a view's text that stand in code, not in comments and strings, each time they come;
// without reserved words and the types that a language comes with.
func Names(view *syntax.View, in document.Span) (all []Name) {
	for off, name := range identifiers(view.Text().Slice(in)) {
		at := document.Span{Start: in.Start + off, End: in.Start + off + len(name)}
		if !reserved.Has(name) && view.Region(at.Start+1) == syntax.Code {
			all = append(all, Name{name, at})
		}
	}
	return all
}

func wordByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || digit(c) || c >= 0x80
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// reserved are the words that need no context: those of the languages themselves, and the types and values that each comes
// with. One list serves all: a name that is a word of another language is rarely worth looking for.
var reserved = func() Words {
	return WordsOf(`
		abstract alignas alignof and any arguments as assert async auto await base begin bool boolean break byte case catch char
		checked class clone const const_cast constexpr constructor continue crate debugger declare decltype def default defer
		define defined del delete do done double dyn echo elif elifdef else elseif elsif empty end endif ensure enum esac error
		eval except export extends extern fallthrough false False fi final finally float fn for foreach from func function global
		go goto guard if ifdef ifndef impl implements implicit import in include infer init inline inner instanceof int interface
		internal is iota it keyof lambda lazy let local long loop make map match mod module move mut mutable namespace native
		never new next nil noexcept None nonlocal not null nullptr number object of open operator or out override package panic
		pass pragma print private protected protocol pub public raise range readonly record redo ref register reinterpret_cast
		require required requires rescue return sealed select self Self set setter short signed sizeof static static_cast str
		string String struct strictfp super switch symbol synchronized template then this throw throws trait transient true True
		try type typealias typedef typename typeof u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 usize isize uint uint8 uint16
		uint32 uint64 int8 int16 int32 int64 float32 float64 complex64 complex128 rune uintptr undef undefined union unique unless
		unknown unsafe unset unsigned until use using val value_type var virtual void volatile wchar_t when where while with
		yield append cap close copy len uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t size_t ssize_t
		Option Some Ok Err Result Vec Box isinstance object dict list tuple frozenset bytes NULL
	`)
}()

// related are the languages that a language's names are shared with: a name of a C header counts in C++, and so on. A
// language that is not here is no source code, or not one that can be parsed.
var related = map[string]string{
	"go": "go", "rust": "rust", "python": "python", "ruby": "ruby", "lua": "lua", "php": "php", "swift": "swift", "csharp": "csharp",
	"elixir": "elixir", "shellscript": "shellscript",
	"c": "c", "cpp": "c",
	"javascript": "javascript", "typescript": "javascript", "typescriptreact": "javascript",
	"java": "jvm", "kotlin": "jvm", "scala": "jvm",
}

// written reports whether a file is one that people write, and no test: a hole in a test asks for what the test invents.
func written(rel string) bool {
	path := "/" + strings.ToLower(rel)
	for _, part := range []string{
		"/vendor/", "/node_modules/", "/third_party/", "/dist/", "generated", ".pb.", ".min.", "_gen.",
		"/test/", "/tests/", "/testing/", "/testdata/", "/__tests__/", "/spec/", "/fixtures/", "/mocks/",
		"_test.", ".test.", ".spec.", "/test_", "/conftest.", "/test.", "tests.",
	} {
		if strings.Contains(path, part) {
			return false
		}
	}
	name := rel[strings.LastIndexByte(rel, '/')+1:]
	return !strings.HasSuffix(strings.TrimSuffix(name, ".java"), "Test") && !strings.HasSuffix(strings.TrimSuffix(name, ".kt"), "Test")
}
