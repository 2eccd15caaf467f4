package view

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"pixelwacht/detector"
	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// maxIdentifying is how many messages of a sender are looked at for what identifies the reader in them.
const maxIdentifying = 50

// SenderPage is the model of the page of one sender.
type SenderPage struct {
	app      *App
	opened   *openSource
	address  string
	Messages *MessageList

	sender      SenderRow
	loaded      bool
	mail        int // App.mail when all but the messages was read
	months      []store.Month
	services    []store.Provider
	identifiers []identifier
	exported    string   // what came of the last export
	problem     *Problem // of it
}

// identifier is a way in which a sender recognises a reader, with the first finding that has it.
type identifier struct {
	reason  detector.Reason
	finding detector.Finding
}

// SenderPage returns the page of a sender.
func (a *App) SenderPage(address string) *SenderPage {
	p := &SenderPage{app: a, opened: a.opened, address: address, Messages: a.MessagesOf(address)}
	p.sender, p.loaded = a.senders.Find(address)
	return p
}

func (p *SenderPage) reader(o *Opened) reader {
	readMessages, mail := p.Messages.reader(o), p.app.mail
	if mail == p.mail { // something was asked about the messages
		return readMessages
	}
	return func(ctx context.Context) (func(), error) {
		f := store.Filter{Account: o.Account, Sender: &p.address}
		senders, err := o.Store.Senders(ctx, f)
		if err != nil {
			return nil, err
		}
		overview, err := o.Store.Overview(ctx, f)
		if err != nil {
			return nil, err
		}
		services, err := o.Store.Providers(ctx, f)
		if err != nil {
			return nil, err
		}
		f.TrackedOnly, f.Limit = true, maxIdentifying
		tracked, err := o.Store.Messages(ctx, f)
		if err != nil {
			return nil, err
		}
		showMessages, err := readMessages(ctx)
		if err != nil {
			return nil, err
		}
		return func() {
			p.mail = mail
			p.months, p.services, p.identifiers = overview.Months, services, identifiers(tracked)
			if len(senders) > 0 {
				p.sender, p.loaded = p.app.senderRow(senders[0]), true
			}
			showMessages()
		}, nil
	}
}

// identifiers are the ways in which what the messages load recognises their reader.
func identifiers(messages []store.Message) []identifier {
	var all []identifier
	seen := make(map[detector.Reason]bool)
	for _, m := range messages {
		for _, f := range m.Findings {
			if !f.Tracks() {
				continue
			}
			for _, r := range f.Reasons {
				if identifies(r) && !seen[r] {
					seen[r] = true
					all = append(all, identifier{r, f})
				}
			}
		}
	}
	return all
}

func identifies(r detector.Reason) bool {
	switch r {
	case detector.RecipientToken, detector.DiffersPerMessage, detector.SameForRecipient:
		return true
	}
	return strings.HasPrefix(string(r), string(detector.AddressPlain)) // in any spelling
}

// Sender is the sender as the list shows it; ok is false until it was read.
func (p *SenderPage) Sender() (row SenderRow, ok bool) {
	if !p.loaded {
		return SenderRow{Address: p.address, Name: p.address}, false
	}
	return p.app.senderRow(p.sender.sender), true
}

// Verdict is the answer about the sender.
func (p *SenderPage) Verdict() string {
	row, ok := p.Sender()
	if !ok {
		return ""
	}
	return p.app.Verdict(row)
}

// Months are the shares of tracked messages of the sender in the last months.
func (p *SenderPage) Months() []Bar { return p.app.months(p.months) }

// Services are those that the sender has track its mail, with who runs them.
func (p *SenderPage) Services() []string {
	var names []string
	for _, s := range p.services {
		names = append(names, findingWho(detector.Finding{Provider: s.Name, Company: s.Company}))
	}
	return names
}

// Identifiers are the ways in which the sender recognises the reader, in sentences.
func (p *SenderPage) Identifiers() []string {
	var all []string
	for _, i := range p.identifiers {
		all = append(all, report.Reason(p.app.texts, i.finding, i.reason))
	}
	return all
}

// Consent is when the user gave consent to the sender, the zero time where not.
func (p *SenderPage) Consent() time.Time { return p.sender.sender.Consent }

// ConsentText says the same in words.
func (p *SenderPage) ConsentText() string {
	if p.Consent().IsZero() {
		return p.app.texts.T("window.consent.none")
	}
	return p.app.texts.T("window.consent.given", args("Date", day(p.app.texts, p.Consent(), p.app.p.Now())))
}

// SetConsent remembers when the user gave consent. The zero time takes it back.
func (p *SenderPage) SetConsent(date time.Time) {
	p.app.using(p.opened, func(ctx context.Context) func() {
		err := p.opened.Store.SetConsent(ctx, p.address, date)
		return func() {
			if err != nil {
				p.app.failed(problemStore, err)
				return
			}
			p.app.refresh()
		}
	})
}

// Rule is the rule for the sender, "" where there is none of its own.
func (p *SenderPage) Rule() block.Mode { return p.app.Rule(p.address) }

// SetRule makes a rule for the sender; "" removes it.
func (p *SenderPage) SetRule(m block.Mode) { p.app.SetRule(p.address, m) }

// CanSetRule reports whether a rule can be made: messages without a sender can have none.
func (p *SenderPage) CanSetRule() bool {
	_, ok := block.Sender(p.address)
	return ok && p.app.CanSetRules()
}

// Filter is which messages are the sender's.
func (p *SenderPage) Filter() store.Filter { return store.Filter{Sender: &p.address} }

// ExportFormats are the formats that messages can be exported in.
func ExportFormats() []report.Format { return []report.Format{report.CSV, report.JSON} }

// ExportName is the file name to offer for an export.
func (p *SenderPage) ExportName(format report.Format) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, p.address)
	if name == "" {
		name = p.app.texts.T("window.export.name")
	}
	return name + "." + string(format)
}

// Export writes the messages of the sender, with what was found in them, to w in the background, and closes it; name is
// what people call the file.
func (p *SenderPage) Export(w io.WriteCloser, format report.Format, name string) {
	texts := p.app.texts
	p.app.using(p.opened, func(ctx context.Context) func() {
		f := p.Filter()
		f.Account = p.opened.Account
		messages, err := p.opened.Store.Messages(ctx, f)
		if err == nil {
			err = report.Messages(w, report.Options{Format: format, Texts: texts}, messages)
		}
		if closing := w.Close(); err == nil {
			err = closing
		}
		return func() {
			p.exported, p.problem = "", nil
			if err != nil {
				p.problem = newProblem(problemExport, err)
			} else {
				p.exported = p.app.texts.N("window.export.done", len(messages), args("Number", p.app.number(len(messages)), "Name", name))
			}
			p.app.p.Changed(ListChanged)
		}
	})
}

// ExportFailed tells that no file could be opened for an export.
func (p *SenderPage) ExportFailed(err error) {
	p.problem = newProblem(problemExport, err)
	p.app.p.Changed(ListChanged)
}

// ExportResult says what came of the last export.
func (p *SenderPage) ExportResult() (done string, problem *Problem) { return p.exported, p.problem }

// CopiesResult says how far the writing of copies is while it goes on, and what came of the last one where it was that of
// this sender's messages.
func (p *SenderPage) CopiesResult() (text string, problem *Problem) {
	of := p.app.copiesOf.Sender
	if !p.app.copies.Running && (of == nil || *of != p.address) {
		return "", nil
	}
	return p.app.CopiesText(), p.app.CopiesProblem()
}

// RuleChoices are the rules to choose from, with their words; the first one is to have none.
func (p *SenderPage) RuleChoices() (modes []block.Mode, words []string) {
	modes, words = []block.Mode{""}, []string{p.app.texts.T("window.rule.none")}
	for _, m := range RuleModes() {
		modes, words = append(modes, m), append(words, ModeWord(p.app.texts, m))
	}
	return slices.Clip(modes), words
}
