package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// startTray puts the program into the desktop's tray, where people chose that and the desktop has one. The toolkit can do
// so only before it runs.
func (w *window) startTray() {
	d, ok := w.p.App.(desktop.App)
	if !ok || !w.p.HasTray || !w.model.Settings().Tray() {
		return
	}
	w.inTray = true
	open := fyne.NewMenuItem(w.texts.T("window.tray.open"), func() {
		w.win.Show()
		w.win.RequestFocus()
	})
	quit := fyne.NewMenuItem(w.texts.T("window.menu.quit"), w.quit)
	quit.IsQuit = true
	d.SetSystemTrayMenu(fyne.NewMenu(w.texts.T("window.name"), open, quit))
}

// closed is called when the window's own button to close it is pressed.
func (w *window) closed() {
	if w.inTray && w.model.Settings().Tray() {
		w.win.Hide()
		return
	}
	w.quit()
}
