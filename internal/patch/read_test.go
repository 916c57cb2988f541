package patch_test

import (
	"strings"
	"testing"

	"sopro/internal/patch"
)

// A diff as git writes it with all of the files around the changes, and what is read of it: the added lines that replace none.
func TestVersions(t *testing.T) {
	const text = `diff --git a/a.go b/a.go
index 1..2 100644
--- a/a.go
+++ b/a.go
@@ -1,4 +1,6 @@
 package a
+
+var x = 1
 
-var y = 2
+var y = 3
 // end
diff --git a/new.go b/new.go
new file mode 100644
--- /dev/null
+++ b/new.go
@@ -0,0 +1,1 @@
+package b
diff --git a/part.go b/part.go
--- a/part.go
+++ b/part.go
@@ -8,1 +8,2 @@
 eight
+nine
diff --git a/pic.png b/pic.png
Binary files a/pic.png and b/pic.png differ
diff --git a/end.txt b/end.txt
--- a/end.txt
+++ b/end.txt
@@ -1,1 +1,2 @@
 one
+two
\ No newline at end of file
`
	got, err := patch.Versions([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, v := range got {
		for _, span := range v.Added {
			said = append(said, v.Path+": "+v.After[span.Start:span.End])
		}
	}
	want := "a.go: \nvar x = 1\n|end.txt: two"
	if strings.Join(said, "|") != want || got[0].After != "package a\n\nvar x = 1\n\nvar y = 3\n// end\n" {
		t.Errorf("read %q of %+v", said, got)
	}
	if _, err := patch.Versions([]byte("--- a/x\n+++ b/x\n@@ -one +two @@\n")); err == nil {
		t.Error("what is no diff was read as one")
	}
}
