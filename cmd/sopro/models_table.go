package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"sopro/internal/catalog"
	"sopro/internal/clean"
	"sopro/internal/prompt"
)

// table prints rows with their columns aligned. An absent value is a dash in a column that has a head.
func (s *stock) table(rows [][]string) {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for i, row := range rows {
		for j, text := range row {
			if text = cell(text); text == "" && i > 0 && rows[0][j] != "" {
				text = "-"
			}
			row[j] = text
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t"))
	}
	w.Flush()
}

// cell is a server's word as it may be shown in a line.
func cell(text string) string { return strings.ReplaceAll(clean.Message(text), "\t", " ") }

func number(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// sizeOf is empty where a server does not say a size.
func sizeOf(n int64) string {
	if n <= 0 {
		return ""
	}
	return catalog.Bytes(n)
}

// inMemory says how much of a loaded model is where.
func inMemory(d catalog.Description) string {
	if d.Loaded == nil {
		return ""
	}
	text := loadedUntil(d)
	if d.Loaded.Size > 0 {
		text += ", " + catalog.Bytes(d.Loaded.Size) + " in memory"
	}
	if d.Loaded.VRAM > 0 {
		text += ", " + catalog.Bytes(d.Loaded.VRAM) + " of it on a graphics card"
	}
	return text
}

// roles are what a model can do, with a star at what it was chosen for.
func roles(d catalog.Description) string {
	var out []string
	for _, role := range d.Roles {
		if slices.Contains(d.Chosen, role) {
			role += "*"
		}
		out = append(out, role)
	}
	if d.Remote {
		out = append(out, "refused: remote")
	}
	return strings.Join(out, ", ")
}

func asked(d catalog.Description) string {
	switch {
	case d.Mode == prompt.None.String():
		return ""
	case d.Order != "":
		return d.Mode + ", " + d.Order
	}
	return d.Mode
}

func speed(d catalog.Description) string {
	if d.Speed == nil || d.Speed.Generation <= 0 {
		return ""
	}
	return fmt.Sprintf("%.0f tokens/s", d.Speed.Generation)
}

// loadedUntil says when a model leaves the memory. Who asked for it to stay for ever gets a date in the far future.
func loadedUntil(d catalog.Description) string {
	switch {
	case d.Loaded == nil:
		return ""
	case d.Loaded.Until.IsZero(), time.Until(d.Loaded.Until) > 365*24*time.Hour:
		return "for good"
	}
	return "until " + d.Loaded.Until.Local().Format("15:04")
}
