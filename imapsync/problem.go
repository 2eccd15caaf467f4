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

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync/provider"
)

// Problem is one short stable word for what a person can do something about. It is the end of the keys of its texts:
// "problem.WORD" says what happened, "problem.WORD.next" what to do.
type Problem string

// Problems are all problems.
func Problems() []Problem {
	return []Problem{
		WrongPassword, AppPassword, PasswordExpired, NoPassword, NoPasswords, OAuthOnly, NoOAuth, NoClientID, SignInAgain, SignInFailed,
		AdminConsent, IMAPOff, NoIMAP, Throttled, DailyLimit, UnknownHost, Refused, Unreachable, Certificate, CertificateChanged, NoTLS, Silence,
		Disconnected, ServerRefusal, Misunderstood, UnknownMailbox, MessageGone, TooLarge, NoKeywords,
	}
}

// The problems.
const (
	WrongPassword      Problem = "wrong-password"      // the server refuses user and password
	AppPassword        Problem = "app-password"        // the provider wants a password made for one program
	PasswordExpired    Problem = "password-expired"    // the password has to be changed first
	NoPassword         Problem = "no-password"         // the password is not known here (any more)
	NoPasswords        Problem = "no-passwords"        // the server takes no password (on this connection)
	OAuthOnly          Problem = "oauth-only"          // people sign in with their browser there
	NoOAuth            Problem = "no-oauth"            // the server knows no sign-in with the browser
	NoClientID         Problem = "no-client-id"        // nobody has registered this program with the provider
	SignInAgain        Problem = "sign-in-again"       // the sign-in with the browser does not count any more
	SignInFailed       Problem = "sign-in-failed"      // the sign-in with the browser came to nothing
	AdminConsent       Problem = "admin-consent"       // an administrator has to allow the program first
	IMAPOff            Problem = "imap-off"            // IMAP is switched off for this account
	NoIMAP             Problem = "no-imap"             // the provider has no IMAP
	Throttled          Problem = "throttled"           // too much was asked of the server for now
	DailyLimit         Problem = "daily-limit"         // the rest of what the provider allows in a day is left to other programs
	UnknownHost        Problem = "unknown-host"        // there is no such host
	Refused            Problem = "refused"             // the host answers, but not on that port
	Unreachable        Problem = "unreachable"         // no way to the host: no network
	Certificate        Problem = "certificate"         // the server cannot prove who it is
	CertificateChanged Problem = "certificate-changed" // the server has another certificate than the one that was trusted
	NoTLS              Problem = "no-tls"              // the server does not speak TLS there
	Silence            Problem = "silence"             // the server does not answer (any more)
	Disconnected       Problem = "disconnected"        // the connection broke
	ServerRefusal      Problem = "server-refusal"      // the server says no
	Misunderstood      Problem = "misunderstood"       // the server says what is not IMAP
	UnknownMailbox     Problem = "unknown-mailbox"     // the account has no such mailbox
	MessageGone        Problem = "message-is-gone"     // the message is not on the server any more
	NoKeywords         Problem = "no-keywords"         // the mailbox takes no tags
	TooLarge           Problem = "message-too-large"   // the message is larger than is fetched
)

// Error is a failed conversation with a server. It never holds a password or token.
type Error struct {
	Problem     Problem
	Doing       string            // what was being done: "log in to mail.example"
	Mailbox     string            // the mailbox that could not be opened, "" for all other problems
	Err         error             // what went wrong, may be nil
	Said        string            // the server's own words, "" when there are none; from outside, so only ever shown as text
	Fingerprint string            // of a certificate that the user may decide to trust, "" for all other problems
	Provider    provider.Provider // whose account it is; the zero value where it is not known or does not matter
}

func (e *Error) Error() string {
	text := e.Doing + ": " + strings.ReplaceAll(string(e.Problem), "-", " ")
	switch {
	case e.Said != "":
		text += fmt.Sprintf(" (the server says: %q)", e.Said)
	case e.Err != nil:
		text += " (" + e.Err.Error() + ")"
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Explain says in the language of texts what happened, and what to do next.
func (e *Error) Explain(texts *translations.Texts) (what, next string) {
	key := "problem." + string(e.Problem)
	args := translations.Args{
		"Provider": e.Provider.Name, "Page": e.Provider.Page, "SwitchOn": e.Provider.SwitchOn,
		"TwoStep": e.Provider.TwoStep, "AppIfTwoStep": e.Provider.Password == provider.AppIfTwoStep, "Separate": e.Provider.Password == provider.Separate,
		"Bridge": e.Provider.Password == provider.Bridge, "Administrator": e.Provider.Administrator, "Daily": e.Provider.Daily, "Fingerprint": e.Fingerprint,
	}
	what, next = texts.T(key, args), texts.T(key+".next", args)
	if e.Mailbox != "" {
		what = texts.T("problem.mailbox", translations.Args{"Mailbox": e.Mailbox, "Problem": what})
	}
	if e.Said != "" {
		what += " " + texts.T("problem.said", translations.Args{"Said": e.Said})
	}
	return what, next
}

// ProblemOf returns the problem behind err, "" when it is none with a server.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return ""
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
	if ProblemOf(err) == Throttled {
		return true
	}
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
	case errors.As(err, &dns) && dns.IsNotFound:
		return UnknownHost
	case errors.As(err, &dns):
		return Unreachable // nobody answers the question
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

// Printable is text of a server, made fit to be shown in one line.
func Printable(s string) string {
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
