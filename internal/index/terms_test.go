package index

import (
	"slices"
	"strings"
	"testing"
)

func TestTerms(t *testing.T) {
	for text, want := range map[string]string{
		"total":                "total",
		"maxRetryCount":        "maxretrycount max retry count",
		"max_retry_count":      "max_retry_count max retry count",
		"MAX_RETRY":            "max_retry max retry",
		"HTTPServer":           "httpserver http server",
		"ServeHTTP":            "servehttp serve http",
		"_private":             "_private private",
		"$scope":               "$scope scope",
		"utf8Len":              "utf8len utf8 len",
		"x := y[i]":            "",
		"for i, item := range": "for item range",
		"12 0x1F 3.14 10ms":    "",
		"größe * Ölpreis":      "größe Ölpreis",
		"a.b.Close()":          "close",
		"":                     "",
		"__":                   "__",
		"aB":                   "ab",
		"\x00\xff":             "",
	} {
		t.Run(text, func(t *testing.T) {
			var hashes []Term
			for word := range strings.FieldsSeq(want) {
				hashes = append(hashes, hashed(word))
			}
			if got := Terms(nil, text); !slices.Equal(got, hashes) {
				t.Errorf("%d terms %x, want %d %x", len(got), got, len(hashes), hashes)
			}
		})
	}
}

func TestTally(t *testing.T) {
	got := Tally([]Term{7, 3, 7, 7})
	if !slices.Equal(got, []Count{{3, 1}, {7, 3}}) {
		t.Errorf("%v", got)
	}
}
