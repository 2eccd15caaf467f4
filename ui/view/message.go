package view

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"pixelwacht/detector"
	"pixelwacht/detector/block"
	"pixelwacht/detector/message"
	"pixelwacht/detector/preview"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// Limits of what is shown of one message: text widgets become slow with much more.
const (
	maxPreviewRunes = 12_000
	maxParagraph    = 1_500 // runes
	maxURL          = 400   // runes of a URL; the whole of it can be copied
	maxURLs         = 8     // URLs of one card
)

// MessagePage is the model of the page of one message.
type MessagePage struct {
	app     *App
	opened  *openSource
	message store.Message

	paragraphs []string // nil until it was read
	cut        bool     // there is more than paragraphs
	problem    *Problem // of reading the message
	busy       bool     // a copy is being made or written
	saved      string   // what came of the last copy
	saveError  *Problem
}

// MessagePage returns the page of a message, and starts to read the message for the preview. It returns false for a
// message that is not there.
func (a *App) MessagePage(row MessageRow) *MessagePage {
	p := &MessagePage{app: a, opened: a.opened, message: row.message}
	p.read()
	return p
}

// Row is the message as lists show it, in the language of now.
func (p *MessagePage) Row() MessageRow { return p.app.messageRow(p.message, p.app.p.Now()) }

// Date is when the message was sent.
func (p *MessagePage) Date() string {
	return dayAndTime(p.app.texts, p.message.Date, p.app.p.Now())
}

// Verdict is the answer about the message.
func (p *MessagePage) Verdict() string {
	texts := p.app.texts
	remote := p.message.Remote.References
	switch messageState(p.message.Result) {
	case PassesOn:
		return texts.T("window.message.passes-on")
	case Tracked:
		return texts.T("window.message.tracked")
	case ReadReceipt:
		return texts.T("window.message.read-receipt")
	}
	switch {
	case p.message.Encrypted:
		return texts.T("window.message.encrypted")
	case remote > 0:
		return texts.N("window.message.clean-remote", remote, args("Number", p.app.number(remote)))
	}
	return texts.T("window.message.clean")
}

// Broken says in one line that parts of the message could not be read, or is empty.
func (p *MessagePage) Broken() string {
	if len(p.message.Errors) == 0 {
		return ""
	}
	return p.app.texts.T("window.message.broken")
}

func (p *MessagePage) read() {
	if p.opened == nil || p.opened.Source == nil {
		return
	}
	picture := p.app.texts.T("window.preview.picture")
	p.app.using(p.opened, func(ctx context.Context) func() {
		raw, err := p.opened.Source.Raw(ctx, p.message)
		var paragraphs []string
		var cut bool
		if err == nil {
			paragraphs, cut = split(preview.Text(message.Parse(raw), picture))
		}
		return func() {
			if err != nil {
				p.problem = newProblem(problemPreview, err)
			}
			p.paragraphs, p.cut = paragraphs, cut
			p.app.p.Changed(MessageChanged)
		}
	})
}

// Preview is the text of the message in paragraphs. While there is none, note says why.
func (p *MessagePage) Preview() (paragraphs []string, note string) {
	texts := p.app.texts
	switch {
	case p.opened == nil || p.opened.Source == nil:
		return nil, texts.T("window.preview.no-source")
	case p.problem != nil:
		return nil, p.problem.What(texts) + " " + p.problem.Next(texts)
	case p.paragraphs == nil:
		return nil, texts.T("window.preview.reading")
	case len(p.paragraphs) == 0:
		return nil, texts.T("window.preview.empty")
	case p.cut:
		return p.paragraphs, texts.T("window.preview.cut")
	}
	return p.paragraphs, ""
}

// split makes paragraphs of a text, each short enough to be shown in one piece. cut reports that there was more than
// is shown at all.
func split(text string) (paragraphs []string, cut bool) {
	paragraphs = []string{}
	var current []rune
	flush := func() {
		if s := strings.TrimSpace(string(current)); s != "" {
			paragraphs = append(paragraphs, s)
		}
		current = current[:0]
	}
	shown := 0
	for line := range strings.Lines(text) {
		line = cleanText(line)
		if line == "" {
			flush()
			continue
		}
		if len(current)+1 >= maxParagraph {
			flush()
		}
		if len(current) > 0 {
			current = append(current, '\n')
		}
		for _, r := range line {
			if shown++; shown > maxPreviewRunes {
				flush()
				return paragraphs, true
			}
			if current = append(current, r); len(current) >= maxParagraph {
				flush()
			}
		}
	}
	flush()
	return paragraphs, false
}

// cleanText is one line of a foreign text without what does not belong into a line: control characters, and the marks
// that change the direction of writing, with which a text can be made to look like another (Unicode TR 36 section 2.6).
func cleanText(s string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s), " \u00a0")
}

// oneLine is a foreign text as one clean line.
func oneLine(s string) string {
	return strings.Join(strings.Fields(cleanText(strings.ReplaceAll(s, "\n", " "))), " ")
}

// Card is a finding as it is explained to people; links that report clicks to the same service share one.
type Card struct {
	State      State
	Tracks     bool // it is one of those that make the message tracked
	Link       bool // it reports clicks, and nothing when the message is opened
	Confidence string
	Kind       string
	Who        string // the service, and who runs it
	Sentence   string
	Learns     []detector.Exposure
	URLs       []URL
	MoreURLs   string // how many are not shown, empty when all are
	Reasons    []string
	Where      string
	Evidence   string // everything as plain text, to copy
}

// URL is a URL in which the part that identifies the recipient or the message can be marked.
type URL struct {
	Before, Personal, After string
}

// Cards explain the findings, the surest first.
func (p *MessagePage) Cards() []Card {
	var cards []Card
	clicks := make(map[string]int) // index into cards by who is told of a click
	more := make(map[int]int)
	for _, f := range p.message.Findings {
		if f.Kind == detector.ClickLink {
			who := f.Provider + "\n" + detector.Organisation(f.Host)
			if i, ok := clicks[who]; ok {
				if len(cards[i].URLs) < maxURLs {
					cards[i].URLs = append(cards[i].URLs, markedURL(f))
				} else {
					more[i]++
				}
				cards[i].Evidence += "\n" + f.URL
				continue
			}
			clicks[who] = len(cards)
		}
		cards = append(cards, p.app.card(f))
	}
	for i, n := range more {
		cards[i].MoreURLs = p.app.texts.N("window.finding.more-links", n, args("Number", p.app.number(n)))
	}
	slices.SortStableFunc(cards, func(a, b Card) int {
		if a.Tracks == b.Tracks {
			return 0
		}
		if a.Tracks {
			return -1
		}
		return 1
	})
	return cards
}

func (a *App) card(f detector.Finding) Card {
	c := Card{
		State:      messageState(detector.Result{Findings: []detector.Finding{f}}),
		Tracks:     f.Tracks(),
		Link:       f.Kind == detector.ClickLink,
		Confidence: a.texts.T("confidence." + string(f.Confidence)),
		Kind:       a.texts.T("kind." + string(f.Kind)),
		Sentence:   report.Explain(a.texts, f),
		Learns:     f.Exposes,
		URLs:       []URL{markedURL(f)},
	}
	switch {
	case f.Provider != "" && f.Company != "" && f.Company != f.Provider:
		c.Who = fmt.Sprintf("%s (%s)", f.Provider, f.Company)
	case f.Provider != "":
		c.Who = f.Provider
	default:
		c.Who = detector.Organisation(f.Host)
	}
	for _, r := range f.Reasons {
		c.Reasons = append(c.Reasons, report.Reason(a.texts, f, r))
	}
	c.Where = a.texts.T("window.finding.where-header", args("Where", f.Where))
	if f.Part != "" {
		c.Where = a.texts.T("window.finding.where-part", args("Where", f.Where, "Part", f.Part))
	}
	c.Evidence = strings.Join(append([]string{c.Confidence + ": " + c.Kind, c.Who, c.Sentence, c.Where, f.URL}, c.Reasons...), "\n")
	return c
}

// markedURL splits the URL of a finding around its personal part, and shortens it for the screen.
func markedURL(f detector.Finding) URL {
	before, after, found := strings.Cut(f.URL, f.Token)
	if f.Token == "" || !found {
		return URL{Before: shorten(f.URL, maxURL)}
	}
	return URL{Before: shorten(before, maxURL), Personal: shorten(f.Token, maxURL/2), After: shorten(after, maxURL/2)}
}

func shorten(s string, maxRunes int) string {
	r := []rune(cleanText(s))
	if len(r) <= maxRunes {
		return string(r)
	}
	return string(r[:maxRunes]) + "…"
}

// CanSave reports whether a blocked copy can be made now; where it cannot, why says what to do about it.
func (p *MessagePage) CanSave() (ok bool, why string) {
	switch {
	case p.opened == nil || p.opened != p.app.opened || p.opened.Source == nil:
		return false, p.app.texts.T("window.copy.no-source")
	case p.message.Gone:
		return false, p.app.texts.T("window.copy.gone")
	}
	return !p.busy, ""
}

// CopyName is the file name to offer for the blocked copy.
func (p *MessagePage) CopyName() string {
	return p.app.copyName(p.message)
}

// MakeCopy makes the blocked copy in the background and then calls done with it. Nothing is done after a failure,
// which SaveResult tells.
func (p *MessagePage) MakeCopy(done func(Copy)) {
	if ok, _ := p.CanSave(); !ok {
		return
	}
	p.busy, p.saved, p.saveError = true, "", nil
	p.app.p.Changed(MessageChanged)
	blocker := p.app.blocker(&p.opened.Opened)
	p.app.using(p.opened, func(ctx context.Context) func() {
		raw, err := p.opened.Source.Raw(ctx, p.message)
		var c Copy
		var b block.Blocker
		if err == nil {
			b, err = blocker(ctx)
		}
		if err == nil {
			made := b.Message(raw, p.opened.Own...)
			c = Copy{
				bytes: made.Bytes, blocked: made.Blocked, encrypted: made.Encrypted, signed: made.Signed && made.Changed(),
				trusted: made.Mode == block.Trust,
			}
			if len(made.Bytes) != len(raw) {
				err = errors.New("the blocked copy differs in length from the original")
			}
		}
		return func() {
			p.busy = false
			if err != nil {
				p.saveError = newProblem(problemCopy, err)
			}
			p.app.p.Changed(MessageChanged)
			if err == nil {
				done(c)
			}
		}
	})
}

// Copy is a blocked copy that was made and not yet written.
type Copy struct {
	bytes                      []byte
	blocked                    int
	encrypted, signed, trusted bool
}

// Write writes the copy to w in the background and closes w; name is what people call the file.
func (p *MessagePage) Write(c Copy, w io.WriteCloser, name string) {
	p.busy = true
	p.app.p.Changed(MessageChanged)
	p.app.background(func(context.Context) func() {
		_, err := w.Write(c.bytes)
		err = errors.Join(err, w.Close())
		return func() {
			p.busy = false
			if err != nil {
				p.saveError = newProblem(problemCopy, err)
			} else {
				p.saved = p.app.savedText(c, name)
				p.app.blocked(1, c.blocked)
			}
			p.app.p.Changed(MessageChanged)
		}
	})
}

// CopyFailed tells that no file could be opened for the copy.
func (p *MessagePage) CopyFailed(err error) {
	p.saveError = newProblem(problemCopy, err)
	p.app.p.Changed(MessageChanged)
}

func (a *App) savedText(c Copy, name string) string {
	text := a.texts.N("window.copy.saved", c.blocked, args("Number", a.number(c.blocked), "Name", name))
	if c.trusted {
		text += " " + a.texts.T("window.copy.trusted")
	}
	if c.encrypted {
		text += " " + a.texts.T("window.copy.encrypted")
	}
	if c.signed {
		text += " " + a.texts.T("window.copy.signed")
	}
	return text
}

// SaveResult says what came of the last copy: a sentence, or the problem.
func (p *MessagePage) SaveResult() (saved string, problem *Problem) { return p.saved, p.saveError }
