// Package syntax reads source code with tree-sitter and answers what the rest of
// the program asks of it: which declarations a file has, which scopes surround a
// position, whether it lies in a comment or a string, which comment stands above
// it, how much of an inserted text is one statement, whether an edit breaks the
// parse, what a file shows to others and imports from them, which names stand near
// a place.
//
// Goals: no one who asks waits for a parse of a whole file; every parse has a
// time budget and every text a size cap, so that no file can stall or exhaust the
// program; answers are plain structs that stay valid for ever. A language is a
// row in a table, a query file and a test file, nothing more.
//
// Non-goals: no tree-sitter type leaves the package (a node that is used after
// its tree was closed kills the process); no types are resolved and no other file
// is looked at; nothing is highlighted.
//
// The parts, from the bottom: [Language] knows names, comment markers and, on
// first use, its grammar (grammar.go, parse.go); a parsed is one text with its
// tree, read by one goroutine (parsed.go, alone.go and what stands on them:
// region.go, comment.go, scope.go, declaration.go, completes.go, block.go,
// errors.go, and for other files outline.go, recover.go, symbol.go, members.go and
// the imports_*.go; near.go and words.go go by the text, line by line); a [View]
// puts a lock around it; a [Tracker] keeps an open document's tree up to date
// (worker.go).
//
// What this binding of tree-sitter demands, each point learnt from a program that
// broke without it: never a cancellable context, but an operation limit, and Reset
// after an error; Close on every tree, query and cursor; a Copy of the tree for
// every reader; offsets only, never points (after Tree.Edit the rows are wrong,
// because the binding hands the old end to C as the new one); no recursion over a
// tree without a depth limit.
package syntax
