package index

import (
	"context"
	"strings"
	"sync"
)

// modules remembers which files describe packages, by what others call these: each import of a library asks whether it is one of the packages of
// the workspace, and 30 such imports beside 1,500 packages took 7 ms when all of them were looked at each time. Its zero value is ready.
type modules struct {
	mu    sync.Mutex
	since uint64                       // changes of such files, when these were read
	known map[string]map[string]string // the file by base and name
}

// describes says whether files of this name describe a package that is imported by its name.
func describes(base string) bool {
	return base == "go.mod" || base == "Cargo.toml" || base == "package.json"
}

// of is the files of a base by the names of their packages, after so many changes. What read has not come to when ctx ends is read again by the next.
func (m *modules) of(ctx context.Context, base string, changes uint64, read func() map[string]string) map[string]string {
	m.mu.Lock()
	if m.known == nil || m.since != changes {
		m.since, m.known = changes, map[string]map[string]string{}
	}
	files := m.known[base]
	m.mu.Unlock()
	if files != nil {
		return files
	}
	files = read()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.since == changes && ctx.Err() == nil {
		m.known[base] = files
	}
	return files
}

func (s shelf) module(base, name string) string {
	s.x.mu.RLock()
	changes := s.x.described
	s.x.mu.RUnlock()
	return s.x.modules.of(s.ctx, base, changes, func() map[string]string { return s.modules(base) })[name]
}

// modules reads the files of a base. Of several that give themselves one name the first by its path counts.
func (s shelf) modules(base string) map[string]string {
	files := map[string]string{}
	for _, path := range s.named(base, "") {
		if s.ctx.Err() != nil {
			break
		}
		if m, ok := s.manifest(path); ok && m.module != "" && files[m.module] == "" {
			files[m.module] = path
		}
	}
	return files
}

// packageOf is the file of this base that describes the package that an import begins with, and what follows its name. The longest name counts.
func (r resolver) packageOf(base, path string) (file, rest string) {
	for name := path; name != ""; name = name[:max(strings.LastIndexByte(name, '/'), 0)] {
		if file = r.module(base, name); file != "" {
			return file, strings.TrimPrefix(path[len(name):], "/")
		}
	}
	return "", ""
}
