package ollama

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"sopro/internal/model"
)

// newTransport reaches one server. There is no limit to how long its headers may take: they come with the first token,
// and a cold model takes minutes to load. A machine that is gone is noticed by TCP's keep-alive within 30 s, a process
// that is gone at once.
func newTransport(o Options) *http.Transport {
	d := &net.Dialer{
		Timeout:         5 * time.Second,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3},
		Resolver:        o.Resolver,
	}
	t := &http.Transport{
		DialContext:         d.DialContext,
		MaxIdleConnsPerHost: 4,
		IdleConnTimeout:     30 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
		DisableCompression:  true,
	}
	if o.AllowRemote {
		t.Proxy = remoteProxy
		return t
	}
	// The name in a URL says nothing: it can resolve to anything, and to something else the next time. So the check is of
	// the address that is dialled, after resolving, before a byte is sent. No proxy either: what it dials is not seen here.
	d.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if ap, err := netip.ParseAddrPort(address); err == nil && ap.Addr().Unmap().IsLoopback() {
			return nil
		}
		return &model.Error{
			Kind:    model.Refused,
			Message: "Ollama's address " + address + " is on another machine",
			Next:    "your code would be sent there; if you want that, add privacy.allowRemote = true to your own config.toml",
		}
	}
	return t
}

// remoteProxy is the environment's proxy, but never for this machine itself: Go would send even LOCALHOST and 0.0.0.0 to it.
func remoteProxy(r *http.Request) (*url.URL, error) {
	host := r.URL.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil && (ip.Unmap().IsLoopback() || ip.IsUnspecified()) {
		return nil, nil
	}
	if name := strings.ToLower(strings.TrimSuffix(host, ".")); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return nil, nil
	}
	return http.ProxyFromEnvironment(r)
}
