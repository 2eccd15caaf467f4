package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"pixelwacht/ui/view"
)

// topic is one subject of a page of topics.
type topic struct {
	name   string
	about  string // in few words, what is to be found there
	build  func() fyne.CanvasObject
	update func(view.Change) // may be nil; called once what build made is shown
}

// topicPage is a page with a list of topics at the left, and the one that is chosen at the right.
type topicPage struct {
	w      *window
	name   string
	topics []topic
	shown  int
	root   fyne.CanvasObject
	list   *list
	detail *container.Scroll
}

func newTopicPage(w *window, name string, topics []topic) *topicPage {
	p := &topicPage{w: w, name: name, topics: topics, shown: -1}
	title := heading(name)
	title.SizeName = theme.SizeNameHeadingText
	p.list = newList(func() int { return len(p.topics) }, func() fyne.CanvasObject {
		return container.New(columnLayout{columns: []column{{min: 100, share: 1}}, edge: columnEdge}, newCell())
	}, func(i int, o fyne.CanvasObject) {
		o.(*fyne.Container).Objects[0].(*cell).show(cellContent{top: p.topics[i].name, bottom: p.topics[i].about, bold: i == p.shown})
	}, func(i int) {
		p.choose(i)
		p.enter()
	}, w.back)
	p.list.moved = p.choose
	p.detail = container.NewVScroll(cards())
	p.root = pageBody(title, beside([]column{{min: 250}, {min: 300, share: 1}}, card(p.list), p.detail))
	return p
}

// choose shows a topic.
func (p *topicPage) choose(i int) {
	if i == p.shown {
		return
	}
	p.shown = i
	p.rebuild()
	p.list.Refresh()
	p.detail.ScrollToTop()
}

// rebuild makes the shown topic anew.
func (p *topicPage) rebuild() {
	p.detail.Content = p.topics[p.shown].build()
	p.detail.Refresh()
	p.update(^view.SourceChanged)
}

// enter gives the keyboard to the first thing of the shown topic.
func (p *topicPage) enter() {
	if f := firstFocusable(p.detail.Content); f != nil {
		p.w.focus(f)
	}
}

func firstFocusable(o fyne.CanvasObject) fyne.Focusable {
	if !o.Visible() {
		return nil
	}
	if f, ok := o.(fyne.Focusable); ok {
		if d, ok := o.(fyne.Disableable); !ok || !d.Disabled() {
			return f
		}
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, child := range c.Objects {
			if f := firstFocusable(child); f != nil {
				return f
			}
		}
	}
	return nil
}

func (p *topicPage) title() string             { return p.name }
func (p *topicPage) object() fyne.CanvasObject { return p.root }
func (p *topicPage) scroll() *container.Scroll { return p.detail }

func (p *topicPage) entered() {
	p.list.move(max(p.shown, 0))
	p.choose(max(p.shown, 0))
	p.w.focus(p.list)
}

func (p *topicPage) update(c view.Change) {
	if p.shown < 0 {
		return
	}
	if update := p.topics[p.shown].update; update != nil {
		update(c)
	}
}
