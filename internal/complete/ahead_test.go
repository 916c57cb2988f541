package complete

import "testing"

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
