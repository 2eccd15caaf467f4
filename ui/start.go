package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets"
	"pixelwacht/ui/view"
)

// startPage is the first page: three ways to begin, and the promises.
type startPage struct {
	w       *window
	root    fyne.CanvasObject
	demo    *button
	buttons []*button
	address *formEntry
}

func newStartPage(w *window) *startPage {
	s := &startPage{w: w}
	texts := w.texts
	logo := canvas.NewImageFromResource(fyne.NewStaticResource("icon.png", assets.Icon))
	logo.FillMode = canvas.ImageFillContain
	logo.SetMinSize(fyne.NewSquareSize(72))
	title := widget.NewLabelWithStyle(texts.T("window.start.title"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.SizeName = theme.SizeNameHeadingText
	about := widget.NewLabel(texts.T("window.start.about"))
	about.Wrapping = fyne.TextWrapWord
	top := container.NewBorder(nil, nil, container.NewCenter(logo), nil, container.NewVBox(title, about))

	s.demo = w.button(texts.T("window.start.demo"), nil, w.model.OpenDemo)
	file := w.button(texts.T("window.start.file"), nil, w.chooseFile)
	folder := w.button(texts.T("window.start.folder"), nil, w.chooseFolder)
	how := w.button(texts.T("window.saving.how"), theme.QuestionIcon(), w.showSaving)
	how.Importance = widget.LowImportance
	scan := w.strong(texts.T("window.start.scan"), nil, s.signIn)
	s.buttons = []*button{scan, file, folder, s.demo}
	s.address = newFormEntry(texts.T("window.start.user.example"), s.signIn, w.back)
	form := container.NewVBox(widget.NewLabel(texts.T("window.signin.address")), s.address)

	ways := beside([]column{{min: 220, share: 1}, {min: 220, share: 1}, {min: 220, share: 1}},
		s.way("start-mailbox", texts.T("window.start.mailbox.title"), texts.T("window.start.mailbox.about"), container.NewVBox(form, scan)),
		s.way("start-files", texts.T("window.start.files.title"), texts.T("window.start.files.about"), container.NewVBox(how, file, folder)),
		s.way("start-demo", texts.T("window.start.demo.title"), texts.T("window.start.demo.about"), s.demo),
	)

	promises := container.NewVBox()
	for _, text := range view.Promises(texts) {
		promises.Add(promise(text))
	}
	heading := widget.NewLabelWithStyle(texts.T("window.start.promises"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	body := cards(top, gap(0), ways, card(container.NewVBox(heading, container.NewGridWithColumns(2, promises.Objects...))))
	s.root = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(20, 20, 28, 28), body))
	return s
}

// way is one of the three ways to begin.
func (s *startPage) way(iconName, title, about string, action fyne.CanvasObject) fyne.CanvasObject {
	mark := canvas.NewImageFromResource(icon(iconName, theme.ColorNamePrimary))
	mark.FillMode = canvas.ImageFillContain
	mark.SetMinSize(fyne.NewSquareSize(32))
	heading := widget.NewLabelWithStyle(title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	heading.SizeName = theme.SizeNameSubHeadingText
	heading.Wrapping = fyne.TextWrapWord
	text := widget.NewLabel(about)
	text.Wrapping = fyne.TextWrapWord
	return card(container.NewBorder(
		container.NewVBox(container.NewBorder(nil, nil, container.NewCenter(mark), nil, heading), text), action, nil, nil))
}

// signIn goes on to add the mailbox with the address.
func (s *startPage) signIn() {
	model := s.w.model.NewSignIn()
	if s.address.Text != "" {
		model.SetAddress(s.address.Text)
	}
	s.w.push(func() page { return newSignInPage(s.w, model) })
}

func (s *startPage) title() string             { return s.w.texts.T("window.start") }
func (s *startPage) object() fyne.CanvasObject { return s.root }
func (s *startPage) entered()                  { s.w.win.Canvas().Focus(s.address) }

func (s *startPage) update(view.Change) {
	for _, b := range s.buttons {
		if s.w.model.Opening() {
			b.Disable()
		} else {
			b.Enable()
		}
	}
}

// gap is empty space.
func gap(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(0, height))
	return r
}

// formEntry is an entry in which Enter submits the form and Esc goes back.
type formEntry struct {
	widget.Entry
	submit, back func()
}

func newFormEntry(placeholder string, submit, back func()) *formEntry {
	e := &formEntry{submit: submit, back: back}
	e.PlaceHolder = placeholder
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey handles a key while the entry has the focus.
func (e *formEntry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		e.submit()
	case fyne.KeyEscape:
		e.back()
	default:
		e.Entry.TypedKey(k)
	}
}
