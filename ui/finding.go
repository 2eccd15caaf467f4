package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// card is one finding.
func (p *messagePage) card(c view.Card) fyne.CanvasObject {
	texts := p.w.texts
	title := widget.NewLabelWithStyle(c.Kind, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.Wrapping = fyne.TextWrapWord
	sure := widget.NewLabel(c.Confidence)
	sure.Importance = widget.LowImportance
	mark := container.NewPadded(widget.NewIcon(p.cardIcon(c)))
	body := container.NewVBox(container.NewBorder(nil, nil, mark, sure, title))
	if c.Who != "" {
		body.Add(wrapped(texts.T("window.finding.by", translations.Args{"Who": c.Who})))
	}
	body.Add(wrapped(c.Sentence))
	if len(c.Learns) > 0 {
		learns := newLearnCell(p.w.learns)
		learns.show(c.Learns)
		body.Add(container.NewBorder(nil, nil, widget.NewLabel(texts.T("window.finding.learns")), nil, learns))
	}

	if c.Own != "" {
		body.Add(container.NewBorder(nil, nil, container.NewPadded(widget.NewIcon(theme.AccountIcon())), nil, wrapped(c.Own)))
	}

	evidence := container.NewVBox()
	for _, u := range c.URLs {
		evidence.Add(urlText(u))
	}
	if c.MoreURLs != "" {
		evidence.Add(wrapped(c.MoreURLs))
	}
	if len(c.URLs) > 0 && c.URLs[0].Personal != "" {
		note := wrapped(texts.T("window.finding.personal"))
		note.Importance = widget.LowImportance
		evidence.Add(note)
	}
	for _, r := range c.Reasons {
		evidence.Add(wrapped("•  " + r))
	}
	evidence.Add(wrapped(c.Where))
	evidence.Add(container.NewHBox(
		p.w.button(texts.T("window.finding.copy"), theme.ContentCopyIcon(), func() { p.w.p.App.Clipboard().SetContent(c.Evidence) }),
		p.w.button(texts.T("window.finding.source"), theme.SearchIcon(), func() { p.showInSource(c.Finding) })))
	evidence.Hide()
	var toggle *button
	toggle = p.w.button(texts.T("window.finding.evidence"), theme.MenuDropDownIcon(), func() {
		show(evidence, !evidence.Visible())
		toggle.Icon = theme.MenuDropDownIcon()
		if evidence.Visible() {
			toggle.Icon = theme.MenuDropUpIcon()
		}
		toggle.Refresh()
	})
	toggle.Importance = widget.LowImportance
	toggle.IconPlacement = widget.ButtonIconTrailingText
	buttons := container.NewHBox(toggle)
	switch {
	case c.Own != "":
		back := p.w.button(texts.T("window.dispute.take-back"), theme.ContentUndoIcon(), func() { p.model.TakeBack(c.Finding) })
		back.Importance = widget.LowImportance
		buttons.Add(back)
	case c.Disputable:
		wrong := p.w.button(texts.T("window.dispute"), nil, func() { p.dispute(c.Finding) })
		wrong.Importance = widget.LowImportance
		buttons.Add(wrong)
	}
	body.Add(buttons)
	body.Add(evidence)
	return card(body)
}

// dispute asks whether the verdict on a finding is wrong, and offers a text to tell others with.
func (p *messagePage) dispute(finding int) {
	d, ok := p.model.Dispute(finding)
	if !ok {
		return
	}
	texts := p.w.texts
	reportText := widget.NewLabel(d.Report())
	reportText.Wrapping = fyne.TextWrapBreak
	reportText.TextStyle.Monospace = true
	copyButton := p.w.button(texts.T("window.finding.copy"), theme.ContentCopyIcon(), func() { p.w.p.App.Clipboard().SetContent(d.Report()) })
	content := container.NewVBox(wrapped(d.Text()), wrapped(texts.T("window.dispute.report")), reportText, container.NewHBox(copyButton))
	scroll := container.NewVScroll(content)
	scroll.SetMinSize(fyne.NewSize(0, 380))
	p.w.ask(texts.T("window.dispute"), scroll, fyne.NewSize(600, 0), texts.T("window.dispute.remember"), d.Remember)
}

// cardIcon is the shape of a finding: its state's where it tracks, else what it is.
func (p *messagePage) cardIcon(c view.Card) fyne.Resource {
	switch {
	case c.Tracks:
		return p.w.states[c.State]
	case c.Link:
		return icon("learn-click", theme.ColorNameForeground)
	default:
		return theme.QuestionIcon()
	}
}

// urlText shows a URL as text, its personal part in bold: only ever as text, for Fyne would load an image.
func urlText(u view.URL) fyne.CanvasObject {
	segment := func(text string, bold bool) widget.RichTextSegment {
		style := widget.RichTextStyleInline
		style.TextStyle = fyne.TextStyle{Bold: bold, Monospace: !bold}
		if bold {
			style.ColorName = colourTracked
		}
		return &widget.TextSegment{Text: text, Style: style}
	}
	text := widget.NewRichText(segment(u.Before, false), segment(u.Personal, true), segment(u.After, false))
	text.Wrapping = fyne.TextWrapBreak
	return text
}

func wrapped(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.Wrapping = fyne.TextWrapWord
	return l
}

func heading(text string) *widget.Label {
	return widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
}
