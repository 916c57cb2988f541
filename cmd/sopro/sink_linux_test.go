package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sopro/internal/eval/sim"
	"sopro/internal/eval/sim/openaisim"
)

// sealed tells the test that it runs in a network of its own.
const sealed = "SOPRO_TEST_SEALED"

// proxies are the variables that name one.
var proxies = []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"}

// exitUnsealed is the exit code of a test process that was refused a network of its own.
const exitUnsealed = 3

// TestNothingLeavesTheMachine: docs/security.md row 1. The test runs itself once more in a network that has nothing but loopback and one
// device, to which every other address is routed. What arrives there would have left the machine.
func TestNothingLeavesTheMachine(t *testing.T) {
	if os.Getenv(sealed) == "" {
		runSealed(t)
		return
	}
	s, err := openSink()
	if err != nil {
		fmt.Fprintln(os.Stderr, "no network of its own:", err)
		os.Exit(exitUnsealed)
	}
	t.Run("the sink sees a connection", func(t *testing.T) { sinkFires(t, s) })
	t.Run("an editor's session", func(t *testing.T) { quietSession(t, s) })
	t.Run("the command line", func(t *testing.T) { quietCommands(t, s) })
	t.Run("an OpenAI-compatible server", func(t *testing.T) { quietOpenAI(t, s) })
	t.Run("the sink sees the program", func(t *testing.T) { allowedRemote(t, s) })
}

// runSealed runs this test in new user and network namespaces. Where the system does not permit them, the test counts as not run, which
// fails under CI.
func runSealed(t *testing.T) {
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=5m")
	c.Env = append(os.Environ(), sealed+"=1", builtPath+"="+path)
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := c.CombinedOutput()
	if exit, ran := errors.AsType[*exec.ExitError](err); err != nil && (!ran || exit.ExitCode() == exitUnsealed) {
		notRun(t, fmt.Sprintf("%v\n%s", err, out))
		return
	}
	t.Logf("inside:\n%s", out)
	if err != nil {
		t.Error(err)
	}
}

// notRun says that a test did not run here, which continuous integration does not accept.
func notRun(t *testing.T, why string) {
	t.Helper()
	switch os.Getenv("CI") {
	case "", "0", "false":
		t.Logf("NOT RUN: %s", why)
	default:
		t.Errorf("NOT RUN: %s", why)
	}
}

// sinkFires proves that a packet to another machine is seen, so that seeing none means something.
func sinkFires(t *testing.T, s *sink) {
	addresses := []string{"192.0.2.1:80"}
	if s.six {
		addresses = append(addresses, "[2001:db8::1]:80")
	}
	for _, address := range addresses {
		conn, err := (&net.Dialer{Timeout: 50 * time.Millisecond}).Dial("tcp", address)
		if err == nil {
			conn.Close()
			t.Fatalf("somebody answers at %s", address)
		}
		if seen := s.drain(); len(seen) == 0 || !strings.HasPrefix(seen[0], "tcp to "+address) {
			t.Errorf("dialled %s, seen %q", address, seen)
		}
	}
}

// expectQuiet fails for everything that left.
func (s *sink) expectQuiet(t *testing.T) {
	t.Helper()
	if seen := s.drain(); len(seen) > 0 {
		t.Errorf("left the machine:\n%s", strings.Join(seen, "\n"))
	}
}

// hostileFolder is a workspace whose settings name an address elsewhere.
func hostileFolder(t *testing.T) string {
	folder := t.TempDir()
	write(t, filepath.Join(folder, ".git", "HEAD"), "ref: refs/heads/main\n")
	write(t, filepath.Join(folder, ".sopro.toml"), "[ollama]\nurl = \""+elsewhere+"\"\n[privacy]\nallowRemote = true\n")
	write(t, filepath.Join(folder, "f.go"), hostileFile)
	return folder
}

// quietSession does everything that an editor can, while every source of settings that a repository can write names an address elsewhere
// and the environment names a proxy.
func quietSession(t *testing.T, s *sink) {
	for _, v := range proxies {
		t.Setenv(v, "http://192.0.2.1:3128")
	}
	folder := hostileFolder(t)
	uri := "file://" + folder + "/f.go"
	p := start(t, leakyOllama(t).URL())
	redirect := map[string]any{"ollama": map[string]any{"url": elsewhere}, "privacy.allowRemote": true}
	p.greetWith(folder, redirect, redirect)
	p.open(uri, "go", hostileFile)
	p.Notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"sopro": redirect}})
	p.Until("the models", func() bool { s := p.status(); return s.Models.Completion != "" && s.Models.Chat != "" })

	if got := p.inline(t, uri, 4, 1); !strings.Contains(got, "return") {
		t.Errorf("completed with %q", got)
	}
	for _, command := range []struct {
		name     string
		argument any
	}{
		{"sopro.explain", map[string]any{"uri": uri, "range": lines(3, 5), "token": "t", "show": true}},
		{"sopro.generate", map[string]any{"uri": uri, "position": map[string]any{"line": 2, "character": 3}, "apply": true}},
		{"sopro.warm", map[string]any{"uri": uri}},
		{"sopro.models.list", map[string]any{}},
		{"sopro.models.show", map[string]any{"name": "llama3.2:3b"}},
		{"sopro.models.pull", map[string]any{"name": "starcoder2:3b"}},
		{"sopro.models.remove", map[string]any{"name": "starcoder2:3b"}},
		{"sopro.trace", map[string]any{}},
	} {
		if err := p.do(command.name, command.argument).Wait(nil); err != nil {
			t.Errorf("%s: %v", command.name, err)
		}
	}
	if code, errs := p.quit(); code != 0 || errs != "" {
		t.Errorf("exit code %d, standard error %q", code, errs)
	}
	s.expectQuiet(t)
}

// quietCommands runs the command line, with an address that is not allowed, with a server that sends elsewhere, and with neither.
func quietCommands(t *testing.T, s *sink) {
	elsewhereServer := httptest.NewServer(http.RedirectHandler(elsewhere+"/api/version", http.StatusTemporaryRedirect))
	defer elsewhereServer.Close()
	folder := hostileFolder(t)
	for _, host := range []string{leakyOllama(t).URL(), elsewhere, elsewhereServer.URL, "127.0.0.1:1"} {
		for _, args := range [][]string{
			{"complete", "f.go:5:2"}, {"complete", "f.go:5:2", "--dry-run"}, {"complete", "f.go:5:2", "--model", "big:480b-cloud"},
			{"explain", "f.go:4-5"}, {"generate", "f.go:3"}, {"try", "f.go:5:2", "--explain"}, {"models", "list"}, {"models", "show", "llama3.2:3b"},
			{"models", "pull", "starcoder2:3b", "--yes"}, {"models", "rm", "starcoder2:3b", "--yes"}, {"models", "pull", "192.0.2.1:80/a/b:c", "--yes"},
			{"doctor"}, {"version"},
		} {
			command(t, folder, host, args...)
			s.expectQuiet(t)
		}
	}
}

// quietOpenAI does what can be done with an OpenAI-compatible server: on this machine, on another one, and one that sends us there.
func quietOpenAI(t *testing.T, s *sink) {
	for _, v := range proxies {
		t.Setenv(v, "http://192.0.2.1:3128")
	}
	t.Setenv("SOPRO_TEST_KEY", apiKey)
	served := openaisim.New(openaisim.Config{Kind: openaisim.LlamaCpp, Key: apiKey, Models: []openaisim.Model{{Name: "qwen2.5-coder-1.5b-q8_0.gguf", Answer: sim.Say("return \"" + elsewhere + "\"\n")}}})
	defer served.Close()
	redirecting := httptest.NewServer(http.RedirectHandler(elsewhere+"/v1/models", http.StatusTemporaryRedirect))
	defer redirecting.Close()
	folder := hostileFolder(t)
	for _, url := range []string{served.URL, redirecting.URL, elsewhere, "https://192.0.2.1/v1", "http://[2001:db8::1]:8000"} {
		for _, args := range [][]string{{"complete", "f.go:5:2"}, {"explain", "f.go:4-5"}, {"models", "list"}, {"models", "pull", "starcoder2:3b", "--yes"}, {"doctor"}} {
			out, _ := command(t, folder, "127.0.0.1:1", append(args, "--set", "openai.url="+url, "--set", "openai.apiKeyEnv=SOPRO_TEST_KEY")...)
			if url == served.URL && args[0] == "complete" && !strings.Contains(out, "return") {
				t.Errorf("completed with %q", out)
			}
			s.expectQuiet(t)
		}
	}
}

// allowedRemote proves that the program itself would be seen: the one thing that lets it out is its owner's own word.
func allowedRemote(t *testing.T, s *sink) {
	command(t, hostileFolder(t), "", "complete", "f.go:5:2", "--no-wait", "--set", "ollama.url="+elsewhere, "--set", "privacy.allowRemote=true")
	if seen := s.drain(); len(seen) == 0 || !strings.HasPrefix(seen[0], "tcp to 192.0.2.1:11434") {
		t.Errorf("the program was told to ask elsewhere, seen %q", seen)
	}
}

// sink is the device to which everything is routed that is not for this machine.
type sink struct {
	device int
	six    bool // IPv6 is routed too
}

// openSink sets the network up: loopback, and a TUN device that is the way to everywhere else. It needs a network namespace of its own.
func openSink() (*sink, error) {
	control, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(control)
	if err := up(control, "lo"); err != nil {
		return nil, fmt.Errorf("loopback: %w", err)
	}
	const name = "sink"
	s := &sink{}
	if s.device, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return nil, fmt.Errorf("/dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return nil, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(s.device, unix.TUNSETIFF, request); err != nil {
		return nil, fmt.Errorf("making the device: %w", err)
	}
	if err := request.SetInet4Addr([]byte{198, 51, 100, 1}); err != nil {
		return nil, err
	}
	if err := unix.IoctlIfreq(control, unix.SIOCSIFADDR, request); err != nil {
		return nil, fmt.Errorf("giving it an address: %w", err)
	}
	if err := up(control, name); err != nil {
		return nil, fmt.Errorf("bringing it up: %w", err)
	}
	device, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	if err := routeAll(unix.AF_INET, device.Index); err != nil {
		return nil, fmt.Errorf("the route: %w", err)
	}
	s.six = routeAll(unix.AF_INET6, device.Index) == nil // not every machine has IPv6
	return s, nil
}

// up brings a device up.
func up(control int, name string) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(control, unix.SIOCSIFFLAGS, request)
}

// routeAll makes a device the way to everywhere (rtnetlink(7)).
func routeAll(family byte, device int) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var message bytes.Buffer
	route := struct {
		Header    unix.NlMsghdr
		Route     unix.RtMsg
		Attribute unix.RtAttr
		Device    uint32
	}{
		Header:    unix.NlMsghdr{Type: unix.RTM_NEWROUTE, Flags: unix.NLM_F_REQUEST | unix.NLM_F_ACK | unix.NLM_F_CREATE},
		Route:     unix.RtMsg{Family: family, Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_STATIC, Scope: unix.RT_SCOPE_LINK, Type: unix.RTN_UNICAST},
		Attribute: unix.RtAttr{Len: unix.SizeofRtAttr + 4, Type: unix.RTA_OIF},
		Device:    uint32(device),
	}
	route.Header.Len = uint32(binary.Size(route))
	if err := binary.Write(&message, binary.NativeEndian, route); err != nil {
		return err
	}
	if err := unix.Sendto(fd, message.Bytes(), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil {
		return err
	}
	if n < unix.SizeofNlMsghdr+4 {
		return fmt.Errorf("an answer of %d bytes", n)
	}
	if code := int32(binary.NativeEndian.Uint32(answer[unix.SizeofNlMsghdr:])); code != 0 {
		return syscall.Errno(-code)
	}
	return nil
}

// drain describes what has arrived since the last call. A packet is there as soon as the call that sent it has returned.
func (s *sink) drain() []string {
	var seen []string
	packet := make([]byte, 64<<10)
	for {
		n, err := unix.Read(s.device, packet)
		if err != nil || n <= 0 {
			return seen
		}
		if what := describe(packet[:n]); what != "" {
			seen = append(seen, what)
		}
	}
}

// describe says what an IP packet is and where it was going; "" for what the kernel itself says on a device with IPv6 (neighbour
// discovery and multicast listeners, which is all ICMPv6).
func describe(packet []byte) string {
	protocols := map[byte]string{unix.IPPROTO_TCP: "tcp", unix.IPPROTO_UDP: "udp", unix.IPPROTO_ICMP: "icmp"}
	protocol, to, rest := byte(0), netip.Addr{}, []byte(nil)
	switch {
	case len(packet) >= 20 && packet[0]>>4 == 4:
		protocol, to = packet[9], netip.AddrFrom4([4]byte(packet[16:20]))
		rest = packet[min(len(packet), int(packet[0]&15)*4):]
	case len(packet) >= 40 && packet[0]>>4 == 6:
		protocol, to, rest = packet[6], netip.AddrFrom16([16]byte(packet[24:40])), packet[40:]
		if to.IsMulticast() && (protocol == unix.IPPROTO_ICMPV6 || protocol == unix.IPPROTO_HOPOPTS) {
			return ""
		}
	default:
		return fmt.Sprintf("%x", packet)
	}
	name := protocols[protocol]
	if (name == "tcp" || name == "udp") && len(rest) >= 4 {
		return fmt.Sprintf("%s to %s, %d bytes", name, netip.AddrPortFrom(to, binary.BigEndian.Uint16(rest[2:])), len(packet))
	}
	return fmt.Sprintf("protocol %d to %s, %d bytes", protocol, to, len(packet))
}
