package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// menu has every action, each with its keys: shortcuts of the menu work wherever the focus is.
func (w *window) menu() *fyne.MainMenu {
	texts := w.texts
	const ctrl, shift, alt = fyne.KeyModifierShortcutDefault, fyne.KeyModifierShift, fyne.KeyModifierAlt
	quit := menuItem(action{text: texts.T("window.menu.quit"), key: fyne.KeyQ, modifier: ctrl, do: w.quit})
	quit.IsQuit = true
	views := fyne.NewMenu(texts.T("window.menu.view"))
	for _, e := range sections() {
		views.Items = append(views.Items, menuItem(action{text: e.word(texts), key: e.key, modifier: ctrl, do: func() { w.showSection(e.section) }}))
	}
	views.Items = append(views.Items,
		fyne.NewMenuItemSeparator(),
		menuItem(action{text: texts.T("window.menu.search"), key: fyne.KeyF, modifier: ctrl, do: w.searchShown}),
		menuItem(action{text: texts.T("window.back"), key: fyne.KeyLeft, modifier: alt, do: w.back}))
	w.actions = fyne.NewMenu(texts.T("window.menu.actions"), w.actionItems()...)
	return fyne.NewMainMenu(
		fyne.NewMenu(texts.T("window.menu.file"),
			menuItem(action{text: texts.T("window.menu.start"), key: fyne.KeyN, modifier: ctrl, do: w.showStart}),
			menuItem(action{text: texts.T("window.menu.mailbox"), key: fyne.KeyM, modifier: ctrl, do: w.addMailbox}),
			menuItem(action{text: texts.T("window.menu.demo"), key: fyne.KeyD, modifier: ctrl, do: w.model.OpenDemo}),
			menuItem(action{text: texts.T("window.start.file"), key: fyne.KeyO, modifier: ctrl, do: w.chooseFile}),
			menuItem(action{text: texts.T("window.start.folder"), key: fyne.KeyO, modifier: ctrl | shift, do: w.chooseFolder}),
			fyne.NewMenuItemSeparator(),
			quit),
		w.actions,
		views,
		fyne.NewMenu(texts.T("window.menu.help"),
			menuItem(action{text: texts.T("window.saving"), key: fyne.KeyF2, modifier: ctrl, do: w.showSaving}),
			menuItem(action{text: texts.T("window.menu.keys"), key: fyne.KeyF1, modifier: ctrl, do: w.showKeys})),
	)
}

// menuItem is an action as an item of a menu.
func menuItem(a action) *fyne.MenuItem {
	i := fyne.NewMenuItem(a.text, a.do)
	i.Disabled = a.disabled
	if a.key != "" {
		i.Shortcut = &desktop.CustomShortcut{KeyName: a.key, Modifier: a.modifier}
	}
	return i
}

// actionItems are the items of the menu of actions: those of the page that is shown, and those of every page.
func (w *window) actionItems() []*fyne.MenuItem {
	texts := w.texts
	const ctrl = fyne.KeyModifierShortcutDefault
	var items []*fyne.MenuItem
	if a, ok := w.top().(actor); ok {
		for _, action := range a.actions() {
			items = append(items, menuItem(action))
		}
		items = append(items, fyne.NewMenuItemSeparator())
	}
	return append(items,
		menuItem(action{text: texts.T("window.scan.again"), key: fyne.KeyR, modifier: ctrl, do: w.model.Rescan}),
		menuItem(action{text: texts.T("window.menu.cancel"), key: fyne.KeyPeriod, modifier: ctrl, do: w.model.CancelScan}))
}

// refreshActions brings the menu of actions up to date with the page that is shown.
func (w *window) refreshActions() {
	w.actions.Items = w.actionItems()
	w.win.SetMainMenu(w.win.MainMenu())
}

func (w *window) searchShown() {
	if s, ok := w.top().(searcher); ok {
		s.search()
	}
}

func (w *window) showKeys() {
	w.tellMore(w.texts.T("window.menu.keys"), wrapped(w.texts.T("window.keys")), fyne.NewSize(520, 0))
}

// quit closes the window. A scan that runs ends at a point from which the next one goes on; Run waits for it. It is
// told before the toolkit ends, for nothing may be posted to a window that is gone.
func (w *window) quit() {
	w.model.Stop()
	w.p.App.Quit()
}

// focus gives the keyboard to a widget.
func (w *window) focus(f fyne.Focusable) { w.win.Canvas().Focus(f) }
