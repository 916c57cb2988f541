package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tables are where the kernel lists sockets, by which column tells that one listens and which names its inode.
var tables = []struct {
	name         string
	state, inode int
	whereListens string
	local        int
}{
	{"tcp", 3, 9, "0A", 1}, {"tcp6", 3, 9, "0A", 1},
	{"udp", 3, 9, "07", 1}, {"udp6", 3, 9, "07", 1}, // bound and not connected: takes what comes
	{"unix", 3, 6, "00010000", 7},
}

// listening describes the sockets of a process that take connections or packets from anybody. A process that has ended has none.
func listening(t testing.TB, pid int) []string {
	t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for _, fd := range fds {
		target, _ := os.Readlink(fd) // one that was closed meanwhile is none
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			own[strings.TrimSuffix(inode, "]")] = true
		}
	}
	var found []string
	for _, table := range tables {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table.name))
		if err != nil {
			continue // no IPv6 here
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) <= table.inode || f[table.state] != table.whereListens || !own[f[table.inode]] {
				continue
			}
			where := "without a name"
			if len(f) > table.local {
				where = f[table.local]
			}
			found = append(found, table.name+" "+where)
		}
	}
	return found
}

// TestListening proves that a listening socket is seen, so that seeing none means something.
func TestListening(t *testing.T) {
	before := listening(t, os.Getpid())
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	local, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	after := listening(t, os.Getpid())
	if len(after) != len(before)+3 {
		t.Errorf("before %q, with three sockets more %q", before, after)
	}
}
