package prompt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// markers are the control tokens in a layout: what stands in angle or square brackets.
var markers = regexp.MustCompile(`<[^<>\s]+>|\[[^\[\]\s]+\]`)

// Own completes a family that a person has described, as their settings have it: names, layouts, headers, stops and
// context. The markers in its layouts become its tokens. Without a layout the server lays a hole out by itself.
func Own(f Family) Family {
	for _, text := range []string{f.PrefixFirst, f.SuffixFirst, f.Repo, f.File, f.Own} {
		for _, token := range markers.FindAllString(text, -1) {
			if !slices.Contains(f.Tokens, token) && !slices.Contains(f.Stops, token) {
				f.Tokens = append(f.Tokens, token)
			}
		}
	}
	f.Tokens = f.Tokens[:min(len(f.Tokens), max(maxStops-len(f.Stops), 0))]
	return f
}

// ownFamily finds the first family whose pattern fits a plain name, and what of the name is left to tell the variant.
func ownFamily(own []Family, name string) (*Family, string) {
	for i, f := range own {
		pattern, err := regexp.Compile("(?i)" + f.Names) // plain names are in lower case, and people write what they see
		if err != nil {
			continue // the settings let none through
		}
		if at := pattern.FindStringIndex(name); at != nil {
			return &own[i], name[at[1]:]
		}
	}
	return nil, ""
}

// owned decides for a model of a person's own family: it infills, since they say how, and chats where a known one would.
func owned(a Asking, id Identity, f *Family, variant string) Asking {
	a.Family, a.Mode = f, Raw
	a.Chat = tuned(id, f, variant)
	a.Why = fmt.Sprintf("family %s of your own settings", strings.TrimSpace(f.Name))
	if f.PrefixFirst == "" && f.SuffixFirst == "" {
		a.Mode, a.Why = Suffix, a.Why+"; the server lays it out"
	}
	return a
}
