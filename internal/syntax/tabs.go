package syntax

// Tabs says whether the language itself wants lines indented with tabs: its formatter writes them, or its parser
// takes nothing else. It tells what to do in a text that shows no habit yet.
func (l *Language) Tabs() bool { return l.id == "go" || l.id == "makefile" }
