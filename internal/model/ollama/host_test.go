package ollama

import (
	"net/netip"
	"net/url"
	"testing"
)

func TestParseHost(t *testing.T) {
	for _, c := range []struct{ in, want string }{ // no want: refused
		{"", "http://127.0.0.1:11434"},
		{"  ", "http://127.0.0.1:11434"},
		{`"127.0.0.1"`, "http://127.0.0.1:11434"},
		{` ' 10.1.2.3:8080 ' `, "http://10.1.2.3:8080"},
		{"127.0.0.1", "http://127.0.0.1:11434"},
		{"127.0.0.1:1234", "http://127.0.0.1:1234"},
		{":1234", "http://127.0.0.1:1234"},
		{"0.0.0.0", "http://127.0.0.1:11434"},
		{"0.0.0.0:1234", "http://127.0.0.1:1234"},
		{"[::]:1234", "http://[::1]:1234"},
		{"::", "http://[::1]:11434"},
		{"::1", "http://[::1]:11434"},
		{"[::1]", "http://[::1]:11434"},
		{"[0001:002:003:0004::1]", "http://[1:2:3:4::1]:11434"},
		{"::ffff:0.0.0.0", "http://127.0.0.1:11434"},
		{"[fe80::1%eth0]:1", "http://[fe80::1%25eth0]:1"},
		{"[fe80::1%et#h0]:1", ""},
		{"[::%eth0]:1", "http://[::1]:1"},
		{"http://1.2.3.4", "http://1.2.3.4:80"},
		{"http://1.2.3.4:4321", "http://1.2.3.4:4321"},
		{"https://1.2.3.4", "https://1.2.3.4:443"},
		{"https://example.com:4321/ollama/", "https://example.com:4321/ollama"},
		{"example.com/ollama", "http://example.com:11434/ollama"},
		{"example.com", "http://example.com:11434"},
		{"localhost.", "http://localhost.:11434"},
		{"example.com:66000", "http://example.com:11434"},
		{"example.com:-1", "http://example.com:11434"},
		{"https://example.com:no", "https://example.com:443"},
		{"127.0.0.1:1@evil.example", "http://127.0.0.1:11434"},
		{"ftp://example.com", ""},
		{"http://user:pw@127.0.0.1:11434", ""},
		{"user@127.0.0.1", ""},
		{`127.0.0.1\@evil.example`, ""},
		{"127.0.0.1#evil.example", ""},
		{"１２７.0.0.1", ""},
		{"exa mple.com", ""},
		{"http://example.com/a?b", ""},
		{"a\nb", ""},
	} {
		t.Run(c.in, func(t *testing.T) {
			u, err := ParseHost(c.in)
			if (err != nil) != (c.want == "") {
				t.Fatalf("%v, %v; want %q", u, err, c.want)
			}
			if err == nil && u.String() != c.want {
				t.Errorf("%s, want %s", u, c.want)
			}
		})
	}
}

// FuzzParseHost: what is accepted reads the same to everybody who reads URLs, has a port, and is no unspecified address.
func FuzzParseHost(f *testing.F) {
	for _, s := range []string{"", "127.0.0.1", "[::1%lo]:80", "https://a.b/c/d", "user@host", ":::", "[", "http://[::ffff:0:0]", "a:b:c", "::%#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseHost(s)
		if err != nil {
			return
		}
		again, err := url.Parse(u.String())
		if err != nil || again.Hostname() != u.Hostname() || again.Port() != u.Port() || again.User != nil || again.Port() == "" {
			t.Fatalf("%q: %q is read again as %v, %v", s, u, again, err)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && ip.WithZone("").Unmap().IsUnspecified() {
			t.Fatalf("%q: %s", s, u)
		}
	})
}
