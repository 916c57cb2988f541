package typing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sopro/internal/model"
)

// counter is a client of a simulated server that writes down when what happened.
type counter struct {
	*server
	log []string
}

func newCounter(mode Mode) *counter {
	return &counter{server: &server{clock: &clock{}, speed: Speed{Prompt: 1000, Generation: 10}, mode: mode}}
}

// ask submits a prompt of words that begins with so many others than the last one's.
func (c *counter) ask(name, prompt string, answer ...string) *job {
	j := &job{prompt: strings.Fields(prompt), natural: true}
	for _, text := range answer {
		j.answer = append(j.answer, model.Token{Text: text, Prob: 1})
	}
	j.said = func(chunk model.Chunk) {
		what := chunk.Text
		if chunk.Done != nil {
			what = fmt.Sprintf("done, %d tokens evaluated", j.fresh)
		}
		c.note(name + " " + what)
	}
	j.over = func(err error) {
		if err != nil {
			c.note(name + " left")
		}
	}
	c.submit(j)
	return j
}

func (c *counter) note(what string) {
	c.log = append(c.log, fmt.Sprintf("%d %s", c.now.Milliseconds(), what))
}

func words(word string, n int) string { return strings.Repeat(word+" ", n) }

// What a client thinks that a prompt costs is held against what it did cost.
func TestForetold(t *testing.T) {
	c := newCounter(Mode017)
	for i, foretold := range []int{120, 10} { // of 100 tokens, and of the 20 that are new
		c.ask("a", words("x", 100+20*i)).foretold = foretold
		c.run(func() bool { return false })
	}
	if c.prompts != 2 || c.foretold != 130 || c.evaluated != 120 || c.off != 20+10 {
		t.Errorf("%d prompts, %d tokens foretold, %d evaluated, wrong by %d", c.prompts, c.foretold, c.evaluated, c.off)
	}
}

// A first token that comes after a fixed time does so whatever the prompt.
func TestAFixedFirstToken(t *testing.T) {
	c := newCounter(Mode017)
	c.first = 600 * time.Millisecond
	c.ask("a", words("x", 2000), "b")
	c.run(func() bool { return false })
	if got, want := strings.Join(c.log, ", "), "700 a b, 700 a done, 2000 tokens evaluated"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestServer(t *testing.T) {
	for _, c := range []struct {
		name string
		mode Mode
		play func(*counter)
		want string
	}{
		{"a prompt is evaluated, then spoken to", Mode017, func(c *counter) {
			c.ask("a", words("x", 1000), "one", "two")
		}, "1110 a one, 1210 a two, 1210 a done, 1000 tokens evaluated"},
		{"what a prompt begins with is found again, what was said too", Mode017, func(c *counter) {
			c.ask("a", words("x", 100), "one", "two")
			c.ask("b", words("x", 100)+"one three")
			c.ask("c", words("y", 10)+words("x", 90))
		}, "210 a one, 310 a two, 310 a done, 100 tokens evaluated, 321 b done, 1 tokens evaluated, 431 c done, 100 tokens evaluated"},
		{"0.17 evaluates what nobody wants to its end", Mode017, func(c *counter) {
			j := c.ask("a", words("x", 2000), "one")
			c.after(100*time.Millisecond, func() { c.cancel(j); c.ask("b", words("y", 10)) })
		}, "100 a left, 2030 b done, 10 tokens evaluated"},
		{"0.30 to the end of the batch, and keeps that", Mode030, func(c *counter) {
			j := c.ask("a", words("x", 2000), "one")
			c.after(100*time.Millisecond, func() { c.cancel(j); c.ask("b", words("x", 600)) })
		}, "100 a left, 620 b done, 88 tokens evaluated"},
		{"who leaves while it speaks frees it at the next token", Mode017, func(c *counter) {
			j := c.ask("a", words("x", 90), "one", "two", "three")
			c.after(250*time.Millisecond, func() { c.cancel(j); c.ask("b", words("x", 91)) })
		}, "200 a one, 250 a left, 311 b done, 1 tokens evaluated"},
		{"who leaves before it was its turn costs nothing", Mode017, func(c *counter) {
			c.ask("a", words("x", 90))
			j := c.ask("b", words("y", 90))
			c.ask("c", words("z", 90))
			c.after(50*time.Millisecond, func() { c.cancel(j) })
		}, "50 b left, 100 a done, 90 tokens evaluated, 200 c done, 90 tokens evaluated"},
		{"who leaves at the end was served", Mode017, func(c *counter) {
			j := c.ask("a", words("x", 90))
			c.after(time.Second, func() { c.cancel(j) })
		}, "100 a done, 90 tokens evaluated"},
	} {
		t.Run(c.name, func(t *testing.T) {
			counter := newCounter(c.mode)
			c.play(counter)
			counter.run(func() bool { return false })
			if got := strings.Join(counter.log, ", "); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			if counter.runs != nil || counter.wanted() != nil {
				t.Error("the slot is not free at the end")
			}
		})
	}
}

func TestTheClockKeepsOrder(t *testing.T) {
	c := &clock{}
	var got []string
	say := func(what string) func() { return func() { got = append(got, what) } }
	c.after(2, say("third"))
	c.after(1, say("first"))
	c.after(1, func() { say("second")(); c.after(-5, say("at once")) })
	stopped := c.after(1, say("never"))
	stopped.stop()
	(*plan)(nil).stop()
	if c.run(func() bool { return false }) || strings.Join(got, ", ") != "first, second, at once, third" || c.now != 2 {
		t.Errorf("%v at %v", got, c.now)
	}
}
