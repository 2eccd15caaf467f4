package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Fyne's own dialogs have buttons that Enter does not press, nothing that has the keyboard when they open, and no way out
// by Esc. These have, and give the keyboard first to the button that changes nothing.

// tellMore shows something over the page, until it is closed.
func (w *window) tellMore(title string, content fyne.CanvasObject, size fyne.Size) {
	w.showDialog(title, content, size, w.strong(w.texts.T("window.close"), nil, w.closeDialog))
}

// ask asks a question over the page. yes is the word on the button for what do does.
func (w *window) ask(title string, content fyne.CanvasObject, size fyne.Size, yes string, do func()) {
	w.showDialog(title, content, size, w.button(w.texts.T("window.dismiss"), theme.CancelIcon(), w.closeDialog),
		w.strong(yes, theme.ConfirmIcon(), func() {
			w.closeDialog()
			do()
		}))
}

// askText is ask with a question that is only text.
func (w *window) askText(title, text, yes string, do func()) {
	w.ask(title, wrapped(text), fyne.NewSize(480, 0), yes, do)
}

func (w *window) showDialog(title string, content fyne.CanvasObject, size fyne.Size, buttons ...*button) {
	d := dialog.NewCustomWithoutButtons(title, content, w.win)
	objects := make([]fyne.CanvasObject, len(buttons))
	for i, b := range buttons {
		b.Alignment = widget.ButtonAlignCenter
		objects[i] = b
	}
	d.SetButtons(objects)
	d.Resize(size)
	w.openDialog(d)
	d.Resize(size) // again: a text knows how high it is only once it knows how wide
	w.focus(buttons[0])
}

// openDialog shows a dialog that Esc closes.
func (w *window) openDialog(d dialog.Dialog) {
	w.closeDialog()
	d.SetOnClosed(func() { w.dialog = nil })
	w.dialog = d
	d.Show()
}

func (w *window) closeDialog() {
	if w.dialog != nil {
		w.dialog.Dismiss()
	}
}
