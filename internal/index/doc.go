// Package index knows what the files of a workspace declare, import and say:
// where a name is declared, which twenty lines speak of the same things as the
// line that is being written, which files a file imports.
package index
