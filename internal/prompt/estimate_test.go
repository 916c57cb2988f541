package prompt

import (
	"strings"
	"sync"
	"testing"
)

func TestEstimateBeforeAnythingIsLearnt(t *testing.T) {
	e := NewEstimator()
	code := strings.Repeat("\tfor i, v := range values {\n", 40)
	if got := e.Tokens("m", "go", code); got < len(code)/3 || got > len(code)/2 {
		t.Errorf("%d bytes of code: %d tokens", len(code), got)
	}
	for _, c := range []struct{ name, few, many string }{
		{"digits cost more than letters", strings.Repeat("abcd", 50), strings.Repeat("1234", 50)},
		{"letters outside of ASCII cost more", strings.Repeat("abc", 50), strings.Repeat("世", 50)},
		{"prose costs less than code", "", ""},
	} {
		few, many := e.Tokens("m", "go", c.few), e.Tokens("m", "go", c.many)
		if c.few == "" {
			few, many = e.Tokens("m", "markdown", code), e.Tokens("m", "go", code)
		}
		if few >= many {
			t.Errorf("%s: %d and %d", c.name, few, many)
		}
	}
	if got := e.Tokens("m", "go", strings.Repeat("7", 300)); got < 300 {
		t.Errorf("300 digits: %d tokens", got)
	}
	if e.Tokens("m", "go", "") != 0 || e.Tokens("m", "go", "x") != 1 {
		t.Error("nothing is no token, something is at least one")
	}
}

// After some prompts of one model and language the estimate comes close, from above, and other pairs are as before.
func TestEstimateLearns(t *testing.T) {
	text := strings.Repeat("some code here; ", 250) // 4,000 bytes
	for _, real := range []float64{1.6, 2.4, 3.1, 3.8, 4.5} {
		e := NewEstimator()
		before := e.Tokens("other", "go", text)
		for range 40 {
			e.Observe("m", "go", len(text), int(float64(len(text))/real))
		}
		got, want := e.Tokens("m", "go", text), int(float64(len(text))/real)
		if got < want || got > want*11/10 {
			t.Errorf("at %.1f bytes a token: estimated %d, really %d", real, got, want)
		}
		if e.Tokens("other", "go", text) != before || e.Tokens("m", "rust", text) != before {
			t.Error("another pair changed")
		}
	}
}

// Prompts differ; nine of ten estimates are on the safe side, from the tenth prompt on.
func TestEstimateStaysSafe(t *testing.T) {
	e := NewEstimator()
	ratios := []float64{3.4, 3.0, 3.7, 3.2, 2.9, 3.5, 3.1, 3.6, 3.3, 2.8}
	under, n := 0, 0
	for i := range 200 {
		tokens := int(4000 / ratios[(i*7)%len(ratios)])
		if i >= 10 {
			n++
			if e.Tokens("m", "go", strings.Repeat("x", 4000)) < tokens {
				under++
			}
		}
		e.Observe("m", "go", 4000, tokens)
	}
	if under > n/10 {
		t.Errorf("%d of %d prompts were longer than estimated", under, n)
	}
}

// What is no observation teaches nothing: no count, a count of a part, a prompt that was cut, a short one.
func TestEstimateIgnores(t *testing.T) {
	e := NewEstimator()
	text := strings.Repeat("x", 4000)
	before := e.Tokens("m", "go", text)
	for _, seen := range [][2]int{{4000, 0}, {4000, -1}, {0, 10}, {4000, 4}, {4000, 400}, {4000, 90000}, {100, 10}} {
		e.Observe("m", "go", seen[0], seen[1])
	}
	if got := e.Tokens("m", "go", text); got != before {
		t.Errorf("%d became %d", before, got)
	}
}

func TestEstimateAddsUp(t *testing.T) {
	e := NewEstimator()
	a, b := "func f() {\n", "\treturn 12345\n}\n"
	if e.Tokens("m", "go", a)+e.Tokens("m", "go", b) < e.Tokens("m", "go", a+b) {
		t.Error("the parts are less than the whole")
	}
}

func TestEstimateConcurrently(t *testing.T) {
	e := NewEstimator()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				e.Observe("m", "go", 4000, 1200+i)
				e.Tokens("m", "go", "text")
			}
		})
	}
	wg.Wait()
}
