// Package imapsync brings the store up to date with mailboxes on IMAP servers (RFC 9051 and RFC 3501).
//
// It only reads, but for [Account.Tag]: mailboxes are opened with EXAMINE, messages fetched with BODY.PEEK, so that no flag
// changes. It asks for the header fields and the text parts that the detector needs, never for attachments, and for
// messages that the store does not know yet. Its one connection for each scan belongs to one goroutine, and every command
// has a deadline. Passwords and tokens are kept in memory only, and are in no error.
package imapsync

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/store"
)

// Params say what an [Account] needs. Server, User, Store and Detector are required, and Password or Token.
type Params struct {
	Name        string // of the account in the store; "": the user's address, or USER@HOST where the user's name is none
	Server      Server
	User        string
	Password    Secret
	Token       TokenSource       // for OAuth 2.0 instead of the password; nil: the password
	Fingerprint string            // of a certificate that is trusted although nobody vouches for it, see [Fingerprint]
	Provider    provider.Provider // whose server it is, to say what it wants; the zero value: not known

	Store    *store.Store
	Detector *detector.Detector
	Own      []string // further addresses of the recipient; the user's name is one where it is an address

	Mailboxes []string  // what to scan; none: all but those for spam, drafts, deleted messages and other views of the same messages
	All       bool      // with no Mailboxes: every one that can be opened
	Since     time.Time // only messages that arrived on that day or later; the zero time: all
	Last      int       // only so many messages of each mailbox, the newest; 0: all
	Full      bool      // also messages that the store knows already

	TLS     *tls.Config                                                          // nil: the system's certificates
	Silence time.Duration                                                        // how long a server may be silent; 0: one minute
	Dial    func(ctx context.Context, network, address string) (net.Conn, error) // nil: a [net.Dialer]
	Sleep   func(ctx context.Context, d time.Duration) error                     // waits before connecting again; nil: as time goes by
}

// Account is an account on an IMAP server. Its methods may be called from many goroutines; each call has a connection
// of its own.
type Account struct{ p Params }

// NewAccount returns an account. It does not connect.
func NewAccount(p Params) *Account { return &Account{p: p} }

// TokenSource returns an access token (RFC 6749 section 1.4). refused is the one that it returned before and that the
// server does not take (any more), "" at first.
type TokenSource func(ctx context.Context, refused Secret) (Secret, error)

// Name is the name of the account in the store.
func (a *Account) Name() string {
	if a.p.Name != "" {
		return a.p.Name
	}
	if strings.Contains(a.p.User, "@") {
		return a.p.User
	}
	return a.p.User + "@" + a.p.Server.Host
}

// Check connects and logs in, to see whether server, user and password are right.
func (a *Account) Check(ctx context.Context) error {
	c, err := a.p.connect(ctx)
	if err != nil {
		return err
	}
	c.logout(ctx)
	return nil
}

// maxRaw is the size of a message, in octets, up to which Raw returns it. Servers accept less.
const maxRaw = 256 << 20

// Raw returns a message as it is on the server, without marking it as seen. It fails with the problem [MessageGone]
// where the server does not have it any more.
func (a *Account) Raw(ctx context.Context, m store.Message) (raw []byte, err error) {
	c, err := a.p.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.logout(ctx)
	read := meter{p: &a.p, account: m.Account}
	defer func() { err = errors.Join(err, read.count(context.WithoutCancel(ctx), c.wire.total.Load())) }()
	if _, err := c.examine(ctx, m.Mailbox); err != nil {
		return nil, err
	}
	return c.raw(ctx, m)
}

// own are the addresses that mail to this account may carry.
func (p *Params) own() []string {
	own := p.Own
	if strings.Contains(p.User, "@") {
		own = append([]string{p.User}, own...)
	}
	return own
}

// bounded reports whether messages are left out on purpose.
func (p *Params) bounded() bool { return !p.Since.IsZero() || p.Last > 0 }

func (p *Params) silence() time.Duration {
	if p.Silence == 0 {
		return time.Minute
	}
	return p.Silence
}

func (p *Params) dial(ctx context.Context) (net.Conn, error) {
	dial := p.Dial
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	return dial(ctx, "tcp", p.Server.Address())
}

func (p *Params) sleep(ctx context.Context, d time.Duration) error {
	if p.Sleep != nil {
		return p.Sleep(ctx, d)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
