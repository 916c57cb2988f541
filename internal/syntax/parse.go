package syntax

import (
	"context"
	"errors"
	"math"
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

const (
	// maxBytes is the longest text that is parsed. A tree takes 35 to 40 times its
	// text in memory, which malloc does not give back to the system, and the first
	// parse 0.1 to 0.3 s a megabyte. Sources that people write are smaller; what is
	// longer was generated or is data, and completes without a tree.
	maxBytes = 1 << 20

	// pieceBytes bounds what one call back from tree-sitter copies. A typed
	// character makes it read a few places; a whole leaf of the text at each would be
	// copied for nothing.
	pieceBytes = 2 << 10

	// idleParsers is how many parsers a language keeps for the next parse. More may
	// be at work, one for each document or caller; each costs some 100 KB.
	idleParsers = 2
)

// budgets is how long a parse may take.
type budgets struct {
	whole  time.Duration // of a file from scratch
	typing time.Duration // of what was typed
	asking time.Duration // that an answer waits for
}

// usual is the budgets outside of tests. A file of 1 MiB takes 0.3 s on a busy
// machine; what is typed into one of 12,000 lines takes 0.5 ms, and 60 behind a
// bracket that is not closed.
var usual = budgets{whole: time.Second, typing: 100 * time.Millisecond, asking: 10 * time.Millisecond}

var errStopped = errors.New("syntax: the parse was stopped")

// parsers is the pool of a language. A parser serves one goroutine at a time.
type parsers struct{ idle chan *sitter.Parser }

func newParsers() parsers { return parsers{make(chan *sitter.Parser, idleParsers)} }

func (p parsers) take(l *sitter.Language) *sitter.Parser {
	select {
	case parser := <-p.idle:
		return parser
	default:
		parser := sitter.NewParser()
		parser.SetLanguage(l)
		return parser
	}
}

func (p parsers) give(parser *sitter.Parser) {
	select {
	case p.idle <- parser:
	default:
		parser.Close()
	}
}

// parse makes a tree of text, or says why not: the budget was over, or stop said
// so. old, which may be nil, is an earlier tree with the edits since applied to
// it; it stays the caller's. With parts, only those of the text are parsed, as if
// there was nothing else. The tree is the caller's to close.
//
// The text is read piece by piece through the snapshot: handing over the whole
// text would copy it twice for every typed character. Stop works by pretending
// that the text is over, because the cancel flag of the binding poisons the parser.
func (g *grammar) parse(old *sitter.Tree, text *document.Snapshot, budget time.Duration, stop func() bool, parts ...document.Span) (*sitter.Tree, error) {
	parser := g.parsers.take(g.language)
	defer g.parsers.give(parser)
	parser.SetOperationLimit(max(int(budget.Microseconds()), 1)) // 0 would be no limit
	parser.SetIncludedRanges(included(text, parts))
	stopped := false
	read := func(off uint32, _ sitter.Point) []byte {
		if stopped = stopped || stop(); stopped {
			return nil
		}
		piece := text.Chunk(int(off))
		return []byte(piece[:min(len(piece), pieceBytes)])
	}
	tree, err := parser.ParseInputCtx(context.Background(), old, sitter.Input{Read: read, Encoding: sitter.InputEncodingUTF8})
	if err != nil {
		parser.Reset()
		return nil, err
	}
	if stopped {
		tree.Close()
		return nil, errStopped
	}
	return tree, nil
}

// included is parts as tree-sitter has them; without any it is everything.
func included(text *document.Snapshot, parts []document.Span) []sitter.Range {
	if len(parts) == 0 {
		end := sitter.Point{Row: math.MaxUint32, Column: math.MaxUint32}
		return []sitter.Range{{EndPoint: end, EndByte: math.MaxUint32}}
	}
	var ranges []sitter.Range
	for _, s := range parts {
		ranges = append(ranges, sitter.Range{
			StartPoint: point(text.Point(s.Start)), EndPoint: point(text.Point(s.End)),
			StartByte: uint32(s.Start), EndByte: uint32(s.End),
		})
	}
	return ranges
}

// never is the stop of a parse that only its budget ends.
func never() bool { return false }

// edit tells a tree what became of its text.
func edit(tree *sitter.Tree, e document.Edit) {
	tree.Edit(sitter.EditInput{
		StartIndex:  uint32(e.Start),
		OldEndIndex: uint32(e.OldEnd),
		NewEndIndex: uint32(e.NewEnd),
		StartPoint:  point(e.StartPoint),
		OldEndPoint: point(e.OldEndPoint),
		NewEndPoint: point(e.NewEndPoint),
	})
}

func point(p document.Point) sitter.Point {
	return sitter.Point{Row: uint32(p.Row), Column: uint32(p.Column)}
}
