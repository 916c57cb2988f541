// Package jsonhttp is what the backends that speak JSON over HTTP have in common: the transport with its check of every
// address that is dialled, the reading of an address, bounded JSON, a server's own words, and tokens that spell a text.
//
// Goals: one place that decides which machine is spoken to, and one reading of what strangers send.
//
// Non-goals: any one protocol (see packages ollama and openai), retrying.
package jsonhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode"
)

// Bounds of what is read.
const (
	MaxLine      = 1 << 20   // bytes of one streamed line or event
	MaxAnswer    = 256 << 10 // bytes of a whole generated answer
	MaxErrorText = 64 << 10  // bytes of an error's body
	MaxSmall     = 8 << 20   // bytes of an answer to a question, such as which models there are

	maxDepth        = 100 // nesting of JSON
	maxErrorMessage = 300 // characters of a server's own words that are shown
)

var errDepth = errors.New("nested too deeply")

// Decode reads one JSON value that is not nested too deeply.
func Decode(raw []byte, into any) error {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				return errDepth
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return json.Unmarshal(raw, into)
}

// Encode prints v as JSON without the escapes that HTML would need: code is full of <, > and &. It panics where v cannot
// be printed: only a number that is not finite can fail, and that is the caller's mistake.
func Encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("jsonhttp: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// ErrorText finds what a server said in the body of an error: {"error": "…"}, {"error": {"message": "…"}},
// {"message": "…"}, or plain text, which is what a wrong route answers with. The result is one line.
func ErrorText(body []byte) string {
	text := string(body)
	var flat struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	var nested struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	switch {
	case Decode(body, &flat) == nil && flat.Error+flat.Message != "":
		if text = flat.Error; text == "" {
			text = flat.Message
		}
	case Decode(body, &nested) == nil && nested.Error.Message != "":
		text = nested.Error.Message
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if runes := []rune(text); len(runes) > maxErrorMessage {
		text = string(runes[:maxErrorMessage]) + "…"
	}
	return text
}

// Printable reports whether a name or a version can be one: editors show them as they are, and whatever listens at the
// port could have sent them.
func Printable(name string) bool {
	strange := func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' || unicode.Is(unicode.Variation_Selector, r) }
	return name != "" && len(name) <= 512 && !strings.ContainsFunc(name, strange)
}
