//go:build unix

// Package stopwatch measures the laps of a benchmark: by the clock, which is what a person waits for on a machine that does
// nothing else, and by the processor, which other programs do not lengthen as much.
package stopwatch

import (
	"slices"
	"syscall"
	"testing"
	"time"
)

// Processor is the time that this program has had of the processor, in all its threads.
func Processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Laps are what was measured. The zero value is none.
type Laps struct{ clock, core []time.Duration }

// Time measures one more.
func (l *Laps) Time(work func()) {
	began, core := time.Now(), Processor()
	work()
	l.clock, l.core = append(l.clock, time.Since(began)), append(l.core, Processor()-core)
}

// Report tells the median and the 99th of a hundred in milliseconds, instead of the mean.
func (l *Laps) Report(b *testing.B) {
	for unit, laps := range map[string][]time.Duration{"ms": l.clock, "core-ms": l.core} {
		slices.Sort(laps)
		b.ReportMetric(milliseconds(laps[len(laps)/2]), "p50-"+unit)
		b.ReportMetric(milliseconds(laps[len(laps)*99/100]), "p99-"+unit)
	}
	b.ReportMetric(0, "ns/op")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
