package imapsync_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// The batches of a mailbox grow, but not for ever. Most of the messages vanish before they are fetched, which is quick.
func TestALargeMailbox(t *testing.T) {
	const n, left = 12_000, 100
	p := startScript(t, func(p *peer) {
		serve(p, n, func(uid int, whole bool) (string, bool) {
			if uid > left {
				return "", true
			}
			return answerTo(uid, whole), true
		})
	})
	if summary := scan(t, p); summary.Messages != left || len(stored(t, p)) != left {
		t.Errorf("got %+v, %d are stored", summary, len(stored(t, p)))
	}
}

// Trouble that may pass says nothing of a message: it is not stored, and the next scan reads it.
func TestAMessageInTemporaryTroubleIsLeftForTheNextScan(t *testing.T) {
	refuse := func(code string) func(p *peer, tag string) bool {
		return func(p *peer, tag string) bool {
			p.say(tag + " NO [" + code + "] not now")
			return true
		}
	}
	say := func(answer string) func(p *peer, tag string) bool {
		return func(p *peer, _ string) bool {
			p.say(answer)
			return false
		}
	}
	for name, c := range map[string]struct {
		trouble func(p *peer, tag string) (goesOn bool)
		want    imapsync.Problem
	}{
		"the server breaks down at it":    {say(answerTo(50, false)[:60]), imapsync.Disconnected},
		"a literal that is cut off":       {say("* 50 FETCH (UID 50 BODY[1] {500}\r\nhello"), imapsync.Disconnected},
		"the server hangs up, politely":   {say("* BYE maintenance"), imapsync.Disconnected},
		"too much was asked of late":      {refuse("LIMIT"), imapsync.ServerRefusal},
		"another program has the mailbox": {refuse("INUSE"), imapsync.ServerRefusal},
		"its backend is away":             {refuse("UNAVAILABLE"), imapsync.ServerRefusal},
		"the server has a bug":            {refuse("SERVERBUG"), imapsync.ServerRefusal},
	} {
		t.Run(name, func(t *testing.T) {
			var well atomic.Bool
			p := startScript(t, func(p *peer) {
				converse(p, []string{"INBOX"}, 60, func(tag, command string) (handled, goesOn bool) {
					if well.Load() || !strings.Contains(command, "FETCH") || !slices.Contains(asked(command, 60), 50) {
						return false, true
					}
					return true, c.trouble(p, tag)
				})
			})
			err := scanError(t, p)
			if imapsync.ProblemOf(err) != c.want || !strings.Contains(err.Error(), "left for the next scan: 1") {
				t.Errorf("error is %v", err)
			}
			if want := append(uids("INBOX", 1, 49), uids("INBOX", 51, 60)...); !slices.Equal(stored(t, p), want) {
				t.Errorf("stored are %v", stored(t, p))
			}
			well.Store(true)
			if summary := scan(t, p); summary.Messages != 1 || !slices.Equal(stored(t, p), uids("INBOX", 1, 60)) {
				t.Errorf("the next scan: %+v", summary)
			}
		})
	}
}

// A server that wants a break gets one, and the scan says so and goes on.
func TestThrottling(t *testing.T) {
	for name, c := range map[string]struct {
		says   func(p *peer, tag string) (goesOn bool)
		times  int64 // how often it does
		pauses []time.Duration
		want   imapsync.Problem
	}{
		"Microsoft": {func(p *peer, tag string) bool {
			p.say(tag + " NO [THROTTLED] Request is throttled. Suggested Backoff Time: 45000 milliseconds")
			return true
		}, 1, []time.Duration{45 * time.Second}, ""},
		"Microsoft, for hours": {func(p *peer, tag string) bool {
			p.say(tag + " BAD Request is throttled. Suggested Backoff Time: 9900000 milliseconds")
			return true
		}, 1, nil, imapsync.Throttled},
		"Gmail, for a moment": {func(p *peer, tag string) bool {
			p.say(tag + " NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)")
			return true
		}, 3, []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute}, ""},
		"Gmail, with goodbye": {func(p *peer, _ string) bool {
			p.say("* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.")
			return false
		}, 1, []time.Duration{30 * time.Second}, ""},
		"Gmail, until tomorrow": {func(p *peer, tag string) bool {
			p.say(tag + " NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)")
			return true
		}, 1000, []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute}, imapsync.Throttled},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 100
			var fetches, throttled atomic.Int64
			p := startScript(t, func(p *peer) {
				converse(p, []string{"INBOX"}, n, func(tag, command string) (handled, goesOn bool) {
					if !strings.Contains(command, "FETCH") || fetches.Add(1) < 4 || throttled.Add(1) > c.times {
						return false, true
					}
					return true, c.says(p, tag)
				})
			})
			var pauses []time.Duration
			_, err := imapsync.NewAccount(p).Scan(t.Context(), func(progress imapsync.Progress) {
				if progress.Pause > 0 {
					pauses = append(pauses, progress.Pause)
				}
			})
			// Of several commands that are refused at the same time only one counts.
			if imapsync.ProblemOf(err) != c.want || (pauses == nil) != (c.pauses == nil) || !slices.Equal(pauses, c.pauses[:min(len(pauses), len(c.pauses))]) {
				t.Errorf("error is %v, pauses were %v, want %v", err, pauses, c.pauses)
			}
			kept := len(stored(t, p))
			if kept == 0 || err == nil && kept != n {
				t.Errorf("%d are stored", kept)
			}
			throttled.Store(c.times)
			scan(t, p)
			if got := stored(t, p); !slices.Equal(got, uids("INBOX", 1, n)) {
				t.Errorf("in the end %d are stored", len(got))
			}
		})
	}
}

// Messages of which nothing can be read are not copies of each other.
func TestUnreadableMessagesAreKeptApart(t *testing.T) {
	p := startScript(t, func(p *peer) {
		serve(p, 3, func(uid int, _ bool) (string, bool) {
			return fmt.Sprintf("* %d FETCH (UID %d BODYSTRUCTURE (((()", uid, uid), true
		})
	})
	scan(t, p)
	if got := stored(t, p); !slices.Equal(got, uids("INBOX", 1, 3)) {
		t.Errorf("stored are %v", got)
	}
}

// A mailbox that is deleted or renumbered while the connection is lost does not keep the others from being scanned.
func TestAMailboxThatVanishesDoesNotStopTheScan(t *testing.T) {
	for name, again := range map[string]func(p *peer, tag string) (handled bool){
		"deleted": func(p *peer, tag string) bool {
			p.say(tag + " NO [NONEXISTENT] gone")
			return true
		},
		"closed for now": func(p *peer, tag string) bool {
			p.say(tag + " NO [INUSE] wait")
			return true
		},
		"renumbered": func(p *peer, tag string) bool {
			p.say("* 1 EXISTS", "* OK [UIDVALIDITY 2]", tag+" OK")
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			var examined atomic.Int64
			p := startScript(t, func(p *peer) {
				isOpen := false
				converse(p, []string{"INBOX", "A", "B"}, 1, func(tag, command string) (handled, goesOn bool) {
					if name, ok := strings.CutPrefix(command, "EXAMINE "); ok {
						isOpen = strings.Trim(name, `"`) == "A"
						if isOpen && examined.Add(1) > 1 {
							return again(p, tag), true
						}
					}
					return false, !isOpen || !strings.Contains(command, "FETCH")
				})
			})
			seen := make(map[string]bool)
			_, err := imapsync.NewAccount(p).Scan(t.Context(), func(progress imapsync.Progress) {
				for _, m := range progress.New {
					seen[m.Mailbox] = true
				}
			})
			if err == nil || !strings.Contains(err.Error(), `mailbox "A"`) {
				t.Errorf("error is %v", err)
			}
			if !seen["INBOX"] || seen["A"] || !seen["B"] {
				t.Errorf("scanned are %v", seen)
			}
		})
	}
}

// The first results do not wait for the last mailbox to be opened.
func TestMailboxesAreScannedInTurn(t *testing.T) {
	var order []string
	p := startScript(t, func(p *peer) {
		converse(p, []string{"INBOX", "A", "B"}, 1, func(tag, command string) (handled, goesOn bool) {
			if name, ok := strings.CutPrefix(command, "EXAMINE "); ok {
				order = append(order, strings.Trim(name, `"`))
			} else if asksWhole(command) || strings.Contains(command, "BODY.PEEK[1]") {
				order = append(order, "messages")
			}
			return false, true
		})
	})
	if summary := scan(t, p); summary.Messages != 3 {
		t.Errorf("%+v", summary)
	}
	if want := []string{"INBOX", "messages", "A", "messages", "B", "messages"}; !slices.Equal(order, want) {
		t.Errorf("order is %q", order)
	}
}

// A connection that is lost between two mailboxes is made anew.
func TestAConnectionThatIsLostBetweenMailboxes(t *testing.T) {
	var lost atomic.Bool
	p := startScript(t, func(p *peer) {
		converse(p, []string{"INBOX", "A", "B"}, 1, func(tag, command string) (handled, goesOn bool) {
			name, examines := strings.CutPrefix(command, "EXAMINE ")
			return false, !examines || strings.Trim(name, `"`) != "A" || lost.Swap(true)
		})
	})
	if summary := scan(t, p); summary.Messages != 3 || summary.Mailboxes != 3 || !lost.Load() {
		t.Errorf("%+v", summary)
	}
}

// What a server says of the number of messages is believed within reason only.
func TestMoreMessagesThanAnyMailboxHas(t *testing.T) {
	p := startScript(t, func(p *peer) {
		converse(p, []string{"INBOX"}, 1, func(tag, command string) (handled, goesOn bool) {
			switch {
			case strings.HasPrefix(command, "EXAMINE"):
				p.say("* 20000000 EXISTS", "* OK [UIDVALIDITY 1]", tag+" OK [CAPABILITY IMAP4rev1 ESEARCH] done")
			case strings.Contains(command, "SEARCH"):
				p.say("* SEARCH 1", "* ESEARCH (TAG \""+tag+"\") UID ALL 1:20000000", tag+" OK done")
			default:
				return false, !strings.Contains(command, "FETCH")
			}
			return true, true
		})
	})
	if err := scanError(t, p); imapsync.ProblemOf(err) != imapsync.Misunderstood {
		t.Errorf("error is %v", err)
	}
}

// However many messages a command may ask for, no more than maxHeld octets of them are handed over at once.
func TestLargeMessagesAreHandedOverInSmallBatches(t *testing.T) {
	const n, octets = 18, 4 << 20
	body := strings.Repeat("Hello, this is a long text.\r\n", octets/29)
	p := startScript(t, func(p *peer) {
		converse(p, []string{"INBOX"}, n, func(tag, command string) (handled, goesOn bool) {
			if !strings.Contains(command, "FETCH") {
				return false, true
			}
			for _, uid := range asked(command, n) {
				if strings.Contains(command, "BODYSTRUCTURE") {
					p.say(strings.ReplaceAll(answerTo(uid, false), "7 1 NIL", fmt.Sprintf("%d 1 NIL", len(body))))
				} else {
					p.say(fmt.Sprintf("* %d FETCH (UID %d BODY[1] {%d}\r\n%s)", uid, uid, len(body), body))
				}
			}
			p.say(tag + " OK done")
			return true, true
		})
	})
	var batches []int
	summary, err := imapsync.NewAccount(p).Scan(t.Context(), func(progress imapsync.Progress) {
		batches = append(batches, len(progress.New))
	})
	if err != nil || summary.Messages != n {
		t.Fatalf("%+v, %v", summary, err)
	}
	if slices.Max(batches) > 8 {
		t.Errorf("batches are %v", batches)
	}
}

// An answer that brings news of the flags only is not the message.
func TestAnAnswerWithoutTheMessage(t *testing.T) {
	for name, nothing := range map[string]string{"flags": `FLAGS (\Seen)`, "NIL": "BODY[] NIL"} {
		t.Run(name, func(t *testing.T) {
			var answers atomic.Int64
			p := startScript(t, func(p *peer) {
				serve(p, 1, func(uid int, whole bool) (string, bool) {
					if n := answers.Add(1); n == 1 || n == 3 || n == 5 {
						return fmt.Sprintf("* 1 FETCH (UID 1 %s)", nothing), true
					}
					return answerTo(uid, whole), true
				})
			})
			account := imapsync.NewAccount(p)
			scan(t, p)
			all, err := p.Store.Messages(t.Context(), store.Filter{})
			if err != nil || len(all) != 1 || all[0].From.Address != "a@b.example" || len(all[0].Errors) > 0 {
				t.Fatalf("stored are %+v, %v", all, err)
			}
			answers.Store(0)
			if raw, err := account.Raw(t.Context(), all[0]); imapsync.ProblemOf(err) != imapsync.Misunderstood {
				t.Errorf("got %q, %v", raw, err)
			}
			if raw, err := account.Raw(t.Context(), all[0]); err != nil || !strings.Contains(string(raw), "Hello") {
				t.Errorf("got %q, %v", raw, err)
			}
		})
	}
}

// A message is complete when the server says so, in pieces of whatever size it likes.
func TestRawInPieces(t *testing.T) {
	const raw = "From: a@b.example\r\n\r\nHello, this comes in pieces.\r\n"
	for name, c := range map[string]struct {
		size  string // as the server says
		piece int    // octets
	}{
		"all at once":      {fmt.Sprintf("RFC822.SIZE %d ", len(raw)), len(raw)},
		"pieces":           {fmt.Sprintf("RFC822.SIZE %d ", len(raw)), 10},
		"no size":          {"", 10},
		"a size too small": {"RFC822.SIZE 1 ", len(raw)},
		"a size too large": {"RFC822.SIZE 1000 ", 10},
	} {
		t.Run(name, func(t *testing.T) {
			p := startScript(t, func(p *peer) {
				converse(p, []string{"INBOX"}, 1, func(tag, command string) (handled, goesOn bool) {
					_, partial, ok := strings.Cut(command, "PEEK[]<")
					if !ok {
						return false, true
					}
					var offset int
					if _, err := fmt.Sscanf(partial, "%d.", &offset); err != nil {
						t.Error(err)
					}
					piece := raw[min(offset, len(raw)):min(offset+c.piece, len(raw))]
					p.say(fmt.Sprintf("* 1 FETCH (UID 1 %sBODY[]<%d> {%d}\r\n%s)", c.size, offset, len(piece), piece), tag+" OK done")
					return true, true
				})
			})
			got, err := imapsync.NewAccount(p).Raw(t.Context(), store.Message{Mailbox: "INBOX", UIDValidity: 1, UID: 1})
			if err != nil || string(got) != raw {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// Nesting without end would exhaust the stack, which no Go program survives.
func TestEndlessNesting(t *testing.T) {
	p := startScript(t, func(p *peer) {
		serve(p, 1, func(int, bool) (string, bool) {
			return "* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat("(", 30<<20), true
		})
	})
	scan(t, p)
	all, err := p.Store.Messages(t.Context(), store.Filter{})
	if err != nil || !slices.Equal(unreadable(all), []store.UID{1}) {
		t.Errorf("stored are %+v, %v", all, err)
	}
}
