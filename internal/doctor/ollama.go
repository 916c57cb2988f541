package doctor

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"

	"sopro/internal/model"
)

func lookProgram(ctx context.Context, v *visit) []Step {
	v.program = v.Program(ctx)
	var steps []Step
	if v.program.Inside != "" {
		steps = append(steps, say.programInside.with("path", v.tilde(v.program.Inside)))
	}
	switch path := v.tilde(v.program.Path); {
	case path == "":
		return append(steps, say.programMissing.with())
	case v.program.Version == "":
		return append(steps, say.programMute.with("path", path))
	default:
		return append(steps, say.programFound.with("path", path, "version", v.program.Version))
	}
}

func lookServer(ctx context.Context, v *visit) []Step {
	if v.Server == nil {
		return one(because(say.serverRefused, v.Refused))
	}
	version, err := v.Server.Version(ctx)
	if err == nil {
		v.up, v.version = true, version
		if v.Served {
			return one(say.servedUp.with("url", v.Address))
		}
		return one(say.serverUp.with("version", version, "url", v.Address))
	}
	if model.IsKind(err, model.Refused) {
		return one(because(say.serverRefused, err))
	}
	dns := new(net.DNSError)
	op, dialled := errors.AsType[*net.OpError](err)
	switch {
	case v.Served, errors.As(err, &dns), !dialled, op.Op != "dial":
		return one(because(say.serverStrange, err, "url", v.Address))
	case v.program.Path == "":
		return one(say.serverAbsent.with("url", v.Address))
	}
	return one(say.serverDown.with("url", v.Address))
}

// The versions of Ollama that make a difference.
const (
	versionTested   = "v0.6.0"   // the oldest that Sopro is tested with
	versionLogprobs = "v0.12.11" // the first that streams token probabilities
	versionMended   = "v0.17.1"  // the first without CVE-2026-7482
	versionPrompts  = "v0.30.0"  // the first that keeps idle prompts in memory
)

// older reports whether the server is known to be older than a version.
func (v *visit) older(than string) bool {
	return semver.IsValid("v"+v.version) && semver.Compare("v"+v.version, than) < 0
}

func lookVersion(_ context.Context, v *visit) []Step {
	w := say.versionFine
	switch {
	case !semver.IsValid("v" + v.version), v.version == "0.0.0": // which a build of one's own says
		w = say.versionOdd
	case v.older(versionTested):
		w = say.versionAncient
	case v.older(versionLogprobs):
		w = say.versionMute
	case v.older(versionMended):
		w = say.versionLeaks
	}
	return one(w.with("version", v.version))
}

func lookBound(_ context.Context, v *visit) []Step {
	at, err := url.Parse(v.Address)
	if err != nil || !local(at.Hostname()) {
		return one(say.boundRemote.with("url", v.Address))
	}
	port, _ := strconv.ParseUint(at.Port(), 10, 16) // 0 where there is none, at which nothing listens
	var found []netip.Addr
	if v.Files != nil {
		found, _ = listeners(v.Files, uint16(port))
	}
	if len(found) == 0 {
		return one(v.boundByHost())
	}
	return one(worst(found, uint16(port)))
}

// worst says of several listeners the one that reaches furthest.
func worst(found []netip.Addr, port uint16) Step {
	w, at := say.boundLocal, found[0]
	for _, addr := range found {
		switch {
		case addr.IsUnspecified():
			return say.boundAll.with("address", netip.AddrPortFrom(addr, port).String())
		case !addr.IsLoopback():
			w, at = say.boundOther, addr
		}
	}
	return w.with("address", netip.AddrPortFrom(at, port).String())
}

// boundByHost guesses from OLLAMA_HOST, which the server reads too, if it was started with it.
func (v *visit) boundByHost() Step {
	host := strings.Trim(strings.TrimSpace(v.Env("OLLAMA_HOST")), `"'`)
	_, bare, found := strings.Cut(host, "://")
	if !found {
		bare = host
	}
	bare, _, _ = strings.Cut(bare, "/")
	if name, _, err := net.SplitHostPort(bare); err == nil {
		bare = name
		if name == "" { // ":11434"
			bare = "0.0.0.0"
		}
	}
	if addr, err := netip.ParseAddr(strings.Trim(bare, "[]")); err == nil && addr.IsUnspecified() {
		return say.boundLikelyAll.with("address", host)
	}
	return say.boundUnknown.with()
}

func local(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
