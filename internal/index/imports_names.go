package index

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sopro/internal/syntax"
)

// jvm is the endings of files that Java, Kotlin and Scala share classes through.
var jvm = []string{".java", ".kt", ".scala"}

// java is the file of a class, or the files of a package. Packages lie in folders of their names below a folder above the file, or below one
// like it where the path has main instead of test.
func (r resolver) java(from string, i syntax.Import) []string {
	relative := strings.ReplaceAll(i.Path, ".", "/")
	isPackage := slices.Contains(i.Names, "*")
	if !isPackage && !r.javaFile(path.Base(relative)) && !r.javaFile(path.Base(path.Dir(relative))) {
		return r.kotlin(from, path.Dir(relative)) // most imports are of libraries: 0.6 ms a file when each is looked for in all folders
	}
	starts := []string{from}
	if slashed := filepath.ToSlash(from); strings.Contains(slashed, "/test/") {
		starts = append(starts, filepath.FromSlash(strings.Replace(slashed, "/test/", "/main/", 1)))
	}
	for _, start := range starts {
		for folder := range up(start) {
			if found := r.javaClass(folder, relative); len(found) > 0 {
				return found
			}
			if isPackage {
				if found := r.source(join(folder, relative), jvm...); len(found) > 0 {
					return found
				}
			}
		}
	}
	for _, ending := range jvm {
		if found := r.ending(from, relative+ending); len(found) > 0 {
			return found
		}
	}
	return nil
}

// javaFile says whether there is a file for a class of this name anywhere.
func (r resolver) javaFile(class string) bool {
	return slices.ContainsFunc(jvm, func(ending string) bool { return len(r.named(class+ending, "")) > 0 })
}

// kotlin is the files of a package in the languages whose files have any name.
func (r resolver) kotlin(from, relative string) []string {
	if strings.HasSuffix(from, ".java") || relative == "." {
		return nil
	}
	for folder := range up(from) {
		if found := r.source(join(folder, relative), ".kt", ".scala"); len(found) > 0 {
			return found
		}
	}
	return nil
}

// javaClass is the file of a class, which may stand in another one.
func (r resolver) javaClass(folder, relative string) []string {
	for _, name := range []string{relative, path.Dir(relative)} {
		for _, ending := range jvm {
			if p := join(folder, name) + ending; name != "." && r.has(p) {
				return []string{p}
			}
		}
	}
	return nil
}

// csharp is the files of a namespace, which mostly lie in a folder of its name below the project's, whose folder has the first names with dots
// between them, or none. Projects lie beside each other, or in src beside test.
func (r resolver) csharp(from, namespace string) []string {
	parts := strings.Split(namespace, ".")
	for folder := range up(from) {
		for project := range len(parts) + 1 {
			for _, first := range []string{strings.Join(parts[:project], "."), ""} {
				relative := path.Join(append([]string{first}, parts[project:]...)...)
				if relative == "" || first == "" && project == len(parts) {
					continue
				}
				for _, under := range []string{"", "src/"} {
					if found := r.source(join(folder, under+relative), ".cs"); len(found) > 0 {
						return found
					}
				}
			}
		}
	}
	return r.ending(from, path.Join(parts...)+".cs") // a class, by using static or an alias
}

// php is the file of a class by composer's PSR-4 and by its name, or an included file.
func (r resolver) php(from string, i syntax.Import) []string {
	if len(i.Names) == 0 {
		return r.include(from, i.Path)
	}
	relative := strings.ReplaceAll(i.Path, `\`, "/")
	for folder := range up(from) {
		m, ok := r.manifest(filepath.Join(folder, "composer.json"))
		if !ok {
			continue
		}
		for _, p := range m.prefixes {
			prefix := strings.ReplaceAll(p.prefix, `\`, "/")
			if rest, ok := strings.CutPrefix(relative, prefix); ok {
				for _, target := range p.targets {
					if found := r.first(join(folder, path.Join(target, rest)+".php")); len(found) > 0 {
						return found
					}
				}
			}
		}
	}
	for rest := relative; rest != ""; { // without composer: the longest end of the name that is a path
		if found := r.ending(from, rest+".php"); len(found) > 0 {
			return found
		}
		_, rest, _ = strings.Cut(rest, "/")
		if !strings.Contains(rest, "/") {
			return nil
		}
	}
	return nil
}

// include is a file by its path from the including one's folder, or by the end of its path: include paths are known to the build alone.
func (r resolver) include(from, relative string) []string {
	return r.firstOf(r.first(join(filepath.Dir(from), relative)), r.ending(from, path.Clean(strings.TrimLeft(relative, "./"))))
}

// ruby is a file by its path from the requiring one's folder, or by the end of its path below lib or wherever $LOAD_PATH leads.
func (r resolver) ruby(from, relative string) []string {
	relative = strings.TrimSuffix(relative, ".rb")
	if strings.HasPrefix(relative, ".") {
		return r.first(join(filepath.Dir(from), relative) + ".rb")
	}
	for folder := range up(from) {
		if found := r.first(join(folder, "lib/"+relative)+".rb", join(folder, relative)+".rb"); len(found) > 0 {
			return found
		}
	}
	if !strings.Contains(relative, "/") {
		return nil // a name alone is mostly a gem
	}
	return r.ending(from, relative+".rb")
}
