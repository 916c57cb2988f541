package learn

import (
	"strings"
	"unicode/utf8"
)

// Builtin stands for the model where the built-in engine has answered.
const Builtin = "built-in"

// Kind is what is known of a completion before it is shown.
type Kind struct {
	Model    string
	Language string // the languageId
	Place    Place
	Text     string
	Sure     float64 // the product of the token probabilities; 0: not known
}

// Place is where on its line a completion stands.
type Place uint8

const (
	LineStart Place = iota // nothing but white space on the left
	LineEnd                // code on the left, nothing on the right
	Within                 // code on the right
)

var places = []string{"line start", "line end", "within a line"}

// The sizes and the sureness of a bucket are few and wide: a bucket is of use only when it has been shown some hundred times.
var (
	sizes = []string{"1-3 characters", "4-15 characters", "16-63 characters", "64 characters and more", "several lines"}
	sures = []string{"sure 0.97", "sure 0.9", "sure 0.8", "less sure", "not known how sure"}
)

// Bucket is the name under which completions of this kind are counted together.
func (k Kind) Bucket() string { return bucketName(places[k.Place], k.size(), k.sure()) }

func bucketName(place, size, sure string) string { return place + ", " + size + ", " + sure }

func (k Kind) size() string {
	switch n := utf8.RuneCountInString(k.Text); {
	case strings.Contains(k.Text, "\n"):
		return sizes[4]
	case n < 4:
		return sizes[0]
	case n < 16:
		return sizes[1]
	case n < 64:
		return sizes[2]
	}
	return sizes[3]
}

func (k Kind) sure() string {
	switch {
	case k.Sure <= 0:
		return sures[4]
	case k.Sure >= 0.97:
		return sures[0]
	case k.Sure >= 0.9:
		return sures[1]
	case k.Sure >= 0.8:
		return sures[2]
	}
	return sures[3]
}

// buckets are all the names that Bucket gives.
func buckets() []string {
	var all []string
	for _, place := range places {
		for _, size := range sizes {
			for _, sure := range sures {
				all = append(all, bucketName(place, size, sure))
			}
		}
	}
	return all
}
