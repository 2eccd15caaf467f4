package imapsync

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// A command that cannot be sent ends when reading ends, and not before.
func TestReadersLearnFirst(t *testing.T) {
	near, far := net.Pipe()
	c := &readFirst{Conn: near, hangUp: func() { near.Close() }}
	if err := far.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Write([]byte("T1 NOOP")); n != 7 || err != nil {
		t.Errorf("while somebody reads, a write on a broken line is %d, %v", n, err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("reading goes on after a failed write: %v", err)
	}
	if _, err := c.Write([]byte("T2 NOOP")); err == nil {
		t.Error("nobody reads any more, and a failed write is no error")
	}
}

func TestAClosedConnectionRefusesWrites(t *testing.T) {
	near, _ := net.Pipe()
	c := &readFirst{Conn: near, hangUp: func() { t.Error("hung up") }}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("T1 NOOP")); err == nil {
		t.Error("a write on a closed connection is no error")
	}
}

// brokenLine is a server that greets and answers without end, until the line is cut. From the second FETCH on, nothing can
// be sent to it.
type brokenLine struct {
	net.Conn
	greeted  bool
	messages int
	fetches  atomic.Int32
	cut      chan struct{}
}

func (l *brokenLine) Read(b []byte) (int, error) {
	select {
	case <-l.cut:
		return 0, net.ErrClosed
	default:
	}
	switch {
	case !l.greeted:
		l.greeted = true
		return copy(b, "* PREAUTH [CAPABILITY IMAP4rev2] ready\r\n"), nil
	case l.fetches.Load() > 0:
		l.messages++
		return copy(b, fmt.Sprintf("* %d FETCH (UID %[1]d)\r\n", l.messages)), nil
	}
	time.Sleep(time.Millisecond)
	return 0, nil
}

func (l *brokenLine) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("FETCH")) && l.fetches.Add(1) > 1 {
		return 0, errors.New("broken pipe")
	}
	return len(b), nil
}

func (l *brokenLine) Close() error {
	select {
	case <-l.cut:
	default:
		close(l.cut)
	}
	return nil
}

func (*brokenLine) SetReadDeadline(time.Time) error  { return nil }
func (*brokenLine) SetWriteDeadline(time.Time) error { return nil }

// A command that cannot be sent leaves those alone whose answers are being read, until the connection has ended.
func TestABrokenLineEndsCommandsInOrder(t *testing.T) {
	for range 50 {
		line := &brokenLine{cut: make(chan struct{})}
		c := &client{wire: newWire(line, time.Minute)}
		c.speak(c.wire, &imapclient.Options{})
		if err := c.imap.WaitGreeting(); err != nil {
			t.Fatal(err)
		}
		all := imap.SeqSet{imap.SeqRange{Start: 1, Stop: 1 << 30}}
		first := c.imap.Fetch(all, &imap.FetchOptions{UID: true})
		for range 10 {
			first.Next()
		}
		ended := make(chan error, 1)
		go func() {
			for first.Next() != nil {
			}
			ended <- first.Close()
		}()
		if err := c.imap.Fetch(all, &imap.FetchOptions{UID: true}).Close(); err == nil {
			t.Error("a command that was not sent was carried out")
		}
		if err := <-ended; err == nil || strings.Contains(err.Error(), "panic") {
			t.Errorf("the command that was answered ended with %v", err)
		}
		c.close()
	}
}
