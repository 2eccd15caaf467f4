package ui

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
)

// TestToolkitSpeaksTheLanguageOfTheWindow holds that the language of the system, which the toolkit goes by, does not show.
func TestToolkitSpeaksTheLanguageOfTheWindow(t *testing.T) {
	for _, system := range []string{"en_US.UTF-8", "C", "de_DE.UTF-8", "nl_NL.UTF-8", "pt_BR.UTF-8", "sr_RS"} {
		t.Setenv("LANG", system)
		for _, c := range []struct{ lang, cancel, hidden, parent, monday string }{
			{"nl", "Annuleren", "Verborgen bestanden tonen", "Een map hoger", "ma"},
			{"en", "Cancel", "Show hidden files", "Up one folder", "Mo"},
			{"nl", "Annuleren", "Verborgen bestanden tonen", "Een map hoger", "ma"},
		} {
			setToolkitLanguage(translations.New(c.lang))
			for got, want := range map[string]string{
				lang.L("Cancel"): c.cancel, lang.L("Show Hidden Files"): c.hidden,
				lang.X("file.parent", "Parent"): c.parent, lang.X("monday.short", "Mon"): c.monday,
			} {
				if got != want {
					t.Errorf("system %s, window %s: %q, want %q", system, c.lang, got, want)
				}
			}
		}
	}
}

// labels are the texts of all labels in o.
func labels(o fyne.CanvasObject) map[string]bool {
	all := make(map[string]bool)
	eachObject(o, func(o fyne.CanvasObject) {
		if l, ok := o.(*widget.Label); ok {
			all[l.Text] = true
		}
	})
	return all
}

func TestDialogForFilesIsInTheLanguageOfTheWindow(t *testing.T) {
	p := opensDemo(t)
	p.w.setLanguage("nl")
	p.w.chooseFile()
	found := make(map[string]bool)
	eachObject(p.w.overlay(), func(o fyne.CanvasObject) {
		split, ok := o.(*container.Split)
		if !ok {
			return
		}
		places := split.Leading.(*widget.List)
		for i := range places.Length() {
			row := places.CreateItem()
			places.UpdateItem(i, row)
			for text := range labels(row) {
				found[text] = true
			}
		}
	})
	if !found["Persoonlijke map"] || found["Home"] || found["Documents"] {
		t.Errorf("places: %v", found)
	}
}

func TestQuestionToReplaceAFileIsInTheLanguageOfTheWindow(t *testing.T) {
	p := opensDemo(t)
	p.w.setLanguage("nl")
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "there.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := dialog.NewFileSave(func(fyne.URIWriteCloser, error) {}, p.w.win)
	here, err := storage.ListerForURI(storage.NewFileURI(folder))
	if err != nil {
		t.Fatal(err)
	}
	d.SetLocation(here)
	d.SetFileName("there.csv")
	p.w.showFileDialog(d, "", "Bewaren")
	files := p.w.overlay()
	eachObject(files, func(o fyne.CanvasObject) {
		if b, ok := o.(*widget.Button); ok && b.Text == "Bewaren" {
			b.OnTapped()
		}
	})
	question := p.w.overlay()
	if question == files {
		t.Fatal("no question")
	}
	if got := labels(question); !got["Bestand vervangen?"] || !got["Er is al een bestand met deze naam:\nthere.csv"] {
		t.Errorf("%v", got)
	}
}

// TestSettingsStayWhereTheyAre holds that who chooses a language or a size of texts is not led away from there.
func TestSettingsStayWhereTheyAre(t *testing.T) {
	p := opensDemo(t)
	p.w.showSection(settingsSection)
	const look = 1
	p.w.top().(*topicPage).list.move(look)
	p.w.setLanguage("nl")
	if s := p.w.top().(*topicPage); s.shown != look || s.topics[look].name != "Taal en uiterlijk" {
		t.Errorf("topic %d, %q", s.shown, s.topics[look].name)
	}
}
