package learn

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sopro/internal/document"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var someday = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// desk is a person at an editor: a document with a cursor, and a clock.
type desk struct {
	t      *testing.T
	ledger *Ledger
	now    time.Time
	text   *document.Snapshot
	cursor int
	id     string // of the newest item
	ids    []string
}

func newDesk(t *testing.T, text string) *desk {
	before, after, _ := strings.Cut(text, "█")
	return &desk{
		t: t, ledger: NewLedger(NewBook("")), now: someday, cursor: len(before),
		text: document.New("file:///a.go", "go", 1, before+after),
	}
}

// edit replaces a span by one change, as an editor sends it.
func (d *desk) edit(start, end int, with string) {
	d.now = d.now.Add(time.Millisecond)
	m := d.text.Mapper(document.UTF16)
	r := m.Range(document.Span{Start: start, End: end})
	next, edits, err := d.text.Apply(d.text.Version()+1, document.UTF16, []document.Change{{Range: &r, Text: with}})
	if err != nil {
		d.t.Fatal(err)
	}
	d.text = next
	d.ledger.Edited(d.now, next, edits)
}

// do plays one step of a story: a verb and what it is about, quoted where it is text.
func (d *desk) do(step string) {
	verb, rest, _ := strings.Cut(step, " ")
	text, err := strconv.Unquote(rest)
	if err != nil {
		text = rest
	}
	switch verb {
	case "show", "offer": // "shown" or "shown|hidden by the gate"; a "~n" before it stands for n bytes right of the cursor
		over := 0
		if n, after, ok := strings.Cut(text, "~"); ok && n != "" {
			over, _ = strconv.Atoi(n)
			text = after
		}
		shown, hidden, _ := strings.Cut(text, "|")
		item := Item{
			Kind: Kind{Model: "m", Language: "go", Place: LineEnd, Text: shown, Sure: 0.9}, Text: d.text, Offset: d.cursor,
			Replace: document.Span{Start: d.cursor, End: d.cursor + over}, Shown: shown, Said: shown + hidden,
		}
		for i, gate := range Gates {
			if item.Cuts[i] = len(shown); gate < 0.7 {
				item.Cuts[i] = len(item.Said)
			}
		}
		name := d.ledger.Show
		if verb == "offer" {
			name = d.ledger.Offer
		}
		if id := name(d.now, item); id != "" {
			d.id, d.ids = id, append(d.ids, id)
		}
	case "type":
		for _, r := range text {
			d.edit(d.cursor, d.cursor, string(r))
			d.cursor += len(string(r))
		}
	case "put":
		d.edit(d.cursor, d.cursor, text)
		d.cursor += len(text)
	case "pair": // an opener, to which the editor adds its closer
		d.edit(d.cursor, d.cursor, text)
		d.cursor++
	case "over": // replaces so many bytes right of the cursor
		n, with, _ := strings.Cut(text, "~")
		over, _ := strconv.Atoi(n)
		d.edit(d.cursor, d.cursor+over, with)
		d.cursor += len(with)
	case "word": // replaces the word before the cursor, as an item of a menu does
		start := d.cursor
		for start > 0 && strings.ContainsAny(d.text.Slice(document.Span{Start: start - 1, End: start}), "abcdefghijklmnopqrstuvwxyz") {
			start--
		}
		d.edit(start, d.cursor, text)
		d.cursor = start + len(text)
	case "back":
		n, _ := strconv.Atoi(text)
		d.edit(d.cursor-n, d.cursor, "")
		d.cursor -= n
	case "above":
		d.edit(0, 0, text)
		d.cursor += len(text)
	case "format": // the whole document, anew
		next, edits, err := d.text.Apply(d.text.Version()+1, document.UTF16, []document.Change{{Text: text}})
		if err != nil {
			d.t.Fatal(err)
		}
		d.text, d.cursor = next, len(text)
		d.ledger.Edited(d.now, next, edits)
	case "go":
		d.cursor, _ = strconv.Atoi(text)
	case "wait":
		long, err := time.ParseDuration(text)
		if err != nil {
			d.t.Fatal(err)
		}
		d.now = d.now.Add(long)
	case "accepted":
		d.ledger.Accepted(d.now, d.id)
	case "part":
		d.ledger.AcceptedPart(d.now, d.id)
	case "screen":
		d.ledger.OnScreen(d.now, d.id)
	case "close":
		d.ledger.Closed(d.now, d.text.URI())
	case "sync":
		if err := d.ledger.Sync(d.now); err != nil {
			d.t.Fatal(err)
		}
	default:
		d.t.Fatalf("no verb %q", verb)
	}
}

// counted is the record in one line.
func (d *desk) counted() string {
	r := d.ledger.book.base.plus(d.ledger.book.fresh)[key{"m", "go"}]
	if r == nil {
		return "nothing"
	}
	said := fmt.Sprintf("shown %d accepted %d typed %d", r.Shown, r.Accepted, r.Typed)
	for i, s := range r.Standing {
		if s.Of > 0 {
			said += fmt.Sprintf(" %s %d/%d", Times[i], s.Standing, s.Of)
		}
	}
	return said + fmt.Sprintf(" gate .5 %d+%d .7 %d+%d", r.Gates.Right[0], r.Gates.Wrong[0], r.Gates.Right[4], r.Gates.Wrong[4])
}

func TestWhatBecomesOfIt(t *testing.T) {
	for _, c := range []struct {
		story, text, steps, want string
	}{
		{"taken whole by the next change", "x = █", `show "sum(a, b)"; wait 1s; put "sum(a, b)"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"taken at once", "x = █", `show "sum(a, b)"; put "sum(a, b)"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"taken by a command after the change", "x = █", `show "sum(a)"; put "sum(a)"; accepted; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"taken by a command before the change", "x = █", `show "sum(a)"; accepted; put "sum(a)"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"one character taken by a command", "x = █", `show ")"; put ")"; accepted; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"a command that comes late", "x = █", `show ")"; put ")"; close; accepted`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"one character typed", "x = █", `show ")"; wait 1s; put ")"; close`, "shown 0 accepted 0 typed 1 gate .5 1+0 .7 1+0"},
		{"a word of it", "x = █", `show "first second"; put "first"; show " second"; go 0; close`, "shown 1 accepted 1 typed 0 gate .5 0+0 .7 0+0"},
		{"a word, and then all", "x = █", `show "first second"; put "first"; show " second"; put " second"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"a word that the client tells of", "x = █", `show "if x"; put "if"; part; close`, "shown 1 accepted 1 typed 0 gate .5 0+0 .7 0+0"},
		{"a line of it", "x = █", `show "one(\n\ttwo)"; put "one(\n"; close`, "shown 1 accepted 1 typed 0 gate .5 0+0 .7 0+0"},
		{"typed through", "x = █", `show "sum(a)"; wait 1s; type "sum(a)"; close`, "shown 0 accepted 0 typed 1 gate .5 1+0 .7 1+0"},
		{"typed through, asked at each key", "x = █", `show "abc"; type "a"; show "bc"; type "b"; show "c"; type "c"; close`, "shown 0 accepted 0 typed 1 gate .5 1+0 .7 1+0"},
		{"a few keys in one change", "x = █", `show "summary"; put "su"; put "mma"; type "ry"; close`, "shown 0 accepted 0 typed 1 gate .5 1+0 .7 1+0"},
		{"brackets that the editor closes", "x = █", `show "f(a)"; type "f"; pair "()"; show "a)"; type "a"; close`, "shown 0 accepted 0 typed 1 gate .5 1+0 .7 1+0"},
		{"seen and contradicted", "x = █", `show "sum"; wait 1s; type "max"; wait 6s; type "."; close`, "shown 1 accepted 0 typed 0 gate .5 0+1 .7 0+1"},
		{"contradicted before it was seen", "x = █", `show "sum"; type "max"; wait 6s; type "."; close`, "shown 0 accepted 0 typed 0 gate .5 0+1 .7 0+1"},
		{"a slip of the finger", "x = █", `show "sum"; type "sy"; back 1; type "um"; close`, "shown 0 accepted 0 typed 1 gate .5 1+0 .7 1+0"},
		{"left standing", "x = █\n\n", `show "sum"; wait 1s; go 0; show "import"; close`, "shown 1 accepted 0 typed 0 gate .5 0+0 .7 0+0"},
		{"what the gate hid was right", "x = █", `show "sum|(a)"; put "sum"; type "(a)"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"what the gate hid was wrong", "x = █", `show "sum|(a)"; put "sum"; type "(b)"; wait 6s; type "."; close`, "shown 1 accepted 1 typed 0 gate .5 0+1 .7 1+0"},
		{"the gate hid all, and rightly", "x = █", `show "|sum"; type "max"; close`, "shown 0 accepted 0 typed 0 gate .5 0+1 .7 0+0"},
		{"the next one while the former is not at its end", "x = █", `show "sum|(a)"; put "sum"; show "(a)"; put "(a)"; close`, "shown 2 accepted 2 typed 0 gate .5 1+0 .7 2+0"},
		{"more of it, while it streams", "x = █", `show "sum("; show "sum(a)"; put "sum(a)"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"it stands for what is right of the cursor", "x = f(█)", `show "1~a)"; over "1~a)"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"an item of a menu", "x = su█", `show "m(a)"; word "sum(a)"; close`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"a client that tells what it shows", "x = █", `screen; show "sum"; wait 1s; type "max"; wait 6s; type "."; close`, "shown 0 accepted 0 typed 0 gate .5 0+1 .7 0+1"},
		{"a client that tells that it shows it", "x = █", `show "sum"; screen; wait 1s; type "max"; wait 6s; type "."; close`, "shown 1 accepted 0 typed 0 gate .5 0+1 .7 0+1"},
		{"another suggestion is taken", "x = █", `show "total"; wait 1s; show "total"; offer "sum"; put "sum"; accepted; wait 6s; type "."; close`, "shown 2 accepted 1 typed 0 gate .5 0+1 .7 0+1"},
		{"the first of several is taken", "x = █", `show "total"; wait 1s; show "total"; offer "sum"; offer "abs"; wait 1s; put "total"; wait 31s; type "."; close`, "shown 1 accepted 1 typed 0 30s 5/5 gate .5 1+0 .7 1+0"},
		{"pasted elsewhere", "x = █\n\n", `show "sum(a)"; go 0; put "sum(a)"; close`, "nothing"},
		{"all of it still stands", "x = █", `show "sum(a)"; put "sum(a)"; wait 31s; type ";"; wait 2m; type "!"; wait 5m; sync`, "shown 1 accepted 1 typed 0 30s 6/6 2m0s 6/6 5m0s 6/6 gate .5 1+0 .7 1+0"},
		{"two characters were changed", "x = █", `show "sum(a)"; put "sum(a)"; back 2; type "bc)"; wait 31s; sync`, "shown 1 accepted 1 typed 0 30s 4/6 gate .5 1+0 .7 1+0"},
		{"changed after the look", "x = █", `show "sum(a)"; put "sum(a)"; wait 31s; back 6; wait 2m; sync`, "shown 1 accepted 1 typed 0 30s 6/6 2m0s 0/6 gate .5 1+0 .7 1+0"},
		{"undone", "x = █", `show "sum(a)"; put "sum(a)"; back 6; wait 31s; sync`, "shown 1 accepted 1 typed 0 30s 0/6 gate .5 1+0 .7 1+0"},
		{"the text above has grown", "x = █", `show "sum(a)"; put "sum(a)"; above "package a\n"; wait 31s; sync`, "shown 1 accepted 1 typed 0 30s 6/6 gate .5 1+0 .7 1+0"},
		{"formatted", "x=█", `show "sum(a)"; put "sum(a)"; format "package a\n\nx := 1 + sum(a)\n"; wait 31s; sync`, "shown 1 accepted 1 typed 0 30s 6/6 gate .5 1+0 .7 1+0"},
		{"closed too early", "x = █", `show "sum(a)"; put "sum(a)"; wait 29s; close; wait 5m; sync`, "shown 1 accepted 1 typed 0 gate .5 1+0 .7 1+0"},
		{"letters of more bytes than one", "x = █", `show "größe"; put "größe"; wait 31s; back 1; sync`, "shown 1 accepted 1 typed 0 30s 5/5 gate .5 1+0 .7 1+0"},
	} {
		t.Run(c.story, func(t *testing.T) {
			d := newDesk(t, c.text)
			for step := range strings.SplitSeq(c.steps, "; ") {
				d.do(step)
			}
			if got := d.counted(); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.steps, got, c.want)
			}
		})
	}
}

// A client that was heard to run commands is believed: what stands there without one was typed.
func TestAClientThatTells(t *testing.T) {
	d := newDesk(t, "x = █")
	for step := range strings.SplitSeq(`show "sum"; put "sum"; accepted; put " + "; show "total"; put "total"; close`, "; ") {
		d.do(step)
	}
	if got := d.counted(); !strings.HasPrefix(got, "shown 1 accepted 1 typed 1") {
		t.Error(got)
	}
	if n := d.ledger.Count(); n != 1 {
		t.Errorf("%d accepted", n)
	}
}

// Names are unique, and each item is accepted once, whatever else is said.
func TestNames(t *testing.T) {
	d := newDesk(t, "x = █")
	for range 3 {
		d.do(`show "sum"`)
	}
	if d.ids[0] == d.ids[1] || d.ids[1] == d.ids[2] {
		t.Errorf("names %v", d.ids)
	}
	if !d.ledger.Accepted(d.now, d.ids[2]) || d.ledger.Accepted(d.now, d.ids[2]) || d.ledger.Accepted(d.now, "c0") {
		t.Error("accepted more than once, or never")
	}
	if d.ledger.Accepted(d.now, d.ids[0]); d.ledger.Count() != 1 {
		t.Errorf("the same text under another name is counted: %d", d.ledger.Count())
	}
}

// FuzzEdits makes edits of every kind at every place: nothing panics, and what is counted can be written and read again.
func FuzzEdits(f *testing.F) {
	f.Add([]byte("sum(a)\x00\x01\x02xyz)]}"))
	f.Add([]byte{1, 4, 2, 9, 3, 0, 0, 7, 5, 1, 1, 1, 1, 6, 2})
	f.Fuzz(func(t *testing.T, moves []byte) {
		d := newDesk(t, "package a\n\nvar größe = █)\n")
		for len(moves) >= 3 {
			verb, at, n := moves[0], int(moves[1]), int(moves[2])
			moves = moves[3:]
			d.now = d.now.Add(time.Duration(n) * time.Second)
			length := d.text.Len()
			at = d.text.Mapper(document.UTF8).Offset(d.text.Mapper(document.UTF8).Position(at % (length + 1)))
			switch verb % 7 {
			case 0:
				d.cursor = at
				d.do(`show "sum(a)|, b"`)
			case 1:
				d.cursor = at
				d.do(`show "2~sum()"`)
			case 2:
				d.edit(at, min(at+n, length), "sum(a)"[:n%7])
			case 3:
				d.edit(at, at, "sum(")
			case 4:
				d.ledger.Accepted(d.now, d.id)
			case 5:
				d.do("close")
			case 6:
				d.ledger.AcceptedPart(d.now, d.id)
			}
		}
		d.do("sync")
		for _, r := range d.ledger.book.base {
			if !r.sane() {
				t.Errorf("%+v", r)
			}
		}
	})
}

func stateFile(t *testing.T) string {
	return filepath.Join(t.TempDir(), "sopro", "completions.json")
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}
