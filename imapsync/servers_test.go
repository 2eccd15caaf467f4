package imapsync_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"go.uber.org/goleak"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/servertest"
	"pixelwacht/imapsync/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mailServer is a running server with one user.
type mailServer struct {
	host           string
	port           int
	user, password string
	prefix         string // of the names of all mailboxes but INBOX
}

// eachServer runs a test against the in-process server and against real ones. inbox are the messages in it.
func eachServer(t *testing.T, inbox [][]byte, test func(t *testing.T, server mailServer)) {
	t.Run("memory", func(t *testing.T) { test(t, startMemory(t, inbox)) })
	t.Run("dovecot", func(t *testing.T) { test(t, startDovecot(t, inbox)) })
	t.Run("cyrus", func(t *testing.T) { test(t, startCyrus(t, inbox)) })
	t.Run("courier", func(t *testing.T) { test(t, startCourier(t, inbox)) })
}

func startDovecot(t testing.TB, inbox [][]byte) mailServer {
	t.Helper()
	return startDovecotOf(t, len(inbox), func(i int) []byte { return inbox[i] })
}

// startDovecotOf is for more messages than should be in the memory at once.
func startDovecotOf(t testing.TB, n int, message func(i int) []byte) mailServer {
	t.Helper()
	server := servertest.Dovecot(t, func(maildir string) { writeMaildir(t, maildir, n, message) })
	return mailServer{server.Host, server.Port, server.User, server.Password, ""}
}

func startCourier(t testing.TB, inbox [][]byte) mailServer {
	t.Helper()
	server := servertest.Courier(t, func(maildir string) {
		// Its files have the line ends of the system.
		writeMaildir(t, maildir, len(inbox), func(i int) []byte { return bytes.ReplaceAll(inbox[i], []byte("\r\n"), []byte("\n")) })
	})
	s := mailServer{server.Host, server.Port, server.User, server.Password, "INBOX."}
	s.open(t, "INBOX")
	return s
}

// open opens a mailbox as other programs do. QUIRK: until somebody has done that, Courier numbers the messages of a mailbox
// anew for everybody who only reads it.
func (s mailServer) open(t testing.TB, mailbox string) {
	t.Helper()
	c := s.client(t)
	if _, err := c.Select(s.mailbox(mailbox), nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := c.Logout().Wait(); err != nil {
		t.Fatal(err)
	}
}

// mailbox is the name of a mailbox on the server.
func (s mailServer) mailbox(name string) string {
	if name == "INBOX" {
		return name
	}
	return s.prefix + name
}

func startCyrus(t testing.TB, inbox [][]byte) mailServer {
	t.Helper()
	server := servertest.Cyrus(t)
	s := mailServer{server.Host, server.Port, server.User, server.Password, ""}
	if len(inbox) == 0 {
		return s
	}
	conn, err := net.Dial("tcp", net.JoinHostPort(s.host, strconv.Itoa(s.port)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// One command for all (RFC 3502): one for each takes Cyrus as long as all the rest.
	out := bufio.NewWriter(conn)
	fmt.Fprintf(out, "1 LOGIN %s %q\r\n2 APPEND INBOX", s.user, s.password)
	for i, raw := range inbox {
		flags := []string{"", `\Seen`, `\Flagged \Seen`, `\Answered \Seen`}[i%4]
		fmt.Fprintf(out, " (%s) %q {%d+}\r\n%s", flags, arrival(i).Format("_2-Jan-2006 15:04:05 -0700"), len(raw), raw)
	}
	if fmt.Fprint(out, "\r\n3 LOGOUT\r\n"); out.Flush() != nil {
		t.Fatal("the connection is gone")
	}
	if answer, err := io.ReadAll(conn); err != nil || !bytes.Contains(answer, []byte("\r\n2 OK")) {
		t.Fatalf("%s\n%v", answer, err)
	}
	return s
}

// arrival is when message i of an inbox arrived: one every hour.
func arrival(i int) time.Time { return time.Unix(1700000000+int64(i)*3600, 0) }

// writeMaildir writes messages in the order of their UIDs, with different flags and times of arrival.
func writeMaildir(t testing.TB, maildir string, n int, message func(i int) []byte) {
	t.Helper()
	for i := range n {
		raw := message(i)
		flags := []string{"", "S", "FS", "RS"}[i%4]
		name := filepath.Join(maildir, "cur", fmt.Sprintf("%d.%06d.test:2,%s", 1700000000+i, i, flags))
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, arrival(i), arrival(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func startMemory(t testing.TB, inbox [][]byte) mailServer {
	t.Helper()
	const user, password = "me@reader.example", `correct horse "battery"`
	account := imapmemserver.NewUser(user, password)
	if err := account.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	for i, raw := range inbox {
		appendTo(t, account, "INBOX", raw, &imap.AppendOptions{Time: arrival(i)})
	}
	backend := imapmemserver.New()
	backend.AddUser(account)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return backend.NewSession(), nil, nil
		},
		Caps:   imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapESearch: {}, imap.CapListExtended: {}},
		Logger: log.New(io.Discard, "", 0), InsecureAuth: true,
	})
	listener := listen(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	address := listener.Addr().(*net.TCPAddr)
	return mailServer{address.IP.String(), address.Port, user, password, ""}
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func appendTo(t testing.TB, account *imapmemserver.User, mailbox string, raw []byte, options *imap.AppendOptions) {
	t.Helper()
	if _, err := account.Append(mailbox, literal{bytes.NewReader(raw)}, options); err != nil {
		t.Fatal(err)
	}
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// params are those of an account on the server, with a store of its own.
func (s mailServer) params(t testing.TB) imapsync.Params {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return imapsync.Params{
		Server: imapsync.Server{Host: s.host, Port: s.port, Security: imapsync.Plaintext}, User: s.user, Password: imapsync.Secret(s.password),
		Store: db, Detector: detector.New(catalogue.Builtin()),
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

// client is another program's connection to the same account.
func (s mailServer) client(t testing.TB) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(fmt.Sprintf("%s:%d", s.host, s.port), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Login(s.user, s.password).Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (s mailServer) create(t testing.TB, mailbox string) {
	t.Helper()
	c := s.client(t)
	var options *imap.CreateOptions
	// Dovecot knows by itself what these are for.
	if use, ok := map[string]imap.MailboxAttr{"Trash": imap.MailboxAttrTrash, "Junk": imap.MailboxAttrJunk, "Drafts": imap.MailboxAttrDrafts}[mailbox]; ok && c.Caps().Has(imap.CapCreateSpecialUse) {
		options = &imap.CreateOptions{SpecialUse: []imap.MailboxAttr{use}}
	}
	if err := c.Create(s.mailbox(mailbox), options).Wait(); err != nil {
		t.Fatal(err)
	}
}

func (s mailServer) deliver(t testing.TB, mailbox string, messages ...[]byte) {
	t.Helper()
	c := s.client(t)
	for _, raw := range messages {
		command := c.Append(s.mailbox(mailbox), int64(len(raw)), nil)
		if _, err := command.Write(raw); err != nil {
			t.Fatal(err)
		}
		if err := command.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := command.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	if s.prefix != "" {
		s.open(t, mailbox)
	}
}

// state is what a scan must not change: UID, flags (\Recent, too), internal date, and MODSEQ where the server has it.
func (s mailServer) state(t testing.TB, mailbox string) []string {
	t.Helper()
	c := s.client(t)
	data, err := c.Select(s.mailbox(mailbox), &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if data.NumMessages == 0 {
		return nil
	}
	all, err := c.Fetch(imap.SeqSet{{Start: 1}}, &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true, ModSeq: c.Caps().Has(imap.CapCondStore),
	}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, m := range all {
		slices.Sort(m.Flags)
		lines = append(lines, fmt.Sprint(m.UID, m.Flags, m.InternalDate.Unix(), m.ModSeq))
	}
	return lines
}

// recorder keeps what a client sends.
type recorder struct {
	mu      sync.Mutex
	sent    bytes.Buffer
	talking bool // the client was the last to speak
	trips   int
	latency time.Duration // of what the server says: commands that do not wait for it are sent meanwhile
}

// turns is how often the client spoke after the server had: round trips.
func (r *recorder) turns() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trips
}

func (r *recorder) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	return recordedConn{conn, r}, err
}

type recordedConn struct {
	net.Conn
	r *recorder
}

func (c recordedConn) Write(p []byte) (int, error) {
	c.r.mu.Lock()
	defer c.r.mu.Unlock()
	c.r.sent.Write(p)
	if !c.r.talking {
		c.r.trips++
	}
	c.r.talking = true
	return c.Conn.Write(p)
}

func (c recordedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	time.Sleep(c.r.latency)
	c.r.mu.Lock()
	defer c.r.mu.Unlock()
	c.r.talking = false
	return n, err
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent.String()
}

// harmless are the only commands that a scan may send: none of them changes anything.
var harmless = regexp.MustCompile(`^T\d+ (CAPABILITY|LOGOUT|IDLE|LOGIN .*|AUTHENTICATE (PLAIN|SCRAM-SHA-256).*|LIST .*|EXAMINE .*|STATUS .*|UID SEARCH .*|` +
	`UID FETCH [\d,:]+ \([^\[\]]*(BODY\.PEEK\[[^\]]*\](<\d+\.\d+>)?[^\[\]]*)*\))$|^DONE$|^[A-Za-z0-9+/=]*$`)

func (r *recorder) check(t testing.TB) {
	t.Helper()
	for _, line := range strings.Split(r.text(), "\r\n") {
		if !harmless.MatchString(line) {
			t.Errorf("the client sent %q", line)
		}
	}
}

// scan runs a scan that must not fail.
func scan(t testing.TB, p imapsync.Params) imapsync.Summary {
	t.Helper()
	summary, err := imapsync.NewAccount(p).Scan(t.Context(), func(imapsync.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// stored are the places of all messages of the store that are not gone: mailbox and UID, sorted.
func stored(t testing.TB, p imapsync.Params) []string {
	t.Helper()
	all, err := p.Store.Messages(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, m := range all {
		if !m.Gone {
			places = append(places, fmt.Sprintf("%s %06d", m.Mailbox, m.UID))
		}
	}
	slices.Sort(places)
	return places
}

// uids are the places that stored returns for UIDs first to last of a mailbox.
func uids(mailbox string, first, last int) []string {
	var places []string
	for uid := first; uid <= last; uid++ {
		places = append(places, fmt.Sprintf("%s %06d", mailbox, uid))
	}
	return places
}
