package server

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// folders are the workspace's, as paths on disk; a folder that is elsewhere (vscode-remote:) has none and is left out.
type folders struct {
	mu   sync.Mutex
	list []string
}

// initialFolders reads initialize, which knows three generations of the question.
func initialFolders(p *protocol.InitializeParams) []string {
	if list, ok := p.WorkspaceFolders.Get(); ok {
		return folderPaths(list)
	}
	//lint:ignore SA1019 clients without workspace folders send nothing else
	root, path := p.RootURI, p.RootPath
	if root != nil {
		return folderPaths([]protocol.WorkspaceFolder{{URI: *root}})
	}
	if path, ok := path.Get(); ok && path != "" {
		return []string{filepath.Clean(strings.Clone(path))}
	}
	return nil
}

func folderPaths(list []protocol.WorkspaceFolder) []string {
	var paths []string
	for _, f := range list {
		if path := filePath(f.URI); path != "" {
			paths = append(paths, filepath.Clean(path))
		}
	}
	return paths
}

// filePath is a file's path on this machine, "" for any other URI.
func filePath(u uri.URI) string {
	if u.Scheme() != "file" {
		return ""
	}
	return strings.Clone(u.FsPath())
}

func (f *folders) set(paths []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = paths
}

func (f *folders) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.list...)
}

// didChangeWorkspaceFolders: the settings of other roots apply, and other files feed the built-in engine.
func (s *Server) didChangeWorkspaceFolders(p *protocol.DidChangeWorkspaceFoldersParams) error {
	gone := folderPaths(p.Event.Removed)
	kept := slices.DeleteFunc(s.folders.all(), func(path string) bool { return slices.Contains(gone, path) })
	for _, path := range folderPaths(p.Event.Added) { // one that was renamed is removed and added
		if !slices.Contains(kept, path) {
			kept = append(kept, path)
		}
	}
	s.folders.set(kept)
	s.reload()
	s.refeed()
	return nil
}
