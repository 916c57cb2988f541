package model

import (
	"fmt"
	"regexp"
	"strings"
)

// maxName bounds a model's name, in bytes. The longest parts that Ollama takes are a host of 350 and three of 80.
const maxName = 600

var (
	namePattern = regexp.MustCompile(`^[A-Za-z0-9._/-]+(:[A-Za-z0-9._-]+)?$`)
	hostPattern = regexp.MustCompile(`^[A-Za-z0-9.-]+:[0-9]{1,5}/`)
)

// CheckName says in words why a name may not be pulled or removed (docs/security.md row 7); nil where it may. A name is
// namespace/model:tag, perhaps behind the name of a registry. port allows a registry's port too, which only who typed the
// name may ask for: it could be a service of this machine or of the network that no web page can reach.
func CheckName(name string, port bool) error {
	plain := name
	if host := hostPattern.FindString(name); host != "" {
		if !port {
			return badName(name, "names a port, which only \"sopro models pull\" takes")
		}
		plain = name[len(host):]
	}
	switch {
	case name == "":
		return &Error{Kind: Refused, Message: "no model is named", Next: "name one, such as qwen2.5-coder:1.5b"}
	case len(name) > maxName:
		return badName(name[:40]+"…", "is too long")
	case strings.ContainsFunc(name, func(r rune) bool { return r > 0x7e }):
		return badName(name, "has a letter in it that is not ASCII, which looks like another one to people")
	case !namePattern.MatchString(plain):
		return badName(name, "has a character in it that model names do not have")
	}
	path, _, _ := strings.Cut(plain, ":")
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || strings.Trim(part, ".") == "" || part[0] == '-' {
			return badName(name, "has an empty part, or one that begins with \"-\" or is only dots")
		}
	}
	return nil
}

func badName(name, why string) error {
	return &Error{
		Kind: Refused, Message: fmt.Sprintf("%+q is not a model's name: it %s", name, why),
		Next: "names look like qwen2.5-coder:1.5b or hf.co/user/model:Q4_K_M",
	}
}

// Registry is the host that a name is pulled from, as Ollama reads names: with three parts the first is the host.
func Registry(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) > 2 || len(parts) == 2 && hostPattern.MatchString(name) {
		return parts[0]
	}
	return "ollama.com"
}

// Forwarded reports whether a name has a tag that Ollama forwards to another machine without a look at what is installed:
// "…:cloud", "…-cloud". A name without such a tag may be forwarded too, which only the server can say.
func Forwarded(name string) bool {
	name = strings.ToLower(name)
	_, tag, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
	tag = strings.TrimSpace(tag[strings.LastIndexByte(tag, ':')+1:])
	return tag == "cloud" || strings.HasSuffix(tag, "-cloud")
}
