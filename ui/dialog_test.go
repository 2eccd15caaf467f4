package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// TestDialogsByKeyboard holds that a question can be answered without a mouse, that Esc and the first Enter change nothing,
// and that neither leads away from the page.
func TestDialogsByKeyboard(t *testing.T) {
	p := opensDemo(t)
	canvas := p.w.win.Canvas()
	done := 0
	for _, c := range []struct {
		name string
		keys []fyne.KeyName
		want int
	}{
		{"Esc", []fyne.KeyName{fyne.KeyEscape}, 0},
		{"Enter", []fyne.KeyName{fyne.KeyReturn}, 0},
		{"Tab and Enter", []fyne.KeyName{fyne.KeyTab, fyne.KeyReturn}, 1},
		{"Tab and Esc", []fyne.KeyName{fyne.KeyTab, fyne.KeyEscape}, 0},
		{"Esc without a focus", []fyne.KeyName{"", fyne.KeyEscape}, 0},
	} {
		done = 0
		p.w.askText("Sure?", "Really?", "Yes", func() { done++ })
		for _, key := range c.keys {
			switch key {
			case fyne.KeyTab:
				canvas.FocusNext()
			case "":
				canvas.Unfocus()
			default:
				p.types(key)
			}
		}
		if done != c.want || canvas.Overlays().Top() != nil || p.w.dialog != nil {
			t.Errorf("%s: done %d times, want %d; the dialog is still there: %v", c.name, done, c.want, canvas.Overlays().Top() != nil)
		}
		if got := p.w.win.Title(); got != "Pixelwacht – Senders" {
			t.Errorf("%s: led to %q", c.name, got)
		}
	}
}

// TestDialogsGoWithTheirPage holds that no dialog is left in front of another page, or behind another dialog.
func TestDialogsGoWithTheirPage(t *testing.T) {
	p := opensDemo(t)
	overlays := p.w.win.Canvas().Overlays()
	p.w.askText("Sure?", "Really?", "Yes", func() { t.Error("nobody said so") })
	p.w.showKeys()
	if n := len(overlays.List()); n != 1 {
		t.Errorf("%d dialogs lie upon each other", n)
	}
	for name, open := range map[string]func(){"keys": p.w.showKeys, "files": p.w.chooseFile} {
		p.w.showSection(sendersSection)
		open()
		if overlays.Top() == nil {
			t.Fatalf("%s: no dialog", name)
		}
		p.w.showSection(settingsSection)
		if overlays.Top() != nil || p.w.dialog != nil {
			t.Errorf("%s: a dialog is left in front of another page", name)
		}
		if got := p.w.win.Title(); got != "Pixelwacht – Settings" {
			t.Errorf("%s: the title is %q", name, got)
		}
	}
}

// TestDialogsAreAsHighAsTheirText holds that a dialog of a few lines does not fill the window.
func TestDialogsAreAsHighAsTheirText(t *testing.T) {
	p := opensDemo(t)
	p.w.win.Resize(fyne.NewSize(1000, 650))
	p.w.showKeys()
	button, ok := p.w.win.Canvas().Focused().(fyne.CanvasObject)
	if !ok {
		t.Fatal("no button has the focus")
	}
	text := widget.NewLabel(p.w.texts.T("window.keys")).MinSize()
	between := fyne.CurrentApp().Driver().AbsolutePositionForObject(button).Y + button.Size().Height - (650-text.Height)/2
	if most := 2 * text.Height; between > most {
		t.Errorf("the button of the dialog ends %v below its text, want at most %v", between, most)
	}
}
