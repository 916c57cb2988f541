package complete

import (
	"strings"
	"testing"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

// A slow machine is shown what it can evaluate in three seconds, and little of what it would have to evaluate again each time; the
// setting bounds it, and a fast one, or one that nobody has measured, has all of it.
// What a request costs is known before it is sent.
func TestPrice(t *testing.T) {
	for _, c := range []struct {
		name  string
		fresh func(model.Request) float64
		want  int
	}{
		{"nobody knows what the server has", nil, 1200},
		{"it has nothing", func(model.Request) float64 { return 1 }, 1200},
		{"it has all but what was typed", func(model.Request) float64 { return 0.005 }, 6},
		{"it has all", func(model.Request) float64 { return 0 }, 0},
	} {
		k, p := Parts{Fresh: c.fresh}, Prepared{Tokens: 1200}
		if k.price(&p); p.Fresh != c.want || p.Request.FreshTokens != c.want || p.Request.PromptTokens != 1200 {
			t.Errorf("%s: %d tokens, of the request %d of %d, want %d", c.name, p.Fresh, p.Request.FreshTokens, p.Request.PromptTokens, c.want)
		}
	}
}

func TestASlowMachineIsShownLess(t *testing.T) {
	text := strings.Repeat("\tcount = count + 1\n", 1000)
	starcoder := prompt.Recognise(prompt.Identity{Name: "starcoder2:3b"})
	for _, c := range []struct {
		name           string
		asking         prompt.Asking
		speed          float64
		budget, suffix int // tokens at most
	}{
		{"not measured", qwen, 0, 1536, 260},
		{"fast", qwen, 500, 1536, 260},
		{"slow", qwen, 150, 450, 56},
		{"very slow", qwen, 40, 384, 48},
		{"slow, and the suffix comes first", starcoder, 150, 450, 115},
	} {
		parts := Parts{
			Choose:   func() (Choice, error) { return Choice{Model: "m", Asking: c.asking}, nil },
			Speed:    func(string) model.Speed { return model.Speed{Prompt: c.speed} },
			Estimate: func(_, _, text string) int { return (len(text) + 2) / 3 },
		}
		r := Request{Text: document.New("file:///a.go", "go", 1, text), Offset: len(text) / 2, Path: "a.go"}
		p, err := parts.prepare(t.Context(), Options{ContextTokens: 1536}, Send{sight: newSight(r)}, &gather.Anchor{})
		if err != nil {
			t.Fatal(err)
		}
		if suffix := parts.Estimate("", "", p.hole.Suffix); p.Budget != c.budget || p.Tokens > c.budget || suffix > c.suffix || suffix < c.suffix/4 {
			t.Errorf("%s: of %d tokens %d are used, %d for the suffix; want %d and at most %d", c.name, p.Budget, p.Tokens, suffix, c.budget, c.suffix)
		}
	}
}
