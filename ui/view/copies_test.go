package view

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
)

const letter = "From: shop@mail.example\r\nSubject: Sale\r\nContent-Type: text/html\r\n\r\n<img src=\"http://t.alpha.test/o?1\"><img src=\"http://p.alpha.test/p\">\r\n"

// opensLetters opens a source with three messages, each with two pictures.
func opensLetters(t *testing.T, change func(*Opened)) *owner {
	t.Helper()
	dir := t.TempDir() // removed after the store in it is closed
	o := newOwner(t, Params{OpenDemo: func(ctx context.Context) (Opened, error) {
		s, err := store.Open(ctx, dir)
		if err != nil {
			return Opened{}, err
		}
		src := &source{store: s, raw: map[string][]byte{"Sale": []byte(letter)}}
		for i, from := range []string{"shop@mail.example", "shop@mail.example", "news@other.example"} {
			m := store.Message{Mailbox: "INBOX", UIDValidity: 1, UID: store.UID(i + 1)}
			m.Subject, m.From.Address, m.Date, m.Digest = "Sale", from, now(), string(rune('a'+i))
			src.messages = append(src.messages, m)
		}
		opened := Opened{Source: src, Store: s, Close: s.Close}
		if change != nil {
			change(&opened)
		}
		return opened, nil
	}})
	o.app.OpenDemo()
	o.scanned()
	return o
}

func (o *owner) copied() {
	o.t.Helper()
	o.until("copies", func() bool { return o.app.copies.Folder != "" && !o.app.copies.Running })
}

func filesOf(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestCopiesOfAllMessages(t *testing.T) {
	o, folder := opensLetters(t, nil), t.TempDir()
	o.app.WriteCopies(store.Filter{}, folder, EMLFiles)
	if ok, _ := o.app.CanWriteCopies(); ok {
		t.Error("a second run could begin while the first goes on")
	}
	o.copied()
	want := []string{"2026-11-23-Sale-blocked-2.eml", "2026-11-23-Sale-blocked-3.eml", "2026-11-23-Sale-blocked.eml"}
	if got := filesOf(t, folder); !slices.Equal(got, want) {
		t.Fatalf("files %q, want %q", got, want)
	}
	for _, name := range want {
		b, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || len(b) != len(letter) || bytes.Contains(b, []byte("alpha.test")) {
			t.Errorf("%s: %d octets, %v:\n%s", name, len(b), err, b)
		}
	}
	if got, want := o.app.CopiesText(), "3 blocked copies are in "+folder+". Places blocked in them: 6."; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	o.until("what was blocked so far", func() bool { return o.app.BlockedText() == "6 places in 3 messages." })
}

func TestCopiesReplaceNothing(t *testing.T) {
	o, folder := opensLetters(t, nil), t.TempDir()
	there := filepath.Join(folder, "2026-11-23-Sale-blocked.eml")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		o.app.WriteCopies(store.Filter{}, folder, EMLFiles)
		o.copied()
	}
	if got := filesOf(t, folder); len(got) != 7 {
		t.Errorf("files %q, want 6 copies and the one that was there", got)
	}
	if b, err := os.ReadFile(there); err != nil || string(b) != "mine" {
		t.Errorf("what was there is now %q (%v)", b, err)
	}
}

func TestCopiesOfOneSenderIntoAMaildir(t *testing.T) {
	o, folder := opensLetters(t, nil), filepath.Join(t.TempDir(), "blocked")
	sender := "shop@mail.example"
	o.app.WriteCopies(store.Filter{Sender: &sender}, folder, Maildir)
	o.copied()
	if o.app.CopiesProblem() != nil {
		t.Fatal(o.app.CopiesProblem().Details())
	}
	if fresh, left := filesOf(t, filepath.Join(folder, "new")), filesOf(t, filepath.Join(folder, "tmp")); len(fresh) != 2 || len(left) != 0 {
		t.Errorf("new %q, tmp %q", fresh, left)
	}
}

// The page of a sender tells of copies of its own messages, not of another's.
func TestCopiesOfAnotherSender(t *testing.T) {
	o := opensLetters(t, nil)
	shop, news := o.app.SenderPage("shop@mail.example"), o.app.SenderPage("news@other.example")
	o.app.WriteCopies(shop.Filter(), t.TempDir(), EMLFiles)
	if text, _ := news.CopiesResult(); text == "" {
		t.Error("nothing says why no other copies can be written now")
	}
	o.copied()
	if text, problem := shop.CopiesResult(); !strings.HasPrefix(text, "2 blocked copies") || problem != nil {
		t.Errorf("the sender's page says %q, %v", text, problem)
	}
	if text, _ := news.CopiesResult(); text != "" {
		t.Errorf("another sender's page says %q", text)
	}
}

func TestCopiesFollowModeAndRules(t *testing.T) {
	for name, c := range map[string]struct {
		demo        bool
		want, where int // places blocked in the messages of mail.example, and of the other
	}{
		"a mailbox":                      {false, 0, 0},
		"the demo, whose hosts are real": {true, 2, 2},
	} {
		o := opensLetters(t, func(opened *Opened) { opened.Demo = c.demo })
		o.app.Settings().SetBlockMode(block.Trackers)
		if !o.app.SetRule("@mail.example", block.Trust) {
			t.Fatal("the rule is refused")
		}
		o.until("rule", func() bool { return o.app.Rule("mail.example") == block.Trust })
		folder := t.TempDir()
		o.app.WriteCopies(store.Filter{}, folder, EMLFiles)
		o.copied()
		places := 2*c.want + c.where
		if o.app.copies.Done != 3 || o.app.copies.Places != places {
			t.Errorf("%s: %d copies with %d places blocked, want 3 with %d", name, o.app.copies.Done, o.app.copies.Places, places)
		}
	}
}

func TestCopiesIntoAFolderThatIsNone(t *testing.T) {
	o := opensLetters(t, nil)
	o.app.WriteCopies(store.Filter{}, filepath.Join(t.TempDir(), "missing"), EMLFiles)
	o.copied()
	if p := o.app.CopiesProblem(); p == nil || !strings.Contains(p.Details(), "missing") {
		t.Errorf("problem %v", p)
	}
	if got := o.app.BlockedText(); got != "Nothing yet on this computer." {
		t.Errorf("so far %q", got)
	}
}

func TestRules(t *testing.T) {
	o := opensLetters(t, nil)
	for _, nobody := range []string{"", "com", "not a sender"} {
		if o.app.SetRule(nobody, block.All) {
			t.Errorf("a rule for %q", nobody)
		}
	}
	for sender, mode := range map[string]block.Mode{"Shop@Mail.Example": block.Trackers, "other.example": block.Trust, "a@other.example": block.All} {
		o.app.SetRule(sender, mode)
	}
	o.until("rules", func() bool { return len(o.app.rules) == 3 })
	want := []RuleRow{
		{"shop@mail.example", "shop@mail.example", block.Trackers}, {"@other.example", "everybody at other.example", block.Trust},
		{"a@other.example", "a@other.example", block.All},
	}
	if got := o.app.Rules(); !slices.Equal(got, want) {
		t.Errorf("rules %v, want %v", got, want)
	}
	o.app.SetRule("other.example", "")
	o.app.SetRule("nobody.example", "")
	o.until("rules", func() bool { return len(o.app.rules) == 2 })
	if o.app.Problem() != nil {
		t.Errorf("removing a rule that is not there: %s", o.app.Problem().Details())
	}
}

func TestEstimateOfCopies(t *testing.T) {
	o := opensLetters(t, nil)
	c := Copies{Running: true, Folder: "x", Done: 20, Missing: 10, Total: 90}
	for i := range 4 {
		c.pace.add(now().Add(time.Duration(i)*5*time.Second), 10*i) // two a second
	}
	o.app.copies = c
	if got, want := o.app.CopiesText(), "20 of 90 copies written, about 30 seconds left"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	c.Running = false
	if _, ok := c.Left(); ok {
		t.Error("there is an estimate of what has ended")
	}
}
