package document

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEditsEqualReference makes random edits to a snapshot and to the reference
// and looks for a difference in text, edits, positions both ways, points and
// lines. SOPRO_EDITS sets how many edits (done with 1,000,000 before a release).
func TestEditsEqualReference(t *testing.T) {
	count := 20_000
	if env := os.Getenv("SOPRO_EDITS"); env != "" {
		n, err := strconv.Atoi(env)
		if err != nil {
			t.Fatalf("SOPRO_EDITS=%q is no number", env)
		}
		count = n
	}
	made := 0
	for seed := uint64(1); made < count; seed++ {
		made += session(t, seed, min(250, count-made))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%d edits", made)
}

// pieces are what random text is made of: line ends in every form and their
// halves, runes of one to four bytes, joined emoji, and what is no UTF-8.
var pieces = []string{
	"\n", "\n", "\r\n", "\r\n", "\r", "\n\r", "\t", " ", "x", "func", "return nil", "é", "ß", "中文", "😀", "👩‍👩‍👧", "\u2028", "\uFEFF",
	"\x00", "\xff", "\xc3", "\xed\xa0\x80", "\xed\xa0\xbd\xed\xb8\x80", "\xe4\xb8", "\xf0\x9f\x98",
}

func randomText(rnd *rand.Rand, most int) string {
	var b strings.Builder
	plain := rnd.IntN(3) == 0 // ASCII takes paths of its own
	for want := rnd.IntN(most + 1); b.Len() < want; {
		if plain {
			b.WriteString(pieces[rnd.IntN(11)])
		} else {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
	}
	return b.String()
}

// session opens one document and edits it n times.
func session(t *testing.T, seed uint64, n int) int {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	enc := []Encoding{UTF16, UTF8, UTF32}[rnd.IntN(3)]
	text := randomText(rnd, []int{0, 20, 300, 6000}[rnd.IntN(4)])
	s, ref := New("file:///a.go", "go", 0, text), newReference(text)

	type kept struct {
		s    *Snapshot
		text string
	}
	held := []kept{{s, string(ref.text)}}
	for made, version := 0, int32(0); made < n; version++ {
		var changes []Change
		var want []Edit
		for range 1 + rnd.IntN(3) {
			c := randomChange(rnd, ref, enc)
			changes = append(changes, c)
			want = append(want, ref.change(enc, c))
		}
		next, edits, err := s.Apply(version, enc, changes)
		if err != nil {
			t.Errorf("%+v: %v", changes, err)
			return made
		}
		if !slices.Equal(edits, want) {
			t.Errorf("%+v of %q: edits %+v, want %+v", changes, s.String(), edits, want)
		}
		s = next
		made += len(changes)
		sample(t, rnd, s, ref)
		if rnd.IntN(50) == 0 {
			held = append(held, kept{s, string(ref.text)})
		}
		if t.Failed() {
			return made
		}
	}
	compareAll(t, s, ref)
	checkTree(t, s.root, 1)
	for _, k := range held {
		if k.s.String() != k.text {
			t.Errorf("a snapshot that was held changed to %q", k.s.String())
		}
	}
	return n
}

// randomChange is mostly a small edit as typing makes them, sometimes a big
// one, sometimes one past every end.
func randomChange(rnd *rand.Rand, ref *reference, enc Encoding) Change {
	if rnd.IntN(400) == 0 {
		return Change{Text: randomText(rnd, 3000)}
	}
	off := rnd.IntN(len(ref.text) + 1)
	reach := []int{0, 0, 1, 2, 10, 200}[rnd.IntN(6)]
	if len(ref.text) > 4000 { // keeps the text at a few leaves
		reach = 6000
	}
	r := Range{ref.position(enc, off), ref.position(enc, off+rnd.IntN(reach+1))}
	if rnd.IntN(10) == 0 {
		r.End.Character += rnd.IntN(5)
	}
	if rnd.IntN(30) == 0 {
		r.End.Line += rnd.IntN(100)
	}
	return Change{Range: &r, Text: randomText(rnd, []int{0, 0, 1, 1, 5, 60, 2500}[rnd.IntN(7)])}
}

// sample compares text and lines, and all conversions at a few places.
func sample(t *testing.T, rnd *rand.Rand, s *Snapshot, ref *reference) {
	t.Helper()
	if got := s.String(); got != string(ref.text) {
		t.Errorf("text %q, want %q", got, ref.text)
		return
	}
	lines := ref.lines()
	if s.LineCount() != len(lines) {
		t.Errorf("%d lines, want %d in %q", s.LineCount(), len(lines), ref.text)
	}
	comparePlace(t, s, ref, lines, rnd.IntN(len(ref.text)+3)-1)
	line := rnd.IntN(len(lines)+2) - 1
	comparePosition(t, s, ref, Position{line, rnd.IntN(40) - 1})
}

// compareAll compares every conversion at every place.
func compareAll(t *testing.T, s *Snapshot, ref *reference) {
	t.Helper()
	lines := ref.lines()
	step := 1 + len(ref.text)/100
	for off := -1; off <= len(ref.text)+1; off += step {
		comparePlace(t, s, ref, lines, off)
	}
	step = 1 + len(lines)/50
	for line := -1; line <= len(lines)+1; line += step {
		for _, character := range []int{-1, 0, 1, 2, 3, 7, 1 << 31} {
			comparePosition(t, s, ref, Position{line, character})
		}
	}
	var read strings.Builder
	for off := 0; ; {
		chunk := s.Chunk(off)
		if chunk == "" {
			break
		}
		read.WriteString(chunk)
		off += len(chunk)
	}
	if read.String() != string(ref.text) {
		t.Errorf("chunks read %q, want %q", read.String(), ref.text)
	}
}

// comparePlace compares what is said about one offset.
func comparePlace(t *testing.T, s *Snapshot, ref *reference, lines []Span, off int) {
	t.Helper()
	in := min(max(off, 0), len(ref.text))
	for _, enc := range []Encoding{UTF16, UTF8, UTF32} {
		if got, want := s.Mapper(enc).Position(off), ref.position(enc, off); got != want {
			t.Errorf("%v position of %d: %v, want %v in %q", enc, off, got, want, ref.text)
		}
	}
	if got, want := s.Point(off), ref.point(off); got != want {
		t.Errorf("point of %d: %v, want %v in %q", off, got, want, ref.text)
	}
	line := ref.lineAt(in)
	if got := s.LineAt(off); got != line {
		t.Errorf("line at %d: %d, want %d in %q", off, got, line, ref.text)
	}
	if got, want := (Span{s.LineStart(line), s.LineEnd(line)}), lines[line]; got != want {
		t.Errorf("line %d: %v, want %v in %q", line, got, want, ref.text)
	}
	if got, want := s.Line(line), string(ref.text[lines[line].Start:lines[line].End]); got != want {
		t.Errorf("line %d: %q, want %q in %q", line, got, want, ref.text)
	}
	end := min(in+in/3, len(ref.text))
	if got, want := s.Slice(Span{off, end}), string(ref.text[in:end]); got != want {
		t.Errorf("slice %d to %d: %q, want %q", off, end, got, want)
	}
}

// comparePosition compares what is said about one position.
func comparePosition(t *testing.T, s *Snapshot, ref *reference, p Position) {
	t.Helper()
	for _, enc := range []Encoding{UTF16, UTF8, UTF32} {
		got, ok := s.Mapper(enc).Exact(p)
		if want, wantOK := ref.offset(enc, p); got != want || ok != wantOK {
			t.Errorf("%v offset of %v: %d %v, want %d %v in %q", enc, p, got, ok, want, wantOK, ref.text)
		}
	}
}

// checkTree checks what the rope promises about its own shape. A tree of one
// leaf may hold fewer bytes than leaves do elsewhere.
func checkTree(t *testing.T, n *node, least int) {
	t.Helper()
	if n == nil {
		return
	}
	if n.left == nil {
		if len(n.text) < least || len(n.text) > maxLeaf || n.sum != summarise(n.text) || n.height != 0 {
			t.Errorf("leaf of %d bytes, height %d, summary %+v", len(n.text), n.height, n.sum)
		}
		return
	}
	if d := n.left.height - n.right.height; d < -1 || d > 1 {
		t.Errorf("branch out of balance: %d and %d", n.left.height, n.right.height)
	}
	if n.height != 1+max(n.left.height, n.right.height) {
		t.Errorf("height %d over %d and %d", n.height, n.left.height, n.right.height)
	}
	var b strings.Builder
	n.write(&b, 0, n.sum.bytes)
	if n.sum != summarise(b.String()) {
		t.Errorf("branch summary %+v, want %+v", n.sum, summarise(b.String()))
	}
	checkTree(t, n.left, minLeaf)
	checkTree(t, n.right, minLeaf)
}

// Edits that bring and take whole trees need every rotation to stay in balance.
func TestBigEditsKeepBalance(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	line := "for i := range items { sum += items[i].price }\n"
	s, ref := New("file:///a.go", "go", 0, ""), newReference("")
	for i := range 1_500 {
		start := rnd.IntN(s.Len() + 1)
		end := start
		if s.Len() > 200_000 {
			end = min(start+rnd.IntN(80_000), s.Len())
		}
		text := strings.Repeat(line, rnd.IntN(1+[]int{0, 10, 100, 1000}[rnd.IntN(4)]))
		s, _ = s.Splice(Span{start, end}, text)
		ref.text = slices.Concat(ref.text[:start], []byte(text), ref.text[end:])
		if i%100 == 0 {
			checkTree(t, s.root, 1)
		}
	}
	if s.String() != string(ref.text) {
		t.Error("the texts differ")
	}
}

func FuzzApply(f *testing.F) {
	f.Add("package a\r\n\r\nfunc f() {}\n", 0, 9, 1, 0, "\n", uint8(0))
	f.Add("a\rb", 0, 1, 1, 0, "\n", uint8(1))
	f.Add("x😀y", 0, 2, 0, 3, "é", uint8(0))
	f.Add("\xed\xa0\x80z", 0, 1, 0, 2, "\xff", uint8(2))
	f.Add(strings.Repeat("line\r\n", 400), 3, 1, 350, 9, "\n", uint8(0))
	f.Fuzz(func(t *testing.T, text string, l1, c1, l2, c2 int, insert string, e uint8) {
		enc := Encoding(e % 3)
		r := Range{Position{l1, c1}, Position{l2, c2}}
		s, ref := New("untitled:a", "", 0, text), newReference(text)
		next, edits, err := s.Apply(1, enc, []Change{{Range: &r, Text: insert}})
		if inverted := l2 < l1 || l2 == l1 && c2 < c1; inverted != (err != nil) {
			t.Fatalf("inverted %v, error %v", inverted, err)
		} else if inverted {
			return
		}
		if want := ref.change(enc, Change{Range: &r, Text: insert}); edits[0] != want {
			t.Fatalf("edit %+v, want %+v", edits[0], want)
		}
		if next.String() != string(ref.text) {
			t.Fatalf("text %q, want %q", next.String(), ref.text)
		}
		compareAll(t, next, ref)
		checkTree(t, next.root, 1)
	})
}
