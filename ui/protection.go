package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/view"
)

// newProtectionPage has what stops trackers: how copies are blocked, copies of many messages, and how to switch off
// remote pictures in other mail programs.
func newProtectionPage(w *window) page {
	texts := w.texts
	rules, copies, watch := &ruleSettings{w: w}, &copySettings{w: w}, &watchSettings{w: w}
	return newTopicPage(w, texts.T("window.protection"), []topic{
		{name: texts.T("window.protection.programs"), about: texts.T("window.protection.programs.about"), build: func() fyne.CanvasObject { return newAdvice(w) }},
		{name: texts.T("window.protection.rules"), about: texts.T("window.protection.rules.about"), build: rules.build, update: rules.update},
		{name: texts.T("window.protection.copies"), about: texts.T("window.protection.copies.about"), build: copies.build, update: copies.update},
		{name: texts.T("window.watch"), about: texts.T("window.watch.topic"), build: watch.build, update: watch.update},
	})
}

// newAdvice says how to switch off remote pictures: the program is chosen above, its steps stand below.
func newAdvice(w *window) fyne.CanvasObject {
	texts := w.texts
	advice := view.AllAdvice(texts)
	names := make([]string, len(advice))
	for i, a := range advice {
		names[i] = a.Program + " – " + a.Where
	}
	steps := container.NewVBox()
	choose := newPicker(names, func(i int) {
		steps.Objects = adviceSteps(advice[i])
		steps.Refresh()
	}, w.back)
	choose.pick(0)
	return cards(
		group(texts.T("window.protection.heading"), wrapped(texts.T("window.protection.about")), choose, steps),
		group(texts.T("window.protection.proxy"), wrapped(texts.T("window.protection.proxy.about"))))
}

func adviceSteps(a view.Advice) (steps []fyne.CanvasObject) {
	for n, step := range a.Steps {
		number := widget.NewLabelWithStyle(fmt.Sprintf("%d", n+1), fyne.TextAlignTrailing, fyne.TextStyle{Bold: true})
		number.Importance = widget.HighImportance
		steps = append(steps, container.NewBorder(nil, nil, number, nil, wrapped(step)))
	}
	if a.Note != "" {
		steps = append(steps, container.NewBorder(nil, nil, container.NewPadded(widget.NewIcon(theme.InfoIcon())), nil, wrapped(a.Note)))
	}
	return steps
}

// ruleSettings have the mode for everybody, and the rules for single senders.
type ruleSettings struct {
	w     *window
	list  *fyne.Container
	empty *widget.Label
	add   *button
}

func (r *ruleSettings) build() fyne.CanvasObject {
	w, texts := r.w, r.w.texts
	settings := w.model.Settings()
	word := func(m block.Mode) string { return view.ModeWord(texts, m) }
	modes := newChoice(w, view.BlockModes(), word, settings.BlockMode(), settings.SetBlockMode)
	r.list = container.NewVBox()
	r.empty = wrapped(texts.T("window.rules.empty"))

	sender := newFormEntry(texts.T("window.rules.sender"), nil, w.back)
	mode := newPicker(wordsOf(view.RuleModes(), word), nil, w.back)
	mode.pick(0)
	wrong := wrapped(texts.T("window.rules.sender.wrong"))
	wrong.Importance = widget.DangerImportance
	wrong.Hide()
	add := func() {
		ok := w.model.SetRule(sender.Text, view.RuleModes()[mode.index])
		show(wrong, !ok)
		if ok {
			sender.SetText("")
		}
	}
	sender.submit = add
	r.add = w.button(texts.T("window.rules.add"), theme.ContentAddIcon(), add)
	return cards(
		group(texts.T("window.rules.everybody"), wrapped(texts.T("window.rules.everybody.about")), modes.object),
		group(texts.T("window.rules.single"), wrapped(texts.T("window.rules.single.about")), r.list, r.empty,
			container.NewPadded(sender), buttonRow(mode, r.add), wrong))
}

func (r *ruleSettings) update(c view.Change) {
	if c&view.RulesChanged == 0 {
		return
	}
	w, texts := r.w, r.w.texts
	r.list.RemoveAll()
	for _, row := range w.model.Rules() {
		name := widget.NewLabel(row.Name)
		name.Truncation = fyne.TextTruncateEllipsis
		mode := newPicker(wordsOf(view.RuleModes(), func(m block.Mode) string { return view.ModeWord(texts, m) }), nil, w.back)
		for i, m := range view.RuleModes() {
			if m == row.Mode {
				mode.pick(i)
			}
		}
		mode.changed = func(i int) { w.model.SetRule(row.Sender, view.RuleModes()[i]) }
		remove := w.button(texts.T("window.rules.remove"), theme.DeleteIcon(), func() { w.model.SetRule(row.Sender, "") })
		remove.Importance = widget.LowImportance
		r.list.Add(container.NewBorder(nil, nil, nil, container.NewHBox(mode, remove), name))
	}
	show(r.empty, len(r.list.Objects) == 0)
	if w.model.CanSetRules() {
		r.add.Enable()
	} else {
		r.add.Disable()
	}
}

func wordsOf[T any](values []T, word func(T) string) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = word(v)
	}
	return all
}

// copySettings write blocked copies of all mail into a folder.
type copySettings struct {
	w        *window
	start    *button
	progress *copyProgress
	state    *widget.Label
	blocked  *widget.Label
	tracked  *toggle
	format   view.CopyFormat
}

func (s *copySettings) build() fyne.CanvasObject {
	w, texts := s.w, s.w.texts
	s.format = view.EMLFiles
	formats := newChoice(w, []view.CopyFormat{view.EMLFiles, view.Maildir}, func(f view.CopyFormat) string {
		if f == view.Maildir {
			return texts.T("window.copies.maildir")
		}
		return texts.T("window.copies.eml")
	}, s.format, func(f view.CopyFormat) { s.format = f })
	s.tracked = newToggle(w, texts.T("window.copies.tracked"), true, func(bool) {})
	s.start = w.strong(texts.T("window.copies.start"), theme.FolderOpenIcon(), s.choose)
	s.progress = newCopyProgress(w)
	s.state = wrapped("")
	s.blocked = wrapped("")
	return cards(
		group(texts.T("window.protection.copies"), wrapped(texts.T("window.copies.about")), formats.object, s.tracked.object,
			buttonRow(s.start), s.progress.object, s.state),
		group(texts.T("window.blocked"), s.blocked),
		group(texts.T("window.protection.copy"), wrapped(texts.T("window.protection.copy.about"))))
}

func (s *copySettings) choose() {
	w := s.w
	w.showFileDialog(dialog.NewFolderOpen(func(folder fyne.ListableURI, err error) {
		switch {
		case err != nil:
			w.tell(err)
		case folder != nil:
			w.model.WriteCopies(store.Filter{TrackedOnly: s.tracked.on}, folder.Path(), s.format)
		}
	}, w.win), w.texts.T("window.copies.start"), w.texts.T("window.copies.folder"))
}

func (s *copySettings) update(view.Change) {
	model := s.w.model
	ok, why := model.CanWriteCopies()
	if ok {
		s.start.Enable()
	} else {
		s.start.Disable()
	}
	s.progress.update()
	text := model.CopiesText()
	s.state.Importance = widget.MediumImportance
	if p := model.CopiesProblem(); p != nil {
		s.state.Importance = widget.DangerImportance
		text = p.What(s.w.texts) + " " + p.Next(s.w.texts) + "\n" + p.Details()
	} else if text == "" {
		text = why
	}
	s.state.SetText(text)
	show(s.state, text != "")
	s.blocked.SetText(model.BlockedText())
}

// picker is Fyne's Select with a key to go back, for values that are known by their place.
type picker struct {
	widget.Select
	index   int
	changed func(int) // may be nil
	back    func()
}

func newPicker(words []string, changed func(int), back func()) *picker {
	p := &picker{changed: changed, back: back}
	p.Options = words
	p.OnChanged = func(string) {
		p.index = p.SelectedIndex()
		if p.changed != nil {
			p.changed(p.index)
		}
	}
	p.ExtendBaseWidget(p)
	return p
}

func (p *picker) pick(i int) { p.SetSelectedIndex(i) }

// MinSize has room for the longest of the values.
func (p *picker) MinSize() fyne.Size {
	size, th := p.Select.MinSize(), p.Theme()
	for _, option := range p.Options {
		text := fyne.MeasureText(option, th.Size(theme.SizeNameText), fyne.TextStyle{})
		size.Width = max(size.Width, text.Width+th.Size(theme.SizeNameInlineIcon)+4*th.Size(theme.SizeNameInnerPadding))
	}
	return size
}

// TypedKey handles a key while the picker has the focus.
func (p *picker) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		p.back()
		return
	}
	p.Select.TypedKey(e)
}

// promise is one thing that people can count on.
func promise(text string) fyne.CanvasObject {
	mark := container.New(layout.NewCustomPaddedLayout(8, 0, 4, 4), widget.NewIcon(icon("promise", colourClean)))
	return container.NewBorder(nil, nil, container.NewVBox(mark), nil, wrapped(text))
}
