package jsonhttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"sopro/internal/model"
)

// Reach says how a server is reached.
type Reach struct {
	Server      string         // what it is called in messages: "Ollama", "the model server"
	AllowRemote bool           // privacy.allowRemote: addresses beyond this machine may be dialled
	ClearKey    bool           // a key is sent without encryption: only this machine may be dialled, whatever is allowed
	Resolver    *net.Resolver  // nil: the system's
	Authorities *x509.CertPool // whose certificates are taken; nil: the system's
}

// NewClient makes an HTTP client that follows no redirect and dials what r allows.
func NewClient(r Reach) *http.Client {
	return &http.Client{
		Transport:     newTransport(r),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newTransport reaches one server. There is no limit to how long its headers may take: they come with the first token,
// and a cold model takes minutes to load. A machine that is gone is noticed by TCP's keep-alive within 30 s, a process
// that is gone at once.
func newTransport(r Reach) *http.Transport {
	d := &net.Dialer{
		Timeout:         5 * time.Second,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3},
		Resolver:        r.Resolver,
	}
	t := &http.Transport{
		DialContext:         d.DialContext,
		MaxIdleConnsPerHost: 4,
		IdleConnTimeout:     30 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
		DisableCompression:  true,
	}
	if r.Authorities != nil {
		t.TLSClientConfig = &tls.Config{RootCAs: r.Authorities}
	}
	if r.AllowRemote && !r.ClearKey {
		t.Proxy = remoteProxy
		return t
	}
	// The name in a URL says nothing: it can resolve to anything, and to something else the next time. So the check is of
	// the address that is dialled, after resolving, before a byte is sent. No proxy either: what it dials is not seen here.
	d.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if ap, err := netip.ParseAddrPort(address); err == nil && ap.Addr().Unmap().IsLoopback() {
			return nil
		}
		if r.AllowRemote {
			return &model.Error{
				Kind: model.Refused, Message: "the key would be sent to " + address + " for everybody on the way to read",
				Next: "use an address that begins with https://",
			}
		}
		return &model.Error{
			Kind:    model.Refused,
			Message: r.Server + "'s address " + address + " is on another machine",
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

// Dialling reports whether a request failed before there was a connection.
func Dialling(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// Untrusted reports whether a request failed because of the certificate that the server showed, and says what is wrong
// with it. unknown: nobody whom we know has signed it.
func Untrusted(err error) (why string, unknown, ok bool) {
	if _, is := errors.AsType[x509.UnknownAuthorityError](err); is {
		return "its certificate is signed by an authority that is not known here", true, true
	}
	if _, is := errors.AsType[x509.HostnameError](err); is {
		return "its certificate is for another host", false, true
	}
	if bad, is := errors.AsType[x509.CertificateInvalidError](err); is {
		if bad.Reason == x509.Expired {
			return "its certificate has expired, or the clock of this machine is wrong", false, true
		}
		return "its certificate is not valid", false, true
	}
	return "", false, false
}
