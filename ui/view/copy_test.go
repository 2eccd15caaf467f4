package view

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pixelwacht/detector/block"
)

func TestCopyName(t *testing.T) {
	for _, c := range []struct{ lang, subject, want string }{
		{"en", "Sale: 50% off! (today)", "2026-11-22-Sale-50-off-today-blocked.eml"},
		{"nl", "Uw réçu", "2026-11-22-Uw-réçu-geblokkeerd.eml"},
		{"en", "../../etc/passwd\x00\n", "2026-11-22-etc-passwd-blocked.eml"},
		{"en", strings.Repeat("long ", 50), "2026-11-22" + strings.Repeat("-long", 10) + "-blocked.eml"},
		{"en", "", "2026-11-22-blocked.eml"},
	} {
		_, p := page(t, c.lang, msg(1, "shop", c.subject), nil)
		if got := p.CopyName(); got != c.want {
			t.Errorf("%q: %q, want %q", c.subject, got, c.want)
		}
	}
	m := msg(1, "shop", "")
	m.Date = time.Time{}
	_, p := page(t, "en", m, nil)
	if got := p.CopyName(); got != "message-blocked.eml" {
		t.Errorf("without date and subject: %q", got)
	}
}

func TestSaveBlockedCopy(t *testing.T) {
	o, p := page(t, "en", msg(1, "shop", "Sale", pixel("alpha")), map[string][]byte{"Sale": []byte(rawMessage)})
	path := filepath.Join(t.TempDir(), "copy.eml")
	p.MakeCopy(func(c Copy) {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		p.Write(c, f, "copy.eml")
	})
	if ok, _ := p.CanSave(); ok {
		t.Error("a second copy can be asked for while the first is made")
	}
	o.until("saved", func() bool { saved, problem := p.SaveResult(); return saved != "" || problem != nil })
	saved, problem := p.SaveResult()
	if problem != nil || !strings.HasPrefix(saved, "Saved as copy.eml. ") {
		t.Fatalf("%q, %v", saved, problem)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := block.Blocker{Mode: block.All}.Message([]byte(rawMessage)).Bytes
	if !bytes.Equal(got, want) || len(got) != len(rawMessage) || bytes.Contains(got, []byte("alpha.test")) {
		t.Errorf("the file has %q", got)
	}
	if ok, why := p.CanSave(); !ok || why != "" {
		t.Errorf("afterwards: CanSave %v %q", ok, why)
	}
}

func TestBlockedCopyByTheRuleForTheSender(t *testing.T) {
	for _, c := range []struct {
		mode block.Mode
		demo bool
	}{{block.Trust, false}, {block.All, false}, {block.Trust, true}} {
		o, p := page(t, "en", msg(1, "shop", "Sale", pixel("alpha")), map[string][]byte{"Sale": []byte(rawMessage)})
		if err := o.app.opened.Store.SetRule(t.Context(), "@mail.example", c.mode); err != nil {
			t.Fatal(err)
		}
		o.app.opened.Demo = c.demo
		var blocked Copy
		p.MakeCopy(func(c Copy) { blocked = c; p.Write(c, &full{}, "copy.eml") })
		o.until("copy", func() bool { return blocked.bytes != nil })
		trusts := c.mode == block.Trust && !c.demo
		if blocked.trusted != trusts || (string(blocked.bytes) == rawMessage) != trusts {
			t.Errorf("%s, demo %t: trusted %t, %q", c.mode, c.demo, blocked.trusted, blocked.bytes)
		}
		o.until("result", func() bool { _, problem := p.SaveResult(); return problem != nil })
		if text := o.app.copyText("", blocked); trusts != strings.Contains(text, "You trust this sender") {
			t.Errorf("%s: %q", c.mode, text)
		}
	}
}

// full is a file on a full disk.
type full struct{ closed bool }

func (f *full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }
func (f *full) Close() error              { f.closed = true; return nil }

func TestSavingFails(t *testing.T) {
	o, p := page(t, "en", msg(1, "shop", "Sale"), map[string][]byte{"Sale": []byte(rawMessage)})
	failed := func() bool { _, problem := p.SaveResult(); return problem != nil }
	disk := &full{}
	p.MakeCopy(func(c Copy) { p.Write(c, disk, "copy.eml") })
	o.until("failure", failed)
	saved, problem := p.SaveResult()
	if saved != "" || !strings.Contains(problem.What(o.app.Texts()), "not saved") || !strings.Contains(problem.Details(), "no space") || !disk.closed {
		t.Errorf("%q, %v, closed %v", saved, problem.Details(), disk.closed)
	}
	p.CopyFailed(errors.New("read-only file system"))
	if _, problem := p.SaveResult(); !strings.Contains(problem.Details(), "read-only") {
		t.Errorf("details %q", problem.Details())
	}

	o, p = page(t, "en", msg(1, "shop", "Gone"), nil)
	p.MakeCopy(func(Copy) { t.Error("a copy of a message that could not be read") })
	o.until("failure", func() bool { _, problem := p.SaveResult(); return problem != nil })
}

func TestNoCopyOfAMessageThatIsGone(t *testing.T) {
	m := msg(1, "shop", "Sale")
	m.Gone = true
	o := newOwner(t, Params{})
	o.app.opened = &openSource{Opened: Opened{Source: &source{}}}
	p := &MessagePage{app: o.app, opened: o.app.opened, message: m}
	if ok, why := p.CanSave(); ok || !strings.Contains(why, "no longer in the mailbox") {
		t.Errorf("%v, %q", ok, why)
	}
	p.MakeCopy(func(Copy) { t.Error("a copy was made") })
	o.app.opened = nil
}

func TestOpenBlockedCopy(t *testing.T) {
	for in, want := range map[CopyReader]string{
		MailProgram: string(block.Blocker{Mode: block.All}.Message([]byte(rawMessage)).Bytes),
		Browser:     "Content-Security-Policy",
	} {
		o, p := page(t, "en", msg(1, "shop", "Sale", pixel("alpha")), map[string][]byte{"Sale": []byte(rawMessage)})
		var path string
		p.OpenCopy(in, func(file string) error { path = file; return nil })
		o.until("opened", func() bool { saved, problem := p.SaveResult(); return saved != "" || problem != nil })
		got, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(got), want) || bytes.Contains(got, []byte("alpha.test")) {
			t.Errorf("%d: the file has %q, %v", in, got, err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read the file: %v, %v", info.Mode(), err)
		}
		if err := o.app.removeTemporary(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("the file is still there")
		}
	}
}

func TestOpeningACopyFails(t *testing.T) {
	o, p := page(t, "en", msg(1, "shop", "Sale"), map[string][]byte{"Sale": []byte(rawMessage)})
	p.OpenCopy(MailProgram, func(string) error { return errors.New("no program for it") })
	o.until("failure", func() bool { _, problem := p.SaveResult(); return problem != nil })
	_, problem := p.SaveResult()
	if !strings.Contains(problem.What(o.app.Texts()), "not be opened") || !strings.Contains(problem.Details(), "no program") {
		t.Errorf("%q, %q", problem.What(o.app.Texts()), problem.Details())
	}
}
