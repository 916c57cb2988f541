package config

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Source is where a value comes from; a later one wins.
type Source uint8

// The sources, weakest first.
const (
	Default Source = iota
	UserFile
	WorkspaceFile
	Client
	Environment
	CommandLine
)

// String names the source for people.
func (s Source) String() string {
	return [...]string{"default", "user file", "workspace file", "client", "environment", "command line"}[s]
}

// untrusted sources can be written by a repository.
func (s Source) untrusted() bool { return s == WorkspaceFile || s == Client }

// maxProblems of one file are reported; a hostile one could have thousands.
const maxProblems = 20

// Problem is something in a source that was left out.
type Problem struct {
	Source  Source
	Path    string // of the file; "client"; the name of the variable; "--set"
	Key     string // as it is written there; "" where the whole source was not read
	Message string // in words, without path and key
}

// String reads "path: key: message", in one line.
func (p Problem) String() string {
	if p.Key == "" {
		return p.Path + ": " + p.Message
	}
	return p.Path + ": " + p.Key + ": " + p.Message
}

// printable keeps what a stranger wrote from breaking a message: one line, of at most 200 characters, nothing invisible in it.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
	if utf8.RuneCountInString(s) > 200 {
		s = string([]rune(s)[:199]) + "…"
	}
	return s
}
