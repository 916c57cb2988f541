package config

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// member is one of a JSON object, with where its value stands in the text.
type member struct {
	name     string
	from, to int
}

// members are those of an object, in its order. The text must be an object: it is a file of this repository.
func members(object []byte) []member {
	d := json.NewDecoder(bytes.NewReader(object))
	next := func() json.Token {
		token, err := d.Token()
		if err != nil {
			panic(err)
		}
		return token
	}
	if next() != json.Delim('{') {
		panic("not an object")
	}
	var all []member
	for d.More() {
		name, _ := next().(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			panic(err)
		}
		end := int(d.InputOffset())
		all = append(all, member{name, end - len(value), end})
	}
	return all
}

const indent = "  "

// rewrite replaces the value at a path of an object and leaves every other byte as it is. What is missing on the way is added
// at the end. make gets the former value, or an empty object, and what it returns is indented.
func rewrite(object []byte, depth int, path []string, make func([]byte) []byte) []byte {
	value := func(have []byte) []byte {
		if len(path) > 1 {
			return rewrite(have, depth+1, path[1:], make)
		}
		var out bytes.Buffer
		if err := json.Indent(&out, make(have), strings.Repeat(indent, depth+1), indent); err != nil {
			panic(err)
		}
		return out.Bytes()
	}
	all := members(object)
	for _, m := range all {
		if m.name == path[0] {
			return slices.Concat(object[:m.from], value(object[m.from:m.to]), object[m.to:])
		}
	}
	brace := bytes.LastIndexByte(object, '}')
	head := bytes.TrimRight(object[:brace], " \t\r\n")
	if len(all) > 0 {
		head = append(slices.Clone(head), ',')
	}
	line := "\n" + strings.Repeat(indent, depth)
	return slices.Concat(head, []byte(line+indent), plainJSON(path[0]), []byte(": "), value([]byte("{}")), []byte(line), object[brace:])
}

// plainJSON keeps < and & as they are: a file that people read.
func plainJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
