package main

import (
	"strconv"
	"strings"

	"sopro/internal/document"
)

// splitNumbers takes the last n numbers off "FILE:1:2". They are 1-based.
func splitNumbers(arg string, n int) (path string, numbers []int, ok bool) {
	path = arg
	for range n {
		i := strings.LastIndexByte(path, ':')
		if i < 0 {
			return "", nil, false
		}
		number, err := strconv.Atoi(path[i+1:])
		if err != nil || number < 1 {
			return "", nil, false
		}
		numbers = append([]int{number}, numbers...)
		path = path[:i]
	}
	return path, numbers, path != ""
}

// parsePosition reads FILE:LINE:COL, as compilers print it: columns count bytes.
func parsePosition(arg string) (path string, line, column int, err error) {
	path, n, ok := splitNumbers(arg, 2)
	if !ok {
		return "", 0, 0, usagef("%q is not a position: write FILE:LINE:COL, both from 1", arg)
	}
	return path, n[0], n[1], nil
}

// parseLine reads FILE:LINE.
func parseLine(arg string) (path string, line int, err error) {
	path, n, ok := splitNumbers(arg, 1)
	if !ok {
		return "", 0, usagef("%q is not a line: write FILE:LINE, from 1", arg)
	}
	return path, n[0], nil
}

// parseLines reads FILE or FILE:FROM-TO; from 0 is the whole file.
func parseLines(arg string) (path string, from, to int, err error) {
	i := strings.LastIndexByte(arg, ':')
	if i < 0 {
		return arg, 0, 0, nil
	}
	first, last, ranged := strings.Cut(arg[i+1:], "-")
	if !ranged {
		last = first
	}
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	if errFrom != nil && errTo != nil && !ranged {
		return arg, 0, 0, nil // a colon in a file's name
	}
	if errFrom != nil || errTo != nil || from < 1 || to < from {
		return "", 0, 0, usagef("%q is not a range of lines: write FILE:FROM-TO, from 1", arg)
	}
	return arg[:i], from, to, nil
}

// offsetAt is the place of a line and column in a text.
func offsetAt(text *document.Snapshot, line, column int) (int, error) {
	if line > text.LineCount() {
		return 0, pastEnd(text, line)
	}
	start, end := text.LineStart(line-1), text.LineEnd(line-1)
	if start+column-1 > end {
		return 0, usagef("column %d is past the end: line %d has %d bytes", column, line, end-start)
	}
	m := text.Mapper(document.UTF8)
	return m.Offset(m.Position(start + column - 1)), nil // never inside a character
}

// spanOf is the text of lines from to to; from 0 is all of it.
func spanOf(text *document.Snapshot, from, to int) (document.Span, error) {
	if from == 0 {
		return document.Span{End: text.Len()}, nil
	}
	if from > text.LineCount() {
		return document.Span{}, pastEnd(text, from)
	}
	to = min(to, text.LineCount())
	return document.Span{Start: text.LineStart(from - 1), End: text.LineEnd(to - 1)}, nil
}

// pastEnd says that a text has no such line. What follows the last line's end is a place to write at, and no line that people count.
func pastEnd(text *document.Snapshot, line int) error {
	count := text.LineCount()
	if text.Line(count-1) == "" {
		count--
	}
	lines := "lines"
	if count == 1 {
		lines = "line"
	}
	return usagef("line %d is past the end: the file has %d %s", line, count, lines)
}
