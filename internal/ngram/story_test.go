package ngram

import (
	"strings"
	"sync"
	"testing"

	"sopro/internal/workspace"
)

// files are a workspace: texts by path.
type files map[string]string

func model(t *testing.T, fs files) *Model {
	t.Helper()
	m := New(Options{})
	for path, text := range fs {
		m.Add(path, language(path), text)
	}
	return m
}

func language(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// expect asks at the mark █ in a document and checks what would be inserted,
// "" for silence.
func expect(t *testing.T, m *Model, path, marked, want string) {
	t.Helper()
	before, after, _ := strings.Cut(marked, "█")
	marked = marked[max(0, len(marked)-80):]
	got, ok := m.Complete(Query{Path: path, LanguageID: language(path), Before: before, After: after})
	if got.Text != want || ok != (want != "") {
		t.Errorf("at %q: %q (%.2f), want %q", marked, got.Text, got.Confidence, want)
	}
	if ok && (got.Confidence < DefaultGate || got.Confidence > 1) {
		t.Errorf("at %q: confidence %f", marked, got.Confidence)
	}
}

const (
	errors  = "func f() error {\n\tx, err := g()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n\n"
	python  = "def area(self):\n    if self.width is None:\n        return None\n    return self.width * self.height\n\n"
	handler = "\thttp.HandleFunc(\"/status\", s.handleStatus)\n\tlog.Printf(\"listening on %s\", s.address)\n"
)

func TestComplete(t *testing.T) {
	m := model(t, files{
		"a/a.go": strings.Repeat(errors, 40), "a/b.go": "package a\n\nfunc main() {\n" + strings.Repeat(handler, 40) + "}\n",
		"a/c.go": strings.Repeat("\tregister(wrap(inner(first), second))\n", 40),
		"p/p.py": strings.Repeat(python, 40),
	})
	for name, c := range map[string]struct{ path, marked, want string }{
		"a whole line":                       {"a/new.go", "\tx, err := g()\n\tif █", "err != nil {"},
		"from the first letters":             {"a/new.go", "\tx, err := g()\n\ti█\n", "f err != nil {"},
		"spaced as the workspace is":         {"a/new.go", "\tx, err := g()\n\tif err█\n", " != nil {"},
		"after the space":                    {"a/new.go", "\tx, err := g()\n\tif err █\n", "!= nil {"},
		"a string with its name":             {"a/new.go", "\thttp.HandleFunc(\"/st█\n", "atus\", s.handleStatus)"},
		"the end of a string that is closed": {"a/new.go", "\thttp.HandleFunc(\"/st█\")\n", "atus"},
		"not the closer that is there":       {"a/new.go", "\tlog.Printf(\"listening on %s\", █)\n", "s.address"},
		"up to what stands there":            {"a/new.go", "\tlog.Printf(█, s.address)\n", "\"listening on %s\""},
		"a call in a call":                   {"a/new.go", "\tregister(wrap(█)\n", "inner(first), second"},
		"Python":                             {"p/new.py", "    if self.█\n", "width is None"},
		"Python, on the next line":           {"p/new.py", "    if self.width is None:\n        r█\n", "eturn None"},
		"CRLF":                               {"a/new.go", "\tx, err := g()\r\n\tif █\r\n}\r\n", "err != nil {"},
		"the last 1 KiB decide":              {"a/new.go", strings.Repeat("// padding to the left of it all\n", 500) + "\tx, err := g()\n\tif █", "err != nil {"},

		"nothing where all is new":         {"a/new.go", "\tquux += █\n", ""},
		"nothing for an unknown word":      {"a/new.go", "\tif zzz█\n", ""},
		"nothing inside a word":            {"a/new.go", "\tif er█r\n", ""},
		"nothing that leads nowhere":       {"a/new.go", "\tif err █banana\n", ""},
		"nothing at the end of the line":   {"a/new.go", "\tx, err := g()\n\tif err != nil {█\n", ""},
		"not the line below once more":     {"a/new.go", "\tx, err := g()\n\t█\n\tif err != nil {\n", ""},
		"not without the line's depth":     {"a/new.go", "x, err := g()\n█", ""},
		"nothing in an empty document":     {"z/z.rs", "█", ""},
		"nothing from other languages":     {"a/new.rb", "  zork.█\n", ""},
		"nothing after bytes that are odd": {"a/new.go", "\xff\xfe\x00█\x00", ""},
	} {
		t.Run(name, func(t *testing.T) { expect(t, m, c.path, c.marked, c.want) })
	}
}

// TestNearerFilesWeighMore asks at one place in four files, where the workspace
// is of two minds.
func TestNearerFilesWeighMore(t *testing.T) {
	m := New(Options{Gate: 0.3})
	for path, level := range map[string]string{"x/a.go": "Info", "x/b.go": "Info", "y/a.go": "Warn", "y/b.go": "Warn", "y/c.go": "Fail"} {
		m.Add(path, "go", strings.Repeat("\tlogger.With(ctx)."+level+"(reason)\n\tstep()\n", 10))
	}
	m.Add("y/many.js", "js", strings.Repeat("\tlogger.With(ctx).trace(reason)\n\tstep()\n", 40))
	for path, want := range map[string]string{"x/new.go": "Info", "y/new.go": "Warn", "x/a.go": "Info", "y/a.go": "Warn", "y/c.go": "Fail"} {
		got, _ := m.Complete(Query{Path: path, LanguageID: "go", Before: "\tstep()\n\tlogger.With(ctx).", After: "\n"})
		if !strings.HasPrefix(got.Text, want) {
			t.Errorf("in %s: %q (%.2f), want %s", path, got.Text, got.Confidence, want)
		}
	}
}

// TestOwnPlace: the document's earlier text has the cursor's place in it,
// followed by what now stands after the cursor. That is no evidence.
func TestOwnPlace(t *testing.T) {
	m := model(t, files{"a.go": "\tfirst(alpha)\n\tthird(gamma)\n"})
	for after, want := range map[string]bool{"\n\tthird(gamma)\n": false, "\n\tother()\n": true} {
		a := &asker{where: map[uint32]int{}, segments: *m.segments.Load(), query: Query{Path: "a.go", LanguageID: "go"}}
		a.lookAhead(after)
		a.context = tokenise("\tfirst(alpha)\n\t").ids
		a.predict()
		if best, _ := a.best(); (best != nil) != want {
			t.Errorf("before %q: a candidate %t, want %t", after, best != nil, want)
		}
	}
}

func TestAddAndRemove(t *testing.T) {
	const ask = "\tx, err := g()\n\tif █\n"
	m := New(Options{})
	expect(t, m, "n.go", ask, "")
	m.Add("a.go", "go", strings.Repeat(errors, 40))
	expect(t, m, "n.go", ask, "err != nil {")
	m.Add("a.go", "go", strings.ReplaceAll(strings.Repeat(errors, 40), "err != nil", "failed(err)"))
	expect(t, m, "n.go", ask, "failed(err) {")
	m.Remove("never.go")
	m.Remove("a.go")
	expect(t, m, "n.go", ask, "")
	if m.Files() != 0 || m.Bytes() != 0 {
		t.Errorf("%d files, %d bytes after the last is removed", m.Files(), m.Bytes())
	}
}

// TestSecretsNeverEnter: docs/security.md row 9. It looks at all that the model holds,
// not only at what it proposes.
func TestSecretsNeverEnter(t *testing.T) {
	for name, secret := range map[string]string{
		"a key":                        "AKIAQ7XN4WLKZT2PBVEM",
		"a token":                      "ghp_x8Kq2mVt5LzR7nWb3JcY9dHf4GsP6aEu1TiO",
		"a hash":                       "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c",
		"a password in a URL":          "hunter2hunter3",
		"a line of a private key":      "MIIEpAIBAAKCAQEA7bq9Zk3Vx8mNwQ2rT5yU",
		"a token at the end of a path": "Zk3Vx8mNwQ2rT5yU7bq9AbC1",
	} {
		t.Run(name, func(t *testing.T) {
			line := map[string]string{
				"a password in a URL":          "\tconnect(\"postgres://app:" + secret + "@db/x\")\n",
				"a line of a private key":      "`-----BEGIN RSA PRIVATE KEY-----\n" + secret + "\n-----END RSA PRIVATE KEY-----`\n",
				"a token at the end of a path": "\tfetch(base/of/some/repository/with/words/" + secret + ")\n",
			}[name]
			if line == "" {
				line = "\tclient.key = \"" + secret + "\"\n\tuse(client)\n"
			}
			m := model(t, files{"a.go": strings.Repeat(line, 8)})
			for _, s := range *m.segments.Load() {
				for _, f := range s.files {
					if strings.Contains(f.text, secret) {
						t.Errorf("the text holds the secret: %q", f.text)
					}
					for i := range f.ids {
						if f.ids[i] >= words && (workspace.HasSecret(f.word(i)) || strings.Contains(f.word(i), "secret]")) {
							t.Errorf("token %q", f.word(i))
						}
					}
				}
			}
			head, _, _ := strings.Cut(line, secret)
			for i := range len(head) {
				for _, typed := range []string{"", secret[:1], secret[:8]} {
					answer, _ := m.Complete(Query{Path: "b.go", LanguageID: "go", Before: line + head[:i+1] + typed, After: "\n"})
					if strings.Contains(answer.Text, secret[8:]) || strings.Contains(answer.Text, workspace.Masked) {
						t.Errorf("after %q: %q", head[:i+1]+typed, answer.Text)
					}
				}
			}
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := New(Options{MaxBytes: 200 << 10})
	for i := range 200 {
		m.Add("d/"+strings.Repeat("x", i)+".go", "go", strings.Repeat(errors, 20))
		if n := m.Bytes(); n > 400<<10 {
			t.Fatalf("%d bytes after %d files", n, i)
		}
	}
	if n := m.Files(); n < 5 || n > 50 {
		t.Errorf("%d files are kept", n)
	}
	expect(t, m, "n.go", "\tx, err := g()\n\tif █\n", "err != nil {")
	m.Add("huge.go", "go", strings.Repeat(errors, 10_000)) // larger than the bound: the only one left
	if n := m.Files(); n != 1 {
		t.Errorf("%d files beside the huge one", n-1)
	}
}

func TestEditingDoesNotPileUp(t *testing.T) {
	m := model(t, files{"a.go": strings.Repeat(errors, 50)})
	first := m.Bytes()
	for range 300 {
		m.Add("a.go", "go", strings.Repeat(errors, 50))
		m.Add("b.go", "go", errors)
	}
	if n := m.Bytes(); n > 3*first {
		t.Errorf("%d bytes after 300 edits of %d", n, first)
	}
	if n := len(*m.segments.Load()); n > 4 {
		t.Errorf("%d segments", n)
	}
}

func TestWhatIsGoneIsCleared(t *testing.T) {
	m := New(Options{})
	for i := range 64 {
		m.Add(strings.Repeat("x", i+1)+".go", "go", strings.Repeat(errors, 10))
	}
	full := m.Bytes()
	for i := range 48 {
		m.Remove(strings.Repeat("x", i+1) + ".go")
	}
	places := 0
	for _, s := range *m.segments.Load() {
		places += len(s.places)
		if 2*s.live() < len(s.places) {
			t.Errorf("a segment of %d tokens, %d of them live", len(s.places), s.live())
		}
	}
	if n := m.Bytes(); n > full/3 {
		t.Errorf("%d of %d bytes (%d tokens) after three of four files are gone", n, full, places)
	}
}

func TestConcurrently(t *testing.T) {
	m := New(Options{MaxBytes: 1 << 20})
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 60 {
				path := string(rune('a'+(i+w)%7)) + ".go"
				if i%5 == 4 {
					m.Remove(path)
				} else {
					m.Add(path, "go", strings.Repeat(errors, i%9))
				}
			}
		})
		all.Go(func() {
			for range 200 {
				if a, ok := m.Complete(Query{Path: "n.go", LanguageID: "go", Before: "\tx, err := g()\n\tif ", After: "\n"}); ok && !strings.HasPrefix("err != nil {", a.Text) {
					t.Errorf("%q", a.Text)
				}
				m.Files()
				m.Bytes()
			}
		})
	}
	all.Wait()
}
