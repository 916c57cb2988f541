package complete

import "testing"

// What is shown stays where it is typed along, as scripts of TestPolicy.
var ghostScripts = []struct{ name, script string }{
	{"what the built-in engine showed is typed along", `
		builtin "a + b"
		0  ask 1 "return █\n}" busy  => builtin 1 "a + b"
		50 edit                      =>
		50 ask 2 "return a█\n}" busy => builtin 2 " + b"
		90 edit                      =>
		90 ask 3 "return a +█\n}" busy => builtin 3 " b"
	`},
	{"where nothing was typed the model is believed", `
		builtin "foo(bar)"
		0    ask 1 "return █\n}" loading => builtin 1 "foo(bar)", send 1
		900  say 1 "format(y)"           =>
		950  end 1                       =>
		3200 ask 2 "return █\n}"         => item 2 "format(y)"
	`},
	{"what hides something was not shown", `
		0   ask 1 "return █\n}"       => send 1
		100 say 1 "a\u200b + b\n"     => none 1
		500 edit                      =>
		500 ask 2 "return a\u200b█\n}" => item 2 " + b"
	`},
	{"a model that says something else does not take it away", `
		builtin "a + b"
		0   ask 1 "return █\n}" busy => builtin 1 "a + b"
		400 edit                     =>
		400 ask 2 "return a█\n}"     => send 1
		500 say 1 "bs(x)\n"          => builtin 2 " + b"
	`},
	{"nor one that says nothing", `
		builtin "a + b"
		0   ask 1 "return █\n}" busy => builtin 1 "a + b"
		400 edit                     =>
		400 ask 2 "return a█\n}"     => send 1
		500 end 1                    => builtin 2 " + b"
	`},
	{"nor one that says less of it", `
		builtin "f(a, b)"
		0   ask 1 "return █\n}" busy => builtin 1 "f(a, b)"
		400 edit                     =>
		400 ask 2 "return f(█\n}"    => send 1
		500 say 1 "a\n"              => builtin 2 "a, b)"
	`},
	{"one that agrees goes on", `
		builtin "a + b"
		0   ask 1 "return █\n}" busy => builtin 1 "a + b"
		400 edit                     =>
		400 ask 2 "return a█\n}"     => send 1
		500 say 1 " + b + c\n"       => item 2 " + b + c"
	`},
	{"until something else is typed", `
		builtin "a + b"
		0   ask 1 "return █\n}" busy => builtin 1 "a + b"
		400 edit                     =>
		400 ask 2 "return ab█\n}"    => send 1
		500 say 1 "s(x)\n"           => item 2 "s(x)"
	`},
	{"or what follows it has changed", `
		builtin "f(a)"
		0   ask 1 "return █\n}" busy   => builtin 1 "f(a)"
		400 edit                       =>
		400 ask 2 "return f(█)\n}"     => send 1
		500 say 1 "b)\n"               => item 2 "b"
	`},
	{"or it was typed to its end", `
		builtin "a"
		0   ask 1 "return █\n}" busy => builtin 1 "a"
		400 edit                     =>
		400 ask 2 "return a█\n}"     => send 1
		500 end 1                    => none 2
	`},
	{"or something else is asked for by key", `
		builtin "a + b"
		0   ask 1 "return █\n}" busy => builtin 1 "a + b"
		400 edit                     =>
		400 key 2 "return a█\n}"     => send 1
		500 say 1 "bs(x)\n"          => item 2 "bs(x)"
	`},
}

func TestGhost(t *testing.T) {
	for _, s := range ghostScripts {
		t.Run(s.name, func(t *testing.T) { newStage(t).play(s.script) })
	}
}
