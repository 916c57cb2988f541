package complete

import "testing"

// A script is lines of "MILLISECONDS EVENT => ACTIONS". Documents carry their cursor as
// █. The timer that the policy arms fires by itself; a line without an event lets time
// pass. Actions: send N [warm | load], abort N, item ID "text", none ID (nothing to say), null
// ID (superseded), builtin ID "text". What an item that is selected in a menu stands for is marked ‹›; "pick" says its text.
var scripts = []struct{ name, script string }{
	{"a request is sent, its first whole line answers it, and the stream goes on", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "a"           =>
		60  say 1 " + b"        =>
		70  say 1 "\n"          => item 1 "a + b"
		80  say 1 "\tmore"      =>
	`},
	{"what is typed along joins what runs", `
		0   ask 1 "return █\n}"  => send 1
		50  say 1 "tot"          =>
		60  edit                 => null 1
		60  ask 2 "return t█\n}" =>
		70  say 1 "al\n"         => item 2 "otal"
	`},
	{"typing before the first token keeps the stream", `
		0   ask 1 "return █\n}"   => send 1
		10  edit                  => null 1
		10  ask 2 "return t█\n}"  =>
		20  edit                  => null 2
		20  ask 3 "return to█\n}" =>
		90  say 1 "tot"           =>
		95  say 1 "al\n"          => item 3 "tal"
	`},
	{"a contradiction ends it, and the next request waits for its end", `
		0   ask 1 "return █\n}"   => send 1
		50  say 1 "tot"           =>
		400 edit                  => null 1
		400 ask 2 "return x█\n}"  => abort 1
		405 end 1 cut             => send 2
	`},
	{"what was said is answered again at once, also a character further", `
		0   ask 1 "return █\n}"   => send 1
		50  say 1 "total\n"       => item 1 "total"
		60  end 1                 =>
		900 ask 2 "return █\n}"   => item 2 "total"
		910 edit                  =>
		910 ask 3 "return tot█\n}" => item 3 "al"
		920 edit                  =>
		920 ask 4 "return t█\n}"  => item 4 "otal"
	`},
	{"accepting a line and pressing Enter is answered from the same stream", `
		0   ask 1 "func f() {\n\t█\n}"          => send 1
		50  say 1 "x := 1\n"                     => item 1 "x := 1"
		60  say 1 "\ty := 2\n"                   =>
		70  edit                                 =>
		70  ask 2 "func f() {\n\tx := 1\n\t█\n}" => item 2 "y := 2"
	`},
	{"what was accepted leaves an end that the document lacks", `
		0   ask 1 "func f() {\n\t█"         => send 1
		50  say 1 "return a\n"              => item 1 "return a"
		60  say 1 "}\n"                     => abort 1
		70  end 1 cut                       =>
		80  edit                            =>
		80  ask 2 "func f() {\n\treturn a█" => item 2 "\n}"
	`},
	{"and none that it has", `
		0   ask 1 "func f() {\n\t█\n}"         => send 1
		50  say 1 "return a\n"                 => item 1 "return a"
		60  say 1 "}"                          =>
		70  end 1                              =>
		80  edit                               =>
		80  ask 2 "func f() {\n\treturn a█\n}" => none 2
	`},
	{"an editor's own closer does not part a hole from its answer", `
		0   ask 1 "x = f█\n"     => send 1
		50  say 1 "(a, b)\n"     => item 1 "(a, b)"
		60  end 1                =>
		70  edit                 =>
		70  ask 2 "x = f(█)\n"   => item 2 "a, b"
	`},
	{"within a run of keys the question is put off", `
		0   edit                =>
		100 edit                =>
		101 ask 1 "ret█\n"      =>
		130 edit                => null 1
		131 ask 2 "retu█\n"     =>
		300                     => send 1
	`},
	{"nobody asks for ten seconds", `
		0     ask 1 "return █\n}" => send 1
		10    say 1 "a\n"         => item 1 "a"
		9000                      =>
		10011                     => abort 1
		10012 end 1 cut           =>
	`},
	{"a cancelled request leaves its stream to the next", `
		0   ask 1 "return █\n}" => send 1
		10  cancel 1            =>
		20  say 1 "total\n"     =>
		30  ask 2 "return █\n}" => item 2 "total"
	`},
	{"a request is answered within twenty seconds", `
		0     ask 1 "return █\n}" => send 1
		19000                     => none 1
		22000 say 1 "total\n"     =>
		22010 ask 2 "return █\n}" => item 2 "total"
	`},
	{"a stream that dies is answered by the built-in engine", `
		builtin "a + b"
		0   ask 1 "return █\n}" => send 1
		20  say 1 "tot"         =>
		30  end 1 fault         => builtin 1 "a + b"
	`},
	{"without a model the built-in engine answers", `
		builtin "a + b"
		0 ask 1 "return █\n}" down => builtin 1 "a + b"
	`},
	{"without both nothing is said", `
		0 ask 1 "return █\n}" down => none 1
	`},
	{"while a model loads the built-in engine answers, and the load is never ended", `
		builtin "a + b"
		0     ask 1 "return █\n}" loading => builtin 1 "a + b", send 1
		50    edit                        =>
		60    ask 2 "x█\n}" loading       => builtin 2 "a + b"
		15000                             =>
		15001 say 1 "t"                   => abort 1
	`},
	{"while a person waits for the model the built-in engine answers and nothing is sent", `
		builtin "a + b"
		0 ask 1 "return █\n}" busy => builtin 1 "a + b"
	`},
	{"a block is held for 150 ms", `
		0   ask 1 "func f() {\n\t█\n}" => send 1
		50  say 1 "if a {\n"           =>
		60  say 1 "\t\treturn\n"       =>
		201                            => item 1 "if a {\n\t\treturn"
	`},
	{"a block's first line is held for once, not for every key", `
		0   ask 1 "func f() {\n\t█\n}" => send 1
		50  say 1 "if a {\n"           =>
		201                            => item 1 "if a {"
		300 edit                       =>
		300 ask 2 "func f() {\n\ti█\n}" => item 2 "f a {"
	`},
	{"what was typed ahead of the model and is not what it says is asked anew", `
		0   ask 1 "return █\n}"  => send 1
		10  edit                 => null 1
		10  ask 2 "return x█\n}" =>
		90  say 1 "tot"          => abort 1
		95  end 1 cut            => send 2
	`},
	{"also where the model had come to its end", `
		0   ask 1 "return █\n}"  => send 1
		10  edit                 => null 1
		10  ask 2 "return x█\n}" =>
		90  end 1                => send 2
	`},
	{"a first line that took long is not the last", `
		0     ask 1 "return █\n}" => send 1
		11000 say 1 "a\n"         => item 1 "a"
		12000                     =>
		21001                     => abort 1
	`},
	{"another document does not wait for what nobody waits for", `
		other
		0   ask 1 "return █\n}"       => send 1
		50  say 1 "a\n"               => item 1 "a"
		60  ask 2 "return █\n}" other => abort 1, send 2
	`},
	{"nor for what somebody has waited for, once they have it", `
		other
		0   ask 1 "return █\n}"       => send 1
		20  ask 2 "return █\n}" other => send 2
		50  say 1 "a\n"               => item 1 "a", abort 1
		90  say 2 "b\n"               => item 2 "b"
	`},
	{"who types a blank where the model had nothing to say asks anew", `
		0   ask 1 "x = \"a█\"\n"  => send 1
		10  end 1                  => none 1
		500 edit                   =>
		500 ask 2 "x = \"a █\"\n" => send 2
	`},
	{"where completions come by key only, one goes on while it is typed along, and no other comes", `
		manual
		0   key 1 "return █\n}"   => send 1
		50  say 1 "total\n"       => item 1 "total"
		60  end 1                 =>
		400 edit                  =>
		400 ask 2 "return t█\n}"  => item 2 "otal"
		800 edit                  =>
		800 ask 3 "return tx█\n}" => none 3
		900 off                   =>
		910 edit                  =>
		910 ask 4 "return to█\n}" => none 4
	`},
	{"an item that stood for an editor's closer", `
		0   ask 1 "if ok(█)\n}"         => send 1
		50  say 1 "a, b) {\n"           => item 1 "a, b) {"
		60  say 1 "\tx()\n"             =>
		300 edit                        =>
		300 ask 2 "if ok(a, b) {█\n}"   => item 2 "\n\tx()"
	`},
	{"Enter behind an editor's closer", `
		0   ask 1 "x = f(█)\n}"       => send 1
		50  say 1 "a)\n"              => item 1 "a"
		60  say 1 "y = 2\n"           =>
		70  edit                      =>
		70  ask 2 "x = f(a)\n█\n}"    => item 2 "y = 2"
	`},
	{"a load that is wanted again", `
		0    ask 1 "return █\n}" loading => send 1
		10   edit                        => null 1
		10   ask 2 "x█\n}" loading       =>
		20   edit                        => null 2
		20   ask 3 "return █\n}" loading =>
		5000 say 1 "total\n"             => item 3 "total"
	`},
	{"a request that was overtaken on its way", `
		0  edit 2                 =>
		0  ask 1 "return █\n}" v2 => send 1
		10 ask 2 "return █\n}" v1 => null 2
		20 say 1 "total\n"        => item 1 "total"
	`},
	{"a document that is closed is not completed", `
		0  close              =>
		10 ask 1 "return █\n}" => none 1
	`},
	{"a small file that was emptied is another text", `
		0  ask 1 "os.█"   => send 1
		10 say 1 "Exit(1)\n" => item 1 "Exit(1)"
		20 end 1          =>
		30 edit           =>
		30 ask 2 "█"      => send 2
	`},
	{"switching a language off ends what runs in it", `
		0   ask 1 "return █\n}" => send 1
		20  nogo                => none 1, abort 1
	`},
	{"the off switch ends what runs", `
		0   ask 1 "return █\n}" => send 1
		10  say 1 "a"           =>
		20  off                 => none 1, abort 1
		30  end 1 cut           =>
		40  ask 2 "return █\n}" => none 2
	`},
	{"a closed document ends what runs", `
		0   ask 1 "return █\n}" => send 1
		20  close               => null 1, abort 1
		30  end 1 cut           =>
	`},
	{"a loop is ended", `
		0   ask 1 "█"                                 => send 1
		10  say 1 "1234567890123456789012345678901234567890"   =>
		20  say 1 "1234567890123456789012345678901234567890"   => item 1 "1234567890"
		30  say 1 "1234567890123456789012345678901234567890"   =>
		40  say 1 "1234567890123456789012345678901234567890"   => abort 1
	`},
	{"a model that says nothing is not asked again at the same place", `
		0  ask 1 "return █\n}" => send 1
		10 end 1               => none 1
		20 ask 2 "return █\n}" => none 2
		30 key 3 "return █\n}" => send 2
		40 end 2               => none 3
	`},
	{"a model that was wrong must be surer of what it says next", `
		0   ask 1 "return █\n}"  => send 1
		50  say 1 "total\n"       => item 1 "total"
		60  end 1                 =>
		500 edit                  =>
		500 ask 2 "return s█\n}" => send 2
		550 say 2 0.93 "ize"      => none 2
	`},
	{"until what is typed agrees with it", `
		0    ask 1 "return █\n}"   => send 1
		50   say 1 "total\n"        => item 1 "total"
		60   end 1                  =>
		500  edit                   =>
		500  ask 2 "return s█\n}"  => send 2
		550  say 2 0.93 "ize"       => none 2
		560  say 2 "\n"             =>
		1000 edit                   =>
		1000 ask 3 "return si█\n}" => item 3 "ze"
	`},
	{"and one that was not need not", `
		0   ask 1 "return █\n}"  => send 1
		50  say 1 0.93 "size"     =>
		60  say 1 "\n"            => item 1 "size"
	`},
	{"nor one that was wrong on another line", `
		0   ask 1 "x := █\n}"       => send 1
		50  say 1 "a\n"             => item 1 "a"
		60  end 1                   =>
		500 edit                    =>
		500 ask 2 "x := b\n\t█\n}" => send 2
		550 say 2 0.93 "return"     =>
		560 say 2 "\n"              => item 2 "return"
	`},
	{"a generation that reached the text below is over", `
		0   ask 1 "func f() {\n\t█\n}" => send 1
		10  say 1 "x := 1\n"           => item 1 "x := 1"
		20  say 1 "}\n"                => abort 1
		30  end 1 cut                  =>
		40  ask 2 "func f() {\n\t█\n}" => item 2 "x := 1"
	`},
	{"an item of the editor's menu that the stream agrees with joins it, and so does the text without it", `
		0  ask 1 "fmt.Pri█\n"                => send 1
		50 say 1 "ntl"                       =>
		60 ask 2 "fmt.‹Pri█›\n" pick Println => null 1
		70 say 1 "n(x)\n"                    => item 2 "(x)"
		80 ask 3 "fmt.Pri█\n"                => item 3 "ntln(x)"
	`},
	{"an item that the stream does not say waits for its end, and the stream is there when the menu is closed", `
		0  ask 1 "fmt.Pri█\n"               => send 1
		50 say 1 "ntl"                      =>
		60 ask 2 "fmt.‹Pri█›\n" pick Printf => null 1
		70 say 1 "n(x)\n"                   =>
		80 ask 3 "fmt.Pri█\n"               => null 2, item 3 "ntln(x)"
	`},
	{"who rests on it does not wait for long", `
		0    ask 1 "fmt.Pri█\n"               => send 1
		50   say 1 "ntl"                      =>
		60   ask 2 "fmt.‹Pri█›\n" pick Print  => null 1
		900  ask 3 "fmt.‹Pri█›\n" pick Printf => null 2
		1800                                  =>
		1900                                  => abort 1
		1910 end 1 cut                        => send 2
		1990 say 2 "(x, y)\n"                 => item 3 "(x, y)"
	`},
	{"then it is asked about", `
		0   ask 1 "fmt.Pri█\n"               => send 1
		50  say 1 "ntln(x)\n"                => item 1 "ntln(x)"
		60  ask 2 "fmt.‹Pri█›\n" pick Printf =>
		80  end 1                            => send 2
		90  say 2 "(x, y)\n"                 => item 2 "(x, y)"
		100 ask 3 "fmt.Pri█\n"               => item 3 "ntln(x)"
	`},
	{"an item that was selected ahead of the model, and is not what it says", `
		0  ask 1 "fmt.Pri█\n"               => send 1
		10 ask 2 "fmt.‹Pri█›\n" pick Printf => null 1
		50 say 1 "ntln"                     =>
		60 ask 3 "fmt.Pri█\n"               => null 2
		70 say 1 "(x)\n"                    => item 3 "ntln(x)"
	`},
	{"what was asked for another item ends", `
		0  ask 1 "fmt.‹Pri█›\n" pick Printf  => send 1
		10 ask 2 "fmt.‹Pri█›\n" pick Println => null 1
		20 say 1 "(x"                        => abort 1
		30 end 1 cut                         => send 2
		40 say 2 "(y"                        =>
		50 ask 3 "fmt.Pri█\n"                => null 2, abort 2
	`},
	{"a prompt that is being read cannot be stopped: the next request waits for its end, and is of the newest text", `
		0   ask 1 "return █\n}"   => send 1
		400 ask 2 "retu█\n}"      => null 1
		500 edit                  => null 2
		500 ask 3 "retur█\n}"     =>
		900 say 1 "total"         => abort 1
		905 end 1 cut             => send 2
		950 say 2 "n total\n"     => item 3 "n total"
	`},
	{"who comes back finds it as it was", `
		0   ask 1 "return █\n}" => send 1
		400 ask 2 "retu█\n}"    => null 1
		600 ask 3 "return █\n}" => null 2
		900 say 1 "total\n"     => item 3 "total"
	`},
	{"it is not waited for longer than a second: some servers do stop", `
		0    ask 1 "return █\n}" => send 1
		400  ask 2 "retu█\n}"    => null 1
		1300 ask 3 "ret█\n}"     => null 2
		1400                     => abort 1
		1410 end 1 cut           => send 2
	`},
	{"another document waits likewise", `
		other
		0   ask 1 "return █\n}"       => send 1
		100 cancel 1                  =>
		400 ask 2 "return █\n}" other =>
		900 say 1 "total"             => abort 1, send 2
	`},
	{"what the document contradicts ends, whatever is selected", `
		0   ask 1 "return █\n}"            => send 1
		50  say 1 "tot"                    =>
		400 edit                           => null 1
		400 ask 2 "return ‹x█›\n}" pick xs => abort 1
		405 end 1 cut                      => send 2
	`},
	{"while the model has said nothing the built-in engine answers where it is very sure", `
		sure "a + b"
		0   ask 1 "return █\n}"   => builtin 1 "a + b", send 1
		400 edit                  =>
		400 ask 2 "return a█\n}"  => builtin 2 " + b"
		500 say 1 "a + b + c\n"   =>
		900 edit                  =>
		900 ask 3 "return a █\n}" => item 3 "+ b + c"
	`},
	{"what it said stays until something else is typed", `
		sure "a + b"
		0   ask 1 "return █\n}"    => builtin 1 "a + b", send 1
		100 say 1 "abs(x)\n"       =>
		400 edit                   =>
		400 ask 2 "return a█\n}"   => builtin 2 " + b"
		800 edit                   =>
		800 ask 3 "return ab█\n}"  => item 3 "s(x)"
	`},
	{"but not in the place of a question by key", `
		sure "a + b"
		0   key 1 "return █\n}" => send 1
		50  say 1 "total\n"     => item 1 "total"
	`},
	{"a slow line is shown by its whole words", `
		0   ask 1 "return █\n}"     => send 1
		50  say 1 "sum"             =>
		150 say 1 "("               =>
		200                         => item 1 "sum("
		250 say 1 "val"             =>
		400 edit                    =>
		400 ask 2 "return s█\n}"    => item 2 "um("
		450 say 1 "ues)"            =>
		600 edit                    =>
		600 ask 3 "return su█\n}"   => item 3 "m(values)"
	`},
	{"but not in a menu, where it would stay until the next key", `
		0   ask 1 "return █\n}" menu => send 1
		50  say 1 "sum"              =>
		150 say 1 "("                =>
		250 say 1 "val"              =>
		450 say 1 "ues)\n"           => item 1 "sum(values)"
	`},
	{"a first word is waited for to its end", `
		0   ask 1 "return █\n}" => send 1
		50  say 1 "to"          =>
		250 say 1 "tal"         =>
		450 say 1 "("           => item 1 "total("
	`},
	{"in a word that it got wrong the model is asked again when the typist hesitates", `
		0    ask 1 "x := █\n}"    => send 1
		50   say 1 "total\n"      => item 1 "total"
		60   end 1                =>
		900  edit                 =>
		1000 edit                 =>
		1001 ask 2 "x := si█\n}"  =>
		1100 edit                 => null 2
		1101 ask 3 "x := siz█\n}" =>
		1250                      =>
		1281                      => send 2
	`},
	{"a formatter that ends the accepted line does not part it from what follows", `
		0   ask 1 "function f() {\n  █\n}"                 => send 1
		50  say 1 "let a = 'x'\n"                           => item 1 "let a = 'x'"
		60  say 1 "  return a\n"                            =>
		400 edit                                            =>
		400 ask 2 "function f() {\n  let a = \"x\";\n  █\n}" => item 2 "return a"
	`},
	{"manual mode waits for the key", `
		manual
		0  ask 1 "return █\n}" => none 1
		10 key 2 "return █\n}" => send 1
	`},
}

func TestPolicy(t *testing.T) {
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) { newStage(t).play(s.script) })
	}
}
