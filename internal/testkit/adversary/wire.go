package adversary

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Wire is what a server may send while a payload is said.
type Wire struct {
	Payload Payload
	URI     string                 // of the one document that is asked about
	Version int                    // that was read
	Rel     string                 // the document's path as a diff names it
	Shown   func(uri string) bool  // whether a document of this URI may be shown
	Reaches func(md string) string // what in Markdown reaches out of the page, "" for nothing
	Words   bool                   // all that is sent is words, none of it code
}

// What a server may send, and how much of it at once.
const (
	maxMessage = 1 << 20 // bytes: an answer of 256 KiB with all its escapes
	maxWords   = 500     // characters of a message to a person
)

// methods are the notifications and requests of a server that serve a purpose here.
var methods = []string{
	"$/progress", "client/registerCapability", "sopro/status", "window/showDocument", "window/showMessage",
	"window/showMessageRequest", "window/workDoneProgress/create", "workspace/applyEdit", "workspace/configuration",
}

// Inspect returns what is wrong with the bytes that a server sent: whole messages of LSP.
func (w Wire) Inspect(sent []byte) []string {
	i := inspection{Wire: w, streams: map[string]string{}}
	in := bufio.NewReader(bytes.NewReader(sent))
	headers := textproto.NewReader(in)
	for {
		h, err := headers.ReadMIMEHeader()
		if err == io.EOF {
			break
		}
		size, _ := strconv.Atoi(h.Get("Content-Length"))
		body := make([]byte, size)
		if _, broken := io.ReadFull(in, body); err != nil || size == 0 || broken != nil {
			return append(i.found, "what was sent is not LSP")
		}
		i.message(body)
	}
	for token, text := range i.streams {
		if out := w.Reaches(text); out != "" {
			i.wrong("stream %s reaches out: %s", token, out)
		}
	}
	return i.found
}

// inspection is one run over what was sent.
type inspection struct {
	Wire
	streams map[string]string // text so far by token
	found   []string
}

func (i *inspection) wrong(format string, args ...any) {
	i.found = append(i.found, fmt.Sprintf(format, args...))
}

func (i *inspection) message(body []byte) {
	if len(body) > maxMessage {
		i.wrong("a message of %d bytes", len(body))
	}
	var m struct {
		ID     any
		Method string
		Params map[string]any
		Error  *struct{ Message string }
		Result any
	}
	if err := json.Unmarshal(body, &m); err != nil {
		i.wrong("a message that is not JSON: %v", err)
		return
	}
	if m.Method != "" && !slices.Contains(methods, m.Method) {
		i.wrong("method %s", m.Method)
	}
	if m.Error != nil {
		i.words("an error", m.Error.Message)
		if strings.TrimSpace(m.Error.Message) == "" {
			i.wrong("an error without a word")
		}
	}
	message, _ := m.Params["message"].(string)
	i.words(m.Method, message)
	switch m.Method {
	case "window/showDocument":
		if uri, _ := m.Params["uri"].(string); m.Params["external"] == true || !i.Shown(uri) {
			i.wrong("shows %s", body)
		}
	case "$/progress":
		i.progress(m.Params)
	}
	i.value("params", m.Params)
	i.value("result", m.Result)
}

// words is what a person reads without having asked for it: one plain line.
func (i *inspection) words(where, text string) {
	if n := utf8.RuneCountInString(text); n > maxWords || strings.ContainsAny(text, "\n\t") {
		i.wrong("%s is no plain line of %d characters: %.200q", where, maxWords, text)
	}
}

// progress adds up what is streamed as text; begin, report and end of a bar have none.
func (i *inspection) progress(params map[string]any) {
	token := fmt.Sprint(params["token"])
	value, _ := params["value"].(map[string]any)
	if value["reset"] == true {
		i.streams[token] = ""
	}
	for _, key := range []string{"title", "message"} {
		if words, ok := value[key].(string); ok {
			i.words("progress", words)
		}
	}
	if text, ok := value["text"].(string); ok {
		i.streams[token] += text
	}
}

// value goes through everything in a message.
func (i *inspection) value(path string, v any) {
	switch v := v.(type) {
	case string:
		i.text(path, v)
	case []any:
		for _, item := range v {
			i.value(path, item)
		}
	case map[string]any:
		if changes, ok := v["documentChanges"]; ok {
			i.edit(changes)
		}
		if _, ok := v["changes"]; ok {
			i.wrong("an edit without versions: %.200v", v)
		}
		if diff, ok := v["diff"].(string); ok {
			i.diff(diff)
		}
		if markdown, ok := v["markdown"].(string); ok {
			if out := i.Reaches(markdown); out != "" {
				i.wrong("%s reaches out: %s", path, out)
			}
		}
		for key, item := range v {
			i.value(path+"."+key, item)
		}
	}
}

// Printed returns what is wrong with what a program printed for people: whatever a terminal would obey or not show, and a flood.
func Printed(text string) (found []string) {
	if len(text) > maxMessage {
		found = append(found, fmt.Sprintf("%d bytes were printed", len(text)))
	}
	for at, r := range text {
		if unseen(r, true) || r == utf8.RuneError && !strings.HasPrefix(text[at:], "\ufffd") {
			return append(found, fmt.Sprintf("%U was printed: %.100q", r, text[max(0, at-40):]))
		}
	}
	return found
}

// text is any text at all.
func (i *inspection) text(path, s string) {
	for _, never := range i.Payload.Never {
		if strings.Contains(s, never) {
			i.wrong("%s has %q in it: %.200q", path, never, s)
		}
	}
	prose := i.Words || strings.HasSuffix(path, ".markdown") || path == "params.value.text"
	for at, r := range s {
		if unseen(r, prose) {
			i.wrong("%s has %U in it: %.100q", path, r, s[max(0, at-20):])
			return
		}
	}
}

// unseen tells control characters and invisible ones. In prose the joiners are letters of some scripts.
func unseen(r rune, prose bool) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case prose && (r == '\u200c' || r == '\u200d'):
		return false
	case r >= 0xFE00 && r <= 0xFE0F:
		return false // the variation selectors that choose between a sign and an emoji
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector)
}

// edit must be of the one document at the version that was read, and of nothing else.
func (i *inspection) edit(changes any) {
	list, _ := changes.([]any)
	if len(list) != 1 {
		i.wrong("an edit of %d documents", len(list))
		return
	}
	change, _ := list[0].(map[string]any)
	of, _ := change["textDocument"].(map[string]any)
	if change["kind"] != nil || of["uri"] != i.URI || of["version"] != float64(i.Version) {
		i.wrong("an edit of %v, kind %v; asked about %s at %d", of, change["kind"], i.URI, i.Version)
	}
}

// diff must have one head, of the document, and hunks below it.
func (i *inspection) diff(diff string) {
	body, ok := strings.CutPrefix(diff, "--- a/"+i.Rel+"\n+++ b/"+i.Rel+"\n")
	if !ok {
		i.wrong("a diff of another file: %.200q", diff)
		return
	}
	old, new := 0, 0 // lines of the hunk that are still to come
	for line := range strings.Lines(body) {
		switch {
		case old == 0 && new == 0 && strings.HasPrefix(line, `\`):
		case old == 0 && new == 0:
			if old, new, ok = hunk(line); !ok {
				i.wrong("between the hunks of a diff: %.200q", line)
				return
			}
		case line[0] == '+':
			new--
		case line[0] == '-':
			old--
		case line[0] == ' ':
			old, new = old-1, new-1
		}
	}
}

// hunk reads "@@ -1,2 +3,4 @@".
func hunk(line string) (old, new int, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 4 || fields[0] != "@@" || fields[3] != "@@" {
		return 0, 0, false
	}
	count := func(field string) int {
		_, n, counted := strings.Cut(field, ",")
		if !counted {
			return 1
		}
		number, err := strconv.Atoi(n)
		ok = ok && err == nil
		return number
	}
	ok = true
	old, new = count(fields[1]), count(fields[2])
	return old, new, ok
}
