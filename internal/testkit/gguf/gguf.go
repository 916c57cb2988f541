// Package gguf writes model files in the GGUF format, version 3, that Ollama and llama.cpp load.
//
// Goals: a file in one call, from metadata and tensors that are in memory, the same bytes each time. It exists so
// that the tests can stand a real Ollama before the product without a download.
//
// Non-goals: reading, quantised tensors, files larger than memory.
package gguf

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// alignment is what tensor data starts at a multiple of; 32 is the format's default.
const alignment = 32

// An Entry is one key of the metadata. Value is a string, bool, int32, uint32, float32, []string, []int32 or []float32.
type Entry struct {
	Key   string
	Value any
}

// A Tensor is a matrix (or, with one dimension, a vector) of 32-bit floats.
type Tensor struct {
	Name string
	// Shape is in the format's order: the length of a row first, then the number of rows.
	Shape []int
	// Data holds row after row; its length is the product of Shape.
	Data []float32
}

// A File is what a model file holds. The order of its entries and tensors is kept.
type File struct {
	Metadata []Entry
	Tensors  []Tensor
}

// Write writes the file. An error is the writer's, or says which entry or tensor cannot be expressed.
func (f File) Write(w io.Writer) error {
	p := &printer{w: bufio.NewWriter(w)}
	p.raw([]byte("GGUF"))
	p.number(uint32(3))
	p.number(uint64(len(f.Tensors)))
	p.number(uint64(len(f.Metadata)))
	for _, e := range f.Metadata {
		p.text(e.Key)
		if err := p.value(e.Value); err != nil {
			return fmt.Errorf("gguf: %s: %w", e.Key, err)
		}
	}
	offset := uint64(0)
	for _, t := range f.Tensors {
		if n := product(t.Shape); n != len(t.Data) {
			return fmt.Errorf("gguf: %s: shape %v wants %d numbers, got %d", t.Name, t.Shape, n, len(t.Data))
		}
		p.text(t.Name)
		p.number(uint32(len(t.Shape)))
		for _, n := range t.Shape {
			p.number(uint64(n))
		}
		p.number(uint32(0)) // F32
		p.number(offset)
		offset = aligned(offset + 4*uint64(len(t.Data)))
	}
	for _, t := range f.Tensors {
		p.pad()
		p.number(t.Data)
	}
	if p.err == nil {
		p.err = p.w.Flush()
	}
	return p.err
}

// The numbers of the format's types.
const (
	typeUint32  = 4
	typeInt32   = 5
	typeFloat32 = 6
	typeBool    = 7
	typeString  = 8
	typeArray   = 9
)

// printer keeps the first error and how much was written, so that the format above reads without either.
type printer struct {
	w    *bufio.Writer
	size uint64
	err  error
}

func (p *printer) raw(b []byte) {
	if p.err == nil {
		_, p.err = p.w.Write(b)
	}
	p.size += uint64(len(b))
}

func (p *printer) number(v any) {
	if p.err == nil {
		p.err = binary.Write(p.w, binary.LittleEndian, v)
	}
	p.size += uint64(binary.Size(v))
}

func (p *printer) text(s string) {
	p.number(uint64(len(s)))
	p.raw([]byte(s))
}

func (p *printer) pad() {
	p.raw(make([]byte, aligned(p.size)-p.size))
}

func (p *printer) value(v any) error {
	switch v := v.(type) {
	case string:
		p.number(uint32(typeString))
		p.text(v)
	case bool:
		p.number(uint32(typeBool))
		p.number(v)
	case uint32:
		p.number([]uint32{typeUint32, v})
	case int32:
		p.number(uint32(typeInt32))
		p.number(v)
	case float32:
		p.number(uint32(typeFloat32))
		p.number(v)
	case []string:
		p.array(typeString, len(v))
		for _, s := range v {
			p.text(s)
		}
	case []int32:
		p.array(typeInt32, len(v))
		p.number(v)
	case []float32:
		p.array(typeFloat32, len(v))
		p.number(v)
	default:
		return fmt.Errorf("a %T cannot be written", v)
	}
	return nil
}

func (p *printer) array(element uint32, n int) {
	p.number([]uint32{typeArray, element})
	p.number(uint64(n))
}

func aligned(n uint64) uint64 { return (n + alignment - 1) / alignment * alignment }

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
