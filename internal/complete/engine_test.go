package complete

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sopro/internal/document"
	"sopro/internal/model"
	"sopro/internal/ngram"
	"sopro/internal/prompt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// voice is a model that says its tokens one after another, a pause before each, and ends with err or by itself.
type voice struct {
	tokens []string
	pause  time.Duration
	err    error
	asked  []model.Request
	cut    int // streams that were closed before their end
}

func (v *voice) stream(ctx context.Context, _ model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		v.asked = append(v.asked, r)
		for _, token := range v.tokens {
			select {
			case <-time.After(v.pause):
			case <-ctx.Done():
				v.cut++
				yield(model.Chunk{}, ctx.Err())
				return
			}
			if !yield(model.Chunk{Text: token, Tokens: []model.Token{{Text: token, Prob: 1, Known: true}}}, nil) {
				return
			}
		}
		if v.err != nil {
			yield(model.Chunk{}, v.err)
			return
		}
		yield(model.Chunk{Done: &model.Stats{PromptTokens: 10, Reason: "stop"}}, nil)
	}
}

// say is a voice of tokens parted by "·".
func say(stream string) *voice {
	return &voice{tokens: strings.Split(stream, "·"), pause: 10 * time.Millisecond}
}

func newEngine(t *testing.T, v *voice, asking prompt.Asking) *Engine {
	t.Helper()
	e := New(Parts{
		Choose: func() (Choice, error) {
			return Choice{Model: "m", Asking: asking, Options: model.Options{NumCtx: 2048}}, nil
		},
		Available: func(string) Availability { return Ready },
		Stream:    v.stream,
		Estimate:  func(_, _, text string) int { return len(text)/3 + 1 },
		Observe:   func(string, string, int, int) {},
		Options:   Options{Enabled: true, Automatic: true, Gate: 0.7, MaxTokens: 256, ContextTokens: 1536},
	})
	t.Cleanup(e.Close)
	e.Opened("file:///a.go")
	return e
}

var qwen = prompt.Recognise(prompt.Identity{Name: "qwen2.5-coder:1.5b-base"})

// at is a request for a document with the cursor at █.
func at(t *testing.T, doc string) Request {
	text, offset := cursor(t, doc)
	return Request{Text: document.New("file:///a.go", "go", 1, text), Offset: offset, Path: "a.go", Repo: "r"}
}

// newer is a request for version 2 of the document.
func newer(t *testing.T, doc string) Request {
	r := at(t, doc)
	r.Text = document.New("file:///a.go", "go", 2, r.Text.String())
	return r
}

// shown is the text of the one item of a reply.
func shown(t *testing.T, e *Engine, r Request) string {
	t.Helper()
	reply, err := e.Complete(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Superseded {
		return "null"
	}
	if len(reply.Items) == 0 {
		return ""
	}
	item := reply.Items[0]
	if item.Replace.Start != r.Offset {
		t.Errorf("the item replaces %v, it should start at %d", item.Replace, r.Offset)
	}
	return item.Text
}

const hole = "package a\n\nfunc add(a, b int) int {\n\treturn █\n}\n"

func TestAnItemIsShownAndAcceptedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := say("a· + b·\n·}·\n")
		e := newEngine(t, v, qwen)
		reply, err := e.Complete(t.Context(), at(t, hole))
		if err != nil || len(reply.Items) != 1 || reply.Items[0].Text != "a + b" {
			t.Fatalf("reply %+v, %v", reply, err)
		}
		id := reply.Items[0].ID
		if !e.Accepted(id) || e.Accepted(id) || e.Accepted("never shown") || e.Accepteds() != 1 {
			t.Error("an item that was shown counts once, others not at all")
		}
		if p := v.asked[0].Prompt; !v.asked[0].Raw || !strings.HasPrefix(p, "<|fim_prefix|>") || !strings.HasSuffix(p, "<|fim_middle|>") {
			t.Errorf("asked with %q", p)
		}
		e.Close()
	})
}

func TestACancelledRequestLeavesItsGeneration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := say("a· + b·\n·}·\n")
		e := newEngine(t, v, qwen)
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
		defer cancel()
		if _, err := e.Complete(ctx, at(t, hole)); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("error %v", err)
		}
		if got := shown(t, e, at(t, hole)); got != "a + b" || len(v.asked) != 1 || v.cut != 0 {
			t.Errorf("shown %q after %d requests, %d cut", got, len(v.asked), v.cut)
		}
		e.Close()
	})
}

func TestAnEditSupersedesAndTypingJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := say("total· / n·\n·}·\n")
		e := newEngine(t, v, qwen)
		first := make(chan string)
		go func() { first <- shown(t, e, at(t, hole)) }()
		synctest.Wait()
		r := newer(t, "package a\n\nfunc add(a, b int) int {\n\treturn to█\n}\n")
		e.Edited(document.New("file:///a.go", "go", 2, ""), nil)
		if got := <-first; got != "null" {
			t.Errorf("the older request got %q", got)
		}
		if got := shown(t, e, r); got != "tal / n" || len(v.asked) != 1 {
			t.Errorf("the newer got %q after %d requests", got, len(v.asked))
		}
		e.Close()
	})
}

func TestAContradictionClosesTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := say("a· + b· + c· + d·\n")
		e := newEngine(t, v, qwen)
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
		defer cancel()
		e.Complete(ctx, at(t, hole))
		r := newer(t, "package a\n\nfunc add(a, b int) int {\n\treturn x█\n}\n")
		e.Edited(document.New("file:///a.go", "go", 2, ""), nil)
		shown(t, e, r)
		if v.cut != 1 || len(v.asked) != 2 {
			t.Errorf("%d streams cut of %d", v.cut, len(v.asked))
		}
		e.Close()
	})
}

func TestADeadModelIsNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &voice{tokens: []string{"a"}, err: &model.Error{Kind: model.Cut, Message: "the runner died"}}
		e := newEngine(t, v, qwen)
		if got := shown(t, e, at(t, hole)); got != "" {
			t.Errorf("shown %q", got)
		}
		e.Close()
	})
}

func TestAChatModelIsCutOutOfItsFence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := say("Here is the code:\n·```go\n·a + b·\n```\n")
		e := newEngine(t, v, prompt.Recognise(prompt.Identity{Name: "llama3.2:3b", Capabilities: []string{"completion"}}))
		if got := shown(t, e, at(t, hole)); got != "a + b" {
			t.Errorf("shown %q", got)
		}
		if len(v.asked[0].Messages) == 0 || v.asked[0].Prompt != "" || strings.Contains(v.asked[0].Messages[0].Content, "fim_prefix") {
			t.Errorf("asked with %+v", v.asked[0])
		}
		e.Close()
	})
}

func TestAChatModelThatSaysOnlyTheCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEngine(t, say("a + b"), prompt.Recognise(prompt.Identity{Name: "llama3.2:3b", Capabilities: []string{"completion"}}))
		if got := shown(t, e, at(t, hole)); got != "a + b" {
			t.Errorf("shown %q", got)
		}
		e.Close()
	})
}

// TestHiddenCharacters is docs/security.md row 16, for a model and for the built-in engine.
func TestHiddenCharacters(t *testing.T) {
	for _, c := range []struct{ name, doc, says, want string }{
		{"bidi override", hole, "a\u202e + b·\n", ""},
		{"zero-width space", hole, "a\u200b + b·\n", ""},
		{"joiner", hole, "a\u200d + b·\n", ""},
		{"tag", hole, "a\U000e0041 + b·\n", ""},
		{"escape", hole, "\x1b[2Ja + b·\n", ""},
		{"one that the file has", "// \u200b\n" + hole, "a\u200b + b·\n", "a\u200b + b"},
		{"another than the file has", "// \u200c\n" + hole, "a\u200b + b·\n", ""},
		{"the file's line ends", strings.ReplaceAll("f() {█\n\tg()\n}\n", "\n", "\r\n"), "\n·\tx()\n·\ty()\n", "\r\n\tx()"},
		{"wide characters", hole, "a + \"日本 🎉\"·\n", "a + \"日本 🎉\""},
	} {
		t.Run("model, "+c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEngine(t, say(c.says), qwen)
				if got := shown(t, e, at(t, c.doc)); got != c.want {
					t.Errorf("shown %q, want %q", got, c.want)
				}
				e.Close()
			})
		})
		t.Run("built-in, "+c.name, func(t *testing.T) {
			line, _, _ := strings.Cut(c.says, "·")
			if !strings.HasPrefix(c.want, "\r") { // it says one line
				e := New(Parts{
					Choose:  func() (Choice, error) { return Choice{}, errors.New("none") },
					Builtin: func(ngram.Query) (ngram.Answer, bool) { return ngram.Answer{Text: line}, true },
					Options: Options{Enabled: true, Automatic: true},
				})
				t.Cleanup(e.Close)
				e.Opened("file:///a.go")
				if got := shown(t, e, at(t, c.doc)); got != c.want {
					t.Errorf("shown %q, want %q", got, c.want)
				}
			}
		})
	}
}

func TestWhatWaitsIsLetGoAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &voice{tokens: []string{"a"}, pause: time.Hour}
		e := newEngine(t, v, qwen)
		waiting := make(chan string)
		go func() { waiting <- shown(t, e, at(t, hole)) }()
		synctest.Wait()
		e.Close()
		if got := <-waiting; got != "" {
			t.Errorf("got %q", got)
		}
		if got := shown(t, e, at(t, hole)); got != "" || e.Warm(at(t, hole)) {
			t.Error("a closed engine still speaks")
		}
	})
}

func TestWarmingEvaluatesThePromptThatIsAskedNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := say("a· + b·\n")
		e := newEngine(t, v, qwen)
		if !e.Warm(at(t, hole)) {
			t.Fatal("not started")
		}
		time.Sleep(time.Second)
		shown(t, e, at(t, hole))
		if len(v.asked) != 2 || v.asked[0].MaxTokens != 0 || !strings.HasPrefix(v.asked[1].Prompt, v.asked[0].Prompt) || !strings.HasSuffix(v.asked[0].Prompt, "return ") {
			t.Errorf("asked %+v", v.asked)
		}
		e.Close()
	})
}

func TestThePromptStaysBelowTheContext(t *testing.T) {
	v := say("x")
	e := newEngine(t, v, qwen)
	r := at(t, strings.Repeat("var some = name\n", 4000)+"█"+strings.Repeat("\nvar some = name", 4000))
	p, err := e.Prepare(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if limit := 2048 - 256; p.Tokens >= limit || p.Budget >= limit || len(p.Request.Prompt)/3 >= limit {
		t.Errorf("%d tokens of a budget of %d", p.Tokens, p.Budget)
	}
}

func TestTheDocumentsOwnSpelling(t *testing.T) {
	for _, c := range []struct{ name, doc, stream, want string }{
		{"tabs", "func f() {\n\tx()\n\t█", "if a {·\n·    ·    y()·\n}", "if a {\n\t\ty()\n}"},
		{"spaces", "def f():\n    x()\n    █", "if a:·\n\t\ty()·\n", "if a:\n        y()\n"},
		{"two spaces", "f:\n  x: 1\n  █", "y:·\n\t\t- 1", "y:\n    - 1"},
		{"line ends", "a\r\nb\r\n█", "c\nd\r\ne", "c\r\nd\r\ne"},
		{"trailing blanks", "a\n█", "b\n   \n\tc", "b\n\n\tc"},
		{"Go wants tabs where nothing else tells", "func f() {█", "\n·    x()·\n}", "\n\tx()\n}"},
		{"its own kind stays", "func f() {\n\tx()\n\t█", "a\n\t\tb", "a\n\t\tb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAdapter(newSight(at(t, c.doc)))
			var got strings.Builder
			for token := range strings.SplitSeq(c.stream, "·") {
				text, _ := a.push(token, 1)
				got.WriteString(text)
			}
			if got.String() != c.want {
				t.Errorf("got %q, want %q", got.String(), c.want)
			}
		})
	}
}
