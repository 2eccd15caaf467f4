package imapsync

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/store"
)

// longest is how long one command may take, however steadily its answer trickles in.
const longest = 15 * time.Minute

// client is a logged-in connection. One goroutine owns it. Every command ends: when the server is silent for too
// long, or the context is done, the connection is closed, and the client is of no use any more.
type client struct {
	server   Server
	provider provider.Provider
	wire     *wire
	imap     *imapclient.Client
	goodbye  *goodbye
	selected store.MailboxState // UIDVALIDITY and name of the mailbox that is selected

	headerFields []string      // that are fetched
	news         chan struct{} // the server has said that the mailbox has changed
}

// connect dials, protects the connection and logs in. The caller closes the client.
func (p *Params) connect(ctx context.Context) (*client, error) {
	doing := "connect to " + p.Server.Host
	dialCtx, cancel := context.WithTimeout(ctx, p.silence())
	defer cancel()
	conn, err := p.dial(dialCtx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &Error{Problem: dialProblem(err), Doing: doing, Err: err, Provider: p.Provider}
	}
	if remote, ok := conn.RemoteAddr().(*net.TCPAddr); ok && p.Server.Security == Plaintext && !remote.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("%s: a connection without protection is only made to this machine itself", doing), conn.Close())
	}
	c := &client{server: p.Server, provider: p.Provider, wire: newWire(conn, p.silence()), goodbye: &goodbye{}, headerFields: p.Detector.HeaderFields()}
	if err := c.start(ctx, p); err != nil {
		c.close()
		return nil, err
	}
	if err := c.login(ctx, p); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// start protects the connection and waits for the greeting.
func (c *client) start(ctx context.Context, p *Params) error {
	config := p.tlsConfig()
	options := &imapclient.Options{TLSConfig: config, DebugWriter: c.goodbye, UnilateralDataHandler: c.listen()}
	err := c.run(ctx, "connect", func() (err error) {
		switch c.server.Security {
		case Plaintext:
			c.speak(c.wire, options)
		case StartTLS:
			conn, err := startTLS(ctx, c.wire, config)
			if err != nil {
				return err
			}
			c.speak(conn, options)
		default:
			config.NextProtos = []string{"imap"} // RFC 8314 section 3.2
			conn := tls.Client(c.wire, config)
			if err := conn.HandshakeContext(ctx); err != nil {
				return err
			}
			c.speak(conn, options)
		}
		return c.imap.WaitGreeting()
	})
	if e, ok := errors.AsType[*Error](err); ok {
		if problem, ok := tlsProblem(err); ok && c.server.Security != Plaintext {
			p.explainTLS(e, problem)
		} else if c.goodbye.said() != "" {
			e.Problem = ServerRefusal // whether the client saw the goodbye or the end of the connection first
		}
	}
	return err
}

// speak starts the IMAP client on a connection that is protected as it should be.
func (c *client) speak(conn net.Conn, options *imapclient.Options) {
	c.imap = imapclient.New(&readFirst{Conn: &shallowConn{Conn: &emptyResponse{conn}}, hangUp: c.hangUp}, options)
}

// run executes one or more commands. f blocks until it has consumed their answers; it ends early, with an error,
// when the server is silent, the answer takes too long, or ctx is done, for the connection is closed then.
func (c *client) run(ctx context.Context, doing string, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.wire.expect()
	done := make(chan error, 1)
	go func() { done <- f() }()

	whole := time.NewTimer(longest)
	defer whole.Stop()
	silence := time.NewTimer(c.wire.silence)
	defer silence.Stop()
	for {
		select {
		case err := <-done:
			return c.explain(doing, err)
		case <-ctx.Done():
			c.hangUp()
			<-done
			return ctx.Err()
		case <-whole.C:
		case <-silence.C:
			if rest := c.wire.silence - c.wire.quiet(); rest > 0 {
				silence.Reset(rest)
				continue
			}
		}
		c.hangUp()
		return &Error{Problem: Silence, Doing: doing + " on " + c.server.Host, Err: <-done}
	}
}

// hangUp cuts the connection below the client, whose own Close waits for its reader.
func (c *client) hangUp() { _ = c.wire.Close() }

// explain says what an error of the IMAP client means.
func (c *client) explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	doing += " on " + c.server.Host
	var refusal *imap.Error
	if errors.As(err, &refusal) {
		return &Error{Problem: refusalProblem(refusal), Doing: doing, Err: err, Said: Printable(refusal.Text), Provider: c.provider}
	}
	if said := c.goodbye.said(); said != "" {
		problem := Disconnected
		if isThrottled.MatchString(said) {
			problem = Throttled
		}
		return &Error{Problem: problem, Doing: doing, Err: err, Said: said}
	}
	return &Error{Problem: c.wire.problem(), Doing: doing, Err: err}
}

// refused reports whether err is a server's NO or BAD: the connection is still good.
func refused(err error) bool {
	var refusal *imap.Error
	return errors.As(err, &refusal) && refusal.Type != imap.StatusResponseTypeBye
}

// logout ends the conversation politely, and the connection in any case.
func (c *client) logout(ctx context.Context) {
	const patience = 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_ = c.run(ctx, "log out", func() error { return c.imap.Logout().Wait() })
	c.close()
}

// close ends the connection. It may be called more than once.
func (c *client) close() {
	c.hangUp()
	if c.imap != nil {
		_ = c.imap.Close() // waits for its reader
	}
}
