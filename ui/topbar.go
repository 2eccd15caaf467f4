package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// topBar is above every page: the way back, the source, what its scan is doing, and what went wrong.
type topBar struct {
	w        *window
	object   fyne.CanvasObject
	back     *button
	source   *widget.Label
	status   *widget.Label
	progress *progressBar
	cancel   *button
	scan     *button
	other    *button

	problem     *fyne.Container
	problemText *widget.Label
	signIn      *button
}

func newTopBar(w *window) *topBar {
	b := &topBar{w: w}
	b.back = w.button(w.texts.T("window.back"), theme.NavigateBackIcon(), w.back)
	b.back.Importance = widget.LowImportance
	b.source = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	b.source.Truncation = fyne.TextTruncateEllipsis
	b.status = widget.NewLabel("")
	b.progress = newProgressBar()
	b.cancel = w.button(w.texts.T("window.scan.cancel"), theme.CancelIcon(), w.model.CancelScan)
	b.scan = w.button(w.texts.T("window.scan.again"), theme.ViewRefreshIcon(), w.model.Rescan)
	b.scan.Importance = widget.LowImportance
	b.other = w.button(w.texts.T("window.source.other"), theme.ContentAddIcon(), w.showStart)
	b.other.Importance = widget.LowImportance
	right := container.NewHBox(b.status, b.progress, b.cancel, b.scan, b.other)

	b.problemText = widget.NewLabel("")
	b.problemText.Wrapping = fyne.TextWrapWord
	b.signIn = w.strong(w.texts.T("window.signin.again"), theme.LoginIcon(), func() { w.signInAgain(w.model.Problem().SignIn()) })
	details := w.button(w.texts.T("window.problem.details"), theme.InfoIcon(), w.showProblem)
	dismiss := w.button(w.texts.T("window.problem.dismiss"), theme.CancelIcon(), w.model.Dismiss)
	mark := widget.NewIcon(theme.NewErrorThemedResource(theme.WarningIcon()))
	b.problem = container.New(layout.NewCustomPaddedLayout(6, 6, 12, 12),
		card(container.NewBorder(nil, nil, mark, container.NewHBox(container.NewCenter(b.signIn), container.NewCenter(details), container.NewCenter(dismiss)), b.problemText)))

	line := container.New(layout.NewCustomPaddedLayout(4, 4, 12, 12), container.NewBorder(nil, nil, b.back, right, b.source))
	b.object = container.NewVBox(line, widget.NewSeparator(), b.problem)
	return b
}

// update shows what the model says.
func (b *topBar) update() {
	m := b.w.model
	scan := m.Scan()
	show(b.back, len(b.w.history) > 1)
	b.source.SetText(m.SourceName())
	b.status.SetText(m.ScanText())
	busy := scan.Running || m.Opening()
	fraction, _ := scan.Fraction()
	show(b.progress, busy)
	b.progress.set(fraction)
	show(b.cancel, scan.Running)
	show(b.scan, m.CanScan())
	if word := b.scanWord(); b.scan.Text != word {
		b.scan.SetText(word)
	}
	show(b.other, m.IsOpen() && !busy && b.w.history[0].section != noSection)

	problem := m.Problem()
	isNew := problem != nil && !b.problem.Visible()
	show(b.problem, problem != nil)
	if problem == nil {
		return
	}
	show(b.signIn, problem.SignIn() != "")
	b.problemText.SetText(problem.What(b.w.texts) + "\n" + problem.Next(b.w.texts))
	if isNew && b.signIn.Visible() && b.w.win.Canvas().Focused() == nil {
		b.w.focus(b.signIn) // Enter does what helps, where the keyboard is nowhere else
	}
}

// scanWord is what scanning does now: it goes on where it was stopped.
func (b *topBar) scanWord() string {
	if b.w.model.Scan().Cancelled || b.w.model.Overview().Partial() != "" {
		return b.w.texts.T("window.scan.continue")
	}
	return b.w.texts.T("window.scan.again")
}

func show(o fyne.CanvasObject, visible bool) {
	if visible == o.Visible() {
		return
	}
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}
