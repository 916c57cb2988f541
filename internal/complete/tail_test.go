package complete

// What stands right of the cursor, or below it, as stories of TestStories.
var tailStories = []story{
	{
		name: "the editor's quote and closer are gone beyond", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tfmt.Printf(\"█\")\n}\n",
		stream: "%d\\n\", x)·\n",
		want:   "%d\\n\", x",
		tail:   1,
	}, {
		name: "and the line is ended by the model", file: "a.ts",
		doc:    "function f() {\n  get('█')\n}\n",
		stream: "a', b);·\n",
		want:   "a', b);",
		tail:   2,
	}, {
		name: "the quote alone", file: "a.ts",
		doc:    "const a = f('█', b)\n",
		stream: "a'·\n",
		want:   "a",
	}, {
		name: "the inner of two closers", file: "a.ts",
		doc:    "a.map((x█))\n",
		stream: ") => x + 1)·\n",
		want:   ") => x + 1",
		tail:   1,
	}, {
		name: "one closer for two brackets", file: "a.ts",
		doc:    "a.map((x█)\n",
		stream: ") => x + 1)·\n",
		want:   ") => x + 1",
	}, {
		name: "closers of two kinds", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tg(a[█])\n}\n",
		stream: "i], b)·\n",
		want:   "i], b",
		tail:   1,
	}, {
		name: "a closer of another kind is none of the tail's", file: "a.txt",
		doc:    "g[a█)\n",
		stream: "]·\n",
		want:   "]",
	}, {
		name: "also where the gate has cut the text", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tfmt.Printf(\"█\")\n}\n",
		stream: "%d\\n\", · x@0.2·)·\n",
		want:   "%d\\n\",",
		tail:   1,
	}, {
		name: "braces within a string", file: "a.py",
		doc:    "print(f\"{█}\")\n",
		stream: "x}\", y)·\n",
		want:   "x}\", y",
		tail:   2,
	}, {
		name: "braces that the text closes", file: "a.ts",
		doc:    "const a = `${█}`\n",
		stream: "x}`·\n",
		want:   "x",
	}, {
		name: "a string within them", file: "a.ts",
		doc:    "const a = `${█}`\n",
		stream: "f(\"x\")} y`·\n",
		want:   "f(\"x\")} y",
		tail:   1,
	}, {
		name: "a closer and what ends the statement", file: "a.ts",
		doc:    "function f() {\n  get(█);\n}\n",
		stream: "a, b);·\n",
		want:   "a, b",
	}, {
		name: "a word right of the cursor is no reason to say nothing", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tx := a.█foo\n}\n",
		stream: "bar.·\n",
		want:   "bar.",
	}, {
		name: "nor is it that one character is all: a closer", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tprintln(a█\n}\n",
		stream: ")·\n",
		want:   ")",
	}, {
		name: "or a semicolon", file: "a.c",
		doc:    "int f() {\n  return a█\n}\n",
		stream: ";·\n",
		want:   ";",
	}, {
		name: "a line that was begun and would be the one below", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tprin█\n\tprintln(x)\n}\n",
		stream: "tln(x)·\n·}\n",
		want:   "",
	}, {
		name: "but for one that says hardly anything", file: "a.txt",
		doc:    "[\n  1█\n  12\n]\n",
		stream: "2·\n",
		want:   "2",
	}, {
		name: "words that come before a fence", file: "a.zig",
		doc:    "const a = 1\n█\n",
		stream: "Here is the code:\n·```zig\n·const b = 2;\n",
		want:   "",
	}, {
		name: "words alone, where there is a grammar", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "Here is the code you asked for:\n·x()\n",
		want:   "",
	}, {
		name: "a blank line within a block", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "for {\n·\t\tx()\n·\n·\t\ty()\n·\t}\n·\n·\tz()\n",
		want:   "for {\n\t\tx()\n\n\t\ty()\n\t}",
	}, {
		name: "and within one of indentation", file: "a.py",
		doc:    "def add(a, b):\n    █\n",
		stream: "for x in a:\n·        y()\n·\n·        z()\n·    return b\n·",
		want:   "for x in a:\n        y()\n\n        z()",
	}, {
		name: "the first line's indentation, where none stands there", file: "a.py",
		doc:    "def f():\n█\n",
		stream: "    return 1\n·\n",
		want:   "    return 1",
	}, {
		name: "none, where it stands there and the model says it again", file: "a.py",
		doc:    "def f():\n    x = 1\n    █\n",
		stream: "    if a:\n·        return 1\n·    return 2\n",
		want:   "if a:\n        return 1",
	}, {
		name: "tabs, where the model says blanks", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tx()\n\t█\n}\n",
		stream: "if a {\n·        y()\n·    }\n·    z()\n",
		want:   "if a {\n\t\ty()\n\t}",
	}, {
		name: "the next statement behind one that was taken", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tx := 1█\n}\n",
		stream: "\n·\ty := 2\n·\tz := 3\n·}\n",
		want:   "\n\ty := 2",
	},
}
