package gather

import (
	"slices"
	"strings"

	"sopro/internal/syntax"
)

// name is an identifier in some text. Letter case counts: the model has to write it as it is.
type name struct {
	hash uint32
	text string
}

const (
	fnvStart = 2166136261
	fnvPrime = 16777619
)

// names yields the identifiers of code, each time they come: of two bytes or more, not those in comments and strings. It goes
// by the text alone, line by line, since a piece of a file has no tree: in the middle of a long comment it is told by its words
// following one another as they do in a language that people speak.
func names(text string, l *syntax.Language, yield func(name)) {
	words := make([]word, 0, 32) // a line seldom has more, and these need no memory of their own
	least := 3
	if apart[l.ID()] {
		least = 2
	}
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimLeft(line, " \t"); strings.HasPrefix(trimmed, "* ") || strings.HasPrefix(trimmed, "/*") {
			continue
		}
		words = wordsOf(words[:0], line[:min(len(line), maxNamedLine)], l.LineComment(), l.ID() == "rust")
		for i := 0; i < len(words); {
			n := 1
			for i+n < len(words) && words[i+n].spaced {
				n++
			}
			if !prose(words[i:i+n], least) {
				for _, w := range words[i : i+n] {
					if len(w.text) > 1 && !w.keyword && !spoken[w.text] {
						yield(w.name)
					}
				}
			}
			i += n
		}
	}
}

// maxNamedLine bounds how much of one line is read, in bytes: what is longer is data.
const maxNamedLine = 400

// word is a name on its line.
type word struct {
	name
	keyword bool
	plain   bool // of small letters alone, but for the first
	spaced  bool // one space, and no more than a comma or a full stop, stands between the one before and it
}

// prose says whether words that follow one another are a sentence rather than code: at least so many without a keyword
// between, or four with some, all spelled as in a book.
func prose(chain []word, least int) bool {
	longest, run, others := 0, 0, 0
	for _, w := range chain {
		switch {
		case w.keyword:
			run = 0
		case !w.plain:
			return false
		default:
			run++
			others++
			longest = max(longest, run)
		}
	}
	return longest >= least || others >= 4
}

// wordsOf appends the words of a line of code. Where there are lifetimes, not every ' begins a string.
func wordsOf(words []word, line, comment string, lifetimes bool) []word {
	end := -1 // of the last word
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case comment != "" && c == comment[0] && strings.HasPrefix(line[i:], comment):
			return words
		case c == '"' || c == '\'' || c == '`':
			i += 1 + quoted(line[i:], lifetimes)
		case wordStart(c):
			from, hash, plain, latin := i, uint32(fnvStart), true, false
			for ; i < len(line) && (wordStart(line[i]) || digit(line[i])); i++ {
				hash = (hash ^ uint32(line[i])) * fnvPrime
				plain = plain && ('a' <= line[i] && line[i] <= 'z' || i == from && line[i] != '_')
				latin = latin || letter(line[i])
			}
			if text := line[from:i]; len(text) <= maxName && latin {
				words = append(words, word{name{hash, text}, syntax.IsKeyword(text), plain, spaced(line, end, from)})
				end = i
			}
		default:
			i++
			for digit(c) && i < len(line) && (wordStart(line[i]) || digit(line[i])) {
				i++ // a number with its letters
			}
		}
	}
	return words
}

// quoted is how many bytes follow a quote in its string, the closing one included; 0 where it closes nowhere.
func quoted(text string, lifetimes bool) int {
	end := strings.IndexByte(text[1:], text[0])
	if text[0] == '\'' && (end > 40 || lifetimes && end > 1 && text[1] != '\\') {
		return 0
	}
	return end + 1
}

// spaced says whether between two words of a line there is what is between words of a sentence.
func spaced(line string, end, from int) bool {
	if end < 0 || end >= from {
		return false
	}
	between := line[end:from]
	return between == " " || between == ", " || between == ". "
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// maxName is the longest identifier that counts, in bytes.
const maxName = 64

func wordStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// named is the name of a word.
func named(text string) name {
	hash := uint32(fnvStart)
	for i := range len(text) {
		hash = (hash ^ uint32(text[i])) * fnvPrime
	}
	return name{hash, text}
}

// distinct is the names of a text, each once.
func distinct(text string, l *syntax.Language) []name {
	all := make([]name, 0, 8)
	var seen map[uint32]bool // from some names on
	names(text, l, func(n name) {
		if seen == nil && len(all) > 16 {
			seen = make(map[uint32]bool, 64)
			for _, n := range all {
				seen[n.hash] = true
			}
		}
		if seen == nil && !slices.ContainsFunc(all, func(o name) bool { return o.hash == n.hash }) {
			all = append(all, n)
		} else if seen != nil && !seen[n.hash] {
			seen[n.hash] = true
			all = append(all, n)
		}
	})
	return all
}

// apart are the languages in which no two names stand side by side, as a type and a variable do in others.
var apart = map[string]bool{
	"python": true, "javascript": true, "javascriptreact": true, "typescript": true, "typescriptreact": true, "rust": true, "ruby": true, "lua": true,
}

// spoken are words that comments are full of and that code seldom has for names.
var spoken = func() map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(`
		about after again also always am an another are at back be because been before being below between both but by can cannot could
		did does doesn done either else etc even every few first following follow given gets given gives going had has have having he
		here how however if instead into it its itself just kind know last less like likely little look make makes making many may me
		might more most much must my need needed needs neither next non none nor now of off often on once one only onto or other
		otherwise our out over own part passed per perhaps quite rather really same see seems she should shown similar since so some
		still such sure than that the their them then there these they thing things this those though through thus to together too
		two under unless until up upon us use used useful uses using usually very via want was way we well were what when where
		whether which while who whole whose why will with within without won would yet you your
		Also An Any Are As At But By Can Do Each For From Given Here How If In It Its May Must Not Note Of On Once One Only Or Returns
		See Set So Some Such That The Then There These They This To Use Used Uses We When Where Whether Which While Will With You
		deprecated versionadded versionchanged param meth seealso TODO FIXME NOTE XXX`) {
		all[word] = true
	}
	return all
}()
