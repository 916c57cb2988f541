package server_test

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestStories plays the archives of testdata: raw JSON in, raw JSON out, against the real server. Each begins with what it
// checks. A line of its story is one of
//
//	-> message          the editor sends this text, framed
//	>> "bytes"          the editor sends these bytes, unframed
//	<- pattern          the next message from the server matches
//	initialize {…}      the editor says hello with these capabilities; the answer is passed over
//	exit code           the server ends with this code
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, story := range archive.Files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+story.Name, func(t *testing.T) {
				play(t, string(story.Data))
			})
		}
	}
}

func play(t *testing.T, story string) {
	e := connect(t, options{})
	for n, line := range strings.Split(story, "\n") {
		verb, rest, _ := strings.Cut(line, " ")
		switch verb {
		case "":
		case "->":
			e.send(rest)
		case ">>":
			raw, err := strconv.Unquote(rest)
			if err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
			e.write(raw)
		case "<-":
			message := e.recv()
			if err := match(rest, message); err != nil {
				t.Fatalf("line %d: %v\n got %s\nwant %s", n+1, err, message, rest)
			}
		case "initialize":
			e.initialize(rest)
		case "exit":
			code, _ := strconv.Atoi(rest)
			e.exit(code)
		default:
			t.Fatalf("line %d: no verb %q", n+1, verb)
		}
	}
}
