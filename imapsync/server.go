package imapsync

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Security says how a connection is protected.
type Security string

// The ways of protecting a connection.
const (
	TLS       Security = "tls"       // TLS from the first byte on, RFC 8314 section 3.2
	StartTLS  Security = "starttls"  // TLS before the log-in, RFC 9051 section 6.2.1; nothing is sent without it
	Plaintext Security = "plaintext" // none: only to this machine itself
)

// Server is where an account's mailboxes are.
type Server struct {
	Host     string   `json:"host"` // name or IP address, without brackets
	Port     int      `json:"port"`
	Security Security `json:"security"`
}

// Address is host and port, as a dialer wants them.
func (s Server) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// URL is the server as [ParseServer] reads it, without user and mailbox.
func (s Server) URL() string {
	scheme, standard := "imap", 143
	if s.Security == TLS {
		scheme, standard = "imaps", 993
	}
	u := url.URL{Scheme: scheme, Host: s.Address()}
	if s.Port == standard {
		u.Host = strings.TrimSuffix(u.Host, ":"+strconv.Itoa(standard))
	}
	return u.String()
}

// URLError is why ParseServer refuses a URL. It never holds a password.
type URLError struct {
	Problem string // one short stable word, for the sentence in another language
	Value   string // the part of the URL that it is about, where that says more
	err     error
}

func (e *URLError) Error() string { return "server URL: " + e.err.Error() }
func (e *URLError) Unwrap() error { return e.err }

// ParseServer reads an IMAP URL (RFC 5092) of the form imaps://USER@HOST[:PORT][/MAILBOX], or imap:// for a server
// that is spoken to with STARTTLS. user stands for the USER of the URL where that has none; plaintext asks for a
// connection without any protection, which only this machine itself may be spoken to with. The mailbox is "" when the
// URL names none. A password in the URL is refused: it would stay in the shell's history.
// Errors are a *URLError.
func ParseServer(rawURL, user string, plaintext bool) (server Server, login, mailbox string, err error) {
	fail := func(problem, format string, args ...any) (Server, string, string, error) {
		return Server{}, "", "", &URLError{Problem: problem, Value: fmt.Sprint(args...), err: fmt.Errorf(format, args...)}
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		// The error of url.Parse repeats the URL, which may hold a password.
		return fail("form", "not of the form imaps://USER@HOST[:PORT][/MAILBOX]")
	}
	switch {
	case strings.EqualFold(u.Scheme, "imaps"):
		server.Security, server.Port = TLS, 993
	case strings.EqualFold(u.Scheme, "imap"):
		server.Security, server.Port = StartTLS, 143
	default:
		return fail("scheme", "it must start with imaps:// (or imap:// for STARTTLS)")
	}
	if _, ok := u.User.Password(); ok {
		return fail("password", "it must not hold a password: give it when asked, or in a file")
	}
	if u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return fail("rest", "nothing may follow the mailbox; write %%3F for a question mark and %%23 for a number sign in its name")
	}

	if server.Host = u.Hostname(); server.Host == "" {
		return fail("host", "it names no host")
	}
	if p := u.Port(); p != "" {
		if server.Port, err = strconv.Atoi(p); err != nil || server.Port < 1 || server.Port > 65535 {
			return fail("port", "port %s is not between 1 and 65535", p)
		}
	}
	if plaintext {
		if server.Security == TLS {
			return fail("tls", "imaps:// means TLS: use imap:// for a connection without")
		}
		if !isLoopback(server.Host) {
			return fail("unprotected", "a connection without protection is only made to this machine itself, not to %s", server.Host)
		}
		server.Security = Plaintext
	}

	login, _, _ = strings.Cut(u.User.Username(), ";AUTH=") // RFC 5092 section 3.2
	switch {
	case login == "" && user == "":
		return fail("user", "it names no user: write imaps://USER@HOST, or give the user apart")
	case login == "":
		login = user
	case user != "" && user != login:
		return fail("two-users", "it names a user, and another one is given apart")
	}

	if mailbox, err = mailboxOf(u); err != nil {
		return fail("mailbox", "%w", err)
	}
	if strings.ContainsAny(login+mailbox+server.Host, "\r\n\x00") {
		return fail("control", "it holds a control character")
	}
	return server, login, mailbox, nil
}

// mailboxOf is the mailbox that the path of an IMAP URL names, RFC 5092 section 4.
func mailboxOf(u *url.URL) (string, error) {
	path := strings.TrimPrefix(u.EscapedPath(), "/")
	path, parameters, _ := strings.Cut(path, ";")
	if parameters != "" && !strings.HasPrefix(strings.ToUpper(parameters), "UIDVALIDITY=") || strings.Contains(parameters, "/") {
		return "", errors.New("it may name a mailbox, but no message")
	}
	return url.PathUnescape(strings.TrimSuffix(path, "/"))
}

// isLoopback reports whether host is this machine itself.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
