package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Family describes how a family of models infills; see the key models.families.
type Family struct {
	Names                    string // pattern of names, whatever their case
	PrefixFirst, SuffixFirst string // layouts; "": none
	Order                    string // "", "prefix-first", "suffix-first" or "server"
	Repo, File, Own          string
	Stops                    []string
	Context                  int // tokens; 0: not known
}

const (
	maxFamilies = 100
	maxStops    = 8    // of a family
	maxPattern  = 200  // bytes of a pattern
	maxFamily   = 1000 // bytes of a layout
	maxContext  = 1 << 22
)

// familyExample is starcoder's layout under another name.
const familyExample = `[models.families.mycoder]
names = "^mycoder"
prefixFirst = "{files}{own}<fim_prefix>{p}<fim_suffix>{s}<fim_middle>"
suffixFirst = "{files}{own}<fim_prefix><fim_suffix>{s}<fim_middle>{p}"
file = "<filename>{path}\n{code}"
own = "<filename>{path}\n"
stops = ["<|endoftext|>"]
context = 8192
`

// families adds one entry, or the entries of a whole table.
func (k Key) families(have map[string]Family, raw any) (map[string]Family, error) {
	entries, ok := raw.(map[string]any)
	if e, one := raw.(entry); one {
		entries, ok = map[string]any{e.name: e.raw}, true
	}
	if !ok {
		return nil, wrongType(k.Type(), raw)
	}
	sum := make(map[string]Family, len(have)+len(entries))
	maps.Copy(sum, have)
	for name, raw := range entries {
		f, err := family(name, raw)
		if err != nil {
			return nil, err
		}
		sum[name] = f
	}
	if len(sum) > maxFamilies {
		return nil, fmt.Errorf("more than %d families", maxFamilies)
	}
	if len(sum) == 0 {
		return have, nil
	}
	return sum, nil
}

var familyNames = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$`)

// family reads one description. The first thing that is wrong costs it whole: half a layout would ask a model wrongly.
func family(name string, raw any) (Family, error) {
	var f Family
	table, ok := raw.(map[string]any)
	switch {
	case !ok:
		return f, wrongType("a table that describes a family", raw)
	case !familyNames.MatchString(name):
		return f, errors.New("want a name of letters, digits, dots and dashes for the family")
	}
	texts := map[string]*string{
		"names": &f.Names, "prefixFirst": &f.PrefixFirst, "suffixFirst": &f.SuffixFirst, "order": &f.Order, "repo": &f.Repo, "file": &f.File, "own": &f.Own,
	}
	for _, field := range slices.Sorted(maps.Keys(table)) {
		value, err := normal(table[field]), error(nil)
		switch text, isText := texts[field]; {
		case isText:
			*text, err = layoutText(value)
		case field == "stops":
			f.Stops, err = stops(value)
		case field == "context":
			f.Context, err = contextTokens(value)
		default:
			err = errors.New("not known")
		}
		if err != nil {
			return f, fmt.Errorf("%s: %w", field, err)
		}
	}
	return f, f.check()
}

func layoutText(raw any) (string, error) {
	v, ok := raw.(string)
	if !ok {
		return "", wrongType("a text", raw)
	}
	if len(v) > maxFamily {
		return "", fmt.Errorf("longer than %d bytes", maxFamily)
	}
	if strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return "", errors.New("has a control character in it")
	}
	return v, nil
}

func stops(raw any) ([]string, error) {
	items, ok := raw.([]any)
	if !ok {
		return nil, wrongType("list of texts", raw)
	}
	if len(items) > maxStops {
		return nil, fmt.Errorf("more than %d", maxStops)
	}
	out := make([]string, 0, len(items))
	for _, item := range items {
		v, err := layoutText(item)
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(v) == "" {
			return nil, errors.New("has an empty one, which would end every answer")
		}
		out = append(out, v)
	}
	return out, nil
}

func contextTokens(raw any) (int, error) {
	n, err := Key{Min: 512, Max: maxContext}.whole(raw)
	return int(n), err
}

// check holds the fields against each other.
func (f *Family) check() error {
	if f.Names == "" {
		return errors.New("names: want a pattern that tells its models")
	}
	if pattern, err := regexp.Compile("(?i)" + f.Names); err != nil || len(f.Names) > maxPattern {
		return fmt.Errorf("names: want a regular expression of at most %d bytes", maxPattern)
	} else if pattern.MatchString("") {
		return errors.New("names: the pattern fits every name")
	}
	layouts := []struct {
		field, text, first, second string
		known                      []string
	}{
		{"prefixFirst", f.PrefixFirst, "{p}", "{s}", []string{"{p}", "{s}", "{files}", "{own}", "{path}"}},
		{"suffixFirst", f.SuffixFirst, "{s}", "{p}", []string{"{p}", "{s}", "{files}", "{own}", "{path}"}},
		{"repo", f.Repo, "", "", []string{"{name}"}},
		{"file", f.File, "{code}", "", []string{"{path}", "{code}"}},
		{"own", f.Own, "", "", []string{"{path}"}},
	}
	for _, l := range layouts {
		if err := checkLayout(l.text, l.first, l.second, l.known); l.text != "" && err != nil {
			return fmt.Errorf("%s: %w", l.field, err)
		}
	}
	switch prefix, suffix := f.PrefixFirst != "", f.SuffixFirst != ""; f.Order {
	case "":
		if !prefix && !suffix {
			return errors.New(`want prefixFirst or suffixFirst, or order = "server"`)
		}
	case "prefix-first":
		if !prefix {
			return errors.New("order: there is no prefixFirst")
		}
	case "suffix-first":
		if !suffix {
			return errors.New("order: there is no suffixFirst")
		}
	case "server":
		if prefix || suffix {
			return errors.New("order: the server lays the prompt out, so there is no place for a layout")
		}
	default:
		return errors.New(`order: want "prefix-first", "suffix-first" or "server"`)
	}
	return nil
}

var placeholders = regexp.MustCompile(`\{[A-Za-z]+\}`)

// checkLayout wants first and then second in a text, once each, and no placeholder that is not known.
func checkLayout(text, first, second string, known []string) error {
	for _, p := range placeholders.FindAllString(text, -1) {
		if !slices.Contains(known, p) {
			return fmt.Errorf("%s stands for nothing here; known are %s", p, strings.Join(known, " "))
		}
	}
	for _, p := range []string{first, second} {
		if p != "" && strings.Count(text, p) != 1 {
			return fmt.Errorf("want %s in it, once", p)
		}
	}
	if second != "" && strings.Index(text, first) > strings.Index(text, second) {
		return fmt.Errorf("%s stands behind %s in it", first, second)
	}
	return nil
}

// object reads the JSON of an environment variable or of --set. What is none is returned as it is, for set to refuse.
func object(text string) any {
	if shallow([]byte(text)) != nil {
		return text
	}
	var table map[string]any
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if d.Decode(&table) != nil || table == nil {
		return text
	}
	return table
}
