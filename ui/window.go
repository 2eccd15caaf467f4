package ui

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// page is what fills the window beside the rail.
type page interface {
	// title is the page's name.
	title() string
	// object is the page's content, built once.
	object() fyne.CanvasObject
	// update shows what has changed.
	update(c view.Change)
	// entered is called whenever the page comes to the front; it puts the keyboard where people expect it.
	entered()
}

// searcher is a page with a search.
type searcher interface{ search() }

// scroller is a page that the arrow keys scroll while nothing has the focus.
type scroller interface{ scroll() *container.Scroll }

// leaver is a page that does something when the user goes elsewhere and cannot come back to it.
type leaver interface{ left() }

// place is an entry of the history: how to build a page, so that it can be built anew in another language.
type place struct {
	section section
	build   func() page
	page    page
}

// window is the program's window: the rail, the top bar and the pages.
type window struct {
	p     Params
	win   fyne.Window
	model *view.App
	texts *translations.Texts

	history []place // the last one is shown

	rail    map[section]*railButton
	actions *fyne.Menu // what can be done on the page that is shown
	content *fyne.Container
	bar     *topBar
	states  map[view.State]*picture
	learns  []learnable
	inTray  bool
	dialog  dialog.Dialog // in front of the page, nil when there is none
	asking  string        // the title of the dialog for files, "" when there is none
}

// newWindow makes the window. post is how work that is done elsewhere gets to the window's goroutine.
func newWindow(ctx context.Context, p Params, post func(func())) *window {
	w := &window{p: p, texts: translations.New(language(p)), states: make(map[view.State]*picture)}
	for _, s := range []view.State{view.Clean, view.ReadReceipt, view.Tracked, view.PassesOn} {
		w.states[s] = &picture{Resource: stateIcon(s)}
	}
	model := p.Model
	model.Texts, model.Post, model.Changed, model.Preferences = w.texts, post, w.changed, p.App.Preferences()
	w.model = view.New(ctx, model)
	w.applyLook()
	w.win = p.App.NewWindow(w.texts.T("window.name"))
	w.win.SetPadded(false)
	w.win.Resize(fyne.NewSize(1180, 760))
	w.win.CenterOnScreen()
	w.win.SetMaster()
	w.win.SetCloseIntercept(w.closed)
	w.win.SetOnDropped(func(_ fyne.Position, dropped []fyne.URI) { w.openURIs(dropped) })
	w.win.Canvas().SetOnTypedKey(w.typedKey)
	w.history = []place{{noSection, func() page { return newStartPage(w) }, nil}}
	w.startTray()
	w.build()
	return w
}

// show shows the window, and what there is to show from earlier.
func (w *window) show() {
	if w.p.Demo {
		w.model.OpenDemo()
	} else {
		w.model.OpenStored()
	}
	w.win.Show()
	w.top().entered()
}

// build makes everything in the window, in the language of now.
func (w *window) build() {
	w.texts = w.model.Texts()
	w.learns = learnables(w.texts)
	setToolkitLanguage(w.texts)
	w.win.SetMainMenu(w.menu())
	w.bar = newTopBar(w)
	w.content = container.NewStack()
	topics, hasTopics := w.top().(*topicPage)
	for i := range w.history {
		w.history[i].page = nil
	}
	main := container.NewBorder(w.bar.object, nil, nil, nil, w.content)
	w.win.SetContent(container.NewBorder(nil, nil, w.newRail(), nil, main))
	w.front()
	if anew, ok := w.top().(*topicPage); ok && hasTopics {
		anew.list.move(topics.shown) // where the language and the size of texts are chosen
	}
}

func (w *window) newRail() fyne.CanvasObject {
	w.rail = make(map[section]*railButton)
	buttons := container.NewVBox()
	for _, e := range sections() {
		if e.section == settingsSection {
			buttons.Add(layout.NewSpacer())
		}
		b := newRailButton("page-"+string(e.section), e.word(w.texts), func() { w.showSection(e.section) }, w.back)
		w.rail[e.section] = b
		buttons.Add(b)
	}
	width := canvas.NewRectangle(nil)
	width.SetMinSize(fyne.NewSize(150, 0))
	return container.NewStack(newPanel(colourRail, 0), width, container.NewPadded(buttons))
}

// top is the page that is shown.
func (w *window) top() page { return w.history[len(w.history)-1].page }

// front shows the last page of the history.
func (w *window) front() {
	last := &w.history[len(w.history)-1]
	kept := last.page != nil
	if !kept {
		last.page = last.build()
	}
	w.closeDialog() // it belongs to the page before, and the title that comes back is the new one's
	w.content.RemoveAll()
	w.content.Add(last.page.object())
	if kept {
		w.content.Refresh() // the theme may be another one by now
	} else {
		canvas.Refresh(w.content) // what was just built needs no more
	}
	for _, e := range sections() {
		w.rail[e.section].setActive(e.section == last.section)
		w.rail[e.section].setEnabled(w.model.IsOpen() || !e.mail)
	}
	w.refreshActions()
	w.win.Canvas().Unfocus()
	w.update(view.ScanChanged | view.ListChanged | view.MessageChanged)
	last.page.entered()
}

// home makes a page the only one of the history.
func (w *window) home(s section, build func() page) {
	gone := w.history
	w.history = []place{{s, build, nil}}
	w.front()
	leave(gone)
}

// leave tells pages that they will not be shown again.
func leave(gone []place) {
	for _, p := range gone {
		if l, ok := p.page.(leaver); ok {
			l.left()
		}
	}
}

// push shows a page from which Esc goes back.
func (w *window) push(build func() page) {
	w.history = append(w.history, place{w.history[len(w.history)-1].section, build, nil})
	w.front()
}

// replace shows a page in the place of the one that is shown.
func (w *window) replace(build func() page) {
	last := &w.history[len(w.history)-1]
	*last = place{last.section, build, nil}
	w.front()
}

// back closes the dialog in front, or shows the page before; from a section's first page it goes home.
func (w *window) back() {
	switch {
	case w.dialog != nil:
		w.closeDialog()
	case len(w.history) > 1:
		gone := w.history[len(w.history)-1:]
		w.history = w.history[:len(w.history)-1]
		w.front()
		leave(gone)
	case w.history[0].section == sections()[0].section:
	case w.model.IsOpen():
		w.showHome()
	case w.history[0].section != noSection:
		w.showStart()
	}
}

func (w *window) showStart() {
	w.home(noSection, func() page { return newStartPage(w) })
}

func (w *window) showSender(row view.SenderRow) {
	s := w.model.SenderPage(row.Address)
	w.push(func() page { return newSenderPage(w, s) })
}

// showMessagesBy shows the messages that a company is behind.
func (w *window) showMessagesBy(company string) {
	list := w.model.MessagesBy(company)
	w.push(func() page { return newMessagesPage(w, list) })
}

func (w *window) showMessage(row view.MessageRow) {
	m := w.model.MessagePage(row)
	w.push(func() page { return newMessagePage(w, m) })
}

// changed is what the model calls.
func (w *window) changed(c view.Change) {
	if c&view.SourceChanged != 0 {
		if w.model.IsOpen() {
			w.showHome()
		} else {
			w.showStart()
		}
		return
	}
	w.update(c)
}

func (w *window) update(c view.Change) {
	p := w.top()
	if p == nil {
		return // the model's first words come before the first page
	}
	if c&(view.ScanChanged|view.ListChanged) != 0 {
		w.bar.update()
	}
	p.update(c)
	w.retitle()
}

// retitle makes the window's title say what is in front, and how far the scan is.
func (w *window) retitle() {
	name := w.top().title()
	if w.asking != "" {
		name = w.asking
	}
	title := w.texts.T("window.title", translations.Args{"Page": name})
	if scan := w.model.Scan(); scan.Running {
		percent := "…"
		if f, ok := scan.Fraction(); ok {
			percent = fmt.Sprintf("%d %%", int(f*100))
		}
		title = w.texts.T("window.title.scan", translations.Args{"Page": name, "Percent": percent})
	}
	if w.win.Title() != title {
		w.win.SetTitle(title)
	}
}

// applyLook shows theme and text size as they were chosen.
func (w *window) applyLook() {
	s := w.model.Settings()
	w.p.App.Settings().SetTheme(look{s.Theme(), s.TextSize().Factor()})
}

// setLanguage rebuilds the window in another language.
func (w *window) setLanguage(lang string) {
	w.model.SetLanguage(lang)
	w.build()
}

// typedKey is for keys that no widget wants.
func (w *window) typedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		w.back()
		return
	}
	s, ok := w.top().(scroller)
	if !ok || w.dialog != nil {
		return
	}
	const line = 40
	scroll := s.scroll()
	y, height := scroll.Offset.Y, scroll.Size().Height
	switch e.Name {
	case fyne.KeyUp:
		y -= line
	case fyne.KeyDown:
		y += line
	case fyne.KeyPageUp:
		y -= height - line
	case fyne.KeyPageDown, fyne.KeySpace:
		y += height - line
	case fyne.KeyHome:
		y = 0
	case fyne.KeyEnd:
		y = scroll.Content.MinSize().Height
	default:
		return
	}
	scroll.ScrollToOffset(fyne.NewPos(0, min(max(y, 0), max(scroll.Content.MinSize().Height-height, 0))))
}

// button is a button of this window: Esc goes back from it.
func (w *window) button(text string, icon fyne.Resource, tapped func()) *button {
	return newButton(text, icon, tapped, w.back)
}

// strong is a button for what people most likely want to do.
func (w *window) strong(text string, icon fyne.Resource, tapped func()) *button {
	b := w.button(text, icon, tapped)
	b.Importance = widget.HighImportance
	return b
}
