package view

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// Limits of what is shown of one finding: text widgets become slow with much more.
const (
	maxURL  = 400 // runes of a URL; the whole of it can be copied
	maxURLs = 8   // URLs of one card
)

// MessagePage is the model of the page of one message.
type MessagePage struct {
	app      *App
	opened   *openSource
	row      MessageRow
	message  store.Message
	revision int // how often message was read

	content   *content // nil until it was read
	problem   *Problem // of reading the message
	busy      bool     // a copy is being made or written
	saved     string   // what came of the last copy
	saveError *Problem
}

// MessagePage returns the page of a message, and starts to read what was found in it, and the message itself.
func (a *App) MessagePage(row MessageRow) *MessagePage {
	p := &MessagePage{app: a, opened: a.opened, row: row}
	p.load(p.read)
	return p
}

// load reads what was found in the message, and then calls done.
func (p *MessagePage) load(done func()) {
	if p.opened == nil {
		return
	}
	p.app.using(p.opened, func(ctx context.Context) func() {
		m, err := p.opened.Store.Message(ctx, p.row.ID)
		return func() {
			if err != nil {
				p.app.failed(problemStore, err)
				return
			}
			p.message = m
			p.revision++
			done()
			p.app.p.Changed(MessageChanged)
		}
	})
}

// Revision tells when what was found has been read again: it is 0 until it was read once.
func (p *MessagePage) Revision() int { return p.revision }

// Row is the message as lists show it, in the language of now.
func (p *MessagePage) Row() MessageRow { return p.app.messageRow(p.row.row, p.app.p.Now()) }

// State is the verdict on the message.
func (p *MessagePage) State() State {
	if p.revision == 0 {
		return p.row.State
	}
	return messageState(p.message.Result)
}

// Date is when the message was sent.
func (p *MessagePage) Date() string {
	return dayAndTime(p.app.texts, p.row.row.Date, p.app.p.Now())
}

// Verdict is the answer about the message.
func (p *MessagePage) Verdict() string {
	texts := p.app.texts
	remote := p.message.Remote.References
	switch p.State() {
	case PassesOn:
		return texts.T("window.message.passes-on")
	case Tracked:
		return texts.T("window.message.tracked")
	case ReadReceipt:
		return texts.T("window.message.read-receipt")
	}
	switch {
	case p.revision == 0:
		return ""
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
	Finding    int // index into the message's findings: the first of those that share the card
	URLs       []URL
	MoreURLs   string // how many are not shown, empty when all are
	Reasons    []string
	Where      string
	Own        string // the user's own verdict in words, "" where there is none
	Disputable bool   // the user may have another opinion
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
	for n, f := range p.message.Findings {
		if f.Kind == detector.ClickLink {
			who := clickedBy(f)
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
		c := p.app.card(f)
		c.Finding = n
		_, c.Disputable = detector.PatternOf(p.message.From, f)
		cards = append(cards, c)
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

// CardOf is the Finding of the card that a finding is on: links of the same service share one.
func (p *MessagePage) CardOf(finding int) int {
	f := p.message.Findings[finding]
	for i, other := range p.message.Findings[:finding] {
		if f.Kind == detector.ClickLink && other.Kind == detector.ClickLink && clickedBy(f) == clickedBy(other) {
			return i
		}
	}
	return finding
}

// clickedBy is who is told of a click.
func clickedBy(f detector.Finding) string { return f.Provider + "\n" + detector.Organisation(f.Host) }

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
	c.Who = findingWho(f)
	for _, r := range f.Reasons {
		c.Reasons = append(c.Reasons, report.Reason(a.texts, f, r))
	}
	c.Where = a.texts.T("window.finding.where-header", args("Where", f.Where))
	if f.Overruled != "" {
		c.Own = a.texts.T("window.own.harmless")
		if f.Tracks() {
			c.Own = a.texts.T("window.own.tracker")
		}
	}
	if f.Part != "" {
		c.Where = a.texts.T("window.finding.where-part", args("Where", f.Where, "Part", f.Part))
	}
	c.Evidence = strings.Join(append([]string{c.Confidence + ": " + c.Kind, c.Who, c.Sentence, c.Where, f.URL}, c.Reasons...), "\n")
	return c
}

// findingWho is the service behind a finding, and who runs it.
func findingWho(f detector.Finding) string {
	switch {
	case f.Provider != "" && f.Company != "" && f.Company != f.Provider:
		return fmt.Sprintf("%s (%s)", f.Provider, f.Company)
	case f.Provider != "":
		return f.Provider
	}
	return detector.Organisation(f.Host)
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
