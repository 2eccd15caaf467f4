package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
)

// menu has every action, each with its keys: shortcuts of the menu work wherever the focus is.
func (w *window) menu() *fyne.MainMenu {
	texts := w.texts
	item := func(text string, key fyne.KeyName, modifier fyne.KeyModifier, action func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(text, action)
		if key != "" {
			i.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: modifier}
		}
		return i
	}
	ctrl := fyne.KeyModifierShortcutDefault
	quit := item(texts.T("window.menu.quit"), fyne.KeyQ, ctrl, w.quit)
	quit.IsQuit = true
	return fyne.NewMainMenu(
		fyne.NewMenu(texts.T("window.menu.file"),
			item(texts.T("window.menu.start"), fyne.KeyN, ctrl, w.showStart),
			item(texts.T("window.menu.demo"), fyne.KeyD, ctrl, w.model.OpenDemo),
			item(texts.T("window.start.file"), fyne.KeyO, ctrl, w.chooseFile),
			item(texts.T("window.start.folder"), fyne.KeyO, ctrl|fyne.KeyModifierShift, w.chooseFolder),
			fyne.NewMenuItemSeparator(),
			item(texts.T("window.copy.save"), fyne.KeyS, ctrl, w.saveShown),
			fyne.NewMenuItemSeparator(),
			item(texts.T("window.scan.again"), fyne.KeyR, ctrl, w.model.Rescan),
			item(texts.T("window.menu.cancel"), fyne.KeyPeriod, ctrl, w.model.CancelScan),
			fyne.NewMenuItemSeparator(),
			quit),
		fyne.NewMenu(texts.T("window.menu.view"),
			item(texts.T("window.senders"), fyne.Key1, ctrl, w.showSenders),
			item(texts.T("window.messages"), fyne.Key2, ctrl, w.showMessages),
			item(texts.T("window.protection"), fyne.Key3, ctrl, w.showProtection),
			item(texts.T("window.settings"), fyne.KeyComma, ctrl, w.showSettings),
			fyne.NewMenuItemSeparator(),
			item(texts.T("window.menu.search"), fyne.KeyF, ctrl, w.searchShown),
			item(texts.T("window.back"), fyne.KeyLeft, fyne.KeyModifierAlt, w.back)),
		fyne.NewMenu(texts.T("window.menu.help"),
			item(texts.T("window.menu.keys"), fyne.KeyF1, ctrl, w.showKeys)),
	)
}

func (w *window) searchShown() {
	if s, ok := w.top().(searcher); ok {
		s.search()
	}
}

func (w *window) saveShown() {
	if s, ok := w.top().(saver); ok {
		s.save()
	}
}

func (w *window) showKeys() {
	d := dialog.NewCustom(w.texts.T("window.menu.keys"), w.texts.T("window.close"), wrapped(w.texts.T("window.keys")), w.win)
	d.Resize(fyne.NewSize(520, 0))
	d.Show()
}

// quit closes the window. A scan that runs ends at a point from which the next one goes on; Run waits for it. It is
// told before the toolkit ends, for nothing may be posted to a window that is gone.
func (w *window) quit() {
	w.model.Stop()
	w.p.App.Quit()
}

// focus gives the keyboard to a widget.
func (w *window) focus(f fyne.Focusable) { w.win.Canvas().Focus(f) }
