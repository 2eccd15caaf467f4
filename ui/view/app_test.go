package view

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/detector/block"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// now is when the tests run.
func now() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) }

// owner is the goroutine that a model belongs to: the test's own, which runs what was posted when it is told to.
type owner struct {
	t       *testing.T
	app     *App
	posted  chan func()
	changes Change
}

func newOwner(t *testing.T, p Params) *owner {
	t.Helper()
	o := &owner{t: t, posted: make(chan func(), 10_000)}
	if p.Texts == nil {
		p.Texts = translations.New("en")
	}
	p.Now = now
	p.Interval = time.Millisecond
	p.Post = func(f func()) { o.posted <- f }
	p.Changed = func(c Change) { o.changes |= c }
	p.Blocker = block.Blocker{Mode: block.All, Detector: detector.New(catalogue.Builtin())}
	if p.Preferences == nil {
		p.Preferences = memory{}
	}
	o.app = New(t.Context(), p)
	t.Cleanup(func() {
		if err := o.app.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		goleak.VerifyNone(t, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
	})
	return o
}

// until runs what is posted until done says so.
func (o *owner) until(what string, done func() bool) {
	o.t.Helper()
	deadline := time.After(20 * time.Second)
	for !done() {
		select {
		case f := <-o.posted:
			f()
		case <-deadline:
			o.t.Fatalf("%s: still waiting", what)
		}
	}
}

// scanned waits for the end of a scan and of the reading of what it found.
func (o *owner) scanned() {
	o.t.Helper()
	o.until("scan", func() bool { return o.app.IsOpen() && !o.app.scan.Running && !o.app.opening && !o.app.loading })
}

// source is a source whose messages are given.
type source struct {
	store    *store.Store
	messages []store.Message
	raw      map[string][]byte // by subject
	err      error             // at the end of the scan
	hold     chan struct{}     // the scan waits for it after its first message; nil does not wait
	chatter  chan struct{}     // the scan reports progress until it is closed; nil does not
	linger   chan struct{}     // a cancelled scan ends when it is closed; nil ends at once
	ended    atomic.Bool
}

func (s *source) Name() string { return "someone@university.example" }

func (s *source) Scan(ctx context.Context, progress func(imapsync.Progress)) (imapsync.Summary, error) {
	defer s.ended.Store(true)
	account, err := s.store.Account(ctx, store.IMAP, s.Name())
	if err != nil {
		return imapsync.Summary{}, err
	}
	mailbox, err := s.store.Mailbox(ctx, account.ID, "INBOX", 1)
	if err != nil {
		return imapsync.Summary{}, err
	}
	for i := range s.messages {
		if i == 1 && s.hold != nil {
			select {
			case <-s.hold:
			case <-ctx.Done():
				if s.linger != nil {
					<-s.linger
				}
				return imapsync.Summary{Messages: i}, ctx.Err()
			}
		}
		if err := s.store.Saver().Save(ctx, account, mailbox.ID, s.messages[i:i+1]); err != nil {
			return imapsync.Summary{Messages: i}, err
		}
		progress(imapsync.Progress{Mailbox: "INBOX", Done: i + 1, Total: len(s.messages)})
	}
	for s.chatter != nil {
		progress(imapsync.Progress{Mailbox: "INBOX", Done: len(s.messages), Total: len(s.messages)})
		select {
		case <-s.chatter:
			s.chatter = nil
		default:
		}
	}
	return imapsync.Summary{Messages: len(s.messages)}, s.err
}

func (s *source) Raw(_ context.Context, m store.Message) ([]byte, error) {
	raw, ok := s.raw[m.Subject]
	if !ok {
		return nil, &imapsync.Error{Problem: imapsync.MessageGone, Doing: "fetch"}
	}
	return raw, nil
}

// opens returns a way to open s, with a store of its own.
func (s *source) opens(t *testing.T) func(context.Context) (Opened, error) {
	t.Helper()
	dir := t.TempDir()
	return func(ctx context.Context) (Opened, error) {
		var err error
		s.store, err = store.Open(ctx, dir)
		if err != nil {
			return Opened{}, err
		}
		return Opened{Source: s, Store: s.store, Demo: true, Close: s.store.Close}, nil
	}
}

// msg is a message from a sender with findings.
func msg(uid int, from, subject string, findings ...detector.Finding) store.Message {
	m := store.Message{Mailbox: "INBOX", UIDValidity: 1, UID: store.UID(uid)}
	m.From = detector.Address{Name: strings.ToUpper(from), Address: from + "@mail.example", Organisation: "mail.example"}
	m.Subject, m.Date, m.Findings = subject, now().AddDate(0, 0, -uid), findings
	m.Digest = fmt.Sprintf("digest-%d", uid)
	m.Tracked = slices.ContainsFunc(findings, detector.Finding.Tracks)
	return m
}

func pixel(provider string, exposes ...detector.Exposure) detector.Finding {
	return detector.Finding{
		Kind: detector.OpenPixel, Confidence: detector.Certain, Provider: provider, Company: provider + " Inc.",
		URL: "https://open." + provider + ".example/o?u=abc123&x=1", Host: "open." + provider + ".example", Token: "abc123",
		Reasons: []detector.Reason{detector.Tiny}, Exposes: append([]detector.Exposure{detector.OpenTime}, exposes...), Part: "1.2", Where: "img src",
		Width: 1, Height: 1,
	}
}

func mailbox() []store.Message {
	receipt := detector.Finding{Kind: detector.ReadReceipt, Confidence: detector.Certain, URL: "x@mail.example", Where: "Disposition-Notification-To", Exposes: []detector.Exposure{detector.OpenTime}}
	return []store.Message{
		msg(1, "shop", "Sale", pixel("alpha")),
		msg(2, "shop", "More sale", pixel("alpha")),
		msg(3, "shop", "Receipt"),
		msg(4, "paper", "Morning news", pixel("beta", detector.AddressLeaked)),
		msg(5, "office", "Please confirm", receipt),
		msg(6, "friend", "Hello"),
	}
}

func TestOpenDemoScansAndAnswers(t *testing.T) {
	s := &source{messages: mailbox()}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	if o.app.IsOpen() || o.app.CanScan() {
		t.Error("something is open before anything was opened")
	}
	o.app.OpenDemo()
	if !o.app.Opening() || o.app.ScanText() != "Opening…" {
		t.Errorf("while opening: Opening %v, text %q", o.app.Opening(), o.app.ScanText())
	}
	o.until("open", o.app.IsOpen)
	if o.changes&SourceChanged == 0 {
		t.Error("the window was not told of the source")
	}
	o.app.Show(o.app.Senders())
	o.scanned()
	tracked, passesOn := o.app.Senders().Answer()
	if tracked != "3 of your 4 senders track you." || passesOn != "1 passes your address on to others." {
		t.Errorf("answer %q, %q", tracked, passesOn)
	}
	if got := o.app.ScanText(); got != "6 new messages scanned" {
		t.Errorf("scan text %q", got)
	}
	if got := o.app.SourceName(); got != "Demo mailbox" {
		t.Errorf("source name %q", got)
	}
	if !o.app.CanScan() || o.app.Problem() != nil {
		t.Errorf("after the scan: CanScan %v, problem %v", o.app.CanScan(), o.app.Problem())
	}
}

func TestCancelledScanKeepsWhatItFound(t *testing.T) {
	s := &source{messages: mailbox(), hold: make(chan struct{})}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("first message", func() bool { return o.app.Scan().Done == 1 })
	o.app.Show(o.app.Senders())
	if got := o.app.ScanText(); got != "1 of 6 messages" {
		t.Errorf("scan text %q", got)
	}
	if f, ok := o.app.Scan().Fraction(); !ok || f != 1.0/6 {
		t.Errorf("fraction %v %v", f, ok)
	}
	o.app.CancelScan()
	o.scanned()
	if !o.app.Scan().Cancelled || o.app.Problem() != nil {
		t.Errorf("scan %+v, problem %v", o.app.Scan(), o.app.Problem())
	}
	if got := o.app.ScanText(); got != "Stopped after 1 of 6 messages" {
		t.Errorf("scan text %q", got)
	}
	if rows := o.app.Senders().Rows(); len(rows) != 1 || rows[0].Address != "shop@mail.example" {
		t.Errorf("rows %+v", rows)
	}
}

func TestBusyWindowIsAskedForOneUpdateAtATime(t *testing.T) {
	chatter := make(chan struct{})
	s := &source{messages: mailbox()[:1], chatter: chatter}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("open", func() bool { return o.app.IsOpen() && o.app.rules != nil })
	time.Sleep(100 * time.Millisecond) // a hundred intervals, in which the window does nothing
	if n := len(o.posted); n > 1 {
		t.Errorf("%d reports wait for the window, want at most 1", n)
	}
	close(chatter)
	o.scanned()
}

func TestFailedScanKeepsWhatItFoundAndSaysSo(t *testing.T) {
	s := &source{messages: mailbox(), err: &imapsync.Error{Problem: imapsync.Disconnected, Doing: "fetch"}}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("open", o.app.IsOpen)
	o.app.Show(o.app.Senders())
	o.scanned()
	p := o.app.Problem()
	if p == nil || !strings.Contains(p.What(o.app.Texts()), "connection broke") || p.Next(o.app.Texts()) == "" || !strings.Contains(p.Details(), "fetch") {
		t.Fatalf("problem %+v", p)
	}
	if len(o.app.Senders().Rows()) != 4 {
		t.Errorf("%d senders, want 4", len(o.app.Senders().Rows()))
	}
	o.app.Dismiss()
	if o.app.Problem() != nil {
		t.Error("the problem stays after it was dismissed")
	}
}

func TestFailedOpening(t *testing.T) {
	failure := errors.New("no such thing")
	o := newOwner(t, Params{
		OpenFiles:  func(context.Context, []string) (Opened, error) { return Opened{}, failure },
		OpenStored: func(context.Context) (Opened, error) { return Opened{}, failure },
	})
	o.app.OpenFiles(nil)
	if o.app.Opening() {
		t.Error("no paths are opened")
	}
	o.app.OpenFiles([]string{"a.eml"})
	o.until("files", func() bool { return o.app.Problem() != nil })
	if got := o.app.Problem().What(o.app.Texts()); got != "These files could not be opened." {
		t.Errorf("what %q", got)
	}
	o.app.OpenMailboxes()
	if o.app.Problem() != nil {
		t.Error("the old problem stays while something new is tried")
	}
	o.until("mailboxes", func() bool { return o.app.Problem() != nil })
	if got := o.app.Problem().What(o.app.Texts()); got != "What was found could not be read or kept." {
		t.Errorf("what %q", got)
	}
	if o.app.IsOpen() || o.app.Opening() {
		t.Error("open after failing")
	}
}

func TestOpeningAnotherSourceEndsTheScan(t *testing.T) {
	first := &source{messages: mailbox(), hold: make(chan struct{}), linger: make(chan struct{})}
	second := &source{messages: mailbox()[5:]}
	open := second.opens(t)
	closed := make(chan bool, 1)
	o := newOwner(t, Params{
		OpenDemo: func(ctx context.Context) (Opened, error) {
			opened, err := first.opens(t)(ctx)
			closeStore := opened.Close
			opened.Close = func() error {
				closed <- first.ended.Load()
				return closeStore()
			}
			return opened, err
		},
		OpenFiles: func(ctx context.Context, _ []string) (Opened, error) { return open(ctx) },
	})
	o.app.OpenDemo()
	o.until("first message", func() bool { return o.app.Scan().Done == 1 })
	o.app.OpenFiles([]string{"x"})
	o.until("second source", func() bool { return o.app.opened != nil && o.app.opened.Source == Source(second) })
	o.app.Show(o.app.Senders())
	o.scanned()
	close(first.linger)
	if !<-closed {
		t.Error("the first source was closed while its scan was still running")
	}
	if rows := o.app.Senders().Rows(); len(rows) != 1 || rows[0].Address != "friend@mail.example" {
		t.Errorf("rows %+v", rows)
	}
}

// While the messages of a sender are shown, the verdict on the sender follows the scan too.
func TestVerdictOfAShownSenderFollowsTheScan(t *testing.T) {
	s := &source{messages: mailbox(), hold: make(chan struct{})}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("first message", func() bool { return o.app.Scan().Done == 1 })
	o.app.Show(o.app.Senders())
	o.until("senders", func() bool { return len(o.app.Senders().Rows()) == 1 })
	shop := o.app.SenderPage("shop@mail.example")
	o.app.Show(shop)
	close(s.hold)
	o.scanned()
	row, _ := shop.Sender()
	if shop.Messages.Len() != 3 || row.Share != "2 of 3" {
		t.Errorf("%d messages are shown, and the verdict is about %q", shop.Messages.Len(), row.Share)
	}
}

// What reads from a source keeps it open: a message, and a list.
func TestASourceIsClosedAfterItsLastUser(t *testing.T) {
	first := &source{messages: mailbox(), raw: map[string][]byte{"Sale": []byte("\r\nSale\r\n")}}
	second := &source{messages: mailbox()[5:]}
	open := second.opens(t)
	var reading, closed atomic.Bool
	release := make(chan struct{})
	closing := make(chan struct{})
	o := newOwner(t, Params{
		OpenDemo: func(ctx context.Context) (Opened, error) {
			opened, err := first.opens(t)(ctx)
			closeStore := opened.Close
			opened.Source = slowRaw{first, func() {
				reading.Store(true)
				<-release
				if closed.Load() {
					t.Error("the first source was closed while a message of it was read")
				}
			}}
			opened.Close = func() error {
				closed.Store(true)
				close(closing)
				return closeStore()
			}
			return opened, err
		},
		OpenFiles: func(ctx context.Context, _ []string) (Opened, error) { return open(ctx) },
	})
	o.app.OpenDemo()
	o.until("open", o.app.IsOpen)
	o.app.Show(o.app.Messages())
	o.scanned()
	page := o.app.MessagePage(o.app.Messages().Row(0))
	o.app.OpenFiles([]string{"x"})
	o.until("second source", func() bool { return o.app.opened.Source == Source(second) && !o.app.opening && reading.Load() })
	if ok, why := page.CanSave(); ok || why == "" {
		t.Errorf("a message of a source that is gone: CanSave %v, %q", ok, why)
	}
	o.scanned()
	close(release)
	<-closing
}

// slowRaw is a source whose messages are read slowly.
type slowRaw struct {
	*source
	wait func()
}

func (s slowRaw) Raw(ctx context.Context, m store.Message) ([]byte, error) {
	s.wait()
	return s.source.Raw(ctx, m)
}

// A window may be closed when a source is open and not yet taken.
func TestClosingBeforeASourceIsTaken(t *testing.T) {
	s := &source{messages: mailbox()}
	open := s.opens(t)
	closed := false
	t.Cleanup(func() { // after newOwner's
		if !closed {
			t.Error("the source stays open")
		}
	})
	o := newOwner(t, Params{OpenDemo: func(ctx context.Context) (Opened, error) {
		opened, err := open(ctx)
		closeStore := opened.Close
		opened.Close = func() error {
			closed = true
			return closeStore()
		}
		return opened, err
	}})
	o.app.OpenDemo()
	<-o.posted // and never run
}

func TestStoredResults(t *testing.T) {
	for _, c := range []struct {
		name     string
		messages []store.Message
		open     bool
	}{
		{"nothing was found before", nil, false},
		{"something was found before", mailbox(), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &source{messages: c.messages}
			opened, err := s.opens(t)(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Scan(t.Context(), func(imapsync.Progress) {}); err != nil {
				t.Fatal(err)
			}
			opened.Source, opened.Demo = nil, false
			o := newOwner(t, Params{OpenStored: func(context.Context) (Opened, error) { return opened, nil }})
			o.app.OpenStored()
			o.until("open", func() bool { return !o.app.Opening() })
			if o.app.IsOpen() != c.open {
				t.Fatalf("IsOpen %v, want %v", o.app.IsOpen(), c.open)
			}
			if !c.open {
				return
			}
			if o.app.CanScan() {
				t.Error("results of earlier scans cannot be scanned again without signing in")
			}
			o.app.Show(o.app.Messages())
			o.until("messages", func() bool { return o.app.Messages().Len() > 0 })
			page := o.app.MessagePage(o.app.Messages().Row(0))
			if ok, why := page.CanSave(); ok || !strings.Contains(why, "Other mail") {
				t.Errorf("CanSave %v, %q", ok, why)
			}
			if _, note := page.Preview(); !strings.Contains(note, "Other mail") {
				t.Errorf("preview note %q", note)
			}
		})
	}
}

func TestClosingDuringAScan(t *testing.T) {
	s := &source{messages: mailbox(), hold: make(chan struct{})}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("first message", func() bool { return o.app.Scan().Done == 1 })
	// newOwner's cleanup closes the model, and fails when that is an error or leaves a goroutine behind.
}
