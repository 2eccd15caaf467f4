package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/detector"
	"pixelwacht/detector/block"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/view"
)

const raw = "From: shop@mail.example\r\nContent-Type: text/html\r\n\r\n<p>Hello <a href=\"http://t.alpha.test/go\">there</a></p><img src=\"http://t.alpha.test/o\" alt=\"![x](http://t.alpha.test/md)\">\r\n"

// source has three messages of two senders.
type source struct{ store *store.Store }

func (s *source) Name() string { return "someone@university.example" }

func (s *source) Scan(ctx context.Context, progress func(imapsync.Progress)) (imapsync.Summary, error) {
	account, err := s.store.Account(ctx, store.Files, s.Name())
	if err != nil {
		return imapsync.Summary{}, err
	}
	var all []store.Message
	for i, from := range []string{"friend@mail.example", "shop@mail.example", "shop@mail.example"} {
		m := store.Message{File: from, Index: i, Offset: int64(i)}
		m.From.Address, m.Subject, m.Date, m.Digest = from, "Message "+from[:4], time.Now().AddDate(0, 0, -i), from+string(rune('a'+i))
		if i > 0 {
			m.Tracked = true
			m.Findings = []detector.Finding{{
				Kind: detector.OpenPixel, Confidence: detector.Certain, URL: "http://t.alpha.test/o?u=1234", Token: "1234", Host: "t.alpha.test",
				Provider: "Alpha", Reasons: []detector.Reason{detector.Tiny}, Exposes: []detector.Exposure{detector.OpenTime}, Where: "img src",
			}}
		}
		all = append(all, m)
	}
	if err := s.store.Saver().Save(ctx, account, 0, all); err != nil {
		return imapsync.Summary{}, err
	}
	progress(imapsync.Progress{Done: len(all), Total: len(all)})
	return imapsync.Summary{Messages: len(all)}, nil
}

func (s *source) Raw(context.Context, store.Message) ([]byte, error) { return []byte(raw), nil }

// person is somebody in front of the window, on whose goroutine everything of the window runs.
type person struct {
	*testing.T
	w      *window
	posted chan func()
	paths  []string // that were opened
	runs   int      // how often what is stored was opened
}

// openStored has nothing to show when the window opens, and a mailbox once one was added.
func (p *person) openStored(ctx context.Context) (view.Opened, error) {
	s, err := store.Open(ctx, p.TempDir())
	if err != nil {
		return view.Opened{}, err
	}
	p.runs++
	if p.runs == 1 {
		return view.Opened{Store: s, Close: s.Close}, nil
	}
	return view.Opened{Source: &source{s}, Store: s, Close: s.Close}, nil
}

func sit(t *testing.T) *person {
	t.Helper()
	p := &person{T: t, posted: make(chan func(), 1000)}
	open := func(ctx context.Context) (view.Opened, error) {
		s, err := store.Open(ctx, t.TempDir())
		if err != nil {
			return view.Opened{}, err
		}
		return view.Opened{Source: &source{s}, Store: s, Demo: true, Close: s.Close}, nil
	}
	p.w = newWindow(t.Context(), Params{
		App: test.NewTempApp(t), Language: "en",
		Model: view.Params{
			Blocker:  block.Blocker{Mode: block.All},
			OpenDemo: open,
			OpenFiles: func(ctx context.Context, paths []string) (view.Opened, error) {
				p.paths = paths
				return open(ctx)
			},
			OpenStored: p.openStored,
			Accounts:   accounts{},
			System:     system{},
		},
	}, func(f func()) { p.posted <- f })
	p.w.show()
	p.waits("the first page", func() bool { return !p.w.model.Opening() })
	t.Cleanup(func() {
		if err := p.w.model.Close(); err != nil {
			t.Error(err)
		}
		p.w.win.Close()
	})
	return p
}

// waits runs what is posted until done says so.
func (p *person) waits(what string, done func() bool) {
	p.Helper()
	deadline := time.After(20 * time.Second)
	for !done() {
		select {
		case f := <-p.posted:
			f()
		case <-deadline:
			p.Fatalf("%s: still waiting; the title is %q", what, p.w.win.Title())
		}
	}
}

func (p *person) waitsForTitle(want string) {
	p.Helper()
	p.waits(want, func() bool { return p.w.win.Title() == want })
}

// types presses a key where the focus is.
func (p *person) types(keys ...fyne.KeyName) {
	p.Helper()
	for _, key := range keys {
		if focused := p.w.win.Canvas().Focused(); focused != nil {
			focused.TypedKey(&fyne.KeyEvent{Name: key})
		} else {
			p.w.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: key})
		}
	}
}

// opensDemo goes to the senders of the demo.
func opensDemo(t *testing.T) *person {
	p := sit(t)
	test.Tap(p.w.top().(*startPage).demo)
	p.waits("overview", func() bool {
		o, ok := p.w.top().(*overviewPage)
		return ok && len(o.senders.Objects) == 1 && !p.w.model.Scan().Running
	})
	p.w.showSection(sendersSection)
	p.waits("senders", func() bool { return len(p.w.model.Senders().Rows()) == 2 })
	return p
}

func TestFirstPageToMessageAndBackByKeyboard(t *testing.T) {
	p := opensDemo(t)
	s := p.w.top().(*sendersPage)
	if got := s.answer.first.Text; got != "1 of your 2 senders tracks you." {
		t.Errorf("the answer is %q", got)
	}
	if got := p.w.win.Title(); got != "Pixelwacht – Senders" {
		t.Errorf("title %q", got)
	}
	p.types(fyne.KeyReturn)
	p.waitsForTitle("Pixelwacht – shop@mail.example")
	p.waits("messages", func() bool { return p.w.top().(*senderPage).messageTable.model.Len() == 2 })
	p.types(fyne.KeyDown, fyne.KeyReturn)
	p.waitsForTitle("Pixelwacht – Message shop")
	m := p.w.top().(*messagePage)
	p.waits("preview", func() bool { return m.shown > 0 })
	p.types(fyne.KeyEscape, fyne.KeyEscape)
	p.waitsForTitle("Pixelwacht – Senders")
	p.types(fyne.KeyEscape)
	p.waitsForTitle("Pixelwacht – Overview")
	p.types(fyne.KeyEscape)
	p.waitsForTitle("Pixelwacht – Overview")
}

func TestOverviewLeadsToWhatIsBehindIt(t *testing.T) {
	p := opensDemo(t)
	p.w.showHome()
	o := p.w.top().(*overviewPage)
	p.waits("overview", func() bool { return len(o.companies.Objects) == 1 })
	months := o.months
	if len(months.chart.bars) == 0 || months.table.Visible() {
		t.Fatalf("%d bars; table %v", len(months.chart.bars), months.table.Visible())
	}
	test.Tap(months.toggle)
	if !months.table.Visible() || months.chart.Visible() || len(months.table.Objects) != 3*(1+len(months.chart.bars)) {
		t.Errorf("as a table: %v, %d cells for %d months", months.table.Visible(), len(months.table.Objects), len(months.chart.bars))
	}
	p.w.focus(o.senders.Objects[0].(*tile))
	p.types(fyne.KeyReturn)
	p.waitsForTitle("Pixelwacht – shop@mail.example")
	p.types(fyne.KeyEscape)
	p.waitsForTitle("Pixelwacht – Overview")
	test.Tap(o.companies.Objects[0].(*tile))
	p.waits("messages", func() bool { m, ok := p.w.top().(*messagesPage); return ok && m.messageTable.model.Len() == 2 })
}

func TestSourceAndPreviewOfAMessage(t *testing.T) {
	p := opensDemo(t)
	p.types(fyne.KeyReturn)
	p.waits("messages", func() bool { return p.w.top().(*senderPage).messageTable.model.Len() > 0 })
	p.types(fyne.KeyReturn)
	m := p.w.top().(*messagePage)
	p.waits("findings", func() bool { return len(m.cards) == 1 && len(m.code.lines) > 0 })
	m.showInSource(0)
	if !m.code.Visible() || m.text.Visible() || p.w.win.Canvas().Focused() != m.code {
		t.Fatalf("source %v, preview %v, focus on %T", m.code.Visible(), m.text.Visible(), p.w.win.Canvas().Focused())
	}
	p.types(fyne.KeyHome, fyne.KeyDown, fyne.KeyEscape)
	p.waitsForTitle("Pixelwacht – shop@mail.example")
}

func TestSearchAndSort(t *testing.T) {
	p := opensDemo(t)
	s := p.w.top().(*sendersPage)
	p.w.searchShown()
	if p.w.win.Canvas().Focused() != s.find {
		t.Fatal("the search does not have the focus")
	}
	test.Type(s.find, "friend")
	if len(s.model.Rows()) != 1 || s.model.Rows()[0].Address != "friend@mail.example" {
		t.Errorf("rows %+v", s.model.Rows())
	}
	test.Type(s.find, "xyz")
	if len(s.model.Rows()) != 0 || !s.empty.object.Visible() || !strings.Contains(s.empty.what.Text, "friendxyz") {
		t.Errorf("%d rows; empty state %v %q", len(s.model.Rows()), s.empty.object.Visible(), s.empty.what.Text)
	}
	least := p.w.win.Content().MinSize()
	test.Type(s.find, strings.Repeat("long", 200))
	if got := p.w.win.Content().MinSize(); got.Width > least.Width || got.Height > least.Height+60 {
		t.Errorf("a long search makes the window grow from %v to %v", least, got)
	}
	p.types(fyne.KeyEscape)
	if len(s.model.Rows()) != 2 || s.empty.object.Visible() {
		t.Errorf("after Esc: %d rows", len(s.model.Rows()))
	}
	test.Type(s.find, "friend")
	if clear := s.find.ActionItem; !clear.Visible() {
		t.Error("nothing empties the search for the mouse")
	} else if test.Tap(clear.(*tappableIcon)); len(s.model.Rows()) != 2 || clear.Visible() {
		t.Errorf("emptied by the mouse: %d rows, still offered: %v", len(s.model.Rows()), clear.Visible())
	}
	p.types(fyne.KeyDown)
	if p.w.win.Canvas().Focused() != s.list {
		t.Error("the arrow down does not go from the search to the list")
	}
	p.w.focus(s.header.buttons[0])
	p.types(fyne.KeySpace)
	if p.w.win.Canvas().Focused() != s.header.buttons[0] {
		t.Errorf("a column's title that was pressed leaves the keyboard to %T", p.w.win.Canvas().Focused())
	}
	if s.model.Rows()[0].Address != "friend@mail.example" {
		t.Errorf("sorted by sender, %q comes first", s.model.Rows()[0].Address)
	}
}

func TestListKeys(t *testing.T) {
	test.NewTempApp(t)
	opened, back := -1, 0
	l := newList(func() int { return 1000 }, func() fyne.CanvasObject { return newCell() }, func(int, fyne.CanvasObject) {}, func(i int) { opened = i }, func() { back++ })
	w := test.NewTempWindow(t, l)
	w.Resize(fyne.NewSize(200, 400))
	page := int(l.Size().Height/l.rowHeight) - 2
	for _, c := range []struct {
		key  fyne.KeyName
		want int
	}{
		{fyne.KeyUp, 0}, {fyne.KeyDown, 1}, {fyne.KeyEnd, 999}, {fyne.KeyDown, 999}, {fyne.KeyHome, 0}, {fyne.KeyPageDown, page}, {fyne.KeyPageUp, 0},
	} {
		l.TypedKey(&fyne.KeyEvent{Name: c.key})
		if l.current != c.want {
			t.Errorf("%s: row %d, want %d", c.key, l.current, c.want)
		}
	}
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		opened = -1
		l.TypedKey(&fyne.KeyEvent{Name: key})
		if opened != 0 {
			t.Errorf("%s opens row %d, want 0", key, opened)
		}
	}
	l.Select(5)
	l.UnselectAll()
	opened = -1
	l.Select(5)
	if opened != 5 {
		t.Error("a row that was opened before does not open again")
	}
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if back != 1 {
		t.Error("Esc does not go back")
	}
}

func TestLanguageChangesEverything(t *testing.T) {
	p := opensDemo(t)
	p.w.showSection(settingsSection)
	p.w.setLanguage("nl")
	p.waitsForTitle("Pixelwacht – Instellingen")
	if got := p.w.win.MainMenu().Items[0].Label; got != "Bestand" {
		t.Errorf("menu %q", got)
	}
	p.w.showSection(sendersSection)
	if got := p.w.top().(*sendersPage).answer.first.Text; got != "1 van uw 2 afzenders volgt u." {
		t.Errorf("answer %q", got)
	}
	if got := p.w.model.Settings().Language(); got != "nl" {
		t.Errorf("remembered language %q", got)
	}
}

func TestDroppedFilesAreOpened(t *testing.T) {
	p := sit(t)
	web, err := storage.ParseURI("https://t.alpha.test/x.eml")
	if err != nil {
		t.Fatal(err)
	}
	p.w.openURIs([]fyne.URI{web})
	if p.w.model.Opening() {
		t.Error("something on the web is opened")
	}
	p.w.openURIs([]fyne.URI{web, storage.NewFileURI("/tmp/a.eml")})
	p.waits("open", p.w.model.IsOpen)
	if len(p.paths) != 1 || p.paths[0] != "/tmp/a.eml" {
		t.Errorf("opened %q", p.paths)
	}
}

// accounts is a server that knows one password.
type accounts struct{ view.Accounts }

func (accounts) Registered(provider.OAuth) bool { return false }
func (accounts) Lasts() bool                    { return false }

func (accounts) List(context.Context) ([]account.Settings, error) {
	return []account.Settings{{Address: "someone@small.example", Server: imapsync.Server{Host: "imap.small.example", Port: 993}}}, nil
}

func (accounts) Mailboxes(context.Context, string) (account.Choice, error) {
	return account.Choice{Mailboxes: []imapsync.Mailbox{{Name: "INBOX", Scanned: true}, {Name: "Trash"}}, Chosen: []string{"INBOX"}}, nil
}

func (accounts) Choose(_ context.Context, _ string, c account.Choice) error {
	if !slices.Equal(c.Chosen, []string{"INBOX", "Trash"}) {
		return fmt.Errorf("%q are chosen", c.Chosen)
	}
	return nil
}

func (accounts) Add(_ context.Context, s account.Settings, secrets account.Secrets) error {
	switch {
	case secrets.Secret != "right":
		return &imapsync.Error{Problem: imapsync.WrongPassword, Doing: "log in"}
	case s.Fingerprint == "":
		return &imapsync.Error{Problem: imapsync.Certificate, Doing: "connect", Fingerprint: "AA:BB:CC"}
	}
	return nil
}

func TestSignInByKeyboard(t *testing.T) {
	p := sit(t)
	start := p.w.top().(*startPage)
	if p.w.win.Canvas().Focused() != start.address {
		t.Fatal("the address cannot be typed at once")
	}
	test.Type(start.address, "me@small.example")
	p.types(fyne.KeyReturn)
	s := p.w.top().(*signInPage)
	if !s.lookUp.Visible() || !strings.Contains(s.asked.Text, "small.example") || s.login.Visible() {
		t.Fatalf("not asked whether the server may be looked up: %q", s.asked.Text)
	}
	s.model.ByHand()
	test.Type(s.server, "imap.small.example")
	if s.user.Text != "me@small.example" {
		t.Errorf("user %q", s.user.Text)
	}
	test.Type(s.password, "wrong")
	p.w.win.Canvas().Focus(s.password)
	p.types(fyne.KeyReturn)
	if !s.wait.Visible() || !s.start.Disabled() {
		t.Error("nothing says that the server is being asked")
	}
	p.waits("answer", func() bool { return s.problem.Visible() })
	if !strings.Contains(s.what.Text, "refuses this user and password") || s.server.Text != "imap.small.example" || s.password.Text != "wrong" {
		t.Errorf("problem %q, server %q, password kept: %v", s.what.Text, s.server.Text, s.password.Text != "")
	}
	if p.w.win.Canvas().Focused() != s.password {
		t.Error("the password cannot be corrected at once")
	}
	s.password.SetText("right")
	p.types(fyne.KeyReturn)
	p.waits("the certificate", func() bool { return s.certificate.Visible() })
	if !strings.Contains(s.what.Text, "AA:BB:CC") || p.w.win.Canvas().Focused() != s.certificate {
		t.Errorf("the fingerprint is not in %q, or the keyboard is elsewhere", s.what.Text)
	}
	s.model.Trust()
	p.waitsForTitle("Pixelwacht – Which folders should be scanned?")
	m := p.w.top().(*mailboxesPage)
	if p.w.win.Canvas().Focused() != m.keep || m.count.Text != "1 of 2 folders are scanned." {
		t.Errorf("Enter does not scan; %q", m.count.Text)
	}
	p.w.focus(m.list)
	p.types(fyne.KeyEnd, fyne.KeySpace)
	p.w.focus(m.keep)
	p.types(fyne.KeyReturn)
	p.waits("the mailbox", p.w.model.IsOpen)
}

func TestEveryActionOfTheMenuHasKeysOfItsOwn(t *testing.T) {
	p := sit(t)
	seen := make(map[string]string)
	for _, menu := range p.w.win.MainMenu().Items {
		for _, item := range menu.Items {
			if item.IsSeparator {
				continue
			}
			s, ok := item.Shortcut.(*desktop.CustomShortcut)
			if !ok {
				t.Errorf("%s has no keys", item.Label)
				continue
			}
			if other := seen[s.ShortcutName()]; other != "" {
				t.Errorf("%s and %s have the same keys", other, item.Label)
			}
			seen[s.ShortcutName()] = item.Label
		}
	}
}

// TestNoImageOfAMessageReachesTheToolkit looks for images in everything that a message's page draws: there may be the
// program's own icons, and nothing else.
func TestNoImageOfAMessageReachesTheToolkit(t *testing.T) {
	p := opensDemo(t)
	p.types(fyne.KeyReturn)
	p.waits("messages", func() bool { return p.w.top().(*senderPage).messageTable.model.Len() > 0 })
	p.types(fyne.KeyReturn)
	m := p.w.top().(*messagePage)
	p.waits("preview", func() bool { return m.shown > 0 })
	images := 0
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *canvas.Image:
			images++
			if o.File != "" || o.Resource == nil && o.Image != nil {
				t.Errorf("an image from elsewhere: %q", o.File)
			}
			switch o.Resource.(type) {
			case nil, *picture, *themedIcon, *theme.ThemedResource, *theme.ErrorThemedResource, *theme.InvertedThemedResource, *theme.PrimaryThemedResource, *theme.DisabledResource:
			default:
				t.Errorf("an image of type %T: %s", o.Resource, o.Resource.Name())
			}
		case *canvas.Raster:
			t.Error("an image that is drawn elsewhere than in a cell")
		case *cell, *learnCell: // these draw pictures, which are icons
			return
		case *widget.RichText:
			for _, s := range o.Segments {
				link, isLink := s.(*widget.HyperlinkSegment)
				if _, ok := s.(*widget.TextSegment); !ok && !isLink {
					t.Errorf("rich text with %T", s)
				}
				if isLink && (link.URL != nil || link.OnTapped == nil) {
					t.Errorf("the toolkit would open the link %q", link.Text)
				}
			}
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
			return
		}
		if w, ok := o.(fyne.Widget); ok {
			for _, child := range test.WidgetRenderer(w).Objects() {
				walk(child)
			}
		}
	}
	walk(m.root)
	if images == 0 {
		t.Error("the walk does not find even the program's own icons")
	}
}

func TestCopiesOfASenderCanBeStopped(t *testing.T) {
	p := opensDemo(t)
	p.w.showSender(p.w.model.Senders().Row(0))
	s := p.w.top().(*senderPage)
	p.waits("the sender", func() bool { return s.services.Text != "" })
	if s.progress.object.Visible() {
		t.Error("progress is shown of nothing")
	}
	p.w.model.WriteCopies(s.model.Filter(), t.TempDir(), view.EMLFiles)
	if !s.progress.object.Visible() || s.result.Text == "" || !s.copies.Disabled() {
		t.Errorf("progress %v, %q; the button can be pressed: %v", s.progress.object.Visible(), s.result.Text, !s.copies.Disabled())
	}
	test.Tap(s.progress.cancel)
	p.waits("the end", func() bool { return !p.w.model.Copies().Running })
	if s.progress.object.Visible() || !strings.Contains(s.result.Text, "copies") {
		t.Errorf("at the end: progress %v, %q", s.progress.object.Visible(), s.result.Text)
	}
}
