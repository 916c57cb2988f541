package index

import (
	"encoding/binary"
	"errors"
	"iter"
	"math"

	"sopro/internal/document"
	"sopro/internal/syntax"
)

// What a file declares, imports and says is kept as packed bytes, in memory
// and on disk: a symbol as a Go value would take twice the room, and a million
// lines have 60,000. What is read back may come from a disk that has gone bad,
// so nothing in it is taken for granted.

// errPacked says that packed bytes are not what pack wrote.
var errPacked = errors.New("damaged bytes")

// packSymbols writes symbols one after another, each behind its length, so
// that one can be read without those before it.
func packSymbols(all []syntax.Symbol) string {
	var out, one []byte
	for _, s := range all {
		one = one[:0]
		for _, text := range []string{s.Name, s.Kind, s.Signature, s.Doc, s.Container} {
			one = appendText(one, text)
		}
		for _, n := range []int{s.Span.Start, s.Span.Len(), s.Lines[0], s.Lines[1] - s.Lines[0], truth(s.Exported)} {
			one = binary.AppendUvarint(one, uint64(max(n, 0)))
		}
		out = binary.AppendUvarint(out, uint64(len(one)))
		out = append(out, one...)
	}
	return string(out)
}

// symbols yields what packSymbols wrote, each with where it stands; strings
// share the packed bytes. What is damaged ends it.
func symbols(packed string) iter.Seq2[int, syntax.Symbol] {
	return func(yield func(int, syntax.Symbol) bool) {
		r := reader{rest: packed}
		for len(r.rest) > 0 {
			at := len(packed) - len(r.rest)
			one := reader{rest: r.text()}
			s := one.symbol()
			if r.damaged || one.damaged || !yield(at, s) {
				return
			}
		}
	}
}

// places yields where each of the symbols stands that packSymbols wrote.
func places(packed string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for r := (reader{rest: packed}); len(r.rest) > 0; {
			at := len(packed) - len(r.rest)
			if r.text(); r.damaged || !yield(at) {
				return
			}
		}
	}
}

// symbolAt is the symbol that stands at a place that symbols told.
func symbolAt(packed string, at int) (syntax.Symbol, bool) {
	r := reader{rest: packed[min(at, len(packed)):]}
	one := reader{rest: r.text()}
	s := one.symbol()
	return s, !r.damaged && !one.damaged
}

func (r *reader) symbol() syntax.Symbol {
	s := syntax.Symbol{Name: r.text(), Kind: r.text(), Signature: r.text(), Doc: r.text(), Container: r.text()}
	s.Span.Start = r.number()
	s.Span.End = s.Span.Start + r.number()
	s.Lines[0] = r.number()
	s.Lines[1] = s.Lines[0] + r.number()
	s.Exported = r.number() != 0
	return s
}

func packImports(all []syntax.Import) string {
	var out []byte
	for _, i := range all {
		out = appendText(appendText(out, i.Path), i.Alias)
		out = binary.AppendUvarint(out, uint64(i.Span.Start))
		out = binary.AppendUvarint(out, uint64(i.Span.Len()))
		out = binary.AppendUvarint(out, uint64(len(i.Names)))
		for _, name := range i.Names {
			out = appendText(out, name)
		}
	}
	return string(out)
}

// imports reads what packImports wrote, as far as it is whole.
func imports(packed string) []syntax.Import {
	var all []syntax.Import
	for r := (reader{rest: packed}); len(r.rest) > 0; {
		i := syntax.Import{Path: r.text(), Alias: r.text()}
		start := r.number()
		i.Span = document.Span{Start: start, End: start + r.number()}
		for n := r.number(); n > 0 && !r.damaged; n-- {
			i.Names = append(i.Names, r.text())
		}
		if r.damaged {
			break
		}
		all = append(all, i)
	}
	return all
}

// packWindows writes windows without their file.
func packWindows(all []cutting) []byte {
	var out []byte
	for _, c := range all {
		for _, n := range []int{int(c.start), int(c.size), int(c.line), int(c.lines), int(c.total), len(c.counts)} {
			out = binary.AppendUvarint(out, uint64(n))
		}
		for _, count := range c.counts {
			out = binary.LittleEndian.AppendUint32(out, uint32(count.Term))
			out = append(out, byte(min(count.N, maxCount)))
		}
	}
	return out
}

// countBytes is what packWindows writes of a term and its count.
const countBytes = 5

func unpackWindows(packed string) ([]cutting, error) {
	var all []cutting
	for r := (reader{rest: packed}); len(r.rest) > 0; {
		w := window{start: uint32(r.number()), size: uint16(r.number()), line: uint32(r.number()), lines: uint16(r.number()), total: uint16(r.number())}
		n := r.number()
		if r.damaged || n > len(r.rest)/countBytes {
			return nil, errPacked
		}
		counts := make([]Count, 0, n)
		for range n {
			t := uint32(r.rest[0]) | uint32(r.rest[1])<<8 | uint32(r.rest[2])<<16 | uint32(r.rest[3])<<24
			counts = append(counts, Count{Term(t), uint16(r.rest[4])})
			r.rest = r.rest[countBytes:]
		}
		all = append(all, cutting{w, counts})
	}
	return all, nil
}

func appendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// reader takes numbers and texts off packed bytes. Once they end too soon it
// is damaged, and all that it reads is nothing.
type reader struct {
	rest    string
	damaged bool
}

func (r *reader) number() int {
	n, shift := uint64(0), 0
	for i := range min(len(r.rest), binary.MaxVarintLen64) {
		n |= uint64(r.rest[i]&0x7f) << shift
		if r.rest[i] < 0x80 {
			r.rest = r.rest[i+1:]
			if n > math.MaxInt32 {
				break
			}
			return int(n)
		}
		shift += 7
	}
	r.rest, r.damaged = "", true
	return 0
}

func (r *reader) text() string {
	n := r.number()
	if n > len(r.rest) {
		r.rest, r.damaged = "", true
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}
