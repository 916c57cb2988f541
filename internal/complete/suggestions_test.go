package complete

import "testing"

// What somebody gets who asks again at the same place, as scripts of TestPolicy.
var suggestionScripts = []struct{ name, script string }{
	{"asked again by key, other suggestions follow the one that is shown", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  end 1               =>
		500 key 2 "return █\n}" => send 2 seed 1
		550 say 2 "sum\n"       => abort 2
		560 end 2 cut           => send 3 seed 2
		600 say 3 "a + b\n"     => abort 3
		610 end 3 cut           => item 2 "total" "sum" "a + b"
	`},
	{"what is said again does not count, and four times are enough", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  end 1               =>
		500 key 2 "return █\n}" => send 2 seed 1
		550 say 2 "total"       =>
		560 end 2               => send 3 seed 2
		570 say 3 "sum"         =>
		580 end 3               => send 4 seed 3
		590 end 4               => send 5 seed 4
		600 end 5               => item 2 "total" "sum"
	`},
	{"a third time the same are answered at once", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  end 1               =>
		500 key 2 "return █\n}" => send 2 seed 1
		550 say 2 "sum\n"       => abort 2
		560 end 2 cut           => send 3 seed 2
		600 say 3 "a + b\n"     => abort 3
		610 end 3 cut           => item 2 "total" "sum" "a + b"
		900 key 3 "return █\n}" => item 3 "total" "sum" "a + b"
	`},
	{"what an editor asks by itself gets the first one", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  end 1               =>
		500 key 2 "return █\n}" => send 2 seed 1
		550 say 2 "sum\n"       => abort 2
		560 end 2 cut           => send 3 seed 2
		600 say 3 "a + b\n"     => abort 3
		610 end 3 cut           => item 2 "total" "sum" "a + b"
		700 ask 3 "return █\n}" => item 3 "total"
	`},
	{"one that is typed along is there at once", `
		0   ask 1 "return █\n}"  => send 1
		50  say 1 "total\n"      => item 1 "total"
		60  end 1                =>
		500 key 2 "return █\n}"  => send 2 seed 1
		550 say 2 "sum\n"        => abort 2
		560 end 2 cut            => send 3 seed 2
		600 say 3 "a + b\n"      => abort 3
		610 end 3 cut            => item 2 "total" "sum" "a + b"
		900 edit                 =>
		900 ask 3 "return s█\n}" => item 3 "um"
	`},
	{"what the model was saying ends", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  say 1 "more"        =>
		70  key 2 "return █\n}" => abort 1
		80  end 1 cut           => send 2 seed 1
	`},
	{"who types on gets a question of their own", `
		0   ask 1 "return █\n}"  => send 1
		50  say 1 "total\n"      => item 1 "total"
		60  end 1                =>
		500 key 2 "return █\n}"  => send 2 seed 1
		510 edit                 => null 2
		510 ask 3 "return s█\n}" =>
		550 say 2 "sum"          => abort 2
		560 end 2 cut            => send 3
	`},
	{"a try that nobody waits for ends", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  end 1               =>
		500 key 2 "return █\n}" => send 2 seed 1
		510 cancel 2            =>
		520 say 2 "su"          => abort 2
	`},
	{"a key that is pressed twice waits for the same", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  end 1               =>
		500 key 2 "return █\n}" => send 2 seed 1
		510 key 3 "return █\n}" => null 2
		550 say 2 "sum\n"       => abort 2
		560 end 2 cut           => send 3 seed 2
		600 end 3 fault         => item 3 "total" "sum"
	`},
	{"nobody waits longer than for an answer", `
		0     ask 1 "return █\n}" => send 1
		50    say 1 "total\n"     => item 1 "total"
		60    end 1               =>
		500   key 2 "return █\n}" => send 2 seed 1
		19500                     => item 2 "total"
	`},
	{"where nothing is shown it is a first question", `
		0   ask 1 "return █\n}"  => send 1
		50  say 1 0.5 "total\n"  => none 1
		60  end 1                =>
		500 key 2 "return █\n}"  => item 2 "total"
		900 key 3 "return █\n}"  => send 2 seed 1
	`},
	{"somewhere else too", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
		60  end 1               =>
		500 key 2 "retur█\n}"   => send 2
	`},
}

func TestSuggestions(t *testing.T) {
	for _, s := range suggestionScripts {
		t.Run(s.name, func(t *testing.T) { newStage(t).play(s.script) })
	}
}
