package doctor

import (
	"encoding/hex"
	"io/fs"
	"net/netip"
	"strings"
)

// listeners are the addresses at which something on this machine listens on a TCP port, as Linux lists them in /proc/net/tcp and
// tcp6 (proc(5)). known is false where there is no such list. The list is that of this network namespace: what runs in a
// container with one of its own is not in it.
func listeners(root fs.FS, port uint16) (found []netip.Addr, known bool) {
	for _, name := range []string{"proc/net/tcp", "proc/net/tcp6"} {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			continue
		}
		known = true
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			const local, state, listening = 1, 3, "0A"
			if len(fields) <= state || fields[state] != listening {
				continue
			}
			if at, ok := socketAddress(fields[local]); ok && at.Port() == port {
				found = append(found, at.Addr())
			}
		}
	}
	return found, known
}

// socketAddress reads "0100007F:2CAA": 32-bit words in the machine's byte order, which is the little one wherever people run
// models, and the port.
func socketAddress(text string) (netip.AddrPort, bool) {
	address, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(address)
	number, errPort := hex.DecodeString(port)
	if err != nil || errPort != nil || len(raw)%4 != 0 || len(number) != 2 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		raw[i], raw[i+1], raw[i+2], raw[i+3] = raw[i+3], raw[i+2], raw[i+1], raw[i]
	}
	addr, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(number[0])<<8|uint16(number[1])), ok
}
