package gguf_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"sopro/internal/testkit/gguf"
)

// The expected bytes were laid out by hand from the format's specification, one field a line.
func TestWrite(t *testing.T) {
	file := gguf.File{
		Metadata: []gguf.Entry{
			{Key: "s", Value: "hi"},
			{Key: "u", Value: uint32(7)},
			{Key: "b", Value: true},
			{Key: "a", Value: []int32{1, -1}},
			{Key: "t", Value: []string{"x", ""}},
		},
		Tensors: []gguf.Tensor{
			{Name: "v", Shape: []int{1}, Data: []float32{1}},
			{Name: "m", Shape: []int{2, 1}, Data: []float32{2, -2}},
		},
	}
	want := fields(
		"47475546", "03000000", "0200000000000000", "0500000000000000", // magic, version, tensors, entries
		"0100000000000000 73", "08000000", "0200000000000000 6869",
		"0100000000000000 75", "04000000", "07000000",
		"0100000000000000 62", "07000000", "01",
		"0100000000000000 61", "09000000 05000000 0200000000000000", "01000000 ffffffff",
		"0100000000000000 74", "09000000 08000000 0200000000000000", "0100000000000000 78", "0000000000000000",
		"0100000000000000 76", "01000000", "0100000000000000", "00000000", "0000000000000000",
		"0100000000000000 6d", "02000000", "0200000000000000 0100000000000000", "00000000", "2000000000000000",
	)
	want = pad(want)
	want = pad(append(want, fields("0000803f")...))
	want = append(want, fields("00000040 000000c0")...)

	var got bytes.Buffer
	if err := file.Write(&got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("got\n%s\nwant\n%s", hex.Dump(got.Bytes()), hex.Dump(want))
	}
}

func TestWriteRefuses(t *testing.T) {
	for want, file := range map[string]gguf.File{
		"k: a complex128 cannot be written":     {Metadata: []gguf.Entry{{Key: "k", Value: 1i}}},
		"e: a []bool cannot be written":         {Metadata: []gguf.Entry{{Key: "e", Value: []bool{true}}}},
		"m: shape [2 2] wants 4 numbers, got 3": {Tensors: []gguf.Tensor{{Name: "m", Shape: []int{2, 2}, Data: make([]float32, 3)}}},
	} {
		if err := file.Write(new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := (gguf.File{}).Write(broken{}); !errors.Is(err, errBroken) {
		t.Errorf("a broken writer: got %v", err)
	}
}

var errBroken = errors.New("the disk is full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func fields(hexes ...string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(strings.Join(hexes, ""), " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func pad(b []byte) []byte {
	for len(b)%32 != 0 {
		b = append(b, 0)
	}
	return b
}
