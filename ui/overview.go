package ui

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// overviewPage is the answer, and what is behind it.
type overviewPage struct {
	w     *window
	model *view.Overview
	root  *container.Scroll

	answer  *answer
	tracked *widget.Label
	stop    *button // how to stop it
	summary *fyne.Container
	partial *widget.Label // why the numbers are not yet those of all mail
	rest    *fyne.Container
	empty   *emptyState
	body    *fyne.Container

	months                               *chartCard
	companies, senders, learns, compared *fyne.Container
	shownCompanies                       []view.CompanyRow
	shownSenders                         []view.SenderRow
}

func newOverviewPage(w *window) *overviewPage {
	p := &overviewPage{
		w: w, model: w.model.Overview(), answer: newAnswer(), tracked: wrapped(""), partial: wrapped(""), empty: newEmptyState(w),
		companies: container.NewVBox(), senders: container.NewVBox(), learns: container.NewVBox(), compared: container.NewVBox(),
	}
	texts := w.texts
	p.months = newChartCard(w, texts.T("window.overview.months"), 190)
	all := w.button(texts.T("window.overview.curious.all"), theme.NavigateNextIcon(), func() { w.showSection(sendersSection) })
	all.Importance, all.IconPlacement = widget.LowImportance, widget.ButtonIconTrailingText
	note := wrapped(texts.T("window.overview.learned.proxy"))
	note.Importance = widget.LowImportance
	compared := wrapped(texts.T("window.overview.compared.note"))
	compared.Importance = widget.LowImportance
	p.body = cards(
		sideBySide(p.months.object, 0.55, titled(texts.T("window.overview.companies"), p.companies)),
		card(container.NewVBox(container.NewBorder(nil, nil, heading(texts.T("window.overview.curious")), all), p.senders)),
		sideBySide(titled(texts.T("window.overview.learned"), container.NewVBox(p.learns, note)), 0.5,
			titled(texts.T("window.overview.compared"), container.NewVBox(p.compared, compared))),
	)
	p.stop = w.button(texts.T("window.overview.stop"), icon("page-protection", theme.ColorNameForeground), func() { w.showSection(protectionSection) })
	p.summary = container.NewBorder(nil, nil, nil, container.NewCenter(p.stop), p.tracked)
	goOn := w.strong(texts.T("window.scan.continue"), theme.MediaPlayIcon(), w.model.Rescan)
	p.rest = container.New(layout.NewCustomPaddedLayout(0, cardGap, 0, 0), card(container.NewBorder(nil, nil,
		container.NewPadded(widget.NewIcon(theme.InfoIcon())), container.NewCenter(goOn), p.partial)))
	content := container.NewVBox(p.answer.object, p.summary, p.rest, p.body, p.empty.object)
	p.root = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(10, 12, 16, 16), content))
	return p
}

// titled is content on a card under its title.
func titled(title string, content fyne.CanvasObject) fyne.CanvasObject {
	name := heading(title)
	name.Wrapping = fyne.TextWrapWord
	return card(container.NewBorder(name, nil, nil, nil, content))
}

func (p *overviewPage) title() string             { return p.w.texts.T("window.overview") }
func (p *overviewPage) object() fyne.CanvasObject { return p.root }
func (p *overviewPage) scroll() *container.Scroll { return p.root }

func (p *overviewPage) entered() { p.w.model.Show(p.model) }

func (p *overviewPage) update(c view.Change) {
	p.answer.update(p.w)
	show(p.summary, p.model.Loaded())
	show(p.stop, len(p.model.Senders()) > 0)
	partial := p.model.Partial()
	p.partial.SetText(partial)
	show(p.rest, partial != "")
	show(p.body, p.model.Loaded())
	p.empty.update(len(p.model.Senders()), p.w.model.Senders())
	if p.model.Loaded() {
		p.empty.hide()
	}
	if c&view.ListChanged == 0 || !p.model.Loaded() {
		return
	}
	p.tracked.SetText(p.model.Tracked())
	p.months.set(p.model.Months())
	p.showCompanies()
	p.showSenders()
	p.showLearned()
	p.showCompared()
}

func (p *overviewPage) showCompanies() {
	rows := p.model.Companies()
	if len(p.companies.Objects) > 0 && slices.Equal(rows, p.shownCompanies) {
		return // a row keeps the focus
	}
	p.shownCompanies = rows
	p.companies.RemoveAll()
	for _, c := range rows {
		name := newCell()
		name.show(cellContent{top: c.Name, bottom: c.Count, bold: true})
		p.companies.Add(newTile(beside([]column{{min: 90, share: 3}, {min: 50, share: 2}}, name, meter(c.Part, colourTracked)),
			func() { p.w.showMessagesBy(c.Name) }, p.w.back))
	}
	if len(p.companies.Objects) == 0 {
		p.companies.Add(wrapped(p.w.texts.T("window.overview.companies.none")))
	}
}

func (p *overviewPage) showSenders() {
	rows := p.model.Senders()
	if len(p.senders.Objects) > 0 && reflect.DeepEqual(rows, p.shownSenders) {
		return
	}
	p.shownSenders = rows
	p.senders.RemoveAll()
	for _, r := range rows {
		name, tracked, who, learns := newCell(), newCell(), newCell(), newLearnCell(p.w.learns)
		address := r.Address
		if r.Name == r.Address {
			address = ""
		}
		name.show(cellContent{top: r.Name, bottom: address, bold: true})
		tracked.show(cellContent{icon: p.w.states[r.State], top: r.Share, bottom: r.StateWord})
		who.show(cellContent{top: r.Providers})
		learns.show(r.Learns)
		row := beside([]column{{min: 138, share: 2}, {min: 164}, {min: 90, share: 1.5}, {min: 130, share: 3}}, name, tracked, who, learns)
		p.senders.Add(newTile(row, func() { p.w.showSender(r) }, p.w.back))
	}
	if len(p.senders.Objects) == 0 {
		p.senders.Add(wrapped(p.w.texts.T("window.overview.curious.none")))
	}
}

func (p *overviewPage) showLearned() {
	p.learns.RemoveAll()
	for _, l := range p.model.Learned() {
		number := widget.NewLabel(l.Number)
		number.Importance = widget.LowImportance
		text := widget.NewLabel(l.Text)
		text.Truncation = fyne.TextTruncateEllipsis
		p.learns.Add(container.NewBorder(nil, nil, widget.NewIcon(learnIcon(l.What)), number, text))
	}
}

func (p *overviewPage) showCompared() {
	p.compared.RemoveAll()
	for _, c := range p.model.Compared() {
		colour := colourMuted
		text := newCell()
		text.show(cellContent{top: c.Text, bottom: c.Source, bold: c.Source == ""})
		if c.Source == "" {
			colour = colourTracked
		}
		percent := widget.NewLabelWithStyle(c.Percent, fyne.TextAlignTrailing, fyne.TextStyle{Bold: c.Source == ""})
		row := beside([]column{{min: 150, share: 1}, {min: 60}, {min: 62}}, text, meter(c.Share, colour), percent)
		p.compared.Add(container.New(layout.NewCustomPaddedLayout(0, 0, 8, 0), row))
	}
}

// meter is a bar that is filled by a share.
func meter(share float64, colour fyne.ThemeColorName) fyne.CanvasObject {
	m := newProgressBar()
	m.share.colour = colour
	m.set(share)
	return m
}

// answer is the answer to the question that people come with, in two sentences.
type answer struct {
	object        fyne.CanvasObject
	first, second *widget.Label
	mark          *widget.Icon
}

func newAnswer() *answer {
	a := &answer{
		first:  widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true}),
		second: widget.NewLabel(""), mark: widget.NewIcon(stateIcon(view.PassesOn)),
	}
	a.first.SizeName = theme.SizeNameHeadingText
	a.first.Wrapping = fyne.TextWrapWord
	a.second.Truncation = fyne.TextTruncateEllipsis
	a.object = container.NewVBox(a.first, container.NewBorder(nil, nil, container.NewPadded(a.mark), nil, a.second))
	return a
}

func (a *answer) update(w *window) {
	tracked, passesOn := w.model.Senders().Answer()
	if tracked == "" {
		tracked = w.texts.T("window.answer.scanning")
	}
	a.first.SetText(tracked)
	a.second.SetText(passesOn)
	show(a.mark, passesOn != "")
	show(a.second, passesOn != "")
}
