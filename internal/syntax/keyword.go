package syntax

// IsKeyword says whether a word names nothing in one language or another: it is part of the language, or of a type that every file has.
func IsKeyword(word string) bool { return keywords[word] }
