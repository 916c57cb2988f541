package ngram

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// upTo takes documents until they have so many bytes.
func upTo(docs []doc, bytes int) (taken []doc, size int) {
	for _, d := range docs {
		if size >= bytes {
			break
		}
		taken, size = append(taken, d), size+len(d.text)
	}
	return taken, size
}

// BenchmarkComplete asks at many places of a workspace of 1 MB.
func BenchmarkComplete(b *testing.B) {
	docs, _ := upTo(stdlib(b, "go", "net/http"), 1<<20)
	m := New(Options{})
	for _, d := range docs {
		m.Add(d.path, d.language, d.text)
	}
	var took []time.Duration
	answered, n := 0, 0
	for b.Loop() {
		d := docs[n%len(docs)]
		at := (n * 7919) % len(d.text)
		n++
		_, after, _ := strings.Cut(d.text[at:], "\n")
		start := time.Now()
		_, ok := m.Complete(Query{Path: d.path, LanguageID: d.language, Before: d.text[max(0, at-2000):at], After: "\n" + after[:min(len(after), 500)]})
		took = append(took, time.Since(start))
		if ok {
			answered++
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(100*float64(answered)/float64(n), "%answered")
}

// BenchmarkAdd reads 2 MB of source in files of their own sizes.
func BenchmarkAdd(b *testing.B) {
	docs, size := upTo(stdlib(b, "go", "net/http"), 2<<20)
	b.SetBytes(int64(size))
	for b.Loop() {
		m := New(Options{})
		for _, d := range docs {
			m.Add(d.path, d.language, d.text)
		}
	}
}

// BenchmarkMemory measures what ten files of about 1,000 lines cost, and a
// megabyte of source.
func BenchmarkMemory(b *testing.B) {
	for name, bytes := range map[string]int{"ten-files": 400 << 10, "1MB": 1 << 20} {
		b.Run(name, func(b *testing.B) {
			docs, size := upTo(slices.DeleteFunc(stdlib(b, "go", "net/http"), func(d doc) bool { return len(d.text) < 30<<10 || len(d.text) > 60<<10 }), bytes)
			heap := func() float64 {
				runtime.GC()
				var s runtime.MemStats
				runtime.ReadMemStats(&s)
				return float64(s.HeapAlloc)
			}
			for b.Loop() {
				before := heap()
				m := New(Options{})
				for _, d := range docs {
					m.Add(d.path, d.language, d.text)
				}
				b.ReportMetric((heap()-before)/float64(size), "B/B-of-source")
				b.ReportMetric((heap()-before)/1e6, "MB")
				b.ReportMetric(float64(m.Bytes())/1e6, "MB-counted")
				runtime.KeepAlive(m)
			}
		})
	}
}
