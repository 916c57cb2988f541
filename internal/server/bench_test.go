package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"sopro/internal/complete"
	"sopro/internal/config"
	"sopro/internal/model"
	"sopro/internal/model/ollama"
	"sopro/internal/server"
)

// The figures that the server must reach: 10,000 one-character changes of a 12,000-line file, parsing apart, in 50 ms; from a
// key to the HTTP request in 1 ms at the median and 5 ms at the 99th percentile; an answer from what is known in 0.2 and 1 ms.

// goSource is a Go file of about n lines that parses.
func goSource(n int) string {
	var b strings.Builder
	b.WriteString("package long\n\n")
	for i := range n / 12 {
		fmt.Fprintf(&b, `// function%[1]d adds up what it is given and is one of many of its kind.
func function%[1]d(values []int, scale float64) (total int, err error) {
	for index, value := range values {
		if value < 0 {
			return 0, fmt.Errorf("value %%d at %%d is negative", value, index)
		}
		total += int(float64(value) * scale)
	}
	result := total + %[1]d
	return result, nil
}

`, i)
	}
	return b.String()
}

// BenchmarkChanges is 10,000 typed characters through the wire an operation; the language has no grammar.
func BenchmarkChanges(b *testing.B) {
	e := connect(b, options{build: newScript("").build})
	e.initialize(plainClient)
	e.open("file:///w/a.txt", "plaintext", goSource(12_000))
	version := 1
	for b.Loop() {
		b.StopTimer()
		var keys strings.Builder
		for i := range 10_000 {
			version++
			body := fmt.Sprintf(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///w/a.txt","version":%d},"contentChanges":[{"range":%s,"rangeLength":0,"text":"x"}]}}`,
				version, rangeJSON(fmt.Sprintf("6000:%d-6000:%d", i%80, i%80)))
			fmt.Fprintf(&keys, "Content-Length: %d\r\n\r\n%s", len(body), body)
		}
		b.StartTimer()
		e.write(keys.String())
		e.call("test/isAnybodyThere", `{}`)
	}
}

// BenchmarkKeyToRequest is the time from a typed character's notification and request on the wire to the HTTP request's
// arrival at Ollama, in a 12,000-line Go file that is parsed meanwhile.
func BenchmarkKeyToRequest(b *testing.B) {
	arrived := make(chan time.Time, 16)
	ollamaServer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := time.Now()
		io.Copy(io.Discard, r.Body)
		fmt.Fprintln(w, `{"model":"m","response":"","done":true,"done_reason":"stop"}`)
		arrived <- at
	}))
	defer ollamaServer.Close()
	e := connect(b, options{build: directBuild(b, ollamaServer.URL)})
	e.initialize(plainClient)
	e.open(goFile, "go", goSource(12_000))
	var took []time.Duration
	version, column := 1, 0
	for b.Loop() {
		version++
		if column++; column > 60 {
			e.change(goFile, version, "6001:0-6001:60", "")
			version, column = version+1, 1
		}
		if len(arrived) > 0 {
			b.Fatal("a key was asked about twice")
		}
		began := time.Now()
		e.change(goFile, version, fmt.Sprintf("6001:%d-6001:%d", column-1, column-1), "abcdefghij"[column%10:column%10+1])
		id := e.request("textDocument/inlineCompletion", inlineParams(goFile, 6001, column))
		took = append(took, (<-arrived).Sub(began))
		e.answer(id)
	}
	report(b, took)
}

// BenchmarkKnownAnswer is a request whose answer is known, over the wire and back.
func BenchmarkKnownAnswer(b *testing.B) {
	e := connect(b, options{build: newScript("1").build})
	e.initialize(plainClient)
	e.open(goFile, "go", goSource(12_000)+"\nvar x = ")
	line := strings.Count(goSource(12_000), "\n") + 1
	e.call("textDocument/inlineCompletion", inlineParams(goFile, line, 8))
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		id := e.request("textDocument/inlineCompletion", inlineParams(goFile, line, 8))
		<-e.got
		took = append(took, time.Since(began))
		_ = id
	}
	report(b, took)
}

// BenchmarkInitialize is a server from nothing to its answer to initialize.
func BenchmarkInitialize(b *testing.B) {
	for b.Loop() {
		e := connect(b, options{build: newScript("1").build})
		e.call("initialize", `{"processId":null,"rootUri":null,"capabilities":`+plainClient+`}`)
	}
}

// report adds the percentiles that a mean hides.
func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
}

// directBuild completes over HTTP with one model, without debounce.
func directBuild(b *testing.B, url string) func(config.Settings, *server.Engines) (*server.Engines, error) {
	return func(config.Settings, *server.Engines) (*server.Engines, error) {
		client, err := ollama.New(url, ollama.Options{})
		if err != nil {
			b.Fatal(err)
		}
		endpoint := model.NewEndpoint(client, url)
		return &server.Engines{Complete: complete.New(complete.Parts{
			Choose:    func() (complete.Choice, error) { return coder(), nil },
			Available: func(string) complete.Availability { return complete.Ready },
			Stream:    endpoint.Stream,
			Estimate:  func(_, _, text string) int { return len(text)/4 + 1 },
			Observe:   func(string, string, int, int) {},
			Options:   complete.Options{Enabled: true, Automatic: true, Gate: 0.7, MaxTokens: 64, ContextTokens: 1536},
		})}, nil
	}
}
