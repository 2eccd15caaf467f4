package ui

import (
	"encoding/json"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
)

// fyneWords are words of the toolkit's own, by the English ones that it knows them by.
type fyneWords map[string]string

func (w fyneWords) fromFyne(english, ours string) { w[english] = ours }

// setToolkitLanguage has the toolkit speak the language of texts. It takes its own from the system, once, and has no
// Dutch: so these words take the place of the system's.
func setToolkitLanguage(t *translations.Texts) {
	words := make(fyneWords)
	words.fromFyne("Cancel", t.T("window.dismiss"))
	words.fromFyne("Open", t.T("window.open"))
	words.fromFyne("Save", t.T("window.copy.confirm"))
	words.fromFyne("Quit", t.T("window.menu.quit"))
	words.fromFyne("OK", t.T("window.toolkit.ok"))
	words.fromFyne("Yes", t.T("window.toolkit.yes"))
	words.fromFyne("No", t.T("window.toolkit.no"))
	words.fromFyne("Cut", t.T("window.toolkit.cut"))
	words.fromFyne("Copy", t.T("window.toolkit.copy"))
	words.fromFyne("Paste", t.T("window.toolkit.paste"))
	words.fromFyne("Undo", t.T("window.toolkit.undo"))
	words.fromFyne("Redo", t.T("window.toolkit.redo"))
	words.fromFyne("Select all", t.T("window.toolkit.select-all"))
	words.fromFyne("Error", t.T("window.toolkit.error"))
	words.fromFyne("New Folder", t.T("window.toolkit.new-folder"))
	words.fromFyne("Create Folder", t.T("window.toolkit.create"))
	words.fromFyne("Enter filename", t.T("window.toolkit.file-name"))
	words.fromFyne("Show Hidden Files", t.T("window.toolkit.hidden-files"))
	words["file.name"] = t.T("window.toolkit.name")
	words["file.parent"] = t.T("window.toolkit.parent")
	for i, day := range strings.Fields(t.T("window.toolkit.days")) {
		english := [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}[i]
		words[english], words[english+".short"] = day, string([]rune(day)[:2])
	}
	b, err := json.Marshal(words)
	if err == nil {
		err = lang.AddTranslationsForLocale(b, lang.SystemLocale())
	}
	if err != nil {
		fyne.LogError("speak "+t.Language, err) // the window is of use without these words
	}
}

// dialogWords are the words in the toolkit's dialog for files that it has in English only.
func dialogWords(t *translations.Texts) fyneWords {
	words := make(fyneWords)
	words.fromFyne("Home", t.T("window.toolkit.home"))
	words.fromFyne("Computer", t.T("window.toolkit.computer"))
	words.fromFyne("Desktop", t.T("window.toolkit.desktop"))
	words.fromFyne("Documents", t.T("window.toolkit.documents"))
	words.fromFyne("Downloads", t.T("window.toolkit.downloads"))
	words.fromFyne("Music", t.T("window.toolkit.music"))
	words.fromFyne("Pictures", t.T("window.toolkit.pictures"))
	words.fromFyne("Videos", t.T("window.toolkit.videos"))
	words.fromFyne("Movies", t.T("window.toolkit.videos"))
	words.fromFyne("Overwrite?", t.T("window.toolkit.overwrite"))
	words.fromFyne("Are you sure you want to overwrite the file", t.T("window.toolkit.overwrite.sure")) // and its name, on a line of its own
	words.fromFyne("Cannot overwrite", t.T("window.toolkit.folder-there"))
	words.fromFyne("Files cannot replace a directory,\ncheck the file name and try again", t.T("window.toolkit.folder-there.next"))
	return words
}

// translateFileDialog puts our words into the dialog for files that is in front; confirm is the word on its button.
// What it does not find stays English.
func (w *window) translateFileDialog(confirm string) {
	words, dialog := dialogWords(w.texts), w.overlay()
	eachObject(dialog, func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *container.Split:
			if places, ok := o.Leading.(*widget.List); ok {
				update := places.UpdateItem
				places.UpdateItem = func(i widget.ListItemID, row fyne.CanvasObject) {
					update(i, row)
					words.translate(row)
				}
				places.Refresh()
			}
		case *widget.Button:
			if tapped := o.OnTapped; o.Text == confirm {
				o.OnTapped = func() {
					tapped()
					if question := w.overlay(); question != dialog {
						words.translate(question)
					}
				}
			}
		}
	})
}

// overlay is what lies over the page, nil when nothing does.
func (w *window) overlay() fyne.CanvasObject {
	top := reflect.Indirect(reflect.ValueOf(w.win.Canvas().Overlays().Top()))
	if top.Kind() != reflect.Struct {
		return nil
	}
	// The type of what holds a dialog is the toolkit's own. To ask it for a renderer would change where the dialog stands.
	field := top.FieldByName("Content")
	if !field.IsValid() {
		return nil
	}
	if p, ok := field.Interface().(*widget.PopUp); ok {
		return p.Content
	}
	return nil
}

func (w fyneWords) translate(o fyne.CanvasObject) {
	eachObject(o, func(o fyne.CanvasObject) {
		label, ok := o.(*widget.Label)
		if !ok {
			return
		}
		if ours, ok := w[label.Text]; ok {
			label.SetText(ours)
		} else if first, rest, ok := strings.Cut(label.Text, "\n"); ok && w[first] != "" {
			label.SetText(w[first] + "\n" + strings.TrimSuffix(rest, "?"))
		}
	})
}

// eachObject calls f with o and what it contains.
func eachObject(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if o == nil {
		return
	}
	f(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			eachObject(child, f)
		}
	case *container.Split:
		eachObject(o.Leading, f)
		eachObject(o.Trailing, f)
	}
}
