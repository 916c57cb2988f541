package syntax

// typing is a variable or a field that a line declares, with the names that tell its type.
type typing struct {
	name string
	by   []word
}

// typings is what a line of code declares, as far as one line says so: x := y, x, z = y, var x T, x: T, T x. In a type its fields are what is
// declared, in Go and Rust by a name and a type alone, elsewhere also by what is assigned to this.x or self.x.
func typings(words []word, inType, nameFirst bool) (all []typing) {
	end := len(words) // the last that is assigned to
	for i, w := range words {
		if w.assigned {
			end = i
			break
		}
	}
	for i, w := range words {
		if w.keyword || w.of != "" && !(inType && (w.of == "self" || w.of == "this")) {
			continue
		}
		var by []word
		switch {
		case nameFirst && i == 0, i == 1 && introduces[words[0].text] && !w.assigned:
			by = named(words[i+1 : max(i+1, min(end, len(words)))])
		case w.typed && (inType || i == 0 || words[0].keyword):
			by = named(words[i+1 : nextTyped(words, i+1)])
		case w.assigned, inList(words, i, end):
			by = made(words[end+1:])
		}
		if w.behind && i > 0 && !words[i-1].keyword && (w.assigned || w.last || inType && w.opens) {
			by = append(by, named(words[:i])...)
		}
		if len(by) > 0 {
			all = append(all, typing{w.text, by})
		}
	}
	return all
}

// inList says whether the word at i is one of several that are assigned to, up to the one at end.
func inList(words []word, i, end int) bool {
	if end == len(words) || i > 0 && words[i-1].typed {
		return false
	}
	for ; i < end; i++ {
		if !words[i].comma {
			return false
		}
	}
	return i == end
}

// introduces are the keywords that a variable follows.
var introduces = wordSet("var let const val")

// nextTyped is the index of the next word that is given a type, from one on.
func nextTyped(words []word, from int) int {
	for i := from; i < len(words); i++ {
		if words[i].typed {
			return i
		}
	}
	return len(words)
}

// named is the words that name something.
func named(words []word) (all []word) {
	for _, w := range words {
		if !w.keyword {
			all = append(all, w)
		}
	}
	return all
}

// made is the words that make a value: what is called, and types; else the last one.
func made(words []word) (all []word) {
	for _, w := range words {
		if w.called || w.role == RoleType {
			all = append(all, w)
		}
	}
	if n := len(words); len(all) == 0 && n > 0 {
		return words[n-1:]
	}
	return all
}
