package index

import (
	"path/filepath"
	"strings"
)

// What a window or a declaration of a file counts beside the same one
// elsewhere.
const (
	importedBoost = 2.0 // of a file that is imported; the greatest of all
	folderBoost   = 1.5 // of the same folder
	nearBoost     = 0.3 // at most, of a folder near by; half at each step away
	foreignCut    = 0.5 // in another language
)

// nearness says how near files are to one that is written. It is for one
// query and one goroutine.
type nearness struct {
	folder   string
	language string
	imported map[string]bool
	folders  map[string]float64 // by folder, as far as asked
	last     string             // folder that was asked: files of one mostly follow one another
	boost    float64            // of that
}

func newNearness(from, language string, imports []string) *nearness {
	n := &nearness{folder: filepath.Dir(from), language: kin(language), imported: make(map[string]bool, len(imports)), folders: map[string]float64{}}
	for _, path := range imports {
		n.imported[path] = true
	}
	return n
}

// of is what a file's score is multiplied with.
func (n *nearness) of(e *entry) float64 {
	if n.last != e.folder || n.boost == 0 {
		boost, known := n.folders[e.folder]
		if !known {
			boost = n.toFolder(e.folder)
			n.folders[e.folder] = boost
		}
		n.last, n.boost = e.folder, boost
	}
	boost := n.boost
	if n.imported[e.path] {
		boost = max(boost, importedBoost)
	}
	if n.language != "" && kin(e.language) != n.language {
		boost *= foreignCut
	}
	return boost
}

func (n *nearness) toFolder(folder string) float64 {
	if folder == n.folder {
		return folderBoost
	}
	boost := nearBoost
	for range steps(folder, n.folder) {
		boost /= 2
	}
	return 1 + boost
}

// steps is how many folders one goes up and down from one to the other.
func steps(a, b string) int {
	shared := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == filepath.Separator {
			shared = i
		}
	}
	switch {
	case strings.HasPrefix(a, b+string(filepath.Separator)):
		shared = len(b)
	case strings.HasPrefix(b, a+string(filepath.Separator)):
		shared = len(a)
	}
	separator := string(filepath.Separator)
	return strings.Count(a[shared:], separator) + strings.Count(b[shared:], separator)
}

// Related says whether files of two languages use each other.
func Related(a, b string) bool { return kin(a) == kin(b) }

// kin is the one name for languages whose files use each other.
func kin(language string) string {
	switch language {
	case "typescript", "typescriptreact", "javascript", "javascriptreact", "vue", "svelte":
		return "javascript"
	case "c", "cpp", "objective-c", "objective-cpp", "cuda-cpp":
		return "c"
	case "kotlin", "scala", "groovy":
		return "java"
	}
	return language
}
