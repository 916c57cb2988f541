package complete

import (
	"fmt"
	"strings"
	"testing"
)

// What was said is answered again without a question and without a wait, as scripts of TestPolicy.
var reuseScripts = []struct{ name, script string }{
	{"a word is taken, and the rest is there at once", `
		0   ask 1 "return █\n}"       => send 1
		50  say 1 "total / n\n"       => item 1 "total / n"
		60  end 1                     =>
		400 edit                      =>
		400 ask 2 "return total█\n}"  => item 2 " / n"
		430 edit                      =>
		430 ask 3 "return total /█\n}" => item 3 " n"
	`},
	{"a line is taken, then the rest of the block", `
		0   ask 1 "func f() {\n\t█\n}"        => send 1
		50  say 1 "for a {\n\t\tx()\n\t}\n" =>
		60  end 1                              => item 1 "for a {\n\t\tx()\n\t}"
		400 edit                               =>
		400 ask 2 "func f() {\n\tfor a {█\n}" => item 2 "\n\t\tx()\n\t}"
	`},
	{"backspace over what was typed along", `
		0   ask 1 "return █\n}"    => send 1
		50  say 1 "total\n"        => item 1 "total"
		60  end 1                  =>
		400 edit                   =>
		400 ask 2 "return to█\n}"  => item 2 "tal"
		430 edit                   =>
		430 ask 3 "return t█\n}"   => item 3 "otal"
		460 edit                   =>
		460 ask 4 "return █\n}"    => item 4 "total"
	`},
	{"backspace over what it contradicts, in the middle of another answer", `
		0   ask 1 "return █\n}"   => send 1
		50  say 1 "total\n"       => item 1 "total"
		60  end 1                 =>
		400 edit                  =>
		400 ask 2 "return s█\n}"  => send 2
		450 say 2 "um"            =>
		460 edit                  => null 2
		460 ask 3 "return █\n}"   => item 3 "total"
	`},
	{"an import that the editor adds far above", fmt.Sprintf(`
		0   ask 1 "import a\n%[1]sreturn █\n}"               => send 1
		50  say 1 "total\n"                                  => item 1 "total"
		60  end 1                                            =>
		400 edit                                             =>
		400 ask 2 "import a\nimport b\n%[1]sreturn to█\n}"   => item 2 "tal"
	`, strings.Repeat(`x := 1\n`, 100))},
	{"within a run of keys nothing of this waits", `
		0   ask 1 "return █\n}"     => send 1
		50  say 1 "total\n"         => item 1 "total"
		60  end 1                   =>
		70  edit                    =>
		120 edit                    =>
		121 ask 2 "return to█\n}"   => item 2 "tal"
	`},
}

func TestReuse(t *testing.T) {
	for _, s := range reuseScripts {
		t.Run(s.name, func(t *testing.T) { newStage(t).play(s.script) })
	}
}
