package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// messagePage is the page of one message: its text at the left, what was found at the right.
type messagePage struct {
	w     *window
	model *view.MessagePage
	root  fyne.CanvasObject

	preview *fyne.Container
	text    *container.Scroll
	shown   int // paragraphs in preview
	note    *widget.Label
	copy    *button
	why     *widget.Label
	result  *widget.Label
}

func newMessagePage(w *window, model *view.MessagePage) *messagePage {
	p := &messagePage{w: w, model: model}
	texts := w.texts
	row := model.Row()

	subject := widget.NewLabelWithStyle(row.Subject, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	subject.SizeName = theme.SizeNameHeadingText
	subject.Truncation = fyne.TextTruncateEllipsis
	from := row.From
	if row.Address != "" && row.Address != row.From {
		from += " <" + row.Address + ">"
	}
	sender := widget.NewLabel(from + "  ·  " + model.Date())
	sender.Importance = widget.LowImportance
	sender.Truncation = fyne.TextTruncateEllipsis
	verdict := widget.NewLabelWithStyle(model.Verdict(), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	verdict.Wrapping = fyne.TextWrapWord

	p.copy = w.strong(texts.T("window.copy.save"), theme.DocumentSaveIcon(), p.save)
	p.why = wrapped("")
	p.why.Importance = widget.LowImportance
	p.result = wrapped("")
	saving := container.NewVBox(container.NewHBox(p.copy), p.why, p.result)
	top := container.NewVBox(subject, sender,
		container.NewBorder(nil, nil, container.NewPadded(widget.NewIcon(w.states[row.State])), nil, verdict))

	p.preview = container.NewVBox()
	p.note = wrapped("")
	p.note.Importance = widget.LowImportance
	p.text = container.NewVScroll(container.NewVBox(p.preview, p.note))
	left := card(container.NewBorder(
		container.NewVBox(heading(texts.T("window.preview")), widget.NewSeparator()), nil, nil, nil, p.text))

	findings := cards()
	found := model.Cards()
	for _, c := range found {
		findings.Add(p.card(c))
	}
	if len(found) == 0 {
		findings.Add(card(wrapped(texts.T("window.findings.none"))))
	}
	if broken := model.Broken(); broken != "" {
		findings.Add(card(wrapped(broken)))
	}
	right := container.NewBorder(container.NewVBox(saving, heading(texts.T("window.findings"))), nil, nil, nil, container.NewVScroll(findings))

	p.root = pageBody(top, sideBySide(left, 0.48, right))
	return p
}

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
		icons, words := learnIcons(texts)
		learns := newLearnCell(icons, words)
		learns.learns = c.Learns
		body.Add(container.NewBorder(nil, nil, widget.NewLabel(texts.T("window.finding.learns")), nil, learns))
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
	evidence.Add(container.NewHBox(p.w.button(texts.T("window.finding.copy"), theme.ContentCopyIcon(), func() {
		p.w.p.App.Clipboard().SetContent(c.Evidence)
	})))
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
	body.Add(container.NewHBox(toggle))
	body.Add(evidence)
	return card(body)
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

func (p *messagePage) title() string             { return p.model.Row().Subject }
func (p *messagePage) object() fyne.CanvasObject { return p.root }
func (p *messagePage) scroll() *container.Scroll { return p.text }
func (p *messagePage) entered()                  {}

func (p *messagePage) update(c view.Change) {
	if c&view.MessageChanged == 0 {
		return
	}
	paragraphs, note := p.model.Preview()
	if len(paragraphs) != p.shown {
		p.shown = len(paragraphs)
		p.preview.RemoveAll()
		for _, text := range paragraphs {
			p.preview.Add(wrapped(text))
		}
	}
	p.note.SetText(note)
	show(p.note, note != "")

	ok, why := p.model.CanSave()
	if ok {
		p.copy.Enable()
	} else {
		p.copy.Disable()
	}
	p.why.SetText(why)
	show(p.why, why != "")
	saved, problem := p.model.SaveResult()
	p.result.Importance = widget.SuccessImportance
	if problem != nil {
		p.result.Importance = widget.DangerImportance
		saved = problem.What(p.w.texts) + " " + problem.Next(p.w.texts) + "\n" + problem.Details()
	}
	p.result.SetText(saved)
	show(p.result, saved != "")
}

func (p *messagePage) actions() []action {
	return []action{{text: p.w.texts.T("window.copy.save"), key: fyne.KeyS, modifier: fyne.KeyModifierShortcutDefault, do: p.save}}
}

// save makes the blocked copy, and asks where to put it once it is there.
func (p *messagePage) save() {
	p.model.MakeCopy(func(c view.Copy) {
		d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
			switch {
			case err != nil:
				p.model.CopyFailed(err)
			case file != nil: // nil when people changed their mind
				p.model.Write(c, file, file.URI().Name())
			}
		}, p.w.win)
		d.SetFileName(p.model.CopyName())
		p.w.showFileDialog(d, p.w.texts.T("window.copy.title"), p.w.texts.T("window.copy.confirm"))
	})
}
