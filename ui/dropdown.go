package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// dropDown is a menu to pick one of many things, or all of them.
type dropDown struct {
	widget.Select
	back func()
}

// newDropDown returns a dropDown whose first entry is all. picked is called with the index of the entry, 0 for all.
func newDropDown(all string, picked func(int), back func()) *dropDown {
	p := &dropDown{back: back}
	p.Options, p.Selected = []string{all}, all
	p.OnChanged = func(string) { picked(p.SelectedIndex()) }
	p.ExtendBaseWidget(p)
	return p
}

// offer sets the entries behind the first one.
func (p *dropDown) offer(entries []string) {
	if !slices.Equal(p.Options[1:], entries) {
		p.Options = append(p.Options[:1:1], entries...)
		p.Refresh()
	}
}

// choose shows that an entry is picked, "" for all.
func (p *dropDown) choose(entry string) {
	if entry == "" {
		entry = p.Options[0]
	}
	if p.Selected != entry {
		p.Selected = entry
		p.Refresh()
	}
}

// TypedKey handles a key while the dropDown has the focus.
func (p *dropDown) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		p.back()
	case fyne.KeyReturn, fyne.KeyEnter:
		p.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	default:
		p.Select.TypedKey(e)
	}
}
