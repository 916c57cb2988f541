package assist

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/syntax"
)

// longestCode bounds generated code, in tokens: about a hundred lines. What is longer is seldom right from a local model.
const longestCode = 1024

// Generate writes the code that the comment at or above off asks for and inserts it below the comment, in the document's own
// indentation and line ends. A document that parses still parses with it: the model is told once what is wrong, then an error
// says so. Without a model to talk to, one that infills goes on below the comment, to the end of the statement or of the block it
// opens. emit may be nil.
func (a *Assistant) Generate(ctx context.Context, s Subject, off int, emit Emit) (Change, error) {
	view, done := s.fresh(ctx)
	defer done()
	s.View = view
	p, err := placeAt(view, off)
	if err != nil {
		return Change{}, err
	}
	g := generation{Assistant: a, subject: s, place: p, screen: screen{emit: emit}}
	code, err := g.code(ctx)
	if err != nil {
		g.screen.show("")
		return Change{}, err
	}
	return p.change(s.Rel, code)
}

// Comment is the comment that Generate obeys at off; the code goes below the line that it ends on. ok is false where there is none.
func Comment(ctx context.Context, s Subject, off int) (_ document.Span, ok bool) {
	view, done := s.fresh(ctx)
	defer done()
	p, err := placeAt(view, off)
	return p.comment, err == nil
}

// Instructed reports whether there is a comment at off that Generate would obey, by what is known of the text already: nothing is
// parsed.
func Instructed(s Subject, off int) bool {
	_, ok := instructionAt(s.View, s.Text, off)
	return ok
}

// fresh is a view of the very text that is asked about. The caller calls done.
func (s Subject) fresh(ctx context.Context) (_ *syntax.View, done func()) {
	if s.View.Text() == s.Text && s.View.Fresh() {
		return s.View, func() {}
	}
	view := syntax.Parse(ctx, s.View.Language(), s.Text)
	return view, view.Close
}

// generation is one call of Generate.
type generation struct {
	*Assistant
	subject Subject // its view is fresh
	place   place
	screen  screen
	behind  []gather.Snippet // what the model was shown of elsewhere
}

// code asks the model there is. The error for want of any is about one to talk to, the more useful of the two.
func (g *generation) code(ctx context.Context) (string, error) {
	talker, err := g.parts.Chat()
	if err == nil {
		return g.told(ctx, talker)
	}
	if c, other := g.parts.Completion(); other == nil && c.Asking.Infills() {
		return g.infilled(ctx, c)
	}
	return "", err
}

// breaks reports whether the document parsed and does not with the code in it, and where; of a document that did not parse before,
// whether the code is prose. Where that cannot be told it says no.
func (g *generation) breaks(ctx context.Context, code string) (problem string, broken bool) {
	if !g.subject.View.HasTree() {
		return "", false
	}
	if _, had := g.subject.View.FirstError(); had {
		return g.prose(ctx, code)
	}
	after, _ := g.place.text.Splice(document.Span{Start: g.place.at, End: g.place.at}, g.place.insertion(code))
	view := syntax.Parse(ctx, g.subject.View.Language(), after)
	defer view.Close()
	where, broken := view.FirstError()
	if !broken {
		return "", false
	}
	return syntaxError(lineOf(after, where)), true
}

// prose reports whether the code, by itself, does not parse at a line that reads as a sentence. Alone this would also be said of a part of
// a statement, which may be right where the document is broken around it.
func (g *generation) prose(ctx context.Context, code string) (problem string, broken bool) {
	text := document.New("", g.subject.Text.LanguageID(), 1, spell(code, "", ""))
	view := syntax.Parse(ctx, g.subject.View.Language(), text)
	defer view.Close()
	where, broken := view.FirstError()
	if !broken {
		return "", false
	}
	line := lineOf(text, where)
	return syntaxError(line), sentence.MatchString(line)
}

// sentence is a line of words that begins with a capital and ends as a sentence does.
var sentence = regexp.MustCompile(`^\p{Lu}[\p{L}\d'’-]*(,? [\p{L}\d'’"` + "`" + `./_()-]+)+[.:!?]$`)

func lineOf(text *document.Snapshot, where document.Span) string {
	return strings.TrimSpace(text.Line(text.LineAt(where.Start)))
}

func syntaxError(line string) string { return fmt.Sprintf("syntax error near %.80q", line) }

// broken says that the code was not taken.
func (g *generation) broken(c Choice, problem string) error {
	return &model.Error{Kind: model.Failed, Message: fmt.Sprintf("the code that %s wrote does not parse (%s)", c.Model, problem),
		Next: "nothing was changed; ask again, or say in the comment more precisely what you want"}
}

// nothing says that there is no code in an answer.
func nothing(c Choice) error {
	return &model.Error{Kind: model.Failed, Message: c.Model + " wrote no code",
		Next: "say in the comment more precisely what you want, or choose another model with models.chat"}
}

// unfinished says that the model ran into the bound of its answer, in tokens. What it wrote so far is half a thing.
func unfinished(c Choice, tokens int) error {
	return &model.Error{Kind: model.Cut, Message: fmt.Sprintf("%s did not finish within %d tokens", c.Model, tokens),
		Next: "nothing was changed; ask for less in the comment"}
}

// repeated says that there is nothing but what the document has.
func repeated(c Choice) error {
	return &model.Error{Kind: model.Failed, Message: c.Model + " wrote only what stands there already",
		Next: "nothing was changed; say in the comment what is to be different"}
}

// screen is what the reader has in front of him of a text that may still change.
type screen struct {
	emit  Emit
	shown string
}

// show makes text what is shown, by as little as the protocol allows: more of it, or all of it anew.
func (s *screen) show(text string) {
	shown := s.shown
	if s.shown = text; s.emit == nil {
		return
	}
	if !strings.HasPrefix(text, shown) {
		s.emit("", true)
		shown = ""
	}
	if text != shown {
		s.emit(text[len(shown):], false)
	}
}
