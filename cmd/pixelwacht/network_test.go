package main

import (
	"net/netip"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// address is an Internet address in what strace prints: inet_addr("127.0.0.1"), or inet_pton(AF_INET6, "::1", …).
var address = regexp.MustCompile(`inet_(?:addr\(|pton\(AF_INET6, )"([^"]*)"`)

// elsewhere returns the lines of a trace in which the program had to do with another machine.
func elsewhere(trace string) []string {
	var found []string
	for line := range strings.Lines(trace) {
		for _, m := range address.FindAllStringSubmatch(line, -1) {
			if ip, err := netip.ParseAddr(m[1]); err != nil || !ip.Unmap().IsLoopback() {
				found = append(found, strings.TrimSpace(line))
			}
		}
	}
	return found
}

func TestElsewhereFindsOtherMachines(t *testing.T) {
	for line, want := range map[string]bool{
		`12 connect(3, {sa_family=AF_INET, sin_port=htons(143), sin_addr=inet_addr("127.0.0.1")}, 16) = 0`:                                                                false,
		`12 connect(3, {sa_family=AF_INET6, sin6_port=htons(143), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0`:              false,
		`12 connect(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 16) = 0`:                                                                                                   false,
		`12 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.53")}, 16) = 0`:                                                                true,
		`12 sendto(3, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.53")}, 16) = 1`:                                                      true,
		`12 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 (x)`: true,
	} {
		if got := len(elsewhere(line)) > 0; got != want {
			t.Errorf("%v: %s", got, line)
		}
	}
}

// Nothing leaves the machine but the conversation with the user's own server, which is on this machine here.
func TestNothingLeavesTheMachine(t *testing.T) {
	server, passwordFile := mailServer(t)
	mail := files(t, map[string]string{"a.eml": tracked, "archive": mbox(tracked, clean)})
	out := t.TempDir()
	for name, c := range map[string]struct {
		arguments []string
		talks     bool // over the loopback interface
	}{
		"demo":  {[]string{"demo"}, true},
		"scan":  {[]string{"scan", mail}, false},
		"block": {[]string{"block", "--mode", "trackers", "--undo", filepath.Join(out, "undo"), "-o", filepath.Join(out, "blocked"), mail}, false},
		"account add": {[]string{"account", "add", server.User, "--server", strings.Replace(server.URL(), server.User+"@", "", 1), "--plaintext",
			"--password-file", passwordFile}, true},
		"account list": {[]string{"account", "list"}, false},
		"sync":         {[]string{"sync", "--server", server.URL(), "--plaintext", "--password-file", passwordFile}, true},
	} {
		t.Run(name, func(t *testing.T) {
			trace := filepath.Join(t.TempDir(), "trace")
			c2 := command(t, c.arguments...)
			traced := exec.CommandContext(t.Context(), "strace", append([]string{"-f", "-e", "trace=network", "-o", trace}, c2.Args...)...)
			traced.Env = c2.Env
			if out, err := traced.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			text := read(t, trace)
			if found := elsewhere(text); len(found) > 0 {
				t.Errorf("other machines:\n%s", strings.Join(found, "\n"))
			}
			if talked := strings.Contains(text, "sa_family=AF_INET"); talked != c.talks {
				t.Errorf("spoke over the network: %v, want %v\n%s", talked, c.talks, text)
			}
		})
	}
}
