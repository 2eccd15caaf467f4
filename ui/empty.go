package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
)

// emptyState stands where rows would: what would be here, and the one thing to do.
type emptyState struct {
	w           *window
	object      fyne.CanvasObject
	what, next  *widget.Label
	scan, other *button
	saving      *button // how mail becomes files
}

// maxShownQuery is how many characters are repeated of what was searched for, which may be of any length.
const maxShownQuery = 60

func newEmptyState(w *window) *emptyState {
	e := &emptyState{
		w:      w,
		what:   widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{Bold: true}),
		next:   widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{}),
		scan:   w.button(w.texts.T("window.scan.start"), theme.ViewRefreshIcon(), w.model.Rescan),
		other:  w.button(w.texts.T("window.source.other"), theme.ContentAddIcon(), w.showStart),
		saving: w.button(w.texts.T("window.saving"), theme.QuestionIcon(), w.showSaving),
	}
	e.what.SizeName = theme.SizeNameSubHeadingText
	e.what.Wrapping, e.next.Wrapping = fyne.TextWrapWord, fyne.TextWrapWord
	buttons := container.NewCenter(container.NewHBox(e.scan, e.other, e.saving))
	e.object = container.NewVBox(layout.NewSpacer(), e.what, e.next, buttons, layout.NewSpacer())
	return e
}

// update says why a list shows nothing, when it shows nothing.
func (e *emptyState) update(shown int, list interface {
	Query() string
	Filtered() bool
	Loaded() bool
}) {
	t, model := e.w.texts, e.w.model
	what, next := "", ""
	scan, other, saving := false, false, false
	switch {
	case shown > 0:
		e.hide()
		return
	case list.Query() != "" && list.Loaded():
		query := []rune(list.Query())
		if len(query) > maxShownQuery {
			query = append(query[:maxShownQuery-1:maxShownQuery-1], '…')
		}
		what, next = t.T("window.empty.search", translations.Args{"Query": string(query)}), t.T("window.empty.search.next")
	case list.Filtered() && list.Loaded():
		what, next = t.T("window.empty.filter"), t.T("window.empty.filter.next")
	case model.Scan().Running || model.Opening() || !list.Loaded():
		what, next = t.T("window.empty.scanning"), t.T("window.empty.scanning.next")
	case model.CanScan() && model.Problem() != nil:
		what, next = t.T("window.empty.failed"), t.T("window.empty.failed.next")
		scan, other, saving = true, true, true
	case model.CanScan() && !model.Scan().Finished:
		what, next = t.T("window.empty.unscanned"), t.T("window.empty.unscanned.next")
		scan, other = true, true
	default:
		what, next = t.T("window.empty.none"), t.T("window.empty.none.next")
		other, saving = true, true
	}
	e.what.SetText(what)
	e.next.SetText(next)
	e.scan.Importance = widget.HighImportance
	if saving { // scanning once more is not what helps most
		e.scan.Importance = widget.MediumImportance
	}
	e.scan.Refresh()
	show(e.scan, scan)
	show(e.other, other)
	show(e.saving, saving)
	show(e.object, true)
}

func (e *emptyState) hide() { show(e.object, false) }
