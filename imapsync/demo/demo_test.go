package demo

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"go.uber.org/goleak"

	"pixelwacht/imapsync"
)

func start(t *testing.T) *Mailbox {
	t.Helper()
	m, err := Start(t.Context(), testNow())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func dial(t *testing.T, m *Mailbox) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(m.Server().Address(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestServesTheMessages(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) }) // registered first: runs after the mailbox is closed
	m := start(t)
	c := dial(t, m)
	if err := c.Login(m.User(), m.password).Wait(); err != nil {
		t.Fatal(err)
	}

	want := make(map[string][]Message)
	for _, msg := range demoMessages(t) {
		want[msg.Mailbox] = append(want[msg.Mailbox], msg)
	}
	mailboxes, err := c.List("", "*", nil).Collect()
	if err != nil {
		t.Fatal(err)
	}
	if len(mailboxes) != len(want) {
		t.Errorf("%d mailboxes, want %d", len(mailboxes), len(want))
	}
	for _, mailbox := range mailboxes {
		name := mailbox.Mailbox
		selected, err := c.Select(name, &imap.SelectOptions{ReadOnly: true}).Wait()
		if err != nil {
			t.Fatalf("examine %s: %v", name, err)
		}
		if int(selected.NumMessages) != len(want[name]) {
			t.Fatalf("%s has %d messages, want %d", name, selected.NumMessages, len(want[name]))
		}
		whole := &imap.FetchItemBodySection{Peek: true}
		got, err := c.Fetch(imap.SeqSet{{Start: 1}}, &imap.FetchOptions{
			UID: true, InternalDate: true, Envelope: true, Flags: true,
			BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
			BodySection:   []*imap.FetchItemBodySection{whole},
		}).Collect()
		if err != nil {
			t.Fatalf("fetch %s: %v", name, err)
		}
		for i, msg := range want[name] {
			if !bytes.Equal(got[i].FindBodySection(whole), msg.Raw) {
				t.Errorf("%s: what the server sends is not the message", msg.File)
			}
			if !got[i].InternalDate.Equal(msg.Date) {
				t.Errorf("%s: INTERNALDATE %v, want %v", msg.File, got[i].InternalDate, msg.Date)
			}
			if got[i].BodyStructure == nil || len(got[i].Flags) != 0 {
				t.Errorf("%s: body structure %v, flags %v", msg.File, got[i].BodyStructure, got[i].Flags)
			}
		}
	}
}

func TestServerIsForThisMachineOnly(t *testing.T) {
	m := start(t)
	if ip := net.ParseIP(m.Server().Host); ip == nil || !ip.IsLoopback() {
		t.Errorf("listens on %s", m.Server().Host)
	}
	if m.Server().Security != imapsync.Plaintext {
		t.Errorf("security %s", m.Server().Security)
	}
}

func TestRefusesAnotherPassword(t *testing.T) {
	m, other := start(t), start(t)
	if m.User() == other.User() || m.password == other.password {
		t.Error("two mailboxes share a user or a password")
	}
	for _, login := range [][2]string{{m.User(), ""}, {m.User(), other.password}, {other.User(), other.password}, {"", ""}} {
		if err := dial(t, m).Login(login[0], login[1]).Wait(); err == nil {
			t.Errorf("logged in with %q, which belongs to nobody here", login)
		}
	}
}

func TestPasswordIsNotPrinted(t *testing.T) {
	m := start(t)
	if m.Password() != imapsync.Secret(m.password) {
		t.Error("another password than the server's")
	}
	if s := fmt.Sprint(m.Password()); s == m.password {
		t.Error("printed in the clear")
	}
}

func TestCloseEndsEverything(t *testing.T) {
	for _, tt := range []struct {
		name string
		use  func(*testing.T, *Mailbox)
	}{
		{"at once", func(*testing.T, *Mailbox) {}},
		{"with a client that has not logged in", func(t *testing.T, m *Mailbox) { dial(t, m) }},
		{"with a client that idles", func(t *testing.T, m *Mailbox) {
			c := dial(t, m)
			if err := c.Login(m.User(), m.password).Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Select("INBOX", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Idle(); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Cleanup(func() { goleak.VerifyNone(t) })
			m := start(t)
			tt.use(t, m)
			address := m.Server().Address()
			m.Close()
			m.Close()
			if conn, err := net.Dial("tcp", address); err == nil {
				_ = conn.Close()
				t.Error("still accepts connections")
			}
		})
	}
}

func TestStopsWithItsContext(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	ctx, cancel := context.WithCancel(t.Context())
	m, err := Start(ctx, testNow())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	c := dial(t, m)
	if err := c.WaitGreeting(); err != nil {
		t.Fatal(err)
	}
	cancel()
	<-c.Closed() // blocks for ever if the connection is not cut
}
