package index

import (
	"path"
	"path/filepath"
	"strings"
)

// The endings that an import of JavaScript or TypeScript leaves out, and those that it writes although the file has another one: TypeScript
// imports ./a.js where there is an a.ts.
var (
	scriptEndings = []string{".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte"}
	written       = map[string][]string{".js": {".ts", ".tsx", ".jsx", ".d.ts"}, ".jsx": {".tsx"}, ".mjs": {".mts"}, ".cjs": {".cts"}}
)

// script is the file of an import: relative, by the paths of a tsconfig, or of a package of the workspace.
func (r resolver) script(from, target string) []string {
	if strings.HasPrefix(target, ".") {
		return r.scriptFile(join(filepath.Dir(from), target))
	}
	return r.firstOf(r.byConfig(from, target), r.byPackage(from, target))
}

// scriptFile is the file at a path as an import writes it.
func (r resolver) scriptFile(at string) []string {
	if found := r.first(at); len(found) > 0 {
		return found
	}
	if ending := path.Ext(at); written[ending] != nil {
		for _, real := range written[ending] {
			if found := r.first(strings.TrimSuffix(at, ending) + real); len(found) > 0 {
				return found
			}
		}
	}
	for _, ending := range scriptEndings {
		if found := r.first(at + ending); len(found) > 0 {
			return found
		}
	}
	for _, ending := range scriptEndings {
		if found := r.first(filepath.Join(at, "index"+ending)); len(found) > 0 {
			return found
		}
	}
	return nil
}

// byConfig follows paths and baseUrl of the tsconfig.json or jsconfig.json above a file, and of those that it extends.
func (r resolver) byConfig(from, target string) []string {
	for folder := range up(from) {
		for _, name := range []string{"tsconfig.json", "jsconfig.json", "tsconfig.base.json"} {
			if found := r.inConfig(filepath.Join(folder, name), target, 0); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// maxExtends bounds how many configurations extend each other.
const maxExtends = 5

func (r resolver) inConfig(file, target string, depth int) []string {
	m, ok := r.manifest(file)
	if !ok || depth == maxExtends {
		return nil
	}
	folder := filepath.Dir(file)
	for _, p := range m.prefixes {
		rest, fits := strings.CutPrefix(target, p.prefix)
		if !fits || !p.open && rest != "" {
			continue
		}
		for _, to := range p.targets {
			if found := r.scriptFile(join(folder, path.Join(m.base, strings.Replace(to, "*", rest, 1)))); len(found) > 0 {
				return found
			}
		}
	}
	if m.base != "" {
		if found := r.scriptFile(join(folder, path.Join(m.base, target))); len(found) > 0 {
			return found
		}
	}
	for _, parent := range m.extends {
		if strings.HasPrefix(parent, ".") {
			at := join(folder, parent)
			if !r.has(at) {
				at += ".json"
			}
			if found := r.inConfig(at, target, depth+1); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// byPackage finds a package of the workspace by its name: its main file, or the file behind a slash; with # one of the file's own package.
func (r resolver) byPackage(from, target string) []string {
	if strings.HasPrefix(target, "#") {
		for folder := range up(from) {
			if m, ok := r.manifest(filepath.Join(folder, "package.json")); ok {
				return r.inExports(folder, target, m)
			}
		}
		return nil
	}
	file, rest := r.packageOf("package.json", target)
	if file == "" {
		return nil
	}
	folder := filepath.Dir(file)
	entry := "."
	if rest != "" {
		entry = "./" + rest
	}
	m, _ := r.manifest(file)
	if found := r.inExports(folder, entry, m); len(found) > 0 {
		return found
	}
	return r.firstOf(r.scriptFile(join(folder, path.Join("src", rest))), r.scriptFile(join(folder, rest)), r.scriptFile(join(folder, path.Join("lib", rest))))
}

// inExports follows what a package.json says of an entry. What it names is mostly built from a file of the same name in src.
func (r resolver) inExports(folder, entry string, m manifest) []string {
	for _, p := range m.prefixes {
		rest, fits := strings.CutPrefix(entry, p.prefix)
		if !fits || !p.open && rest != "" {
			continue
		}
		for _, to := range p.targets {
			to = strings.TrimPrefix(strings.Replace(to, "*", rest, 1), "./")
			if found := r.scriptFile(join(folder, to)); len(found) > 0 {
				return found
			}
			if _, inner, ok := strings.Cut(to, "/"); ok { // dist/x.js is built from src/x.ts
				base := strings.TrimSuffix(strings.TrimSuffix(inner, path.Ext(inner)), ".d")
				if found := r.scriptFile(join(folder, "src/"+base)); len(found) > 0 {
					return found
				}
			}
		}
	}
	return nil
}
