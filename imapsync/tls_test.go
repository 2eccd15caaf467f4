package imapsync_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/servertest"
)

func TestTLS(t *testing.T) {
	server := servertest.Dovecot(t, nil)
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

// A certificate that nobody vouches for is trusted only by its fingerprint, which the error says where there is
// something to decide.
func TestTrustedCertificates(t *testing.T) {
	server, other := servertest.Dovecot(t, nil), servertest.Dovecot(t, nil)
	check := func(s *servertest.Server, change func(p *imapsync.Params)) *imapsync.Error {
		p := mailServer{host: s.Host, port: s.TLSPort, user: s.User, password: s.Password}.params(t)
		p.Server.Security = imapsync.TLS
		change(&p)
		err := imapsync.NewAccount(p).Check(t.Context())
		e, ok := errors.AsType[*imapsync.Error](err)
		if !ok && err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := check(server, func(*imapsync.Params) {})
	if e == nil || e.Problem != imapsync.Certificate {
		t.Fatalf("error is %v", e)
	}
	fingerprint, ok := imapsync.ParseFingerprint(strings.ToLower(e.Fingerprint))
	if !ok || fingerprint != e.Fingerprint {
		t.Errorf("fingerprint is %q", e.Fingerprint)
	}
	trust := func(p *imapsync.Params) { p.Fingerprint = fingerprint }
	if e := check(server, trust); e != nil {
		t.Errorf("a trusted certificate: %v", e)
	}
	if e := check(other, trust); e == nil || e.Problem != imapsync.CertificateChanged || e.Fingerprint == "" || e.Fingerprint == fingerprint {
		t.Errorf("another certificate: %v", e)
	}
	// One that can be verified needs no trust.
	if e := check(other, func(p *imapsync.Params) { p.Fingerprint, p.TLS = fingerprint, &tls.Config{RootCAs: other.Roots} }); e != nil {
		t.Errorf("a certificate that is verified: %v", e)
	}
	if e := check(other, func(p *imapsync.Params) {
		p.Fingerprint, p.TLS = fingerprint, &tls.Config{RootCAs: other.Roots, ServerName: "mail.example"}
	}); e == nil || e.Problem != imapsync.CertificateChanged {
		t.Errorf("another host's certificate: %v", e)
	}
	// With a provider that everybody knows, there is nothing to decide.
	known, _ := provider.Named("Gmail")
	if e := check(server, func(p *imapsync.Params) {
		p.Provider, p.Server.Host = known, "mail.example"
		p.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(server.Host, strconv.Itoa(server.TLSPort)))
		}
	}); e == nil || e.Problem != imapsync.Certificate || e.Fingerprint != "" {
		t.Errorf("a known provider: %v", e)
	}
	for _, s := range []string{"", "12", strings.Repeat("g", 64), strings.Repeat("0", 66)} {
		if _, ok := imapsync.ParseFingerprint(s); ok {
			t.Errorf("%q is a fingerprint", s)
		}
	}
}
