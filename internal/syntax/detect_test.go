package syntax

import "testing"

func TestDetect(t *testing.T) {
	for _, c := range []struct{ languageID, path, firstLine, want string }{
		{"go", "", "", "go"},
		{"go", "x.py", "#!/bin/sh", "go"},
		{"javascriptreact", "", "", "javascript"},
		{"typescriptreact", "", "", "typescriptreact"},
		{"", "a/b/App.tsx", "", "typescriptreact"},
		{"plaintext", "main.rs", "", "rust"},
		{"Dockerfile", "", "", "dockerfile"},
		{"", "/x/Dockerfile", "", "dockerfile"},
		{"", "Dockerfile.prod", "", "dockerfile"},
		{"", "api.Dockerfile", "", "dockerfile"},
		{"", "Makefile", "", "makefile"},
		{"", "rules.mk", "", "makefile"},
		{"", `C:\src\main.CPP`, "", "cpp"},
		{"", "main.tf", "", "hcl"},
		{"terraform", "", "", "hcl"},
		{"", "CMakeLists.txt", "", "cmake"},
		{"", "notes.txt", "", "plaintext"},
		{"", "tsconfig.json", "", "jsonc"},
		{"", "package.json", "", "json"},
		{"", "Gemfile", "", "ruby"},
		{"", ".bashrc", "", "shellscript"},
		{"", ".env.local", "", "dotenv"},
		{"", "run", "#!/usr/bin/env python3", "python"},
		{"", "run", "#!/usr/bin/python3.12 -u", "python"},
		{"", "run", "#! /bin/bash -e", "shellscript"},
		{"", "run", "#!/usr/bin/env -S FOO=1 deno run", "typescript"},
		{"plaintext", "run", "#!/usr/bin/ruby", "ruby"},
		{"", "run", "#!/usr/bin/env unheard-of", "plaintext"},
		{"", "run", "package main", "plaintext"},
		{"", "", "", "plaintext"},
		{"", ".go", "", "plaintext"},
		{"brainfuck", "x.bf", "", "brainfuck"},
		{"brainfuck", "x.go", "", "go"},
		{"haskell", "", "", "haskell"},
	} {
		if got := Detect(c.languageID, c.path, c.firstLine).ID(); got != c.want {
			t.Errorf("Detect(%q, %q, %q) is %q, want %q", c.languageID, c.path, c.firstLine, got, c.want)
		}
	}
}

func TestLanguageTable(t *testing.T) {
	taken := map[string]string{}
	take := func(l *Language, what string) {
		if other, ok := taken[what]; ok {
			t.Errorf("%s belongs to %s and %s", what, other, l.ID())
		}
		taken[what] = l.ID()
	}
	grammars := 0
	for _, l := range Languages() {
		take(l, "languageId "+l.ID())
		for _, id := range l.also {
			take(l, "languageId "+id)
		}
		for _, ext := range l.extensions {
			take(l, "extension "+ext)
		}
		for _, file := range l.files {
			take(l, "file "+file)
		}
		for _, program := range l.interpreters {
			take(l, "interpreter "+program)
		}
		if l.Name() == "" || (l.block[0] == "") != (l.block[1] == "") {
			t.Errorf("%s: name %q, block comments %q", l.ID(), l.Name(), l.block)
		}
		if l.HasGrammar() {
			grammars++
		}
	}
	if grammars != 27 {
		t.Errorf("%d languages with a grammar", grammars)
	}
	python, css := Detect("python", "", ""), Detect("css", "", "")
	if open, end := css.BlockComment(); open != "/*" || end != "*/" || css.LineComment() != "" || css.IndentBlocks() {
		t.Error("CSS has other comments")
	}
	if python.LineComment() != "#" || !python.IndentBlocks() || python.Name() != "Python" {
		t.Error("Python has other comments")
	}
}
