package doctor

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// titles are all messages as docs/troubleshooting.md has them: with what is filled in in capitals.
func titles() map[string]word {
	all := map[string]word{}
	for _, field := range reflect.ValueOf(say).Fields() {
		message, next, what := field.Field(1).String(), field.Field(2).String(), field.Field(3).String()
		title := strings.NewReplacer("{passed}", "", "{where}", "").Replace(message) // mostly empty
		title = placeholder.ReplaceAllStringFunc(title, func(s string) string { return strings.ToUpper(strings.Trim(s, "{}")) })
		all[title] = word{State(field.Field(0).String()), message, next, what}
	}
	return all
}

// Everything that can be said and is not simply well has its cause and remedy in the documentation, and nothing else is there.
func TestTroubleshooting(t *testing.T) {
	file, err := os.ReadFile("../../docs/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(file)
	for title, w := range titles() {
		if w.state != OK && !strings.Contains(page, "\n**"+title+"** ("+string(w.state)+")\n") {
			t.Errorf("docs/troubleshooting.md does not have %q (%s)", title, w.state)
		}
	}
	known := titles()
	for _, found := range regexp.MustCompile(`(?m)^\*\*(.+)\*\* \((ok|warning|fault)\)$`).FindAllStringSubmatch(page, -1) {
		if w, ok := known[found[1]]; !ok || w.state != State(found[2]) {
			t.Errorf("the doctor never says %q (%s)", found[1], found[2])
		}
	}
	for _, c := range checks {
		if !strings.Contains(page, "\n## "+c.name+"\n") {
			t.Errorf("docs/troubleshooting.md has no section of the check %q", c.name)
		}
	}
}

// What is not well has a next step, and all that is said fits into a message.
func TestWords(t *testing.T) {
	later := []string{say.chatNone.message} // its next step comes with the cause
	for title, w := range titles() {
		if w.message == "" || w.state == "" || w.state != OK && w.next == "" && !slices.Contains(later, w.message) {
			t.Errorf("%q is %s and has the next step %q", title, w.state, w.next)
		}
		if len(w.message)+len(w.next) > 400 {
			t.Errorf("%q is too long", title)
		}
	}
}

// What is filled in is not looked at again: a model's name cannot pull in something else.
func TestWith(t *testing.T) {
	s := word{Warning, "{a} and {b}", "{b}", ""}.with("a", "{b}", "b", "x")
	if s.Message != "{b} and x" || s.Next != "x" {
		t.Errorf("%+v", s)
	}
}
