package imapsync_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// What is there is scanned first, and then what arrives. Nothing is changed by that.
func TestWatch(t *testing.T) {
	eachServer(t, mails(3), func(t *testing.T, server mailServer) {
		var wire recorder
		p := server.params(t)
		p.Dial = wire.dial
		before := server.state(t, "INBOX")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := make(chan imapsync.Event)
		done := make(chan error, 1)
		go func() {
			done <- imapsync.NewAccount(p).Watch(ctx, func(e imapsync.Event) {
				if _, ok := e.(imapsync.Scanning); !ok {
					events <- e
				}
			})
		}()
		want := func(messages, gone int) {
			t.Helper()
			if e := (<-events).(imapsync.Scanned); e.Err != nil || e.Summary.Messages != messages || e.Summary.Gone != gone {
				t.Errorf("got %+v, want %d messages, %d gone", e, messages, gone)
			}
			if e, ok := (<-events).(imapsync.Watching); !ok || e.Every != 0 {
				t.Errorf("got %+v", e)
			}
		}
		want(3, 0)
		if after := server.state(t, "INBOX"); !reflect.DeepEqual(after, before) {
			t.Error("the mailbox has changed")
		}
		server.deliver(t, "INBOX", mail(10))
		want(1, 0)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		if got := stored(t, p); !slices.Equal(got, uids("INBOX", 1, 4)) {
			t.Errorf("stored are %v", got)
		}
		wire.check(t)
	})
}

// watched runs a watch in a world with a clock of its own, against a server that talks as script says, until until has
// seen enough. It returns what was told, and after how long.
func watched(t *testing.T, script func(p *peer, connection int), until func(imapsync.Event) bool) (told []string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, failed := store.Open(t.Context(), t.TempDir())
		if failed != nil {
			t.Fatal(failed)
		}
		defer db.Close()
		var conversations sync.WaitGroup
		connections := 0
		p := imapsync.Params{
			Server: imapsync.Server{Host: "mail.example", Port: 143, Security: imapsync.Plaintext}, User: "me@reader.example", Password: "hunter2",
			Store: db, Detector: detector.New(catalogue.Builtin()),
			Dial: func(context.Context, string, string) (net.Conn, error) {
				connections++
				n := connections
				ours, theirs := net.Pipe()
				conversations.Go(func() {
					defer theirs.Close()
					script(&peer{theirs, bufio.NewReader(theirs)}, n)
				})
				return ours, nil
			},
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		start := time.Now()
		err = imapsync.NewAccount(p).Watch(ctx, func(e imapsync.Event) {
			what := ""
			switch e := e.(type) {
			case imapsync.Scanning:
				return
			case imapsync.Scanned:
				what = fmt.Sprint("scanned ", e.Summary.Messages)
			case imapsync.Watching:
				what = fmt.Sprint("watching ", e.Every)
			case imapsync.Reconnecting:
				what = fmt.Sprint("reconnecting in ", time.Until(e.At), ", offline ", e.Offline, ": ", imapsync.ProblemOf(e.Err))
			}
			told = append(told, fmt.Sprint(time.Since(start).Round(time.Second), " ", what))
			if until(e) {
				cancel()
			}
		})
		conversations.Wait()
	})
	return told, err
}

// A server that cannot tell of news is asked.
func TestWatchPollsWithoutIdle(t *testing.T) {
	messages := 1
	scans := 0
	told, err := watched(t, func(p *peer, _ int) {
		converse(p, []string{"INBOX"}, messages, func(string, string) (bool, bool) { return false, true })
	}, func(e imapsync.Event) bool {
		if _, ok := e.(imapsync.Scanned); ok {
			scans++
			messages++
		}
		return scans == 3
	})
	if want := []string{"0s scanned 1", "0s watching 3m0s", "3m0s scanned 1", "3m0s watching 3m0s", "6m0s scanned 1", "6m0s watching 3m0s"}; !errors.Is(err, context.Canceled) || !slices.Equal(told, want) {
		t.Errorf("%v\ngot  %q\nwant %q", err, told, want)
	}
}

// idling is a server that can tell of news. tell is called once the client waits for them, and hangs up with false.
func idling(p *peer, n func() int, tell func() (goesOn bool)) {
	converse(p, []string{"INBOX"}, n(), func(tag, command string) (handled, goesOn bool) {
		switch {
		case strings.HasPrefix(command, "LOGIN"):
			p.say(tag + " OK [CAPABILITY IMAP4rev1 IDLE] in")
			return true, true
		case command == "IDLE":
			p.say("+ idling")
			if !tell() {
				return true, false
			}
			if end, _, ok := p.hear(); !ok || end != "DONE" {
				return true, false
			}
			p.say(tag + " OK done")
			return true, true
		}
		return false, true
	})
}

// A server is asked every nine minutes whether it is still there, and then all mailboxes are looked at.
func TestWatchIdlesForNineMinutes(t *testing.T) {
	scans := 0
	told, err := watched(t, func(p *peer, _ int) {
		idling(p, func() int { return 1 }, func() bool { return true })
	}, func(e imapsync.Event) bool {
		if _, ok := e.(imapsync.Scanned); ok {
			scans++
		}
		return scans == 2
	})
	if want := []string{"0s scanned 1", "0s watching 0s", "9m0s scanned 0"}; !errors.Is(err, context.Canceled) || !slices.Equal(told, want) {
		t.Errorf("%v\ngot  %q\nwant %q", err, told, want)
	}
}

// A connection that breaks is made anew, and it takes longer each time it breaks again.
func TestWatchReconnects(t *testing.T) {
	watching := 0
	told, err := watched(t, func(p *peer, connection int) {
		switch connection {
		case 3, 4, 5:
			p.say("* BYE too many connections")
		default:
			idling(p, func() int { return 1 }, func() bool { return connection != 1 })
		}
	}, func(e imapsync.Event) bool {
		if _, ok := e.(imapsync.Watching); ok {
			watching++
		}
		return watching == 2
	})
	want := []string{
		"0s scanned 1", "0s watching 0s", "0s reconnecting in 5s, offline false: disconnected",
		"5s reconnecting in 10s, offline false: server-refusal", "15s reconnecting in 20s, offline false: server-refusal",
		"35s reconnecting in 40s, offline false: server-refusal", "1m15s scanned 0", "1m15s watching 0s",
	}
	if !errors.Is(err, context.Canceled) || !slices.Equal(told, want) {
		t.Errorf("%v\ngot  %q\nwant %q", err, told, want)
	}
}

// A problem that only the user can solve ends it.
func TestWatchEndsWithAWrongPassword(t *testing.T) {
	told, err := watched(t, func(p *peer, _ int) {
		converse(p, []string{"INBOX"}, 1, func(tag, command string) (handled, goesOn bool) {
			if strings.HasPrefix(command, "LOGIN") {
				p.say(tag + " NO [AUTHENTICATIONFAILED] no")
				return true, true
			}
			return false, true
		})
	}, func(imapsync.Event) bool { return false })
	if imapsync.ProblemOf(err) != imapsync.WrongPassword || told != nil {
		t.Errorf("%v, %q", err, told)
	}
}

// When the mailbox that the server tells of is gone, the next one takes its place, or else INBOX, and the watch goes on. The
// mailbox may come back.
func TestWatchGoesOnWithoutAMailbox(t *testing.T) {
	for name, c := range map[string]struct {
		chosen []string
		rename bool
		again  int // messages that are scanned when one has arrived in INBOX, and the mailbox is back with one
	}{
		"deleted":  {[]string{"News", "INBOX"}, false, 2},
		"renamed":  {[]string{"News", "INBOX"}, true, 2},
		"only one": {[]string{"News"}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startDovecot(t, mails(1))
			server.create(t, "News")
			server.deliver(t, "News", mail(1))
			p := server.params(t)
			p.Mailboxes = c.chosen
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			events, done := make(chan imapsync.Event, 1000), make(chan error, 1)
			go func() { done <- imapsync.NewAccount(p).Watch(ctx, func(e imapsync.Event) { events <- e }) }()
			until := func(instead string) (scanned imapsync.Scanned) {
				t.Helper()
				for {
					select {
					case e := <-events:
						switch e := e.(type) {
						case imapsync.Scanned:
							scanned = e
						case imapsync.Watching:
							if e.Instead == instead {
								return scanned
							}
						}
					case err := <-done:
						t.Fatalf("it ended: %v", err)
					}
				}
			}
			if got := until(""); got.Err != nil || got.Summary.Messages != len(c.chosen) {
				t.Errorf("%+v", got)
			}
			other := server.client(t)
			var err error
			if !c.rename {
				err = other.Delete("News").Wait()
			} else if err = other.Rename("News", "Old", nil).Wait(); err == nil {
				server.deliver(t, "Old", mail(2)) // before something happens there, a server says nothing of that
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := until("INBOX"); imapsync.ProblemOf(got.Err) != imapsync.UnknownMailbox || !strings.Contains(got.Err.Error(), "News") {
				t.Errorf("%+v", got)
			}
			server.create(t, "News")
			server.deliver(t, "News", mail(3))
			server.deliver(t, "INBOX", mail(4))
			if got := until(""); got.Err != nil || got.Summary.Messages != c.again {
				t.Errorf("%+v", got)
			}
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// A chosen mailbox that never was there is a mistake that only the user can put right.
func TestWatchEndsWithoutAnyMailbox(t *testing.T) {
	p := startDovecot(t, nil).params(t)
	p.Mailboxes = []string{"Nowhere"}
	err := imapsync.NewAccount(p).Watch(t.Context(), func(e imapsync.Event) {
		if _, ok := e.(imapsync.Scanning); !ok {
			t.Errorf("got %T %+v", e, e)
		}
	})
	if imapsync.ProblemOf(err) != imapsync.UnknownMailbox {
		t.Errorf("error is %v", err)
	}
}
