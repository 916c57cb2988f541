package catalog

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The table of the documentation is the table of the program.
func TestRecommendedIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/models.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range recommended {
		row := fmt.Sprintf("| `%s` | %s | %s |", a.Name, Bytes(a.Download), a.License)
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/models.md has no %s", row)
		}
	}
}
