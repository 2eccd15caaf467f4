package imapsync_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// Tagging changes the keyword of tracked messages and nothing else, and untagging leaves everything as it was.
func TestTag(t *testing.T) {
	const n = 300 // every second one is tracked
	eachServer(t, mails(n), func(t *testing.T, server mailServer) {
		p := server.params(t)
		account := imapsync.NewAccount(p)
		scan(t, p)
		before := permanent(server.state(t, "INBOX"))
		all, err := p.Store.Messages(t.Context(), store.Filter{TrackedOnly: true})
		if err != nil || len(all) == 0 || len(all) == n {
			t.Fatalf("%d messages are tracked, %v", len(all), err)
		}
		if changed, err := account.Tag(t.Context()); err != nil || changed != len(all) {
			t.Errorf("tagged %d of %d, %v", changed, len(all), err)
		}
		tagged := server.state(t, "INBOX")
		for i, line := range permanent(tagged) {
			want := slices.ContainsFunc(all, func(m store.Message) bool { return int(m.UID) == i+1 })
			bare := keyword.ReplaceAllString(line, "")
			if got := bare != line; got != want || bare != before[i] {
				t.Errorf("%q is %q, tracked: %v", before[i], line, want)
			}
		}
		if changed, err := account.Tag(t.Context()); err != nil || changed != 0 {
			t.Errorf("the second time: %d, %v", changed, err)
		}
		if again := server.state(t, "INBOX"); !reflect.DeepEqual(again, tagged) {
			t.Error("where nothing has to change, something has")
		}
		if changed, err := account.Untag(t.Context()); err != nil || changed != len(all) {
			t.Errorf("untagged %d, %v", changed, err)
		}
		if after := permanent(server.state(t, "INBOX")); !reflect.DeepEqual(after, before) {
			t.Error("untagging leaves traces")
		}
	})
}

// In a line of flags these never come last and after another.
var (
	keyword = regexp.MustCompile(`(?i)\$tracked ?`)
	recent  = regexp.MustCompile(`\\Recent ?`)
)

// permanent drops the last number of each line, which every change of a flag raises, and \Recent, which belongs to the
// first one who opens a mailbox to change something.
func permanent(lines []string) []string {
	var all []string
	for _, line := range lines {
		all = append(all, recent.ReplaceAllString(line[:strings.LastIndexByte(line, ' ')], ""))
	}
	return all
}

// A mailbox that takes no keywords is left alone.
func TestTagWhereNoKeywordsAreTaken(t *testing.T) {
	p := startScript(t, func(p *peer) {
		converse(p, []string{"INBOX"}, 1, func(tag, command string) (handled, goesOn bool) {
			switch {
			case strings.HasPrefix(command, "UID SEARCH KEYWORD"):
				p.say("* SEARCH 1", tag+" OK")
			case strings.HasPrefix(command, "SELECT"):
				p.say("* 1 EXISTS", "* OK [UIDVALIDITY 1]", `* OK [PERMANENTFLAGS (\Seen \Deleted)]`, tag+" OK [READ-WRITE]")
			case strings.HasPrefix(command, "UID STORE"):
				t.Error("it writes")
				return false, false
			default:
				return false, true
			}
			return true, true
		})
	})
	if _, err := imapsync.NewAccount(p).Untag(t.Context()); imapsync.ProblemOf(err) != imapsync.NoKeywords {
		t.Errorf("error is %v", err)
	}
}
