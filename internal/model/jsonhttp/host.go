package jsonhttp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// ParseAddress reads the address of a server as Ollama reads OLLAMA_HOST (its envconfig package): quotes and white space
// around it are dropped; no scheme means http; no port means the given one, or 80 and 443 where http:// or https:// is
// written out; a port that is no port is replaced in the same way; a bare IPv6 address needs no brackets; what follows the
// first slash is the path; an empty string is 127.0.0.1. An unspecified address, on which a server listens everywhere,
// becomes the loopback one of its family.
//
// Unlike Ollama it refuses a host with characters that no host has: with them the same text can be one host to one
// reader and another to the next ("127.0.0.1@example.com").
func ParseAddress(s, port string) (*url.URL, error) {
	s = strings.TrimSpace(strings.Trim(strings.TrimSpace(s), `"'`))
	scheme, rest, found := strings.Cut(s, "://")
	switch {
	case !found:
		scheme, rest = "http", s
	case scheme == "http":
		port = "80"
	case scheme == "https":
		port = "443"
	default:
		return nil, fmt.Errorf("the address %q does not begin with http:// or https://", unnamed(s))
	}
	hostport, path, _ := strings.Cut(rest, "/")
	host, given, err := net.SplitHostPort(hostport)
	switch {
	case err != nil:
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	case validPort(given):
		port = given
	}
	if host == "" && err != nil {
		host = "127.0.0.1"
	}
	if host, err = checkHost(host); err != nil {
		return nil, fmt.Errorf("the address %q: %w", unnamed(s), err)
	}
	if strings.ContainsAny(path, "?#\\ ") {
		return nil, fmt.Errorf("the address %q: it may have a path and nothing after it", unnamed(s))
	}
	u := &url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}
	if path = strings.Trim(path, "/"); path != "" {
		u.Path = "/" + path
	}
	return u, nil
}

// unnamed is an address as it may be shown: what stands before an @ can be a password.
func unnamed(s string) string {
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		return "…" + s[at:]
	}
	return s
}

func validPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// checkHost accepts an IP address or a name, and turns an unspecified address into a loopback one. An empty host (":11434")
// listens everywhere, so it is unspecified too.
func checkHost(host string) (string, error) {
	if host == "" {
		return "127.0.0.1", nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		switch bare := ip.WithZone("").Unmap(); {
		case bare == netip.IPv4Unspecified():
			return "127.0.0.1", nil
		case bare == netip.IPv6Unspecified():
			return "::1", nil
		}
		return ip.String(), checkLetters(ip.Zone())
	}
	if strings.Contains(host, ":") {
		return "", errors.New("it has colons but is no IPv6 address")
	}
	return host, checkLetters(host)
}

// checkLetters refuses what stands in no name of a host or of a zone.
func checkLetters(name string) error {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
		default:
			return fmt.Errorf("%q cannot stand in a host", r)
		}
	}
	return nil
}
