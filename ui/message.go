package ui

import (
	"net/url"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// messagePage is the page of one message: its text or its source at the left, what was found at the right.
type messagePage struct {
	w     *window
	model *view.MessagePage
	root  fyne.CanvasObject

	read, source *chip // which of the two is shown
	preview      *fyne.Container
	text         *container.Scroll
	shown        int // blocks in preview
	note         *widget.Label
	code         *codeList

	mark     *widget.Icon
	verdict  *widget.Label
	cards    map[int]fyne.CanvasObject // by the index of the finding
	column   *fyne.Container           // of the cards
	findings *container.Scroll
	revision int // of what the cards say

	copy, mail, browser *button
	why                 *widget.Label
	result              *widget.Label
}

func newMessagePage(w *window, model *view.MessagePage) *messagePage {
	p := &messagePage{w: w, model: model, cards: make(map[int]fyne.CanvasObject)}
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
	p.mark = widget.NewIcon(nil)
	p.verdict = heading("")
	p.verdict.Wrapping = fyne.TextWrapWord
	top := container.NewVBox(subject, sender,
		container.NewBorder(nil, nil, container.NewPadded(p.mark), nil, p.verdict),
		p.saving())

	p.root = pageBody(top, sideBySide(p.left(), 0.5, p.right()))
	return p
}

// left is the message: as people read it, or its source.
func (p *messagePage) left() fyne.CanvasObject {
	texts := p.w.texts
	p.preview = container.NewVBox()
	p.note = wrapped("")
	p.note.Importance = widget.LowImportance
	p.text = container.NewVScroll(container.NewVBox(p.preview, p.note))
	p.code = newCodeList(p.model.Code, p.showCard, p.w.back)
	p.code.Hide()
	p.read = newChip(texts.T("window.preview"), true, func() { p.showSource(false) }, p.w.back)
	p.source = newChip(texts.T("window.code"), false, func() { p.showSource(true) }, p.w.back)
	return card(container.NewBorder(
		container.NewVBox(container.NewHBox(p.read, p.source), widget.NewSeparator()), nil, nil, nil,
		container.NewStack(p.text, p.code)))
}

// saving is what can be done with the message, and what came of it.
func (p *messagePage) saving() fyne.CanvasObject {
	texts := p.w.texts
	p.copy = p.w.strong(texts.T("window.copy.save"), theme.DocumentSaveIcon(), p.save)
	p.mail = p.w.button(texts.T("window.copy.mail"), theme.MailComposeIcon(), func() { p.openCopy(view.MailProgram) })
	p.browser = p.w.button(texts.T("window.copy.browser"), theme.ComputerIcon(), func() { p.openCopy(view.Browser) })
	p.why = wrapped("")
	p.why.Importance = widget.LowImportance
	p.result = wrapped("")
	return container.NewVBox(container.New(layout.NewRowWrapLayout(), p.copy, p.mail, p.browser), p.why, p.result)
}

// right is what was found in the message.
func (p *messagePage) right() fyne.CanvasObject {
	p.column = cards()
	p.findings = container.NewVScroll(p.column)
	return container.NewBorder(heading(p.w.texts.T("window.findings")), nil, nil, nil, p.findings)
}

// showFindings makes the cards anew when the verdict on the message may be another one.
func (p *messagePage) showFindings() {
	p.mark.SetResource(p.w.states[p.model.State()])
	p.verdict.SetText(p.model.Verdict())
	if p.revision == p.model.Revision() {
		return
	}
	p.revision = p.model.Revision()
	p.column.RemoveAll()
	clear(p.cards)
	found := p.model.Cards()
	for _, c := range found {
		o := p.card(c)
		p.cards[c.Finding] = o
		p.column.Add(o)
	}
	if len(found) == 0 {
		p.column.Add(card(wrapped(p.w.texts.T("window.findings.none"))))
	}
	if broken := p.model.Broken(); broken != "" {
		p.column.Add(card(wrapped(broken)))
	}
	p.code.reload()
}

// showSource shows the source of the message, or the message as people read it.
func (p *messagePage) showSource(source bool) {
	p.read.set(!source)
	p.source.set(source)
	show(p.text, !source)
	show(p.code, source)
	if source {
		p.w.focus(p.code)
	} else {
		p.w.win.Canvas().Unfocus()
	}
}

// showCard scrolls to what is said about a finding.
func (p *messagePage) showCard(finding int) {
	if o, ok := p.cards[p.model.CardOf(finding)]; ok {
		p.findings.ScrollToOffset(fyne.NewPos(0, o.Position().Y))
	}
}

// showInSource shows where in the source a finding is.
func (p *messagePage) showInSource(finding int) {
	p.showSource(true)
	if i := view.FindingLine(p.code.lines, finding); i >= 0 {
		p.code.move(i)
	}
}

func (p *messagePage) title() string             { return p.model.Row().Subject }
func (p *messagePage) object() fyne.CanvasObject { return p.root }
func (p *messagePage) scroll() *container.Scroll { return p.text }
func (p *messagePage) entered()                  {}

func (p *messagePage) update(c view.Change) {
	if c&view.MessageChanged == 0 {
		return
	}
	p.showFindings()
	blocks, note := p.model.Preview()
	if len(blocks) != p.shown {
		p.shown = len(blocks)
		p.preview.RemoveAll()
		for _, b := range blocks {
			p.preview.Add(p.w.previewBlock(b))
		}
		p.code.reload()
	}
	p.note.SetText(note)
	show(p.note, note != "")

	ok, why := p.model.CanSave()
	for _, b := range []*button{p.copy, p.mail, p.browser} {
		if ok {
			b.Enable()
		} else {
			b.Disable()
		}
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
	const ctrl = fyne.KeyModifierShortcutDefault
	texts := p.w.texts
	return []action{
		{text: texts.T("window.copy.save"), key: fyne.KeyS, modifier: ctrl, do: p.save},
		{text: texts.T("window.copy.mail"), key: fyne.KeyE, modifier: ctrl, do: func() { p.openCopy(view.MailProgram) }},
		{text: texts.T("window.copy.browser"), key: fyne.KeyB, modifier: ctrl, do: func() { p.openCopy(view.Browser) }},
		{text: texts.T("window.code"), key: fyne.KeyU, modifier: ctrl, do: func() { p.showSource(!p.source.on) }},
	}
}

// openCopy opens the blocked copy in the program that the desktop has for it.
func (p *messagePage) openCopy(in view.CopyReader) {
	p.model.OpenCopy(in, func(path string) error {
		return p.w.p.App.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(path)})
	})
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
