package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"sopro/internal/testkit/madecode"
	"sopro/internal/testkit/stopwatch"
	"sopro/internal/workspace"
)

// million is the size that the index is made for, in lines.
const million = 1_000_000

// BenchmarkCold reads files in, one after another. What counts is the time of
// the processor, MB/s a core, which other programs do not lengthen.
func BenchmarkCold(b *testing.B) {
	files := slices.Collect(made(1, 20_000))
	size, before := 0, stopwatch.Processor()
	for b.Loop() {
		for _, f := range filled(b, Options{Dir: b.TempDir()}, files).files {
			size += int(f.size)
		}
	}
	b.ReportMetric(float64(size)/1e6/(stopwatch.Processor()-before).Seconds(), "MB/core-s")
}

func filled(b *testing.B, o Options, files []File) *Index {
	b.Helper()
	x := Open(o)
	b.Cleanup(func() { x.Close() })
	if err := x.Attach(root, func(string) bool { return true }); err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		if err := x.Put(context.Background(), f); err != nil {
			b.Fatal(err)
		}
	}
	return x
}

// BenchmarkMillionLines is a day with a workspace of a million lines: it is
// read in, the program starts again, and a line that is being written asks for
// windows by some 40 terms and for declarations by 30 names.
func BenchmarkMillionLines(b *testing.B) {
	files := slices.Collect(made(1, million))
	o, size := Options{Dir: b.TempDir()}, 0
	start := stopwatch.Processor()
	x := filled(b, o, files)
	for _, f := range files {
		size += len(f.Text)
	}
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("%d files, %.1f MB, read and written in %v of a core: %.1f MB/s; %d MB on disk\n", len(files), float64(size)/1e6,
		(stopwatch.Processor() - start).Round(time.Millisecond), float64(size)/1e6/(stopwatch.Processor()-start).Seconds(), onDiskMB(b, o.Dir))
	before := inUse()
	var rules workspace.Options
	x = Open(o)
	b.Cleanup(func() { x.Close() })
	b.Run("start again", func(b *testing.B) {
		var times, clocks []time.Duration // of the processor, which other programs do not lengthen, and of the day
		for b.Loop() {
			x.Close()
			x = Open(o)
			began, clock := stopwatch.Processor(), time.Now()
			if err := x.Attach(root, func(rel string) bool { return rules.Admits(root, rel) }); err != nil {
				b.Fatal(err)
			}
			times, clocks = append(times, stopwatch.Processor()-began), append(clocks, time.Since(clock))
		}
		quantiles(b, times)
		slices.Sort(clocks)
		b.ReportMetric(float64(clocks[len(clocks)/2].Microseconds()), "p50-clock-µs")
	})
	fmt.Printf("%d windows, %d names, %.0f MB of memory\n", x.windows, len(x.names), float64(inUse()-before)/1e6)
	random := rand.New(rand.NewPCG(2, 2))
	b.Run("windows", func(b *testing.B) {
		var times []time.Duration
		for b.Loop() {
			b.StopTimer()
			f := files[random.IntN(len(files))]
			q := near(f, random)
			b.StartTimer()
			began := stopwatch.Processor()
			x.Windows(context.Background(), q)
			times = append(times, stopwatch.Processor()-began)
		}
		quantiles(b, times)
	})
	b.Run("declarations", func(b *testing.B) {
		var times []time.Duration
		for b.Loop() {
			b.StopTimer()
			var names []string
			for range 30 {
				names = append(names, madecode.Name(random))
			}
			names = append(names, "Close", "String", "Context")
			b.StartTimer()
			began := stopwatch.Processor()
			x.Declarations(context.Background(), names, Prefer{From: files[0].Path, Language: "go"})
			times = append(times, stopwatch.Processor()-began)
		}
		quantiles(b, times)
	})
	b.Run("one file again", func(b *testing.B) {
		var times []time.Duration
		for i := 0; b.Loop(); i++ {
			f := files[random.IntN(len(files))]
			f.Text += fmt.Sprintf("\n// %d\n", i)
			began := stopwatch.Processor()
			x.Put(context.Background(), f)
			times = append(times, stopwatch.Processor()-began)
		}
		quantiles(b, times)
	})
}

// near is the query of eight lines somewhere in a file.
func near(f File, random *rand.Rand) WindowQuery {
	start, _ := lines(f.Text, 0, random.IntN(140))
	end, _ := lines(f.Text, start, 8)
	q := WindowQuery{From: f.Path, Without: f.Path, Language: "go", Limit: 24}
	for _, c := range Tally(Terms(nil, f.Text[start:end])) {
		q.Terms = append(q.Terms, Weighted{c.Term, 1})
	}
	return q
}

func onDiskMB(b *testing.B, dir string) int64 {
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		b.Fatal(err)
	}
	size := int64(0)
	for _, path := range all {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	return size / 1e6
}

func quantiles(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
