package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// TestPagesFitASmallWindow holds that no page pushes anything out of a window of 1000 × 650, in any language and with texts
// that are 20 % larger; with the largest texts, 45 % larger, out of one of 1280 × 800.
func TestPagesFitASmallWindow(t *testing.T) {
	p := opensDemo(t)
	check := func(lang, name string) {
		t.Helper()
		room := fyne.NewSize(1000, 650)
		if p.w.model.Settings().TextSize() == view.LargestText {
			room = fyne.NewSize(1280, 800)
		}
		p.w.win.Resize(room)
		if least := p.w.win.Content().MinSize(); least.Width > room.Width || least.Height > room.Height {
			t.Errorf("%s, %s text: %s needs %v, want at most %v", lang, p.w.model.Settings().TextSize(), name, least, room)
		}
	}
	p.w.p.HasTray = true
	p.w.model.ReadAccounts()
	p.waits("the accounts", func() bool { return len(p.w.model.Accounts()) > 0 })
	for _, size := range view.TextSizes() {
		p.w.model.Settings().SetTextSize(size)
		p.w.applyLook()
		for _, lang := range translations.Languages {
			p.w.setLanguage(lang)
			for _, e := range sections() {
				p.w.showSection(e.section)
				if topics, ok := p.w.top().(*topicPage); ok {
					for i, topic := range topics.topics {
						topics.choose(i)
						check(lang, topic.name)
						if detail := topics.detail; detail.Content.MinSize().Width > detail.Size().Width {
							t.Errorf("%s, %s text: %s is cut off at %v of %v", lang, size, topic.name, detail.Size().Width, detail.Content.MinSize().Width)
						}
					}
				}
				check(lang, string(e.section))
			}
			p.w.addMailbox()
			p.w.top().(*signInPage).model.SetAddress("someone@gmail.com")
			check(lang, "adding a mailbox")
			p.w.showStart()
			check(lang, "the first page")
		}
	}
}
