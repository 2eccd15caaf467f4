// Package demo is the demo mailbox: a real IMAP server (RFC 9051) on the loopback interface, filled with made-up mail
// of the last six months, that a sync reads like any other account.
//
// It listens on 127.0.0.1 only, on a free port, for a user and a password drawn anew each time, without TLS: nothing of
// it leaves the machine, and no other user of the machine can log in. What a client changes is forgotten at Close.
package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"pixelwacht/imapsync"
)

// Mailbox is a running demo mailbox.
//
// Its messages carry the hosts of real tracking services. Whoever shows or saves one must do so as a blocked copy,
// never as it is: to open an unblocked one in a mail program would send requests to services that never sent it.
type Mailbox struct {
	listener *listener
	server   *imapserver.Server
	user     string
	password string

	serving  sync.WaitGroup // the goroutine that accepts connections
	sessions sync.WaitGroup // the goroutines that serve them
	closing  sync.Once
	unwatch  func() bool
}

// Start serves the messages as they read at now. The mailbox stops when ctx is done; the caller must Close it in any
// case.
func Start(ctx context.Context, now time.Time) (*Mailbox, error) {
	messages, err := Messages(now)
	if err != nil {
		return nil, err
	}
	m := &Mailbox{user: "demo-" + rand.Text()[:8], password: rand.Text()}
	user := imapmemserver.NewUser(m.user, m.password)
	if err := fill(user, messages); err != nil {
		return nil, err
	}
	memory := imapmemserver.New()
	memory.AddUser(user)

	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("demo mailbox: listen on this machine's loopback address: %w", err)
	}
	m.listener = &listener{Listener: l, accepting: make(chan struct{}), accepted: func() { m.sessions.Add(1) }}
	m.server = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			// The session of imapmemserver has more abilities than imapserver.Session, found by type assertion:
			// a wrapper has to keep them.
			s, ok := memory.NewSession().(imapserver.SessionIMAP4rev2)
			if !ok {
				m.sessions.Done()
				return nil, nil, errors.New("session of the memory server lacks IMAP4rev2")
			}
			return &session{SessionIMAP4rev2: s, done: m.sessions.Done}, nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		InsecureAuth: true, // no TLS: the connection does not leave the machine
		Logger:       log.New(io.Discard, "", 0),
	})
	m.serving.Go(func() {
		// Serve fails only if the listener does: clients then see a closed connection, and say so.
		_ = m.server.Serve(m.listener)
	})
	m.unwatch = context.AfterFunc(ctx, m.stop)
	return m, nil
}

// fill creates the mailboxes and appends the messages, oldest first.
func fill(user *imapmemserver.User, messages []Message) error {
	created := make(map[string]bool)
	for _, msg := range messages {
		if !created[msg.Mailbox] {
			created[msg.Mailbox] = true
			if err := user.Create(msg.Mailbox, nil); err != nil {
				return fmt.Errorf("demo mailbox: create %s: %w", msg.Mailbox, err)
			}
		}
		options := &imap.AppendOptions{Time: msg.Date}
		if _, err := user.Append(msg.Mailbox, bytes.NewReader(msg.Raw), options); err != nil {
			return fmt.Errorf("demo mailbox: append %s: %w", msg.File, err)
		}
	}
	return nil
}

// Server is where the mailbox listens.
func (m *Mailbox) Server() imapsync.Server {
	address := m.listener.Addr().(*net.TCPAddr) // a tcp4 listener has no other kind
	return imapsync.Server{Host: address.IP.String(), Port: address.Port, Security: imapsync.Plaintext}
}

// User is the name to log in with.
func (m *Mailbox) User() string { return m.user }

// Password is the password to log in with.
func (m *Mailbox) Password() imapsync.Secret { return imapsync.Secret(m.password) }

// Close cuts all connections and waits for the goroutines that served them. It may be called more than once.
func (m *Mailbox) Close() {
	m.unwatch()
	m.stop()
	m.serving.Wait()
	m.sessions.Wait()
}

// stop ends listening and cuts the connections, without waiting for those who served them.
func (m *Mailbox) stop() {
	m.closing.Do(func() {
		// An error of closing leaves nothing to be done. The listener is closed apart from the server, which knows it
		// only once it serves, and must not be closed while it begins to.
		_ = m.listener.Close()
		<-m.listener.accepting
		_ = m.server.Close()
		m.listener.closeAll()
	})
}

// session tells when the goroutine of its connection is about to end.
type session struct {
	imapserver.SessionIMAP4rev2
	done func()
}

// Close ends the session. The server calls it once.
func (s *session) Close() error {
	defer s.done()
	return s.SessionIMAP4rev2.Close()
}

// listener remembers the connections it accepted: the server's own Close misses one that was accepted a moment ago.
type listener struct {
	net.Listener
	accepting chan struct{} // closed when the server begins to accept connections
	accepted  func()        // called for each connection before the server gets it

	begin  sync.Once
	mutex  sync.Mutex
	conns  []net.Conn
	closed bool
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	l.begin.Do(func() { close(l.accepting) })
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.closed {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	l.conns = append(l.conns, conn)
	l.accepted()
	return conn, nil
}

// Close stops accepting connections.
func (l *listener) Close() error {
	l.mutex.Lock()
	l.closed = true
	l.mutex.Unlock()
	return l.Listener.Close()
}

// closeAll cuts every connection that was accepted.
func (l *listener) closeAll() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, conn := range l.conns {
		_ = conn.Close()
	}
	l.conns = nil
}
