package imapsync_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pixelwacht/imapsync"
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

// A mailbox that is deleted or renumbered while it is scanned does not keep the others from being scanned.
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
				converse(p, []string{"INBOX", "A", "B"}, 1, func(tag, command string) (handled, goesOn bool) {
					if strings.Trim(strings.TrimPrefix(command, "EXAMINE "), `"`) != "A" || examined.Add(1) == 1 {
						return false, true
					}
					return again(p, tag), true
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
