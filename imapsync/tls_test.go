package imapsync_test

import (
	"crypto/tls"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/dovecottest"
)

func TestTLS(t *testing.T) {
	server := dovecottest.Start(t, nil)
	trusted := &tls.Config{RootCAs: server.Roots}
	for name, c := range map[string]struct {
		security imapsync.Security
		port     int
		config   *tls.Config
		want     imapsync.Problem
	}{
		"TLS":                           {imapsync.TLS, server.TLSPort, trusted, ""},
		"STARTTLS":                      {imapsync.StartTLS, server.Port, trusted, ""},
		"TLS, unknown certificate":      {imapsync.TLS, server.TLSPort, nil, imapsync.Certificate},
		"STARTTLS, unknown certificate": {imapsync.StartTLS, server.Port, nil, imapsync.Certificate},
		"TLS, another host's certificate": {
			imapsync.TLS, server.TLSPort, &tls.Config{RootCAs: server.Roots, ServerName: "other.example"}, imapsync.Certificate,
		},
		"TLS where there is none":      {imapsync.TLS, server.Port, trusted, imapsync.NoTLS},
		"STARTTLS where TLS is spoken": {imapsync.StartTLS, server.TLSPort, trusted, imapsync.Disconnected},
	} {
		t.Run(name, func(t *testing.T) {
			p := mailServer{host: server.Host, port: c.port, user: server.User, password: server.Password}.params(t)
			p.Server.Security, p.TLS = c.security, c.config
			if err := imapsync.NewAccount(p).Check(t.Context()); imapsync.ProblemOf(err) != c.want || (c.want == "") != (err == nil) {
				t.Errorf("error is %v, want %q", err, c.want)
			}
		})
	}
}

// A server that offers no STARTTLS gets no password.
func TestNothingIsSentWithoutTLS(t *testing.T) {
	p := startScript(t, func(p *peer) {
		p.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
		for {
			tag, command, ok := p.hear()
			if !ok {
				return
			}
			if command != "STARTTLS" && command != "CAPABILITY" {
				t.Errorf("the client says %q", command)
			}
			p.say(tag + " BAD unknown command")
		}
	})
	p.Server.Security = imapsync.StartTLS
	if err := imapsync.NewAccount(p).Check(t.Context()); imapsync.ProblemOf(err) != imapsync.NoTLS {
		t.Errorf("error is %v", err)
	}
}
