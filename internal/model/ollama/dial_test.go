package ollama

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"sopro/internal/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestOnlyLoopbackIsDialled: docs/security.md row 2. PORT is where a server listens on 127.0.0.1. "refused" is decided
// before a packet leaves; "nobody" means that the address was allowed and that nobody listens there.
func TestOnlyLoopbackIsDialled(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, `{"version":"0.17.4"}`)
	}))
	defer server.Close()
	port := server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	r := resolver(map[string][]string{
		"evil.example.":           {"192.0.2.1"},
		"127.0.0.1.evil.example.": {"192.0.2.1"},
		"localhost.evil.example.": {"192.0.2.1"},
		"mapped.example.":         {"::ffff:192.0.2.1"},
		"six.example.":            {"2001:db8::1"},
		"mine.example.":           {"127.0.0.1"},
		"both.example.":           {"192.0.2.1", "127.0.0.1"},
		"localhost.":              {"127.0.0.1"},
		"0x7f000001.":             {"127.0.0.1"}, // what inet_aton makes of these
		"0xc0000201.":             {"192.0.2.1"},
	})
	for _, c := range []struct{ address, want string }{
		{"127.0.0.1:PORT", "reached"},
		{"http://127.0.0.1:PORT", "reached"},
		{"localhost:PORT", "reached"},
		{"LOCALHOST:PORT", "reached"},
		{"http://localhost.:PORT", "reached"},
		{"0.0.0.0:PORT", "reached"},
		{":PORT", "reached"},
		{"[::ffff:127.0.0.1]:PORT", "reached"},
		{"0x7f000001:PORT", "reached"},
		{"mine.example:PORT", "reached"},
		{"both.example:PORT", "reached"},
		{"127.0.0.2:PORT", "nobody"},
		{"[::1%lo]:PORT", "nobody"},
		{"evil.example:PORT", "refused"},
		{"http://127.0.0.1.evil.example:PORT", "refused"},
		{"localhost.evil.example:PORT", "refused"},
		{"mapped.example:PORT", "refused"},
		{"six.example:PORT", "refused"},
		{"0xc0000201:PORT", "refused"},
		{"192.0.2.1:PORT", "refused"},
		{"https://192.0.2.1", "refused"},
		{"127.1:PORT", "nobody"}, // Go takes no number for a name and asks nobody for it
		{"2130706433:PORT", "nobody"},
		{"3221225985:PORT", "nobody"},
		{"[2001:db8::1]:PORT", "refused"},
		{"[::ffff:192.0.2.1]:PORT", "refused"},
		{"[fe80::1%lo]:PORT", "refused"},
		{"169.254.169.254:PORT", "refused"},
		{"http://user:pw@127.0.0.1:PORT", "no address"},
		{"http://user@127.0.0.1", "no address"},
		{`http://127.0.0.1\@evil.example:PORT`, "no address"},
	} {
		t.Run(c.address, func(t *testing.T) {
			before := asked.Load()
			got := outcome(t, strings.ReplaceAll(c.address, "PORT", port), Options{Resolver: r})
			if reached := asked.Load() > before; reached != (got == "reached") {
				t.Errorf("%s, but the server was asked: %v", got, reached)
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// outcome asks for a version and says in a word what came of it.
func outcome(t *testing.T, address string, o Options) string {
	t.Helper()
	c, err := New(address, o)
	if err != nil {
		return "no address"
	}
	defer c.Close()
	switch _, err = c.Version(t.Context()); {
	case err == nil:
		return "reached"
	case model.IsKind(err, model.Refused):
		if !strings.Contains(err.Error(), "privacy.allowRemote = true") {
			t.Errorf("the refusal does not say what to add: %v", err)
		}
		return "refused"
	case model.IsKind(err, model.Unreachable):
		return "nobody"
	}
	return err.Error()
}

func TestAResolverThatFlips(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = io.WriteString(w, `{"version":"0.17.4"}`)
	}))
	defer server.Close()
	port := server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	answers := map[string][]string{"flip.example.": {"127.0.0.1"}}
	r := resolver(answers)
	c, err := New("flip.example:"+port, Options{Resolver: r})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	answers["flip.example."] = []string{"192.0.2.1"}
	if _, err := c.Version(t.Context()); !model.IsKind(err, model.Refused) {
		t.Errorf("after the flip: %v", err)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	c, _ := New(server.URL, Options{})
	defer c.Close()
	if _, err := c.Version(t.Context()); !model.IsKind(err, model.Refused) || elsewhere.Load() != 0 {
		t.Errorf("%v; the other server was asked %d times", err, elsewhere.Load())
	}
}

// resolver answers from a table instead of the network.
func resolver(answers map[string][]string) *net.Resolver {
	var mu sync.Mutex
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			for {
				query, err := readMessage(far)
				if err != nil {
					return
				}
				mu.Lock()
				reply, err := respond(query, answers)
				mu.Unlock()
				if err != nil {
					return
				}
				if _, err := far.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
					return
				}
			}
		}()
		return near, nil
	}}
}

func readMessage(r io.Reader) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(r, message)
	return message, err
}

// respond answers a DNS query of one question (RFC 1035, section 4) with the addresses of its type.
func respond(query []byte, answers map[string][]string) ([]byte, error) {
	const header, ipv4, ipv6 = 12, 1, 28
	var name strings.Builder
	at := header
	for at < len(query) && query[at] != 0 {
		label := query[at+1 : at+1+int(query[at])]
		name.Write(append(label[:len(label):len(label)], '.'))
		at += 1 + len(label)
	}
	if at+5 > len(query) {
		return nil, errors.New("not a query")
	}
	kind := binary.BigEndian.Uint16(query[at+1:])
	reply := append([]byte{query[0], query[1], 0x84, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[header:at+5]...)
	addresses, known := answers[strings.ToLower(name.String())]
	if !known {
		reply[3] |= 3 // no such name
	}
	for _, a := range addresses {
		ip := netip.MustParseAddr(a)
		if ip.Is4() != (kind == ipv4) || ip.Is6() != (kind == ipv6) {
			continue
		}
		reply[7]++ // answers
		reply = append(reply, 0xc0, header, 0, byte(kind), 0, 1, 0, 0, 0, 0)
		reply = append(binary.BigEndian.AppendUint16(reply, uint16(ip.BitLen()/8)), ip.AsSlice()...)
	}
	return reply, nil
}
