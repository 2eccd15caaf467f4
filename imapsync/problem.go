package imapsync

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"unicode"

	"github.com/emersion/go-imap/v2"
)

// Problem is one short stable word for what a person can do something about. Errors say it in English; a window has
// its own sentence for each word.
type Problem string

// The problems.
const (
	WrongPassword  Problem = "wrong-password"    // the server refused user and password
	NoPasswords    Problem = "no-passwords"      // the server takes no password (on this connection)
	UnknownHost    Problem = "unknown-host"      // there is no such host, or no network
	Refused        Problem = "refused"           // the host answers, but not on that port
	Unreachable    Problem = "unreachable"       // no way to the host
	Certificate    Problem = "certificate"       // the server cannot prove who it is
	NoTLS          Problem = "no-tls"            // the server does not speak TLS there
	Silence        Problem = "silence"           // the server does not answer (any more)
	Disconnected   Problem = "disconnected"      // the connection broke
	ServerRefusal  Problem = "server-refusal"    // the server says no
	Misunderstood  Problem = "misunderstood"     // the server says what is not IMAP
	UnknownMailbox Problem = "unknown-mailbox"   // the account has no such mailbox
	MessageGone    Problem = "message-is-gone"   // the message is not on the server any more
	TooLarge       Problem = "message-too-large" // the message is larger than is fetched
)

// Error is a failed conversation with a server. It never holds a password.
type Error struct {
	Problem Problem
	Doing   string // what was being done: "log in to mail.example"
	Mailbox string // the mailbox that could not be opened, "" for all other problems
	Err     error  // what went wrong, may be nil
	Said    string // the server's own words, "" when there are none; from outside, so only ever shown as text
}

func (e *Error) Error() string {
	text := e.Doing + ": " + e.Problem.sentence()
	if e.Said != "" {
		text += fmt.Sprintf(" (the server says: %q)", e.Said)
	} else if e.Err != nil {
		text += " (" + e.Err.Error() + ")"
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// ProblemOf returns the problem behind err, "" when it is none with a server.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return ""
}

// sentence says what happened and what to do next.
func (p Problem) sentence() string {
	switch p {
	case WrongPassword:
		return "user or password is wrong: check both; some providers want a password made for this program in their web settings"
	case NoPasswords:
		return "the server takes no password here: use imaps://, or another way to sign in"
	case UnknownHost:
		return "the host is not known: check its name and the network connection"
	case Refused:
		return "nothing answers on that port: check host and port"
	case Unreachable:
		return "the host cannot be reached: check the network connection"
	case Certificate:
		return "the server cannot prove who it is, so nothing was sent: check the host name, and this machine's date; in a public network, sign in to that first"
	case NoTLS:
		return "the server does not speak TLS there: check the port, or imap:// instead of imaps://"
	case Silence:
		return "the server does not answer: try again later"
	case Disconnected:
		return "the connection broke: check the network connection and try again; what was scanned is kept"
	case ServerRefusal:
		return "the server refuses"
	case UnknownMailbox:
		return "there is no such mailbox: check its name"
	case MessageGone:
		return "the message is not on the server any more: scan again"
	case TooLarge:
		return "the message is too large"
	default:
		return "the server says what is not IMAP: check host and port"
	}
}

// transient reports whether the same may succeed on a new connection.
func transient(err error) bool {
	switch ProblemOf(err) {
	case Silence, Disconnected, Unreachable, Refused, UnknownHost:
		return true
	}
	return false
}

// temporary reports whether the same may succeed some time later: where the connection is to blame, or the server says
// so (RFC 5530 section 3).
func temporary(err error) bool {
	var refusal *imap.Error
	if !errors.As(err, &refusal) {
		return transient(err)
	}
	switch refusal.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeServerBug, imap.ResponseCodeLimit:
		return true
	}
	return refusal.Type == imap.StatusResponseTypeBye
}

// dialProblem says why no connection came about.
func dialProblem(err error) Problem {
	var (
		dns     *net.DNSError
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, &dns) && dns.IsTimeout:
		return Unreachable
	case errors.As(err, &dns):
		return UnknownHost
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Silence
	}
	return Unreachable
}

// tlsProblem says why a TLS handshake failed, ok is false where the connection failed rather than TLS.
func tlsProblem(err error) (p Problem, ok bool) {
	var (
		verify   *tls.CertificateVerificationError
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		refusal  *imap.Error // of STARTTLS
	)
	switch {
	case errors.As(err, &verify), errors.As(err, &unknown), errors.As(err, &hostname), errors.As(err, &invalid):
		return Certificate, true
	case errors.As(err, &record), errors.As(err, &alert), errors.As(err, &refusal):
		return NoTLS, true
	}
	return "", false
}

// printable is text of a server, made fit to be shown in one line.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	const most = 200
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return strings.TrimSpace(s)
}
