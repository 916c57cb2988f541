package syntax

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	sitter "github.com/smacker/go-tree-sitter"
)

// Language is a language that documents are written in. It is immutable; its
// grammar is loaded when the first text is parsed.
type Language struct {
	id, name     string
	comment      string    // the marker of line comments, "" if there are none
	comments     []string  // other markers of line comments
	block        [2]string // the markers of block comments
	also         []string  // other languageIds that editors use for it
	extensions   []string  // of file names, with the dot
	files        []string  // patterns of whole file names, as of path.Match
	interpreters []string  // that a first line #! names
	kinds        *kinds    // nil: no grammar

	once   sync.Once
	loaded *grammar
}

// kinds is what is known of a grammar beside its query: the kinds of node that
// mean something at a single position. A query could say it too, but only of the
// whole tree at once (40 ms for 12,000 lines): this binding cannot run one on a
// range of bytes. Lists of kinds are separated by spaces.
type kinds struct {
	grammar  func() *sitter.Language
	queries  string // the folder of its query
	comments string
	strings  string
	holes    string  // interpolations
	lists    string  // their named children are statements, members or entries
	parts    string  // children of lists that are no statements of their own
	blocks   string  // of statements
	header   string  // what a file begins with, if nothing parses without it
	inner    string  // what the grammar takes at the outermost level and the language does not
	closures string  // functions without a name
	values   string  // expressions in which nothing is declared that another file sees
	imports  imports // how it says what a file needs of others
	sigils   string  // characters before a name that are no part of it: $ of PHP, @ and : of Ruby
	opener   string  // pattern of code whose end opens a block
	quotes   string  // characters that begin a string on one line

	indent     bool // blocks by indentation
	docstrings bool // a string as the first statement is documentation
}

// bare is a name without what stands before it in the language.
func (k *kinds) bare(name string) string {
	if bare := strings.TrimLeft(name, k.sigils); bare != "" {
		return bare
	}
	return name
}

// ID is the languageId of LSP, such as "go" or "typescriptreact".
func (l *Language) ID() string { return l.id }

// Name is what people call it.
func (l *Language) Name() string { return l.name }

// HasGrammar says whether its texts can be parsed.
func (l *Language) HasGrammar() bool { return l.kinds != nil }

// LineComment is the marker of line comments, "" if it has none.
func (l *Language) LineComment() string { return l.comment }

// BlockComment is the markers of block comments, "" if it has none.
func (l *Language) BlockComment() (open, close string) { return l.block[0], l.block[1] }

// IndentBlocks says whether indentation makes the blocks, as in Python and YAML.
func (l *Language) IndentBlocks() bool { return l.kinds != nil && l.kinds.indent }

// grammar is the language's grammar, loaded once. Only for those that have one.
func (l *Language) grammar() *grammar {
	l.once.Do(func() { l.loaded = load(l) })
	return l.loaded
}

// Languages is all languages that are known by name, those with a grammar first.
func Languages() []*Language { return slices.Clone(languages) }

// Detect is the language of a document. What the editor says comes first, unless
// it says nothing or plain text; then the file name, then a first line #!. It is
// never nil: an unknown languageId gives a language of that name that has nothing.
func Detect(languageID, path, firstLine string) *Language {
	id := strings.ToLower(languageID)
	if l := byID(id); l != nil && id != plain {
		return l
	}
	if id == "" || id == plain {
		if l := byName(path); l != nil {
			return l
		}
		if l := byInterpreter(firstLine); l != nil {
			return l
		}
		return byID(plain)
	}
	if l := byName(path); l != nil {
		return l
	}
	return &Language{id: languageID, name: languageID}
}

// plain is the languageId of text in no language.
const plain = "plaintext"

func byID(id string) *Language {
	for _, l := range languages {
		if l.id == id || slices.Contains(l.also, id) {
			return l
		}
	}
	return nil
}

// byName finds a language by a file's name: patterns of whole names before
// extensions, longer extensions before shorter ones.
func byName(name string) *Language {
	name = strings.ToLower(filepath.Base(filepath.ToSlash(name)))
	for _, l := range languages {
		for _, pattern := range l.files {
			if ok, err := path.Match(pattern, name); ok && err == nil {
				return l
			}
		}
	}
	var found *Language
	longest := 0
	for _, l := range languages {
		for _, ext := range l.extensions {
			if len(ext) > longest && len(name) > len(ext) && strings.HasSuffix(name, ext) {
				found, longest = l, len(ext)
			}
		}
	}
	return found
}

// interpreter is the program in a first line such as #!/usr/bin/env -S python3 -u.
var interpreter = regexp.MustCompile(`^#!\s*(?:\S*/env\s+(?:-\S+\s+|\w+=\S*\s+)*)?(?:\S*/)?([A-Za-z]+)`)

func byInterpreter(firstLine string) *Language {
	m := interpreter.FindStringSubmatch(firstLine)
	if m == nil {
		return nil
	}
	for _, l := range languages {
		if slices.Contains(l.interpreters, strings.ToLower(m[1])) {
			return l
		}
	}
	return nil
}
