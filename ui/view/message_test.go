package view

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

const rawMessage = "From: shop@mail.example\r\nSubject: Sale\r\nContent-Type: text/html\r\n\r\n" +
	"<p>Hello <b>you</b>\x1b[31m\u202e</p><p>Second</p><img src=\"http://t.alpha.test/o?u=abc123\" width=1 height=1>\r\n"

// page opens the page of the message m, whose bytes are raw.
func page(t *testing.T, lang string, m store.Message, raw map[string][]byte) (*owner, *MessagePage) {
	t.Helper()
	s := &source{messages: []store.Message{m}, raw: raw}
	o := newOwner(t, Params{Texts: translations.New(lang), OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("open", o.app.IsOpen)
	o.app.Show(o.app.Messages())
	o.scanned()
	o.until("messages", func() bool { return o.app.Messages().Len() == 1 })
	p := o.app.MessagePage(o.app.Messages().Row(0))
	o.until("findings", func() bool { return p.Revision() > 0 })
	return o, p
}

func TestPreview(t *testing.T) {
	o, p := page(t, "en", msg(1, "shop", "Sale", pixel("alpha")), map[string][]byte{"Sale": []byte(rawMessage)})
	if _, note := p.Preview(); note != "Reading the message…" {
		t.Errorf("at first %q", note)
	}
	o.changes = 0
	o.until("preview", func() bool { return o.changes&MessageChanged != 0 })
	blocks, note := p.Preview()
	var got []string
	for _, b := range blocks {
		for _, s := range b.Spans {
			got = append(got, s.Text)
		}
		for _, p := range b.Pictures {
			got = append(got, "["+p.Label+"]")
		}
	}
	want := []string{"Hello you[31m", "Second", "[Picture from t.alpha.test, not loaded]"}
	if !slices.Equal(got, want) || note != "" {
		t.Errorf("%q, %q", got, note)
	}
}

func TestPreviewOfAMessageThatIsGone(t *testing.T) {
	o, p := page(t, "en", msg(1, "shop", "Sale"), nil)
	o.until("preview", func() bool { _, note := p.Preview(); return note != "Reading the message…" })
	if _, note := p.Preview(); !strings.Contains(note, "no longer in the mailbox") || !strings.Contains(note, "Scan again") {
		t.Errorf("%q", note)
	}
}

func TestCards(t *testing.T) {
	link := func(url string) detector.Finding {
		return detector.Finding{Kind: detector.ClickLink, Confidence: detector.Likely, URL: url, Host: "click.alpha.example", Provider: "alpha", Where: "a href", Part: "1", Exposes: []detector.Exposure{detector.Click}}
	}
	findings := []detector.Finding{link("https://click.alpha.example/0"), pixel("alpha"), {
		Kind: detector.ReadReceipt, Confidence: detector.Certain, URL: "shop@mail.example", Where: "Disposition-Notification-To", Reasons: []detector.Reason{detector.Requested},
	}}
	for range 10 {
		findings = append(findings, link("https://click.alpha.example/more"))
	}
	_, p := page(t, "en", msg(1, "shop", "Sale", findings...), nil)
	cards := p.Cards()
	if len(cards) != 3 {
		t.Fatalf("%d cards, want 3: links of one service share a card", len(cards))
	}
	c := cards[0]
	if !c.Tracks || c.Link || c.State != Tracked || c.Who != "alpha (alpha Inc.)" || c.Kind == "" || c.Confidence == "" || c.Sentence == "" || len(c.Reasons) != 1 {
		t.Errorf("first card %+v", c)
	}
	if want := (URL{"https://open.alpha.example/o?u=", "abc123", "&x=1"}); len(c.URLs) != 1 || c.URLs[0] != want {
		t.Errorf("URLs %+v, want %+v", c.URLs, want)
	}
	if c.Where != "Where: img src, in part 1.2 of the message" || cards[1].Where != "Where: header field Disposition-Notification-To" {
		t.Errorf("where %q and %q", c.Where, cards[1].Where)
	}
	for _, part := range []string{"https://open.alpha.example/o?u=abc123&x=1", c.Sentence, c.Who, c.Where, c.Reasons[0]} {
		if !strings.Contains(c.Evidence, part) {
			t.Errorf("the evidence lacks %q", part)
		}
	}
	if cards[1].State != ReadReceipt || !cards[1].Tracks {
		t.Errorf("second card %+v", cards[1])
	}
	l := cards[2]
	if l.Tracks || !l.Link || len(l.URLs) != maxURLs || l.MoreURLs != "and 3 more links of the same kind" || strings.Count(l.Evidence, "/more") != 10 {
		t.Errorf("links card %+v", l)
	}
}

func TestMarkedURL(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for _, c := range []struct {
		name string
		f    detector.Finding
		want URL
	}{
		{"no personal part", detector.Finding{URL: "https://a.example/x"}, URL{Before: "https://a.example/x"}},
		{"a part that is not in the URL", detector.Finding{URL: "https://a.example/x", Token: "zz"}, URL{Before: "https://a.example/x"}},
		{"at the end", detector.Finding{URL: "https://a.example/me", Token: "me"}, URL{"https://a.example/", "me", ""}},
		{"control characters", detector.Finding{URL: "https://a.example/\x1b\u202e"}, URL{Before: "https://a.example/"}},
	} {
		if got := markedURL(c.f); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	u := markedURL(detector.Finding{URL: "https://a.example/" + long + "me" + long, Token: "me"})
	if n := len([]rune(u.Before + u.Personal + u.After)); n > 2*maxURL || u.Personal != "me" || !strings.HasSuffix(u.Before, "…") {
		t.Errorf("a long URL is shown with %d runes: %+v", n, u)
	}
}

func TestVerdictOfMessages(t *testing.T) {
	encrypted, remote, broken := msg(1, "shop", "Sale"), msg(1, "shop", "Sale"), msg(1, "shop", "Sale")
	encrypted.Encrypted = true
	remote.Remote.References = 3
	broken.Errors = []string{"multipart without its closing delimiter"}
	for _, c := range []struct {
		name string
		m    store.Message
		want string
	}{
		{"clean", msg(1, "shop", "Sale"), "loads nothing"},
		{"pictures", remote, "No tracker was found. The message loads 3 pictures"},
		{"encrypted", encrypted, "is encrypted"},
		{"tracked", msg(1, "shop", "Sale", pixel("alpha")), "reports to its sender"},
		{"passes on", msg(1, "shop", "Sale", pixel("alpha", detector.AddressLeaked)), "passes your e-mail address on"},
		{"receipt", msg(1, "shop", "Sale", detector.Finding{Kind: detector.ReadReceipt, Confidence: detector.Certain}), "confirm that you read it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, p := page(t, "en", c.m, nil)
			if got := p.Verdict(); !strings.Contains(got, c.want) || p.Broken() != "" {
				t.Errorf("%q, %q", got, p.Broken())
			}
		})
	}
	_, p := page(t, "en", broken, nil)
	if !strings.Contains(p.Broken(), "broken") {
		t.Errorf("Broken %q", p.Broken())
	}
	if p.Date() != "yesterday at 14:00" {
		t.Errorf("Date %q", p.Date())
	}
}

func TestMessageRows(t *testing.T) {
	o, _ := page(t, "nl", msg(0, "shop", "Two\n\u202elines", pixel("alpha")), nil)
	r := o.app.Messages().Row(0)
	if r.Subject != "Two lines" || r.From != "SHOP" || r.Address != "shop@mail.example" || r.State != Tracked || r.StateWord != "Volgt u" || r.Providers != "alpha" || r.Date != "vandaag" || len(r.Learns) != 1 {
		t.Errorf("%+v", r)
	}
	r = o.app.messageRow(store.Row{}, now())
	if r.Subject != "(geen onderwerp)" || r.From != "Geen afzender vermeld" || r.State != Clean {
		t.Errorf("%+v", r)
	}
}

func TestMessagesOfOneSender(t *testing.T) {
	all := mailbox()
	nobody := msg(7, "", "From nobody")
	nobody.From = detector.Address{}
	s := &source{messages: append(all, nobody)}
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("open", o.app.IsOpen)
	o.scanned()
	for address, want := range map[string][]string{
		"shop@mail.example": {"Sale", "More sale", "Receipt"},
		"":                  {"From nobody"},
	} {
		l := o.app.MessagesOf(address)
		o.app.Show(l)
		o.until("rows", func() bool { return l.Loaded() })
		var got []string
		for i := range l.Len() {
			got = append(got, l.Row(i).Subject)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
	l := o.app.Messages()
	o.app.Show(l)
	o.until("rows", l.Loaded)
	for _, c := range []struct {
		column Column
		want   string
	}{{SubjectColumn, "From nobody"}, {SubjectColumn, "Sale"}, {FromColumn, "From nobody"}, {MessageLearnsColumn, "From nobody"}, {DateColumn, "Sale"}} {
		l.Sort(c.column)
		o.scanned()
		if got := l.Row(0).Subject; got != c.want {
			t.Errorf("column %d: %q comes first, want %q", c.column, got, c.want)
		}
	}
	l.Search("sale")
	o.scanned()
	if l.Len() != 2 || l.Row(0).Subject != "Sale" || !l.Filtered() {
		t.Errorf("search: %d messages, the first is %q", l.Len(), l.Row(0).Subject)
	}
}

func TestEveryProblemSaysWhatToDo(t *testing.T) {
	problems := append(imapsync.Problems(), "")
	for _, lang := range translations.Languages {
		texts := translations.New(lang)
		for kind := problemStore; kind <= problemCopy; kind++ {
			for _, word := range problems {
				var err error = &imapsync.Error{Problem: word, Doing: "try"}
				if word == "" {
					err = context.DeadlineExceeded
				}
				p := newProblem(kind, err)
				for _, text := range []string{p.What(texts), p.Next(texts), p.Details()} {
					if text == "" || strings.Contains(text, "⟨") {
						t.Errorf("%s: kind %d, %q: %q", lang, kind, word, text)
					}
				}
			}
		}
	}
}
