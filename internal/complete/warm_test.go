package complete

import (
	"strings"
	"testing"

	"sopro/internal/model"
	"sopro/internal/prompt"
)

// What is evaluated before anybody asks, as scripts of TestPolicy.
var warmScripts = []struct{ name, script string }{
	{"a prompt is evaluated slice by slice", `
		0   warm "return █\n}" => send 1 warm
		290 end 1 more         => send 2 warm
		580 end 2 more         => send 3 warm
		700 end 3              =>
	`},
	{"a key ends it after the slice that is begun", `
		0   warm "return █\n}"   => send 1 warm
		100 edit                 =>
		140 ask 1 "return a█\n}" =>
		290 end 1 more           => send 2
	`},
	{"a question elsewhere waits for the slice too, and ends no connection", `
		0   warm "return █\n}"  => send 1 warm
		100 ask 1 "func █\n}"   =>
		290 end 1 more          => send 2
	`},
	{"so does another document's", `
		other
		0   warm "return █\n}"         => send 1 warm
		100 ask 1 "return █\n}" other  =>
		290 end 1 more                 => send 2
		400 end 2                      => none 1
		900                            =>
	`},
	{"of several places that rest the newest is warmed, the others are forgotten", `
		other
		0   warm "return █\n}"       => send 1 warm
		100 warm "a█" other          =>
		290 end 1 more               => send 2 warm
		500 end 2                    =>
	`},
	{"it waits until the model has said what it is saying", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  warm "func █\n}"    =>
		200 end 1               => send 2 warm
	`},
	{"a server that keeps nothing is not asked for ever", `
		0   warm "return █\n}" => send 1 warm
		290 end 1 100 more     => send 2 warm
		580 end 2 100 more     =>
	`},
	{"a slice that fails is the last", `
		0   warm "return █\n}" => send 1 warm
		290 end 1 fault        =>
		400                    =>
	`},
	{"where a completion is asked for by key alone nothing is warmed by itself", `
		manual
		0 warm "return █\n}" =>
	`},
	{"but where somebody asks for it", `
		manual
		0 warm "return █\n}" key => send 1 warm
	`},
	{"nor where completions are switched off, also meanwhile", `
		0   warm "return █\n}" => send 1 warm
		100 off                => abort 1
		110 end 1 cut          =>
		200 warm "return █\n}" =>
	`},
	{"a closed file is not warmed", `
		0   warm "return █\n}" => send 1 warm
		100 close              => abort 1
		290 end 1 more         =>
	`},
}

func TestWarm(t *testing.T) {
	for _, s := range warmScripts {
		t.Run(s.name, func(t *testing.T) { newStage(t).play(s.script) })
	}
}

// Each slice is a longer beginning of the prompt, no more than can be evaluated in 300 ms, up to the cursor and no further.
func TestSlices(t *testing.T) {
	before := strings.Repeat("\tcount = count + 1\n", 100) + "\tret"
	after := strings.Repeat("\tcount = count - 1\n", 100)
	for _, c := range []struct {
		name   string
		asking prompt.Asking
		speed  float64
		slices int
	}{
		{"prefix first", qwen, 500, 5},
		{"suffix first", prompt.Recognise(prompt.Identity{Name: "starcoder2:3b"}), 500, 9},
		{"no speed is known", qwen, 0, 10},
		{"a fast machine", qwen, 3000, 1},
		{"the server's template", prompt.Asking{Mode: prompt.Suffix}, 500, 5},
		{"a chat", prompt.Asking{Mode: prompt.Chat}, 500, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			cached := ""
			parts := Parts{
				Speed: func(string) model.Speed { return model.Speed{Prompt: c.speed} },
				Fresh: func(r model.Request) float64 {
					body, size := *grows(&r), promptBytes(r)
					return float64(len(body)+len(r.Suffix)-alike(cached, body)) / float64(size)
				},
			}
			prepare := func(before string) Prepared {
				p := Prepared{Choice: Choice{Asking: c.asking}, hole: prompt.Hole{Path: "a.go", Language: "go", Prefix: before, Suffix: after}}
				p.fill(Options{}, true)
				p.Tokens = promptBytes(p.Request) / 3
				return p
			}
			full := prepare(before)
			whole := *grows(&full.Request)
			n := 0
			for more := true; more; n++ {
				p := prepare(before)
				var read int
				if read, more = parts.slice(&p); read == 0 {
					t.Fatalf("nothing in slice %d", n)
				}
				slice := *grows(&p.Request)
				if !strings.HasPrefix(whole, slice) || !strings.HasPrefix(slice, cached) || len(slice) == len(cached) {
					t.Fatalf("slice %d is no longer beginning: %q", n, slice)
				}
				tokens := (len(slice) - len(cached)) / 3
				if c.speed > 0 && tokens > int(c.speed*0.3)+1 {
					t.Errorf("slice %d has %d tokens", n, tokens)
				}
				if said := p.Request.FreshTokens; said < tokens-2 || said > tokens+2 || p.Request.PromptTokens != p.Tokens {
					t.Errorf("slice %d costs %d tokens, and it says %d of %d", n, tokens, said, p.Request.PromptTokens)
				}
				cached = slice
			}
			if left := full.stable(whole) - len(cached); left < 0 || left >= leastSlice*3+3 || n != c.slices {
				t.Errorf("%d slices, want %d; %d bytes are left", n, c.slices, left)
			}
			typed := prepare(before + "urn")
			if read, _ := parts.slice(&typed); read > 0 {
				t.Error("three more characters are worth a request")
			}
		})
	}
}

func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
