package jsonhttp

import (
	"net/http"
	"testing"
)

func TestProxy(t *testing.T) {
	if newTransport(Reach{}).Proxy != nil {
		t.Error("a proxy is asked for")
	}
	if newTransport(Reach{AllowRemote: true, ClearKey: true}).Proxy != nil {
		t.Error("a proxy would read the key")
	}
	t.Setenv("HTTP_PROXY", "http://proxy.example:3128")
	proxy := newTransport(Reach{AllowRemote: true}).Proxy
	for address, want := range map[string]bool{
		"http://127.0.0.1:1": false, "http://LOCALHOST:1": false, "http://localhost.:1": false, "http://[::1]:1": false,
		"http://0.0.0.0:1": false, "http://a.localhost:1": false, "http://remote.example:1": true,
	} {
		r, _ := http.NewRequest(http.MethodGet, address, nil)
		if p, err := proxy(r); (p != nil) != want || err != nil {
			t.Errorf("%s: %v, %v", address, p, err)
		}
	}
}
