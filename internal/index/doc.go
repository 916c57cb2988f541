// Package index knows what the files of a workspace declare, import and say:
// where a name is declared, which twenty lines speak of the same things as the
// line that is being written, which files a file imports.
//
// Goals, each with its figure on a workspace of a million lines (33 MB, 5,000
// files; see bench_test.go):
//   - An answer while somebody types: 40 terms in 1.5 ms (99 of a
//     hundred in 2), 30 names in 0.2 ms.
//     Nobody who asks waits for a file that is being read.
//   - A restart costs a scan, not a parse: what was known is back in 0.5 s.
//   - Useful from the first file on; 4 MB/s a core until it is whole, of
//     which the parser takes half; one changed file in 2 ms.
//   - Memory in proportion to the source, and less: 43 MB.
//   - Nothing on the disk is needed. A cache that is damaged, foreign, locked,
//     full or not to be written costs time, never an answer.
//   - Secrets stay out: texts are masked before anything is done with them
//     (workspace.Mask), and who feeds the index reads no secret files.
//
// Non-goals: finding files and watching them (package workspace, and who feeds
// the index); types and references; ranking across sources (package gather);
// goroutines: whoever calls Put works, one file at a time.
//
// # Memory
//
// All that a search touches is in memory; only the text of what it found is
// asked of the disk. Terms (identifiers and the words in them, as hashes) stand
// in segments: sorted lists, each with the windows that have the term
// (segment.go). A file that is put makes a segment of its own; segments of like
// size are merged, so that there are a few, and a file that is replaced leaves
// windows behind that are passed over until the next merge, as in a search
// engine. Declarations are packed bytes a file (pack.go), found by the hash of
// their name.
//
// SQLite's full-text search would score every row that has one of the forty terms of a query, and the common ones are in every
// tenth; here the rare terms are counted first, and the rest only to a bound (search.go). So SQLite keeps, and does not search.
//
// # Disk
//
// A database for each workspace folder, in the user's cache directory, which
// nobody else can read: contents by the hash of language and text, and which
// file has which content (store.go). A branch that comes back, a file that is
// renamed, finds its content there. Texts that an editor shows and the disk
// does not have are never written. A second program on the same folder, such
// as the command line beside an editor, reads the database and keeps its own
// changes in memory: whoever holds the lock beside it writes.
package index
