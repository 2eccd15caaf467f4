package imapsync

import (
	"bytes"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// maxAnswer bounds what a server may send in answer to one command, in octets. It is far above what the commands that
// are sent ask for, and keeps a hostile server from filling the memory.
const maxAnswer = 64 << 20

var errTooMuch = errors.New("the server sends more than was asked for")

// wire is the network connection under the IMAP client. It counts what is read, and gives up when nothing arrives for
// a time: the client's own read deadlines are for a whole response, so that a slow line would break a large one, and
// it has none while it waits for the first octet of a response.
type wire struct {
	net.Conn
	silence  time.Duration
	total    atomic.Int64 // octets read
	allowed  atomic.Int64 // octets that may still be read in answer to the current command
	lastRead atomic.Int64 // when something was read or asked for, in nanoseconds since 1970

	expecting atomic.Bool // the client is in the middle of a response

	mu  sync.Mutex
	err error // of the first failed read
}

func newWire(conn net.Conn, silence time.Duration) *wire {
	w := &wire{Conn: conn, silence: silence}
	w.expect()
	return w
}

// expect starts a command.
func (w *wire) expect() {
	w.allowed.Store(maxAnswer)
	w.lastRead.Store(time.Now().UnixNano())
}

// quiet is for how long nothing was read.
func (w *wire) quiet() time.Duration { return time.Since(time.Unix(0, w.lastRead.Load())) }

func (w *wire) Read(b []byte) (int, error) {
	if w.expecting.Load() {
		if err := w.Conn.SetReadDeadline(time.Now().Add(w.silence)); err != nil {
			return 0, w.failed(err)
		}
	}
	n, err := w.Conn.Read(b)
	w.total.Add(int64(n))
	if n > 0 {
		w.lastRead.Store(time.Now().UnixNano())
	}
	if w.allowed.Add(-int64(n)) < 0 {
		err = errTooMuch
	}
	if err != nil {
		return n, w.failed(err)
	}
	return n, nil
}

// SetReadDeadline replaces the client's deadline by one that each arrival extends.
func (w *wire) SetReadDeadline(t time.Time) error {
	w.expecting.Store(!t.IsZero())
	if !t.IsZero() {
		return nil
	}
	return w.Conn.SetReadDeadline(time.Time{})
}

func (w *wire) failed(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	return err
}

// problem says why the connection ended: it was silent, broke, or (when every read was fine) the client closed it
// because it could not understand the server.
func (w *wire) problem() Problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.err == nil, errors.Is(w.err, errTooMuch):
		return Misunderstood
	case errors.Is(w.err, os.ErrDeadlineExceeded):
		return Silence
	}
	return Disconnected
}

// readFirst is a connection on which the reader learns first that it is broken. The IMAP client ends its commands in the
// goroutine that sees an error first: where that is a writing one, a response that is still being read would go to a command
// that has ended. So a failed write cuts the connection and is no error, unless reading has ended.
type readFirst struct {
	net.Conn
	hangUp func()      // makes reads fail
	ended  atomic.Bool // a read has failed, or the client has closed the connection
}

func (c *readFirst) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil && n == 0 {
		c.ended.Store(true)
	}
	return n, err
}

func (c *readFirst) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if err != nil && !c.ended.Load() {
		c.hangUp()
		return len(b), nil
	}
	return n, err
}

func (c *readFirst) Close() error {
	c.ended.Store(true)
	return c.Conn.Close()
}

// goodbye remembers the text of a BYE response, RFC 9051 section 7.1.5, which the client drops. What it is written is
// the whole traffic, of which it keeps nothing else.
type goodbye struct {
	mu   sync.Mutex
	text string
}

func (g *goodbye) Write(p []byte) (int, error) {
	line := bytes.TrimRight(p, "\r\n")
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	g.mu.Lock()
	defer g.mu.Unlock()
	if text, ok := bytes.CutPrefix(line, []byte("* BYE ")); ok {
		g.text = Printable(string(text))
	} else if !bytes.HasPrefix(p, []byte("T")) { // a tag: a command of ours may cross the goodbye
		g.text = ""
	}
	return len(p), nil
}

func (g *goodbye) said() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text
}
