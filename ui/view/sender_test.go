package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pixelwacht/detector"
	"pixelwacht/detector/block"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

func senderOf(t *testing.T, address string, messages ...store.Message) (*owner, *SenderPage) {
	t.Helper()
	s := &source{messages: messages}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("open", o.app.IsOpen)
	p := o.app.SenderPage(address)
	o.app.Show(p)
	o.scanned()
	return o, p
}

func TestSenderPage(t *testing.T) {
	token := pixel("alpha")
	token.Reasons = []detector.Reason{detector.Tiny, detector.RecipientToken, detector.AddressMD5}
	o, p := senderOf(t, "shop@mail.example", msg(0, "shop", "Sale", token), msg(1, "shop", "Hello"), msg(2, "other", "Other", pixel("beta")))
	row, ok := p.Sender()
	if !ok || row.Name != "SHOP" || row.Share != "1 of 2" || p.Messages.Len() != 2 || !strings.Contains(p.Verdict(), "alpha") {
		t.Errorf("%+v, %d messages, %q", row, p.Messages.Len(), p.Verdict())
	}
	if !slices.Equal(p.Services(), []string{"alpha (alpha Inc.)"}) || len(p.Identifiers()) != 2 {
		t.Errorf("services %q, identifiers %q", p.Services(), p.Identifiers())
	}
	if m := p.Months(); len(m) != 1 || m[0].Number != "1 of 2" {
		t.Errorf("months %+v", m)
	}

	p.Messages.Search("sale")
	o.until("what is searched for", func() bool { return p.Messages.Len() == 1 })
	p.SetConsent(now().AddDate(0, 0, -1))
	o.until("consent after a search", func() bool { return !p.Consent().IsZero() })
	if got := p.ConsentText(); got != "You gave consent: yesterday." {
		t.Errorf("%q", got)
	}
	p.SetConsent(time.Time{})
	o.until("no consent", func() bool { return p.Consent().IsZero() })

	p.SetRule(block.Trust)
	o.until("rule", func() bool { return p.Rule() == block.Trust })
	if modes, words := p.RuleChoices(); len(modes) != 4 || len(words) != 4 || modes[0] != "" || !p.CanSetRule() {
		t.Errorf("rules %q %q", modes, words)
	}
}

// file is a file that is written to.
type file struct {
	bytes.Buffer
	closed bool
}

func (f *file) Close() error { f.closed = true; return nil }

func TestExportOfASender(t *testing.T) {
	o, p := senderOf(t, "shop@mail.example", msg(0, "shop", "Sale", pixel("alpha")), msg(1, "other", "Other"))
	for _, format := range ExportFormats() {
		var f file
		p.Export(&f, format, "x")
		o.until("export", func() bool { done, _ := p.ExportResult(); return done != "" && f.closed })
		if done, problem := p.ExportResult(); problem != nil || done != "1 message was written to x." {
			t.Errorf("%s: %q, %v", format, done, problem)
		}
		if text := f.String(); !strings.Contains(text, "Sale") || strings.Contains(text, "Other") || format == report.JSON && !json.Valid(f.Bytes()) {
			t.Errorf("%s: %q", format, text)
		}
		p.exported = ""
	}
	disk := &full{}
	p.Export(disk, report.CSV, "x")
	o.until("failure", func() bool { _, problem := p.ExportResult(); return problem != nil })
	p.ExportFailed(errors.New("read-only"))
	if _, problem := p.ExportResult(); !disk.closed || !strings.Contains(problem.What(o.app.Texts()), "failed") {
		t.Errorf("closed %v, %v", disk.closed, problem)
	}
	if got := p.ExportName(report.CSV); got != "shop@mail.example.csv" {
		t.Errorf("file name %q", got)
	}
}

func TestFiltersOfSenders(t *testing.T) {
	public := msg(3, "office", "Letter", pixel("alpha"))
	public.From.Address = "noreply@duo.nl"
	old := msg(0, "friend", "Hello")
	old.Date = now().AddDate(0, -3, 0)
	o, p := senderOf(t, "friend@mail.example", public, old, msg(1, "shop", "Sale", pixel("alpha", detector.AddressLeaked)))
	p.SetConsent(now())
	o.until("consent", func() bool { return !p.Consent().IsZero() })
	l := o.app.Senders()
	o.app.Show(l)
	o.until("senders", func() bool {
		r, ok := l.Find("friend@mail.example")
		return ok && !r.sender.Consent.IsZero() && len(l.Rows()) == 3
	})
	for f, want := range map[SenderFilter][]string{
		TrackingSenders: {"noreply@duo.nl", "shop@mail.example"}, LeakingSenders: {"shop@mail.example"}, PublicBodies: {"noreply@duo.nl"},
		ConsentedSenders: {"friend@mail.example"}, NewSenders: {"noreply@duo.nl", "shop@mail.example"},
	} {
		l.Toggle(f)
		got := addresses(l.Rows())
		slices.Sort(got)
		if !slices.Equal(got, want) || !l.Chosen(f) || !l.Filtered() {
			t.Errorf("filter %d: %q, want %q", f, got, want)
		}
		l.Toggle(f)
	}
	l.Toggle(PublicBodies)
	l.Toggle(LeakingSenders)
	if len(l.Rows()) != 0 {
		t.Errorf("two filters leave %q", addresses(l.Rows()))
	}
}

func TestDispute(t *testing.T) {
	o, p := page(t, "en", msg(1, "shop", "Sale", pixel("alpha")), nil)
	d, ok := p.Dispute(0)
	if !ok || !strings.Contains(d.Text(), "harmless") {
		t.Fatalf("%v %q", ok, d.Text())
	}
	for _, secret := range []string{"abc123", "Sale", "shop@"} {
		if strings.Contains(d.Report(), secret) {
			t.Errorf("%q is in the report %q", secret, d.Report())
		}
	}
	if !p.Cards()[0].Disputable || p.State() != Tracked {
		t.Errorf("%+v", p.Cards()[0])
	}
	d.Remember()
	o.until("verdict", func() bool { return p.State() == Clean })
	if got := p.Cards()[0].Own; got != "You said that this does not track you." {
		t.Errorf("%q", got)
	}
	p.TakeBack(0)
	o.until("verdict of before", func() bool { return p.State() == Tracked })
	if got := p.Cards()[0].Own; got != "" {
		t.Errorf("%q", got)
	}
}

func TestDisputeCountsForCopies(t *testing.T) {
	const raw = "From: shop@mail.example\r\nTo: me@reader.example\r\nSubject: Sale\r\nContent-Type: text/html\r\n\r\n" +
		"<p>Hello</p><img src=\"https://a.test/open?u=me%40reader.example\" width=1 height=1>"
	d := detector.New(catalogue.Builtin())
	m := msg(1, "shop", "Sale", d.Scan(message.Parse([]byte(raw))).Findings...)
	o, p := page(t, "en", m, map[string][]byte{"Sale": []byte(raw)})
	o.app.opened.Demo = false
	o.app.Settings().SetBlockMode(block.Trackers)
	copied := func() string {
		var made *Copy
		p.MakeCopy(func(c Copy) { made = &c })
		o.until("copy", func() bool { return made != nil })
		return string(made.bytes)
	}
	if got := copied(); strings.Contains(got, "a.test") {
		t.Fatalf("nothing is blocked: %q", got)
	}
	dispute, ok := p.Dispute(0)
	if !ok {
		t.Fatal("no dispute")
	}
	dispute.Remember()
	o.until("verdict", func() bool { return p.State() == Clean })
	if got := copied(); got != raw {
		t.Errorf("what the user takes for harmless is blocked: %q", got)
	}
}
