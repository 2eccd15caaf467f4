package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// mailboxesPage has the user choose which mailboxes of an account are scanned.
type mailboxesPage struct {
	w     *window
	model *view.MailboxChoice
	root  fyne.CanvasObject

	list  *list
	rows  []view.MailboxRow
	keep  *button
	count *widget.Label

	problem *fyne.Container
	what    *widget.Label
}

func newMailboxesPage(w *window, model *view.MailboxChoice) *mailboxesPage {
	p := &mailboxesPage{w: w, model: model, rows: model.Rows()}
	texts := w.texts
	title := heading(p.title())
	title.SizeName = theme.SizeNameHeadingText

	left, chosen := &picture{Resource: theme.CheckButtonIcon()}, &picture{Resource: theme.CheckButtonCheckedIcon()}
	p.list = newList(func() int { return len(p.rows) }, func() fyne.CanvasObject {
		return container.New(columnLayout{columns: []column{{min: 200, share: 1}}, edge: columnEdge}, newCell())
	}, func(i int, o fyne.CanvasObject) {
		mark := left
		if p.rows[i].Chosen {
			mark = chosen
		}
		o.(*fyne.Container).Objects[0].(*cell).show(cellContent{icon: mark, top: view.MailboxWord(texts, p.rows[i].Name)})
	}, model.Toggle, w.back)

	p.count = widget.NewLabel("")
	p.keep = w.strong(texts.T("window.mailboxes.scan"), theme.SearchIcon(), model.Keep)
	p.what = wrapped("")
	p.problem = container.NewVBox(card(container.NewVBox(p.what, buttonRow(
		w.button(texts.T("window.mailboxes.again"), theme.ViewRefreshIcon(), model.Ask),
		w.button(texts.T("window.signin.again"), theme.LoginIcon(), func() { w.signInAgain(model.Address()) })))))

	top := container.NewVBox(title, heading(model.Address()), wrapped(texts.T("window.mailboxes.about")), p.problem)
	bottom := container.NewBorder(nil, nil, p.count, buttonRow(p.keep))
	p.root = container.New(layout.NewCustomPaddedLayout(10, 12, 16, 16), container.NewBorder(top, bottom, nil, nil, card(p.list)))
	return p
}

func (p *mailboxesPage) title() string             { return p.w.texts.T("window.mailboxes") }
func (p *mailboxesPage) object() fyne.CanvasObject { return p.root }

func (p *mailboxesPage) entered() {
	p.update(view.AccountsChanged)
	p.w.focus(p.keep)
}

func (p *mailboxesPage) left() { p.model.Leave() }

func (p *mailboxesPage) update(c view.Change) {
	if c&view.AccountsChanged == 0 {
		return
	}
	p.rows = p.model.Rows()
	p.list.Refresh()
	p.count.SetText(p.model.Text())
	enable(p.model.CanKeep(), p.keep)
	problem := p.model.Problem()
	show(p.problem, problem != nil)
	if problem != nil {
		p.what.SetText(problem.What(p.w.texts) + " " + problem.Next(p.w.texts))
	}
}
