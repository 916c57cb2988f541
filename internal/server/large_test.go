package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sopro/internal/config"
	"sopro/internal/gather"
	"sopro/internal/index"
	"sopro/internal/ngram"
	"sopro/internal/server"
	"sopro/internal/testkit/stopwatch"
)

// BenchmarkLargeWorkspace opens a workspace of 200,000 small files and writes in the first of them while it is read. Completions come from the
// first file on, with what the index has by then; read are as many files as the index takes. It makes the files first, which takes longer than all
// else: make bench PKG=./internal/server BENCH=LargeWorkspace
func BenchmarkLargeWorkspace(b *testing.B) {
	root := large(b, 200_000)
	for b.Loop() {
		before := heap()
		x := index.Open(index.Options{Dir: b.TempDir()})
		builtin := ngram.New(ngram.Options{})
		m := newScript("1")
		m.sources = gather.Sources{Index: x}
		e := connect(b, options{build: func(c config.Settings, former *server.Engines) (*server.Engines, error) {
			engines, err := m.build(c, former)
			engines.Builtin, engines.Index = builtin, x
			return engines, err
		}})
		began, processor := time.Now(), stopwatch.Processor()
		e.initialize(plainClient, fmt.Sprintf(`"workspaceFolders":[{"uri":%q,"name":"w"}]`, "file://"+root))
		first := "file://" + filepath.Join(root, "000/000.go")
		e.open(first, "go", "package p0\n\nfunc settle0(customer string) int {\n\treturn 0\n}\n")
		done := func() bool { return strings.Contains(e.command("sopro.status", `{}`), `"done":true`) }
		var took []time.Duration // of the answers while the workspace is read
		end := len("\treturn 0")
		for version := 2; !done(); version++ {
			typed := fmt.Sprintf("%d + ", version)
			e.change(first, version, fmt.Sprintf("3:8-3:%d", end), typed)
			end = len("\treturn ") + len(typed)
			asked := time.Now()
			if answer := e.call("textDocument/inlineCompletion", inlineParams(first, 3, end)); !strings.Contains(answer, `"insertText":"1"`) {
				b.Fatal(answer)
			}
			took = append(took, time.Since(asked))
			time.Sleep(50 * time.Millisecond) // a fast typist's pause
		}
		b.ReportMetric(time.Since(began).Seconds(), "s-until-read")
		b.ReportMetric((stopwatch.Processor() - processor).Seconds(), "core-s")
		b.ReportMetric(float64(x.Files()), "files-read")
		b.ReportMetric(float64(len(took)), "completions-meanwhile")
		b.ReportMetric((float64(heap())-float64(before))/1e6, "MB")
		report(b, took)
		runtime.KeepAlive(builtin)
		b.StopTimer()
		x.Close()
		b.StartTimer()
	}
}

// large makes a workspace of so many files.
func large(b *testing.B, files int) (root string) {
	b.Helper()
	root, err := filepath.EvalSymlinks(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	for i := range files {
		dir := filepath.Join(root, fmt.Sprintf("%03d", i/200))
		if i%200 == 0 {
			if err := os.Mkdir(dir, 0o755); err != nil {
				b.Fatal(err)
			}
		}
		text := fmt.Sprintf("package p%[1]d\n\nfunc settle%[2]d(customer string) int {\n\treturn len(customer) + %[2]d\n}\n", i/200, i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.go", i%200)), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return root
}

// heap is what is in use, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
