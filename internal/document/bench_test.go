package document

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// source is a Go file of so many lines, about 30 bytes each.
func source(lines int) string {
	var b strings.Builder
	b.WriteString("package shop\n")
	for i := 1; i < lines; i++ {
		switch i % 6 {
		case 0:
			fmt.Fprintf(&b, "// total%d adds up what is in the basket.\n", i)
		case 1:
			fmt.Fprintf(&b, "func total%d(items []item, rate float64) (sum float64) {\n", i)
		case 2:
			b.WriteString("\tfor _, item := range items {\n")
		case 3:
			b.WriteString("\t\tsum += item.price * rate\n")
		case 4:
			b.WriteString("\t}\n")
		case 5:
			b.WriteString("\treturn sum }\n")
		}
	}
	return b.String()
}

// One operation is 10,000 changes of one character each in a 12,000-line file,
// as a person types them: mostly one after the other, on 100 lines.
func BenchmarkType10000(b *testing.B) {
	for name, text := range map[string]string{"ascii": source(12_000), "accents": source(12_000) + "// façade\n"} {
		b.Run(name, func(b *testing.B) {
			opened := New("file:///shop.go", "go", 0, text)
			b.ReportAllocs()
			for b.Loop() {
				s := opened
				for i := range 10_000 {
					at := Position{Line: 100 * (i / 100), Character: i % 100}
					next, _, err := s.Apply(int32(i), UTF16, []Change{{Range: &Range{Start: at, End: at}, Text: "x"}})
					if err != nil {
						b.Fatal(err)
					}
					s = next
				}
			}
		})
	}
}

func BenchmarkNew1MB(b *testing.B) {
	text := source(40_000)[:1<<20]
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		New("file:///shop.go", "go", 0, text)
	}
}

func BenchmarkConversions(b *testing.B) {
	for name, text := range map[string]string{"ascii": source(12_000), "accents": source(12_000) + "// façade\n"} {
		s := New("file:///shop.go", "go", 0, text)
		m := s.Mapper(UTF16)
		p := Position{Line: 7_003, Character: 12}
		off := m.Offset(p)
		b.Run("offset/"+name, func(b *testing.B) {
			for b.Loop() {
				m.Offset(p)
			}
		})
		b.Run("position/"+name, func(b *testing.B) {
			for b.Loop() {
				m.Position(off)
			}
		})
		b.Run("point/"+name, func(b *testing.B) {
			for b.Loop() {
				s.Point(off)
			}
		})
	}
}

// Reports what ten open files of 1,000 lines weigh after 1,000 changes each.
func BenchmarkTenFiles(b *testing.B) {
	text := source(1_000)
	for b.Loop() {
		before := heap()
		var open []*Snapshot
		for range 10 {
			s := New("file:///shop.go", "go", 0, text)
			for i := range 1_000 {
				s, _ = s.Splice(Span{i * 20, i*20 + 1}, "word")
			}
			open = append(open, s)
		}
		b.ReportMetric(float64(heap()-before)/1024, "KiB")
		b.ReportMetric(float64(10*open[0].Len())/1024, "KiB-text")
		runtime.KeepAlive(open)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
