package config

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"
)

// pointer is one of *bool, *string, *int, *int64, *float64, *Debounce, *[]string, *map[string]bool and *map[string]Family: the place of a value in
// Settings, which is also its type.
type pointer any

const (
	maxText    = 1 << 10 // bytes of one text: no path, name or glob of a person is longer
	maxEntries = 1000    // of a list or a map, over all sources
)

// set puts a value, as a file or a client wrote it, into its place. A list or a table is given one entry at a time and grows, so
// that one bad entry costs itself alone and no source takes away what another has put in. On an error s is as it was.
func (k Key) set(s *Settings, raw any) error {
	switch p := k.at(s).(type) {
	case *bool:
		v, ok := raw.(bool)
		if !ok {
			return wrongType("true or false", raw)
		}
		*p = v
	case *string:
		v, err := k.text(raw)
		if err != nil {
			return err
		}
		*p = v
	case *float64:
		v, err := k.number(raw)
		if err != nil {
			return err
		}
		*p = v
	case *int:
		v, err := k.whole(raw)
		if err != nil {
			return err
		}
		*p = int(v)
	case *int64:
		v, err := k.whole(raw)
		if err != nil {
			return err
		}
		*p = v
	case *Debounce:
		v, err := k.whole(raw)
		if err != nil {
			return err
		}
		*p = Debounce{Auto: raw == "auto", Delay: time.Duration(v) * time.Millisecond}
	case *[]string:
		v, err := k.list(*p, raw)
		if err != nil {
			return err
		}
		*p = v
	case *map[string]bool:
		v, err := k.table(*p, raw)
		if err != nil {
			return err
		}
		*p = v
	case *map[string]Family:
		v, err := k.families(*p, raw)
		if err != nil {
			return err
		}
		*p = v
	}
	return nil
}

func (k Key) text(raw any) (string, error) {
	if n, ok := raw.(int64); ok && k.digits {
		raw = strconv.FormatInt(n, 10)
	}
	v, ok := raw.(string)
	if !ok {
		return "", wrongType(k.Type(), raw)
	}
	if len(k.Values) > 0 && !slices.Contains(k.Values, v) {
		return "", fmt.Errorf("want %s", k.oneOf())
	}
	return k.plain(v)
}

// plain checks a text or an entry of a list.
func (k Key) plain(v string) (string, error) {
	if len(v) > maxText {
		return "", fmt.Errorf("longer than %d bytes", maxText)
	}
	if strings.ContainsFunc(v, unicode.IsControl) {
		return "", errors.New("has a control character in it")
	}
	if k.check == nil || v == "auto" {
		return v, nil
	}
	return k.check(v)
}

// number accepts what the bounds allow. A whole number is a number.
func (k Key) number(raw any) (float64, error) {
	var v float64
	switch n := raw.(type) {
	case int64:
		v = float64(n)
	case float64:
		v = n
	default:
		return 0, wrongType(k.wanted(), raw)
	}
	if !(k.Min <= v && v <= k.Max) { // so written, NaN is refused too
		return 0, fmt.Errorf("want %s", k.between())
	}
	return v, nil
}

// whole is number without a fraction; the word "auto", where it is allowed, is 0. JSON of some clients has 256.0 for 256.
func (k Key) whole(raw any) (int64, error) {
	if word, ok := raw.(string); ok {
		if slices.Contains(k.Values, word) {
			return 0, nil
		}
		return 0, wrongType(k.wanted(), raw)
	}
	v, err := k.number(raw)
	if err != nil {
		return 0, err
	}
	if v != math.Trunc(v) {
		return 0, errors.New("want a whole number")
	}
	return int64(v), nil
}

// list adds one entry.
func (k Key) list(have []string, raw any) ([]string, error) {
	v, ok := raw.(string)
	if !ok {
		return nil, wrongType(k.Type(), raw)
	}
	v, err := k.plain(v)
	if err != nil || slices.Contains(have, v) {
		return have, err
	}
	if len(have) == maxEntries {
		return nil, fmt.Errorf("more than %d entries", maxEntries)
	}
	return append(slices.Clone(have), v), nil
}

// entry is one line of a table of switches.
type entry struct {
	name string
	raw  any
}

// table sets one entry.
func (k Key) table(have map[string]bool, raw any) (map[string]bool, error) {
	e, ok := raw.(entry)
	if !ok {
		return nil, wrongType(k.Type(), raw)
	}
	on, ok := e.raw.(bool)
	if !ok {
		return nil, wrongType("true or false", e.raw)
	}
	if _, known := have[e.name]; !known && len(have) == maxEntries {
		return nil, fmt.Errorf("more than %d entries", maxEntries)
	}
	sum := make(map[string]bool, len(have)+1)
	maps.Copy(sum, have)
	sum[e.name] = on
	return sum, nil
}

// read turns the text of an environment variable or of --set into what a file would have held. A text that is no such thing is
// returned as it is, for set to refuse.
func (k Key) read(text string) any {
	var s Settings
	switch k.at(&s).(type) {
	case *bool:
		return truth(text)
	case *float64, *int, *int64, *Debounce:
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			return v
		}
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v
		}
	case *[]string:
		items := []any{}
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
		return items
	case *map[string]bool:
		entries := map[string]any{}
		for item := range strings.SplitSeq(text, ",") {
			name, value, _ := strings.Cut(item, "=")
			entries[strings.TrimSpace(name)] = truth(strings.TrimSpace(value))
		}
		return entries
	case *map[string]Family:
		return object(text)
	}
	return text
}

func truth(text string) any {
	if v, err := strconv.ParseBool(text); err == nil {
		return v
	}
	return text
}

// Type names the type of the key's value in words, for documentation.
func (k Key) Type() string {
	var s Settings
	switch k.at(&s).(type) {
	case *bool:
		return "true or false"
	case *string:
		if len(k.Values) > 0 {
			return k.oneOf()
		}
		return "text"
	case *[]string:
		return "list of texts"
	case *map[string]bool:
		return "table of true and false"
	case *map[string]Family:
		return "table of families"
	default:
		return k.wanted()
	}
}

// wanted describes a number, with the words that may stand for it.
func (k Key) wanted() string {
	if len(k.Values) > 0 {
		return k.oneOf() + " or " + k.between()
	}
	return k.between()
}

func (k Key) between() string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	return "a number from " + number(k.Min) + " to " + number(k.Max)
}

func (k Key) oneOf() string {
	quoted := make([]string, len(k.Values))
	for i, v := range k.Values {
		quoted[i] = strconv.Quote(v)
	}
	return strings.Join(quoted, " or ")
}

// wrongType says what was wanted and what kind of value was found; never the value, which may be long or secret.
func wrongType(want string, raw any) error {
	found := "something else"
	switch raw.(type) {
	case nil:
		found = "nothing"
	case bool:
		found = "true or false"
	case string:
		found = "a text"
	case int64, float64:
		found = "a number"
	case []any:
		found = "a list"
	case map[string]any:
		found = "a table"
	}
	return fmt.Errorf("want %s, not %s", want, found)
}

var modelNames = regexp.MustCompile(`^[A-Za-z0-9._/:-]+$`)

func modelName(v string) (string, error) {
	if !modelNames.MatchString(v) {
		return "", errors.New(`want the name of a model such as "qwen2.5-coder:1.5b"`)
	}
	return v, nil
}

var variableNames = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// keyPrefixes are those with which known makers begin their keys, as far as a variable's name could begin so too.
var keyPrefixes = regexp.MustCompile(`^(sk|pk|rk|csk|gsk|hf|fw|r8|xai|tgp|gh[a-z]|github_pat|glpat|npm)_`)

// likeKey reports whether a text is more likely a key than the name of a variable, which messages show: a long one with letters
// and digits mixed as in no word.
func likeKey(v string) bool {
	const longName, longWord = 64, 20 // bytes
	mixed := strings.ContainsFunc(v, unicode.IsLower) && strings.ContainsFunc(v, unicode.IsUpper)
	digits := strings.ContainsFunc(v, unicode.IsDigit)
	switch {
	case len(v) > longName:
		return true
	case len(v) < longWord:
		return false
	case keyPrefixes.MatchString(v):
		return mixed || digits
	}
	return digits && (mixed || !strings.Contains(v, "_"))
}

func variableName(v string) (string, error) {
	if v != "" && (!variableNames.MatchString(v) || likeKey(v)) {
		return "", errors.New(`want the name of an environment variable such as "LLAMA_API_KEY", not a key`)
	}
	return v, nil
}

// humanLanguages is narrow because the word goes into a prompt, and a workspace may have written it.
var humanLanguages = regexp.MustCompile(`^\p{L}{2,40}([-_][A-Za-z0-9]{1,8})*$`)

func humanLanguage(v string) (string, error) {
	if !humanLanguages.MatchString(v) {
		return "", errors.New(`want the name or tag of a language such as "Deutsch" or "pt-BR"`)
	}
	return v, nil
}

// keepAlive gives a bare number its unit: Ollama reads a text as a duration and refuses one without.
func keepAlive(v string) (string, error) {
	if _, err := strconv.ParseInt(v, 10, 32); err == nil {
		return v + "s", nil
	}
	if _, err := time.ParseDuration(v); err != nil {
		return "", errors.New(`want a duration such as "30m", or a number of seconds, -1 for ever`)
	}
	return v, nil
}

func glob(v string) (string, error) {
	if v == "" || !doublestar.ValidatePattern(v) {
		return "", errors.New("has an entry that is not a glob")
	}
	return v, nil
}
