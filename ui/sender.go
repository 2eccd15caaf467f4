package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/detector/block"
	"pixelwacht/ui/report"
	"pixelwacht/ui/view"
)

// senderPage is the page of one sender: the verdict, what is known of it and can be done about it at the left, its
// messages at the right.
type senderPage struct {
	*messageTable
	model *view.SenderPage
	root  fyne.CanvasObject

	name    *widget.Label
	address *widget.Label
	verdict *widget.Label
	mark    *widget.Icon
	months  *chartCard

	known                 fyne.CanvasObject // how it does it; hidden where it does nothing
	services, identifiers *widget.Label
	learns                *learnCell
	rule                  *choice[block.Mode]
	consent               *widget.Label
	give, takeBack        *button
	result                *widget.Label
	copies                *button
	progress              *copyProgress
}

func newSenderPage(w *window, model *view.SenderPage) *senderPage {
	s := &senderPage{messageTable: newMessageTable(w, model.Messages, false), model: model, mark: widget.NewIcon(nil)}
	s.name = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	s.name.SizeName = theme.SizeNameHeadingText
	s.name.Truncation = fyne.TextTruncateEllipsis
	s.address = widget.NewLabel("")
	s.address.Truncation = fyne.TextTruncateEllipsis
	s.address.Importance = widget.LowImportance
	s.verdict = wrapped("")
	top := container.NewVBox(s.name, s.address, container.NewBorder(nil, nil, container.NewPadded(s.mark), nil, s.verdict))
	messages := container.NewBorder(container.NewVBox(container.NewPadded(s.find), s.top), nil, nil, nil, s.body)
	s.root = pageBody(top, sideBySide(s.about(), 0.42, messages))
	return s
}

// about is what is known of the sender, and what can be done about it.
func (s *senderPage) about() fyne.CanvasObject {
	w, texts := s.w, s.w.texts
	s.months = newChartCard(w, texts.T("window.overview.months"), 130)

	s.services, s.identifiers = wrapped(""), wrapped("")
	s.learns = newLearnCell(w.learns)
	s.known = titled(texts.T("window.sender.how"), container.NewVBox(s.services, container.NewPadded(s.learns), s.identifiers))

	modes, ruleWords := s.model.RuleChoices()
	s.rule = newChoice(w, modes, func(m block.Mode) string {
		for i, mode := range modes {
			if mode == m {
				return ruleWords[i]
			}
		}
		return ""
	}, s.model.Rule(), s.model.SetRule)
	rule := titled(texts.T("window.sender.rule"), s.rule.object)

	s.consent = wrapped("")
	s.give = w.button(texts.T("window.consent.give"), theme.ConfirmIcon(), s.askForDate)
	s.takeBack = w.button(texts.T("window.consent.take-back"), theme.CancelIcon(), func() { s.model.SetConsent(time.Time{}) })
	consent := titled(texts.T("window.consent"), container.NewVBox(s.consent, container.NewHBox(s.give, s.takeBack)))

	s.result = wrapped("")
	s.copies = w.button(texts.T("window.sender.copies"), theme.FolderIcon(), s.blockAll)
	s.progress = newCopyProgress(w)
	things := container.NewVBox()
	for _, a := range s.actions()[1:] {
		things.Add(container.NewHBox(w.button(a.text, theme.DocumentSaveIcon(), a.do)))
	}
	do := titled(texts.T("window.sender.do"), container.NewVBox(container.NewHBox(s.copies), s.progress.object, things, s.result))

	column := cards(s.months.object, s.known)
	if s.model.CanSetRule() {
		column.Add(rule)
	}
	column.Add(consent)
	column.Add(do)
	return container.NewVScroll(column)
}

func (s *senderPage) title() string             { return s.name.Text }
func (s *senderPage) object() fyne.CanvasObject { return s.root }
func (s *senderPage) search()                   { s.w.focus(s.find) }

func (s *senderPage) entered() {
	s.w.model.Show(s.model)
	s.messageTable.entered()
}

func (s *senderPage) update(c view.Change) {
	row, _ := s.model.Sender()
	s.name.SetText(row.Name)
	address := row.Address
	if row.Public {
		address += " · " + s.w.texts.T("window.sender.public")
	}
	s.address.SetText(address)
	s.verdict.SetText(s.model.Verdict())
	s.mark.SetResource(s.w.states[row.State])
	s.rule.show(s.model.Rule())
	s.showCopies()
	if c&view.ListChanged != 0 {
		s.months.set(s.model.Months())
		s.services.SetText(bullets(s.model.Services()))
		show(s.services, s.services.Text != "")
		identifiers := bullets(s.model.Identifiers())
		s.identifiers.SetText(s.w.texts.T("window.sender.identifiers") + "\n" + identifiers)
		show(s.identifiers, identifiers != "")
		s.learns.show(row.Learns)
		show(s.known, len(row.Learns) > 0 || s.services.Text != "" || identifiers != "")
		s.consent.SetText(s.model.ConsentText())
		given := !s.model.Consent().IsZero()
		show(s.give, !given)
		show(s.takeBack, given)
	}
	s.messageTable.update(c)
}

// showCopies shows what the writing of copies or an export is doing, or did.
func (s *senderPage) showCopies() {
	if ok, _ := s.w.model.CanWriteCopies(); ok {
		s.copies.Enable()
	} else {
		s.copies.Disable()
	}
	s.progress.update()
	text, problem := s.model.ExportResult()
	if text == "" && problem == nil {
		text, problem = s.model.CopiesResult()
	}
	s.result.Importance = widget.MediumImportance
	if problem != nil {
		s.result.Importance = widget.DangerImportance
		text = problem.What(s.w.texts) + " " + problem.Next(s.w.texts) + "\n" + problem.Details()
	}
	s.result.SetText(text)
	show(s.result, text != "")
}

// bullets are lines with a dot before each.
func bullets(lines []string) string {
	text := ""
	for i, l := range lines {
		if i > 0 {
			text += "\n"
		}
		text += "•  " + l
	}
	return text
}

func (s *senderPage) actions() []action {
	const ctrl, shift = fyne.KeyModifierShortcutDefault, fyne.KeyModifierShift
	all := []action{{text: s.w.texts.T("window.sender.copies"), key: fyne.KeyB, modifier: ctrl | shift, do: s.blockAll}}
	keys := map[report.Format]fyne.KeyName{report.CSV: fyne.KeyS, report.JSON: fyne.KeyJ}
	for _, f := range view.ExportFormats() {
		text := s.w.texts.T("window.export.csv")
		if f == report.JSON {
			text = s.w.texts.T("window.export.json")
		}
		all = append(all, action{text: text, key: keys[f], modifier: ctrl | shift, do: func() { s.export(f) }})
	}
	return all
}

// export asks for a file, and writes the messages into it.
func (s *senderPage) export(f report.Format) {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		switch {
		case err != nil:
			s.model.ExportFailed(err)
		case file != nil:
			s.model.Export(file, f, file.URI().Name())
		}
	}, s.w.win)
	d.SetFileName(s.model.ExportName(f))
	s.w.showFileDialog(d, s.w.texts.T("window.export.title"), s.w.texts.T("window.copy.confirm"))
}

// blockAll asks for a folder, and writes blocked copies of all messages of the sender into it.
func (s *senderPage) blockAll() {
	if ok, why := s.w.model.CanWriteCopies(); !ok {
		s.result.SetText(why)
		show(s.result, why != "")
		return
	}
	s.w.showFileDialog(dialog.NewFolderOpen(func(folder fyne.ListableURI, err error) {
		switch {
		case err != nil:
			s.model.ExportFailed(err)
		case folder != nil:
			s.w.model.WriteCopies(s.model.Filter(), folder.Path(), view.EMLFiles)
		}
	}, s.w.win), s.w.texts.T("window.sender.copies.title"), s.w.texts.T("window.open"))
}

// askForDate asks when the user gave consent.
func (s *senderPage) askForDate() {
	today := time.Now()
	date := widget.NewDateEntry()
	date.SetDate(&today)
	content := container.NewVBox(wrapped(s.w.texts.T("window.consent.when")), date)
	s.w.ask(s.w.texts.T("window.consent"), content, fyne.NewSize(420, 0), s.w.texts.T("window.copy.confirm"), func() {
		if date.Date != nil {
			s.model.SetConsent(*date.Date)
		}
	})
}
