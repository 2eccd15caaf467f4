package imapsync_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// faulty is a client's end of a connection from which something goes wrong once rest octets have come in.
type faulty struct {
	net.Conn
	rest  int
	fault func(c net.Conn, p []byte) (int, error) // reads from then on
}

func (f *faulty) Read(p []byte) (int, error) {
	if f.rest <= 0 {
		return f.fault(f.Conn, p)
	}
	n, err := f.Conn.Read(p[:min(len(p), f.rest)])
	f.rest -= n
	return n, err
}

func cut(c net.Conn, _ []byte) (int, error) {
	_ = c.Close()
	return 0, io.EOF
}

// silent lets nothing through, until a deadline has passed or the connection is closed.
func silent(c net.Conn, p []byte) (int, error) {
	for {
		if _, err := c.Read(p); err != nil {
			return 0, err
		}
	}
}

// slow lets one octet through in a second.
func slow(c net.Conn, p []byte) (int, error) {
	time.Sleep(time.Second)
	return c.Read(p[:1])
}

// recording keeps what comes in.
type recording struct {
	net.Conn
	stream *bytes.Buffer
}

func (r recording) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.stream.Write(p[:n])
	return n, err
}

// afterFault scans an inbox of n messages over lines with a fault, and then, in the same store, over a good one. It returns
// what the store says of each message in the end, and how the first scan ended.
func afterFault(t *testing.T, n int, line func(net.Conn) net.Conn) (conclusions map[string]string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var conversations sync.WaitGroup
		defer conversations.Wait()
		db, failed := store.Open(t.Context(), t.TempDir())
		if failed != nil {
			t.Fatal(failed)
		}
		defer db.Close()
		p := imapsync.Params{
			Server: imapsync.Server{Host: "mail.example", Port: 143, Security: imapsync.Plaintext}, User: "me@reader.example", Password: "hunter2",
			Store: db, Detector: detector.New(catalogue.Builtin()),
		}
		dial := func(line func(net.Conn) net.Conn) func(context.Context, string, string) (net.Conn, error) {
			return func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				conversations.Go(func() {
					defer theirs.Close()
					converse(&peer{theirs, bufio.NewReader(theirs)}, []string{"INBOX"}, n, func(string, string) (bool, bool) { return false, true })
				})
				return line(ours), nil
			}
		}
		p.Dial = dial(line)
		start := time.Now()
		_, err = imapsync.NewAccount(p).Scan(t.Context(), func(imapsync.Progress) {})
		if took := time.Since(start); took > 12*time.Hour {
			t.Errorf("it took %v", took)
		}
		p.Dial = dial(func(c net.Conn) net.Conn { return c })
		scan(t, p)
		all, failed := db.Messages(t.Context(), store.Filter{})
		if failed != nil {
			t.Fatal(failed)
		}
		conclusions = make(map[string]string)
		for _, m := range all {
			conclusions[fmt.Sprint(m.Mailbox, m.UID)] = fmt.Sprint(m.Subject, m.Digest, m.Errors, conclusion(m))
		}
	})
	return conclusions, err
}

// Whatever happens to the line, and wherever in the conversation: the scan ends within its time with a clear error, or
// mends it, and the next one on a good line brings the store to what it is when nothing ever went wrong.
func TestFaultsOfTheLine(t *testing.T) {
	const n = 40
	var stream bytes.Buffer // of a good line, as it comes from the server
	want, err := afterFault(t, n, func(c net.Conn) net.Conn { return recording{c, &stream} })
	if err != nil || len(want) != n {
		t.Fatalf("%d messages are stored, %v", len(want), err)
	}
	after := func(text string) int {
		i := bytes.Index(stream.Bytes(), []byte(text))
		if i < 0 {
			t.Fatalf("the server never says %q", text)
		}
		return i + len(text)
	}
	places := map[string]int{
		"before the greeting": 0, "in the greeting": 6, "after the greeting": after("\r\n"), "in the answer to the log-in": after("\r\nT1 O"),
		"in a line": after("* LIST ("), "in the list of UIDs": after("* SEARCH 1"), "in a body structure": after("BODYSTRUCTURE (") + 20,
		"before a literal": after("BODY[1] {") - 1, "after its announcement": after("BODY[1] {7}"), "in a literal": after("\r\nHel"),
		"before the end": stream.Len() - 40,
	}
	random := rand.New(rand.NewPCG(5, 5))
	for range 6 {
		i := random.IntN(stream.Len())
		places[fmt.Sprint("at octet ", i)] = i
	}
	for name, c := range map[string]struct {
		fault func(net.Conn, []byte) (int, error)
		want  imapsync.Problem
		first int // place: on a pipe, which holds nothing, a client that speaks while it still reads has to wait
	}{
		"cut":    {cut, imapsync.Disconnected, 0},
		"silent": {silent, imapsync.Silence, 0},
		"slow":   {slow, imapsync.Silence, places["in the list of UIDs"]},
	} {
		for where, rest := range places {
			if rest < c.first {
				continue
			}
			t.Run(name+" "+where, func(t *testing.T) {
				got, err := afterFault(t, n, func(conn net.Conn) net.Conn { return &faulty{conn, rest, c.fault} })
				// What breaks every connection before a message has come cannot be mended.
				if err == nil && rest < places["in the list of UIDs"] || err != nil && imapsync.ProblemOf(err) != c.want {
					t.Errorf("error is %v", err)
				}
				if !maps.Equal(got, want) {
					t.Errorf("%d messages are stored, and not as without a fault", len(got))
				}
			})
		}
	}
}

// Whatever a server says to a command, each time and for as long as it likes: the scan ends with a clear error or without
// one, and once the server is well the next scan brings the store to what it is where it always was.
func TestRudeAnswersToEveryCommand(t *testing.T) {
	const n = 3
	answers := map[string]func(p *peer, tag string) (handled, goesOn bool){
		"NO":            func(p *peer, tag string) (bool, bool) { p.say(tag + " NO because"); return true, true },
		"BAD":           func(p *peer, tag string) (bool, bool) { p.say(tag + " BAD what?"); return true, true },
		"BYE":           func(p *peer, _ string) (bool, bool) { p.say("* BYE enough"); return true, false },
		"nothing":       func(*peer, string) (bool, bool) { return true, true },
		"an end":        func(*peer, string) (bool, bool) { return true, false },
		"another's tag": func(p *peer, _ string) (bool, bool) { p.say("X99 OK done"); return true, true },
		"nonsense":      func(p *peer, _ string) (bool, bool) { p.say("%!@{}()[]\"\\\x00\xff"); return true, true },
		"a 4 GB literal": func(p *peer, _ string) (bool, bool) {
			p.say("* 1 FETCH (UID 1 BODY[1] {4294967296}", "hello")
			return true, false
		},
		"an endless number":   func(p *peer, _ string) (bool, bool) { p.say("* " + strings.Repeat("9", 1<<20)); return true, false },
		"an unknown response": func(p *peer, _ string) (bool, bool) { p.say("* XYZZY (a b) {3}", "abc"); return false, true },
		"news of another kind": func(p *peer, _ string) (bool, bool) {
			p.say("* OK [XYZZY 1 (2)] fine", "* 7 RECENT", `* FLAGS (\Seen $Junk)`, "* CAPABILITY IMAP4rev1 XYZZY=1", "* NO [ALERT] disk is nearly full")
			return false, true
		},
	}
	for _, to := range []string{"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"} {
		for name, answer := range answers {
			t.Run(name+" to "+to, func(t *testing.T) {
				var well atomic.Bool
				p := startScript(t, func(p *peer) {
					converse(p, []string{"INBOX"}, n, func(tag, command string) (handled, goesOn bool) {
						if well.Load() || !strings.HasPrefix(command, to) {
							return false, true
						}
						return answer(p, tag)
					})
				})
				p.Silence = 100 * time.Millisecond
				err := scanError(t, p)
				if err != nil && (imapsync.ProblemOf(err) == "" || strings.Contains(err.Error(), "hunter2")) {
					t.Errorf("error is %v", err)
				}
				if got := stored(t, p); err == nil && len(got) < n {
					t.Errorf("only %v are stored, and there is no error", got)
				}
				well.Store(true)
				p.Silence = 0
				scan(t, p)
				all, err := p.Store.Messages(t.Context(), store.Filter{})
				if err != nil || len(unreadable(all)) > 0 || !slices.Equal(stored(t, p), uids("INBOX", 1, n)) {
					t.Errorf("stored are %v, unreadable are %v, %v", stored(t, p), unreadable(all), err)
				}
			})
		}
	}
}

// Messages that another program removes or adds during the scan are missed, or scanned, by this one or the next.
func TestTheMailboxChangesWhileItIsScanned(t *testing.T) {
	const n = 200
	eachServer(t, mails(n), func(t *testing.T, server mailServer) {
		p := server.params(t)
		changed := false
		_, err := imapsync.NewAccount(p).Scan(t.Context(), func(progress imapsync.Progress) {
			if progress.Done > 0 && !changed {
				changed = true
				remove(t, server, "INBOX", 1, 2, 100, n-1, n)
				server.deliver(t, "INBOX", mail(n+1))
			}
		})
		if err != nil || !changed {
			t.Errorf("the mailbox has changed: %v; the error is %v", changed, err)
		}
		scan(t, p)
		want := append(append(uids("INBOX", 3, 99), uids("INBOX", 101, n-2)...), uids("INBOX", n+1, n+1)...)
		if got := stored(t, p); !slices.Equal(got, want) {
			t.Errorf("stored are %v", got)
		}
	})
}

// EXPUNGE between the answers to one FETCH (RFC 9051 section 7.5.1 allows it, for UID FETCH) shifts the sequence numbers of
// the messages that follow.
func TestExpungeDuringFetch(t *testing.T) {
	const n = 30
	p := startScript(t, func(p *peer) {
		expunged := 0
		serve(p, n, func(uid int, whole bool) (string, bool) {
			if uid%10 == 0 {
				expunged++
				return fmt.Sprintf("* %d EXPUNGE", uid-expunged+1), true
			}
			answer := answerTo(uid, whole)
			return strings.Replace(answer, fmt.Sprintf("* %d ", uid), fmt.Sprintf("* %d ", uid-expunged), 1), true
		})
	})
	scan(t, p)
	want := append(append(uids("INBOX", 1, 9), uids("INBOX", 11, 19)...), uids("INBOX", 21, 29)...)
	if got := stored(t, p); !slices.Equal(got, want) {
		t.Errorf("stored are %v", got)
	}
	all, err := p.Store.Messages(t.Context(), store.Filter{})
	for _, m := range all {
		if m.Subject != fmt.Sprint(m.UID) {
			t.Errorf("message %d has the subject %q", m.UID, m.Subject)
		}
	}
	if err != nil {
		t.Error(err)
	}
}
