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
