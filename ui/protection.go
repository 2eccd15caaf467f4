package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// protectionPage says how to switch off remote pictures: the programs at the left, the steps at the right.
type protectionPage struct {
	w      *window
	advice []view.Advice
	root   fyne.CanvasObject
	list   *list
	detail *fyne.Container
	steps  *container.Scroll
}

func newProtectionPage(w *window) *protectionPage {
	p := &protectionPage{w: w, advice: view.AllAdvice(w.texts)}
	texts := w.texts
	title := heading(texts.T("window.protection.heading"))
	title.SizeName = theme.SizeNameHeadingText
	top := container.NewVBox(title, wrapped(texts.T("window.protection.about")))
	p.list = newList(func() int { return len(p.advice) }, func() fyne.CanvasObject {
		return container.New(columnLayout{columns: []column{{min: 100, share: 1}}, edge: columnEdge}, newCell())
	}, func(i int, o fyne.CanvasObject) {
		c := o.(*fyne.Container).Objects[0].(*cell)
		c.top, c.bottom = p.advice[i].Program, p.advice[i].Where
		c.Refresh()
	}, p.showAdvice, w.back)
	p.list.moved = p.showAdvice
	p.detail = cards()
	p.steps = container.NewVScroll(p.detail)
	p.root = pageBody(top, sideBySide(card(p.list), 0.32, p.steps))
	p.showAdvice(0)
	return p
}

func (p *protectionPage) showAdvice(i int) {
	a := p.advice[i]
	name := heading(a.Program + " – " + a.Where)
	name.SizeName = theme.SizeNameSubHeadingText
	name.Wrapping = fyne.TextWrapWord
	steps := container.NewVBox(name)
	for n, step := range a.Steps {
		number := widget.NewLabelWithStyle(fmt.Sprintf("%d", n+1), fyne.TextAlignTrailing, fyne.TextStyle{Bold: true})
		number.Importance = widget.HighImportance
		steps.Add(container.NewBorder(nil, nil, number, nil, wrapped(step)))
	}
	if a.Note != "" {
		steps.Add(container.NewBorder(nil, nil, container.NewPadded(widget.NewIcon(theme.InfoIcon())), nil, wrapped(a.Note)))
	}
	texts := p.w.texts
	p.detail.Objects = []fyne.CanvasObject{
		card(steps),
		card(container.NewVBox(heading(texts.T("window.protection.proxy")), wrapped(texts.T("window.protection.proxy.about")))),
		card(container.NewVBox(heading(texts.T("window.protection.copy")), wrapped(texts.T("window.protection.copy.about")))),
	}
	p.detail.Refresh()
	p.steps.ScrollToTop()
}

func (p *protectionPage) title() string             { return p.w.texts.T("window.protection") }
func (p *protectionPage) object() fyne.CanvasObject { return p.root }
func (p *protectionPage) update(view.Change)        {}
func (p *protectionPage) entered()                  { p.w.focus(p.list) }
