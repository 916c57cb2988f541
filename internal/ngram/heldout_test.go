package ngram

import (
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// doc is a file of a corpus.
type doc struct{ path, language, text string }

// stdlib reads folders of Go's standard library.
func stdlib(tb testing.TB, dirs ...string) []doc {
	tb.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Fatal(err)
	}
	for i, dir := range dirs {
		dirs[i] = filepath.Join(strings.TrimSpace(string(out)), "src", dir)
	}
	return corpus(tb, dirs...)
}

// corpus reads the source files of folders.
func corpus(tb testing.TB, dirs ...string) []doc {
	tb.Helper()
	var docs []doc
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && d.Name() == "testdata" {
				return fs.SkipDir
			}
			ext := strings.TrimPrefix(filepath.Ext(p), ".")
			if err != nil || d.IsDir() || !slices.Contains([]string{"go", "py", "js", "ts", "rs", "java", "c"}, ext) {
				return err
			}
			text, err := os.ReadFile(p)
			if 500 < len(text) && len(text) < 1<<20 {
				docs = append(docs, doc{filepath.ToSlash(p), ext, string(text)})
			}
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return docs
}

// held calls use for lines of every tenth file, with a model of the others
// and of what stands above the line; where whole, of what stands below it too.
func held(docs []doc, o Options, every int, whole bool, use func(m *Model, d doc, before, line, after string)) {
	m := New(o)
	for i, d := range docs {
		if i%10 != 5 {
			m.Add(d.path, d.language, d.text)
		}
	}
	for i, d := range docs {
		if i%10 != 5 {
			continue
		}
		off := 0
		for k, line := range strings.SplitAfter(d.text, "\n") {
			before, below := d.text[:off], d.text[off+len(line):]
			off += len(line)
			if k%every != every/2 || strings.TrimSpace(line) == "" {
				continue
			}
			after := "\n"
			if whole {
				after += below
				m.Add(d.path, d.language, before+below)
			} else {
				m.Add(d.path, d.language, before)
			}
			use(m, d, before, strings.TrimRight(line, "\r\n"), after)
		}
		m.Remove(d.path)
	}
}

// typist counts what typing lines with the engine's help gives.
type typist struct{ keys, saved, right, wrong int }

// line types one line key by key and takes what is shown when it is right. A
// wrong text that is still shown at the next key counts once.
func (y *typist) line(m *Model, d doc, before, line, after string) {
	pos := len(line) - len(strings.TrimLeft(line, " \t"))
	y.keys += len(line) - pos
	shown := ""
	for pos < len(line) {
		got, ok := m.Complete(Query{Path: d.path, LanguageID: d.language, Before: before + line[:pos], After: after})
		switch {
		case ok && strings.HasPrefix(line[pos:], got.Text):
			y.right++
			y.saved += len(got.Text) - 1 // a key accepts it
			pos += len(got.Text)
			shown = ""
			continue
		case ok && got.Text != shown:
			y.wrong++
		}
		if shown = ""; ok && got.Text[0] == line[pos] {
			shown = got.Text[1:]
		}
		pos++
	}
}

// unseen are trees that took no part in fitting the weights of certainty nor
// in choosing the gate and the other constants.
var unseen = []string{"image", "html", "os", "crypto/tls", "database", "mime", "testing", "time", "runtime/pprof", "cmd/cover", "cmd/vet"}

// BenchmarkHeldOut types lines of files that the model has not seen, in new
// files (nothing below the cursor) and in old ones, each tree with a model of
// its own, and counts over all of them. Folders of other source can be named
// in NGRAM_CORPUS; they are counted apart.
func BenchmarkHeldOut(b *testing.B) {
	sets := map[string][][]doc{"go": nil}
	for _, dir := range unseen {
		sets["go"] = append(sets["go"], stdlib(b, dir))
	}
	for _, dir := range filepath.SplitList(os.Getenv("NGRAM_CORPUS")) {
		sets[filepath.Base(dir)] = [][]doc{corpus(b, dir)}
	}
	for name, trees := range sets {
		for _, whole := range []bool{false, true} {
			b.Run(name+map[bool]string{false: "/new-file", true: "/old-file"}[whole], func(b *testing.B) {
				for b.Loop() {
					var y typist
					for _, docs := range trees {
						held(docs, Options{MaxBytes: 1 << 30}, 29, whole, y.line)
					}
					b.ReportMetric(100*float64(y.right)/float64(max(1, y.right+y.wrong)), "%right")
					b.ReportMetric(100*float64(y.saved)/float64(max(1, y.keys)), "%saved")
					b.ReportMetric(float64(y.right+y.wrong), "shown")
				}
			})
		}
	}
}

// prediction is one place: what was known of it and whether it was right.
type prediction struct {
	signs [signs]float64
	right bool
}

// predictions asks for every token of held-out lines, from its start and from
// inside it.
func predictions(docs []doc, every int) []prediction {
	r := rand.New(rand.NewPCG(1, 2))
	var all []prediction
	collect := func(m *Model, d doc, before, line, after string) {
		before = before[max(0, len(before)-maxBefore):]
		before = before[strings.IndexByte(before, '\n')+1:]
		line += "\n"
		s := scan(line, indentation(line))
		for i, id := range s.ids {
			start, end := s.span(i)
			cuts := []int{0}
			switch {
			case end-start > 1 && isWord(line[start]):
				cuts = append(cuts, 1, 1+r.IntN(end-start-1))
			case end-start > 4 && strings.IndexByte("\"'`", line[start]) >= 0:
				cuts = append(cuts, 2, 2+r.IntN(end-start-3))
			}
			for _, cut := range cuts {
				a := &asker{where: map[uint32]int{}, segments: *m.segments.Load(), dir: path.Dir(d.path), begun: line[start : start+cut]}
				a.query = Query{Path: d.path, LanguageID: d.language}
				a.lookAhead(after[:min(len(after), maxAfter)])
				sofar := before + line[:start]
				so := scan(sofar, indentation(sofar))
				a.context = append([]uint32{none}, so.ids...)
				a.predict()
				if best, second := a.best(); best != nil {
					all = append(all, prediction{a.signs(best, second), best.id == id || newline(best.id) && newline(id)})
				}
			}
		}
	}
	held(docs, Options{MaxBytes: 1 << 30}, every, false, collect)
	held(docs, Options{MaxBytes: 1 << 30}, every, true, collect)
	return all
}

// TestCertainty: certainty claims no more and no less than turns out right, in
// files that neither the model nor the weights have seen (the gate was chosen
// with some of them in view). The bands are wide
// because the places of one line are not independent of each other.
func TestCertainty(t *testing.T) {
	var count, right, sum [4]float64
	for _, p := range predictions(stdlib(t, "net/textproto", "net/mail", "net/url", "log", "text/tabwriter"), 31) {
		c := certainty(p.signs)
		band := 0
		for band < 3 && c >= []float64{0.3, 0.7, 0.9}[band] {
			band++
		}
		count[band]++
		sum[band] += c
		right[band] += one(p.right)
	}
	for band := range count {
		claim, truth := sum[band]/count[band], right[band]/count[band]
		t.Logf("claimed %.2f, right %.2f of %.0f", claim, truth, count[band])
		if count[band] < 100 || math.Abs(claim-truth) > 0.08 {
			t.Errorf("claimed %.2f, right %.2f of %.0f", claim, truth, count[band])
		}
	}
}

// BenchmarkFit fits the weights of certainty anew, by Newton's method with a
// little ridge, and prints them.
func BenchmarkFit(b *testing.B) {
	data := predictions(stdlib(b, "encoding", "archive", "bufio"), 11)
	data = append(data, predictions(stdlib(b, "go"), 11)...)
	for _, dir := range filepath.SplitList(os.Getenv("NGRAM_CORPUS")) {
		data = append(data, predictions(corpus(b, dir), 11)...)
	}
	for b.Loop() {
		var w [signs]float64
		for range 12 {
			w = newton(w, data)
		}
		b.Logf("%d places: %.3f", len(data), w)
	}
}

// newton takes one step of logistic regression.
func newton(w [signs]float64, data []prediction) [signs]float64 {
	var h [signs][signs + 1]float64 // Hessian, and the gradient as its last column
	for i := range w {
		h[i][i], h[i][signs] = 1, -w[i]
	}
	for _, d := range data {
		z := 0.0
		for i := range w {
			z += w[i] * d.signs[i]
		}
		p := 1 / (1 + math.Exp(-z))
		for i := range w {
			h[i][signs] += (one(d.right) - p) * d.signs[i]
			for j := range w {
				h[i][j] += p * (1 - p) * d.signs[i] * d.signs[j]
			}
		}
	}
	for i := range w { // Gauss and Jordan
		for k := range w {
			if f := h[k][i] / h[i][i]; k != i {
				for j := range h[k] {
					h[k][j] -= f * h[i][j]
				}
			}
		}
	}
	for i := range w {
		w[i] += h[i][signs] / h[i][i]
	}
	return w
}
