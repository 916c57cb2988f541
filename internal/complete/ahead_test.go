package complete

import (
	"testing"

	"sopro/internal/model"
)

// What is done before anybody asks, as scripts of TestPolicy.
var aheadScripts = []struct{ name, script string }{
	{"a warm-up that fails is not an answer", `
		0   warm "return █\n}"  => send 1 warm
		10  ask 1 "return █\n}" =>
		20  end 1 fault         => send 2
	`},
	{"a warm-up may take long", `
		0     warm "return █\n}" => send 1 warm
		15000                    =>
	`},
	{"a warm-up gives way to the question it was made for", `
		0   warm "return █\n}"  => send 1 warm
		10  ask 1 "return █\n}" =>
		20  end 1               => send 2
	`},
	{"a load is for all documents, and only where the model is not in memory", `
		other
		0  load "a█"               =>
		10 load "a█" loading       => send 1 load
		20 load "a█" loading other =>
		30 end 1                   =>
		40 load "a█"               =>
	`},
	{"nothing is loaded where completions are switched off", `
		0 off                =>
		0 load "a█" loading  =>
	`},
	{"nor where a completion is asked for by key alone", `
		manual
		0 load "a█" loading =>
	`},
	{"closing the file does not begin a load anew where another is open", `
		other
		0   load "a█" loading        => send 1 load
		10  load "a█" loading other  =>
		20  close                    =>
		30  ask 1 "a█" other         =>
		900 end 1                    => send 2
	`},
	{"what a closed file asked is ended when the model is loaded", `
		other
		0   ask 1 "a█" loading => send 1
		20  close              => null 1
		900 say 1 "b"          => abort 1
		901 end 1 cut          =>
	`},
	{"where none is open nothing is loaded", `
		0   load "a█" loading => send 1 load
		20  close             => abort 1
	`},
	{"a request waits until the models are known", `
		0   ask 1 "return █\n}" unknown =>
		900 learnt ready                => send 1
		990 say 1 "x\n"                 => item 1 "x"
	`},
	{"a newer one takes its place", `
		0   ask 1 "return █\n}" unknown  =>
		100 edit                         => null 1
		101 ask 2 "return x█\n}" unknown =>
		900 learnt loading               => send 1
	`},
	{"where there is no model it is told at once", `
		0   ask 1 "return █\n}" unknown =>
		900 learnt down                 => none 1
	`},
	{"nobody waits for ever to know", `
		0     ask 1 "return █\n}" unknown =>
		19000                             => none 1
	`},
	{"the built-in engine waits for nobody", `
		builtin "a + b"
		0   ask 1 "return █\n}" unknown => builtin 1 "a + b"
		900 learnt ready                =>
	`},
	{"the first request waits for the load, wherever it is asked", `
		0    load "█return \n}" loading  => send 1 load
		500  edit                        =>
		501  ask 1 "return x█\n}" loading =>
		4000 end 1                       => send 2
		4100 say 2 " + y\n"              => item 1 " + y"
	`},
	{"also where nothing was typed", `
		0    load "return █\n}" loading  => send 1 load
		500  ask 1 "return █\n}" loading =>
		4000 end 1                       => send 2
		4100 say 2 "x\n"                 => item 1 "x"
	`},
	{"the built-in engine answers while the model is loaded", `
		builtin "a + b"
		0   load "return █\n}" loading   => send 1 load
		500 ask 1 "return █\n}" loading  => builtin 1 "a + b"
		600 ask 2 "return x█\n}" loading => builtin 2 "a + b"
		4000 end 1                       =>
		4100 ask 3 "return x█\n}"        => send 2
	`},
	{"who rests while the model is loaded has the prompt read afterwards", `
		0    load "█return \n}" loading  => send 1 load
		1000 warm "return █\n}"          =>
		4000 end 1                       => send 2 warm
	`},
	{"and is not taken for one who waits for the load: the model answers, not the built-in engine", `
		builtin "a + b"
		0    load "█return \n}" loading  => send 1 load
		1000 warm "return █\n}" loading  =>
		4000 end 1                       => send 2 warm
		4010 ask 1 "return █\n}"         =>
		4100 end 2                       => send 3
		4200 say 3 "x\n"                 => item 1 "x"
	`},
	{"but not after a key", `
		0    load "█return \n}" loading  => send 1 load
		1000 warm "return █\n}"          =>
		2000 edit                        =>
		4000 end 1                       =>
	`},
	{"nor where the load failed", `
		0    load "█return \n}" loading  => send 1 load
		1000 warm "return █\n}"          =>
		4000 end 1 fault                 =>
	`},
}

func TestAhead(t *testing.T) {
	for _, s := range aheadScripts {
		t.Run(s.name, func(t *testing.T) { newStage(t).play(s.script) })
	}
}

// What is asked while a ghost is looked at, as scripts of TestPolicy.
var lookAheadScripts = []struct{ name, script string }{
	{"while a ghost is looked at, what follows it is asked for, and is there at once when it is accepted", `
		0   ask 1 "f(█)\n"      => send 1
		50  say 1 "a, b"        =>
		60  end 1               => item 1 "a, b"
		259                     =>
		260                     => send 2 ahead
		300 say 2 ", c\n"       => abort 2
		310 end 2 cut           =>
		500 edit                =>
		500 ask 2 "f(a, b█)\n"  => item 2 ", c"
	`},
	{"who accepts before it has come waits for it", `
		0   ask 1 "f(█)\n"      => send 1
		50  say 1 "a, b"        =>
		60  end 1               => item 1 "a, b"
		260                     => send 2 ahead
		300 edit                =>
		301 ask 2 "f(a, b█)\n"  =>
		350 say 2 ", c"         =>
		360 end 2               => item 2 ", c"
	`},
	{"at a line's end it is the next line", `
		0   ask 1 "func f() {\n\t█\n}" => send 1
		50  say 1 "a := 1\n"           => item 1 "a := 1"
		60  end 1                      =>
		250                            => send 2 ahead
		300 say 2 "\tb := 2\n"         => abort 2
		310 end 2 cut                  =>
		900 edit                       =>
		900 ask 2 "func f() {\n\ta := 1\n\t█\n}" => item 2 "b := 2"
	`},
	{"what the model is saying already comes first", `
		0   ask 1 "func f() {\n\t█\n}" => send 1
		50  say 1 "a := 1\n"           => item 1 "a := 1"
		60  say 1 "\tb := 2\n"         =>
		300                            =>
		400 end 1                      =>
		900                            =>
	`},
	{"so does what it doubts", `
		0   ask 1 "f(█)\n"     => send 1
		50  say 1 "a, "        =>
		55  say 1 0.3 "b"      => item 1 "a,"
		60  end 1              =>
		900                    =>
	`},
	{"who types on does not look", `
		0   ask 1 "f(█)\n"  => send 1
		50  say 1 "a, b"    =>
		60  end 1           => item 1 "a, b"
		200 edit            =>
		201 ask 2 "f(a█)\n" => item 2 ", b"
		340 edit            =>
		400                 =>
	`},
	{"nor who writes elsewhere", `
		0   ask 1 "f(█)\n" => send 1
		50  say 1 "a, b"   =>
		60  end 1          => item 1 "a, b"
		200 edit           =>
		900                =>
	`},
	{"the off switch ends it", `
		0   ask 1 "f(█)\n" => send 1
		50  say 1 "a, b"   =>
		60  end 1          => item 1 "a, b"
		260                => send 2 ahead
		300 off            => abort 2
	`},
	{"typing along lets it run", `
		0   ask 1 "f(█)\n"  => send 1
		50  say 1 "a, b"    =>
		60  end 1           => item 1 "a, b"
		260                 => send 2 ahead
		300 edit            =>
		301 ask 2 "f(a█)\n" => item 2 ", b"
		600                 =>
	`},
	{"a contradiction ends it, and the model was wrong", `
		0   ask 1 "f(█)\n"     => send 1
		50  say 1 "a, b"       =>
		60  end 1              => item 1 "a, b"
		260                    => send 2 ahead
		700 edit               =>
		700 ask 2 "f(x█)\n"    =>
		705 say 2 ", c"        => abort 2
		710 end 2 cut          => send 3
		750 say 3 0.93 ", y\n" => none 2
	`},
	{"another document waits for its prompt at most", `
		other
		0   ask 1 "f(█)\n"       => send 1
		50  say 1 "a, b"         =>
		60  end 1                => item 1 "a, b"
		260                      => send 2 ahead
		300 ask 2 "x█\n" other   =>
		400 say 2 ", c"          => abort 2, send 3
	`},
	{"one that the queue refuses is asked for when it is needed", `
		0   ask 1 "f(█)\n"     => send 1
		50  say 1 "a, b"       =>
		60  end 1              => item 1 "a, b"
		260                    => send 2 ahead
		270 edit               =>
		271 ask 2 "f(a, b█)\n" =>
		280 end 2 fault        => send 3
	`},
	{"once", `
		0   ask 1 "f(█)\n" => send 1
		50  say 1 "a, b"   =>
		60  end 1          => item 1 "a, b"
		260                => send 2 ahead
		270 end 2 fault    =>
		900                =>
	`},
	{"nothing where a completion is asked for by key alone", `
		manual
		0   key 1 "f(█)\n" => send 1
		50  say 1 "a, b"   =>
		60  end 1          => item 1 "a, b"
		900                =>
	`},
	{"nor behind what the built-in engine says", `
		builtin "a, b"
		0   ask 1 "f(█)\n" busy => builtin 1 "a, b"
		900                     =>
	`},
}

func TestLookAhead(t *testing.T) {
	for _, s := range lookAheadScripts {
		t.Run(s.name, func(t *testing.T) {
			stage := newStage(t)
			stage.policy.options.Without = nil
			stage.play(s.script)
		})
	}
}

// Nothing is asked ahead whose prompt would stand in the way.
func TestCheap(t *testing.T) {
	for _, c := range []struct {
		speed, fresh float64 // tokens a second; share
		tokens       int
		want         bool
	}{
		{500, 0.1, 1400, true},
		{500, 0.12, 1400, false}, // 168 tokens, 336 ms
		{150, 0.1, 1400, false},
		{150, 0.02, 1400, true},
		{3000, 0.2, 1400, false}, // fast, and for nothing half of the time
		{0, 0, 1400, false},      // who knows
	} {
		k := Parts{
			Speed: func(string) model.Speed { return model.Speed{Prompt: c.speed} },
			Fresh: func(model.Request) float64 { return c.fresh },
		}
		p := Prepared{Tokens: c.tokens}
		k.price(&p)
		if got := k.cheap(&p); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}
