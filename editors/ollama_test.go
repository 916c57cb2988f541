//go:build editors && ollama

package editors

import (
	"strings"
	"testing"
)

// The whole way, with a real Ollama and the language model that was written for it.
func TestOllama(t *testing.T) {
	for name, make := range editors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, name, run(t, "ollama"))
			d.write(added + "\n// again adds b to a\n")
			e := make(d)
			e.start()
			d.listens(1)
			e.typeAt(4, 0, "")
			e.complete("return a + b")
			e.save()
			d.wantFile(completed + "\n// again adds b to a\n")
			e.generate(7)
			d.until("the code on the screen", func() bool { return strings.Count(d.terminal.screen(), "func add(a, b int) int {") == 2 })
			e.save()
			d.wantFile(completed + "\n// again adds b to a\n" + strings.TrimPrefix(completed, "package calc\n\n"))
			e.explain(3, 5)
			d.wantScreen("This function adds two numbers.")
		})
	}
}
