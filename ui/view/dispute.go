package view

import (
	"context"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// Dispute is the user's disagreement with the verdict on a finding. It is remembered for everything alike in the messages
// of the same sender.
type Dispute struct {
	page    *MessagePage
	finding detector.Finding
	pattern detector.Pattern
	verdict detector.Verdict
}

// Dispute returns the opposite verdict on a finding. ok is false where there can be none.
func (p *MessagePage) Dispute(finding int) (d Dispute, ok bool) {
	d = Dispute{page: p, finding: p.message.Findings[finding], verdict: detector.Tracker}
	if d.finding.Tracks() {
		d.verdict = detector.Harmless
	}
	d.pattern, ok = detector.PatternOf(p.message.From, d.finding)
	return d, ok
}

// Text says what will be done.
func (d Dispute) Text() string {
	texts := d.page.app.texts
	if d.verdict == detector.Harmless {
		return texts.T("window.dispute.harmless")
	}
	return texts.T("window.dispute.tracker")
}

// Report is a text by which others can learn of the mistake. Nothing personal is in it, and nobody sends it but the user.
func (d Dispute) Report() string {
	return store.DisputeReport(d.page.message.From, d.finding, d.verdict)
}

// Remember makes the verdict the user's own.
func (d Dispute) Remember() { d.page.overrule(d.pattern, d.verdict) }

// TakeBack forgets the user's own verdict on a finding.
func (p *MessagePage) TakeBack(finding int) {
	if pattern, ok := detector.PatternOf(p.message.From, p.message.Findings[finding]); ok {
		p.overrule(pattern, "")
	}
}

func (p *MessagePage) overrule(pattern detector.Pattern, v detector.Verdict) {
	p.app.using(p.opened, func(ctx context.Context) func() {
		_, err := p.opened.Store.SetOverride(ctx, pattern, v)
		return func() {
			if err != nil {
				p.app.failed(problemStore, err)
				return
			}
			p.load(func() {})
			p.app.refresh()
		}
	})
}
