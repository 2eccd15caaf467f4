package imapsync_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// peer is the server's end of a scripted conversation.
type peer struct {
	net.Conn
	in *bufio.Reader
}

func (p *peer) say(lines ...string) {
	for _, line := range lines {
		// The client may have hung up, which is what many of these conversations are for.
		_, _ = p.Write([]byte(line + "\r\n"))
	}
}

// hear reads a command: its tag, and the rest in upper case. ok is false when the client has hung up.
func (p *peer) hear() (tag, command string, ok bool) {
	line, err := p.in.ReadString('\n')
	if err != nil {
		return "", "", false
	}
	tag, command, _ = strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	return tag, strings.ToUpper(command), true
}

// untilHangup keeps the connection open, silent.
func (p *peer) untilHangup() {
	for {
		if _, err := p.in.ReadByte(); err != nil {
			return
		}
	}
}

// startScript runs a server that talks to each client as script says, and returns an account's parameters for it.
func startScript(t *testing.T, script func(p *peer)) imapsync.Params {
	t.Helper()
	listener := listen(t)
	var conversations sync.WaitGroup
	conversations.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conversations.Go(func() {
				defer conn.Close()
				script(&peer{conn, bufio.NewReader(conn)})
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		conversations.Wait()
	})
	address := listener.Addr().(*net.TCPAddr)
	p := mailServer{host: address.IP.String(), port: address.Port, user: "me@reader.example", password: "hunter2"}.params(t)
	return p
}

// converse is a plain IMAP server with n messages in each mailbox. It leaves to handle to answer a command; goesOn
// false hangs up.
func converse(p *peer, mailboxes []string, n int, handle func(tag, command string) (handled, goesOn bool)) {
	p.say("* OK [CAPABILITY IMAP4rev1] ready")
	for {
		tag, command, ok := p.hear()
		if !ok {
			return
		}
		if handled, goesOn := handle(tag, command); !goesOn {
			return
		} else if handled {
			continue
		}
		switch name, _, _ := strings.Cut(strings.TrimPrefix(command, "UID "), " "); name {
		case "LIST":
			for _, mailbox := range mailboxes {
				p.say(`* LIST () "/" ` + mailbox)
			}
		case "EXAMINE":
			p.say(fmt.Sprintf("* %d EXISTS", n), "* OK [UIDVALIDITY 1] stable")
		case "SEARCH":
			p.say("* SEARCH" + strings.TrimSuffix(" "+strings.Trim(fmt.Sprint(numbers(n)), "[]"), " "))
		case "FETCH":
			for _, uid := range asked(command, n) {
				p.say(answerTo(uid, asksWhole(command)))
			}
		case "LOGOUT":
			p.say("* BYE see you", tag+" OK")
			return
		}
		p.say(tag + " OK done")
	}
}

// serve is a plain IMAP server with one mailbox of n messages, that leaves it to fetch to describe and give them: it says
// false to hang up.
func serve(p *peer, n int, fetch func(uid int, whole bool) (answer string, ok bool)) {
	converse(p, []string{"INBOX"}, n, func(tag, command string) (handled, goesOn bool) {
		if !strings.HasPrefix(command, "UID FETCH") || !strings.Contains(command, "BODY") {
			return false, true
		}
		for _, uid := range asked(command, n) {
			answer, ok := fetch(uid, asksWhole(command))
			if !ok {
				return true, false
			}
			if answer != "" {
				p.say(answer)
			}
		}
		p.say(tag + " OK done")
		return true, true
	})
}

func asksWhole(command string) bool {
	return !strings.Contains(command, "BODYSTRUCTURE") && strings.Contains(command, "PEEK[]")
}

func numbers(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

// asked are the UIDs of a UID FETCH command.
func asked(command string, n int) []int {
	var uids []int
	set := strings.Fields(command)[2]
	for _, r := range strings.Split(set, ",") {
		first, last, ranged := strings.Cut(r, ":")
		from, _ := strconv.Atoi(first)
		to := from
		if ranged {
			to, _ = strconv.Atoi(last)
		}
		for uid := from; uid <= min(to, n); uid++ {
			uids = append(uids, uid)
		}
	}
	return uids
}

// answerTo describes or gives message uid, which is a plain text.
func answerTo(uid int, whole bool) string {
	header := fmt.Sprintf("From: a@b.example\r\nSubject: %d\r\nContent-Type: text/plain\r\n\r\n", uid)
	const body = "Hello\r\n"
	if whole {
		return fmt.Sprintf("* %d FETCH (UID %d BODY[] {%d}\r\n%s)", uid, uid, len(header+body), header+body)
	}
	return fmt.Sprintf("* %d FETCH (UID %d RFC822.SIZE %d BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" %d 1 NIL NIL NIL NIL) BODY[HEADER.FIELDS (FROM)] {%d}\r\n%s BODY[1] {%d}\r\n%s)",
		uid, uid, len(header+body), len(body), len(header), header, len(body), body)
}

func scanError(t *testing.T, p imapsync.Params) error {
	t.Helper()
	_, err := imapsync.NewAccount(p).Scan(t.Context(), func(imapsync.Progress) {})
	return err
}

func TestRudeServers(t *testing.T) {
	greeting := "* OK [CAPABILITY IMAP4rev1] ready"
	for name, c := range map[string]struct {
		script func(p *peer)
		want   imapsync.Problem
		text   string // in the error
	}{
		"silence instead of a greeting": {(*peer).untilHangup, imapsync.Silence, ""},
		"silence after log-in": {func(p *peer) {
			p.say(greeting)
			p.untilHangup()
		}, imapsync.Silence, ""},
		"half a greeting, then silence": {func(p *peer) {
			_, _ = p.Write([]byte("* OK hel"))
			p.untilHangup()
		}, imapsync.Silence, ""},
		"BYE instead of a greeting": {func(p *peer) { p.say("* BYE too many \x1b[31mconnections") }, imapsync.ServerRefusal, `"too many [31mconnections"`},
		"hangs up at once":          {func(*peer) {}, imapsync.Disconnected, ""},
		"another protocol":          {func(p *peer) { p.say("HTTP/1.1 400 Bad Request", ""); p.untilHangup() }, imapsync.Misunderstood, ""},
		"takes no passwords": {func(p *peer) {
			p.say("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready")
			if _, command, ok := p.hear(); ok && !strings.HasPrefix(command, "LOGOUT") {
				t.Errorf("the client says %s", command)
			}
		}, imapsync.NoPasswords, ""},
		"out of order": {func(p *peer) {
			p.say(greeting)
			tag, _, _ := p.hear()
			p.say(tag + " NO [UNAVAILABLE] later")
			p.untilHangup()
		}, imapsync.ServerRefusal, "later"},
		"BYE in the middle": {func(p *peer) {
			p.say(greeting)
			tag, _, _ := p.hear()
			p.say(tag+" OK [CAPABILITY IMAP4rev1] in", "* BYE shutting down")
		}, imapsync.Disconnected, "shutting down"},
		"more messages than there are": {func(p *peer) {
			p.say(greeting)
			for range 5 {
				tag, command, _ := p.hear()
				switch {
				case strings.HasPrefix(command, "LIST"):
					p.say(`* LIST () "/" INBOX`)
				case strings.HasPrefix(command, "EXAMINE"):
					p.say("* 3 EXISTS", "* OK [UIDVALIDITY 1]")
				case strings.HasPrefix(command, "UID SEARCH"):
					p.say("* ESEARCH (TAG \"" + tag + "\") UID ALL 1:4294967295")
				}
				p.say(tag + " OK [CAPABILITY IMAP4rev1] done")
			}
			p.untilHangup()
		}, imapsync.Misunderstood, ""},
		"an endless answer": {func(p *peer) {
			p.say(greeting)
			tag, _, _ := p.hear()
			p.say(tag+" OK [CAPABILITY IMAP4rev1] in", `* LIST () "/" {4000000000}`)
			block := make([]byte, 1<<20)
			for i := range block {
				block[i] = 'x'
			}
			for {
				if _, err := p.Write(block); err != nil {
					return
				}
			}
		}, imapsync.Misunderstood, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := startScript(t, c.script)
			if c.want == imapsync.Silence {
				p.Silence = 300 * time.Millisecond
			}
			err := scanError(t, p)
			if imapsync.ProblemOf(err) != c.want || !strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error is %v, want %s with %q", err, c.want, c.text)
			}
		})
	}
}

func TestNobodyIsThere(t *testing.T) {
	listener := listen(t)
	address := listener.Addr().(*net.TCPAddr)
	_ = listener.Close()
	p := mailServer{host: "127.0.0.1", port: address.Port, user: "a", password: "b"}.params(t)
	if err := scanError(t, p); imapsync.ProblemOf(err) != imapsync.Refused {
		t.Errorf("error is %v", err)
	}
	p.Server.Security = imapsync.TLS
	p.Dial = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "mail.invalid", IsNotFound: true}}
	}
	if err := scanError(t, p); imapsync.ProblemOf(err) != imapsync.UnknownHost {
		t.Errorf("error is %v", err)
	}
}

func TestCancellingAHangingScan(t *testing.T) {
	reached := make(chan struct{})
	p := startScript(t, func(p *peer) {
		p.say("* OK [CAPABILITY IMAP4rev1] ready")
		p.hear()
		close(reached)
		p.untilHangup()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	if _, err := imapsync.NewAccount(p).Scan(ctx, func(imapsync.Progress) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

// badMessages scans 100 messages of which number 50 is bad in some way, and returns the stored ones.
func badMessages(t *testing.T, bad func(whole bool) (string, bool)) []store.Message {
	t.Helper()
	p := startScript(t, func(p *peer) {
		serve(p, 100, func(uid int, whole bool) (string, bool) {
			if uid == 50 {
				return bad(whole)
			}
			return answerTo(uid, whole), true
		})
	})
	scan(t, p)
	if got := stored(t, p); !slices.Equal(got, uids("INBOX", 1, 100)) {
		t.Errorf("stored are %v", got)
	}
	if again := scan(t, p); again.Messages != 0 {
		t.Errorf("the next scan reads %d again", again.Messages)
	}
	all, err := p.Store.Messages(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func unreadable(all []store.Message) []store.UID {
	var bad []store.UID
	for _, m := range all {
		if slices.ContainsFunc(m.Errors, func(e string) bool { return strings.Contains(e, "could not be read") }) {
			bad = append(bad, m.UID)
		}
	}
	return bad
}

func TestOneBadMessageDoesNotStopTheScan(t *testing.T) {
	const nonsense = "* 50 FETCH (UID 50 BODYSTRUCTURE (((()"
	for name, c := range map[string]struct {
		bad  func(whole bool) (string, bool)
		lost bool
	}{
		"a structure that is none": {func(whole bool) (string, bool) {
			if whole {
				return answerTo(50, true), true
			}
			return nonsense, true
		}, false},
		"nothing can be understood":      {func(bool) (string, bool) { return nonsense, true }, true},
		"an item that was not asked for": {func(bool) (string, bool) { return "* 50 FETCH (UID 50 X-GM-MSGID 1)", true }, true},
		"a structure without a multipart": {func(whole bool) (string, bool) {
			return strings.Replace(answerTo(50, whole), `"text" "plain"`, `"multipart" "mixed"`, 1), true
		}, false},
		"no structure, though it was wanted": {func(whole bool) (string, bool) {
			return "* 50 FETCH (UID 50 RFC822.SIZE 80 " + answerTo(50, true)[len("* 50 FETCH (UID 50 "):], true
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			bad := unreadable(badMessages(t, c.bad))
			if want := []store.UID{50}; c.lost && !slices.Equal(bad, want) || !c.lost && bad != nil {
				t.Errorf("unreadable are %v", bad)
			}
		})
	}
}

func TestABrokenConnectionIsMadeAnew(t *testing.T) {
	breaks := 3
	var mu sync.Mutex
	p := startScript(t, func(p *peer) {
		serve(p, 100, func(uid int, whole bool) (string, bool) {
			mu.Lock()
			defer mu.Unlock()
			if uid%30 == 0 && breaks > 0 {
				breaks--
				return "* 1 FETCH (UI", false
			}
			return answerTo(uid, whole), true
		})
	})
	if summary := scan(t, p); summary.Messages != 100 {
		t.Errorf("got %+v", summary)
	}
	all, err := p.Store.Messages(t.Context(), store.Filter{})
	if err != nil || len(unreadable(all)) != 0 || !slices.Equal(stored(t, p), uids("INBOX", 1, 100)) {
		t.Errorf("unreadable are %v, %v", unreadable(all), err)
	}
}

// A server that breaks off every answer must not make all messages count as read.
func TestAScanGivesUpWhenNothingCanBeFetched(t *testing.T) {
	p := startScript(t, func(p *peer) {
		serve(p, 100, func(int, bool) (string, bool) { return "", false })
	})
	var waited []time.Duration
	p.Sleep = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	if err := scanError(t, p); imapsync.ProblemOf(err) != imapsync.Disconnected {
		t.Errorf("error is %v", err)
	}
	if len(waited) < 5 || !slices.IsSorted(waited) {
		t.Errorf("it waited %v", waited)
	}
	if got := stored(t, p); len(got) != 0 {
		t.Errorf("stored are %v", got)
	}
}

func TestAScanGivesUpWhenTheServerStaysAway(t *testing.T) {
	p := startScript(t, func(p *peer) {
		serve(p, 100, func(int, bool) (string, bool) { return "", false })
	})
	dialed := 0
	p.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dialed++; dialed > 1 {
			return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	if err := scanError(t, p); imapsync.ProblemOf(err) != imapsync.Silence {
		t.Errorf("error is %v", err)
	}
	if dialed != 6 {
		t.Errorf("it dialed %d times", dialed)
	}
}

func TestMailboxesThatShowOthersAgainAreSkipped(t *testing.T) {
	var examined []string
	p := startScript(t, func(p *peer) {
		p.say("* OK [CAPABILITY IMAP4rev1] ready")
		for {
			tag, command, ok := p.hear()
			if !ok {
				return
			}
			if strings.HasPrefix(command, "LIST") {
				p.say(`* LIST (\HasChildren \Noselect) "/" "[Gmail]"`, `* LIST (\All) "/" "[Gmail]/All Mail"`, `* LIST (\Flagged) "/" "[Gmail]/Starred"`,
					`* LIST (\Important) "/" "[Gmail]/Important"`, `* LIST (\SENT) "/" "[Gmail]/Sent"`, `* LIST (\trash) "/" "[Gmail]/Bin"`,
					`* LIST (\Nonexistent) "/" "Lost"`, `* LIST (\Junk) "/" INBOX`, `* LIST () "/" "A"`)
			}
			if name, ok := strings.CutPrefix(command, "EXAMINE "); ok {
				examined = append(examined, strings.Trim(name, `"`))
				p.say("* 0 EXISTS", "* OK [UIDVALIDITY 1]")
			}
			p.say(tag + " OK done")
		}
	})
	scan(t, p)
	if want := []string{"INBOX", "A", "[GMAIL]/SENT"}; !slices.Equal(examined, want) {
		t.Errorf("examined %v, want %v", examined, want)
	}
}

// What ended a scan says more than what it passed over before: who watches goes by it.
func TestWhatEndedAScanIsToldFirst(t *testing.T) {
	p := startScript(t, func(p *peer) {
		converse(p, []string{"A", "B", "INBOX"}, 1, func(tag, command string) (handled, goesOn bool) {
			switch strings.Trim(strings.TrimPrefix(command, "EXAMINE "), `"`) {
			case "A":
				p.say(tag + " NO [NONEXISTENT] gone")
				return true, true
			case "B":
				return true, false
			}
			return false, true
		})
	})
	summary, err := imapsync.NewAccount(p).Scan(t.Context(), func(imapsync.Progress) {})
	if imapsync.ProblemOf(err) != imapsync.Disconnected || !strings.Contains(err.Error(), `"A"`) || summary.Messages != 1 {
		t.Errorf("%+v, %v", summary, err)
	}
}
