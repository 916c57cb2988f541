package config

import (
	"bytes"
	"fmt"
	"strings"
)

// annotations describe the settings to the Lua language server: one class for the section and one for each of its tables.
func annotations() []byte {
	var b bytes.Buffer
	b.WriteString("---@meta\n-- Written from the table of settings in internal/config: go test ./internal/config -update\n\n")
	var groups []string
	fields := map[string][]Key{}
	for _, k := range Keys() {
		group, _, nested := strings.Cut(k.Name, ".")
		if !nested {
			group = ""
		} else if fields[group] == nil {
			groups = append(groups, group)
		}
		fields[group] = append(fields[group], k)
	}
	b.WriteString("---The settings that are handed on to the language server.\n---@class sopro.Settings\n")
	for _, k := range fields[""] {
		annotate(&b, k.Name, k)
	}
	for _, group := range groups {
		fmt.Fprintf(&b, "---@field %s? %s\n", group, class(group))
	}
	for _, group := range groups {
		fmt.Fprintf(&b, "\n---@class %s\n", class(group))
		for _, k := range fields[group] {
			annotate(&b, strings.TrimPrefix(k.Name, group+"."), k)
		}
	}
	b.WriteString("\n---How a family of models infills.\n---@class sopro.Settings.Family\n")
	for _, f := range familyFields() {
		optional := "?"
		if f.name == "names" {
			optional = ""
		}
		fmt.Fprintf(&b, "---@field %s%s %s\n", f.name, optional, f.lua)
	}
	return b.Bytes()
}

func class(group string) string {
	return "sopro.Settings." + strings.ToUpper(group[:1]) + group[1:]
}

// annotate writes a field, with its words and its default before it.
func annotate(b *bytes.Buffer, name string, k Key) {
	const width = 110
	line := "---"
	for _, word := range strings.Fields(fmt.Sprintf("%s Default: `%s`.", k.Doc, plainJSON(k.Default))) {
		if len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = "---"
		}
		if line != "---" {
			line += " "
		}
		line += word
	}
	fmt.Fprintf(b, "%s\n---@field %s? %s\n", line, name, luaType(k))
}

func luaType(k Key) string {
	var s Settings
	var types []string
	for _, v := range k.Values {
		types = append(types, fmt.Sprintf("%q", v))
	}
	switch k.at(&s).(type) {
	case *bool:
		return "boolean"
	case *string:
		if len(types) == 0 {
			return "string"
		}
	case *[]string:
		return "string[]"
	case *map[string]bool:
		return "table<string, boolean>"
	case *map[string]Family:
		return "table<string, sopro.Settings.Family>"
	case *float64:
		types = append(types, "number")
	default:
		types = append(types, "integer")
	}
	return strings.Join(types, "|")
}
