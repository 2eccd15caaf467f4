package imapsync_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// line is a network connection to a server that is less than perfect.
type line struct{ proxy *toxiproxy.Proxy }

// through puts a line before the server, and returns the server as it is seen from the other end.
func (s mailServer) through(t testing.TB) (mailServer, line) {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(api, "line", "127.0.0.1:0", net.JoinHostPort(s.host, strconv.Itoa(s.port)))
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	_, port, err := net.SplitHostPort(proxy.Listen)
	if err != nil {
		t.Fatal(err)
	}
	if s.port, err = strconv.Atoi(port); err != nil {
		t.Fatal(err)
	}
	return s, line{proxy}
}

// has gives the line a property: the kind of a toxic, where it acts ("upstream" or "downstream"), and its attributes.
func (l line) has(t testing.TB, kind, stream, attributes string) {
	t.Helper()
	toxic := fmt.Sprintf(`{"name": "%s %s", "type": %q, "stream": %q, "attributes": {%s}}`, kind, stream, kind, stream, attributes)
	if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
}

// isFarAway makes it a line of 40 ms round trip and 50 Mbit/s.
func (l line) isFarAway(t testing.TB) {
	t.Helper()
	l.has(t, "latency", "upstream", `"latency": 20`)
	l.has(t, "latency", "downstream", `"latency": 20`)
	l.has(t, "bandwidth", "downstream", `"rate": 6250`)
}
