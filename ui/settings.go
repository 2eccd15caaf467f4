package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets"
	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// settingsPage has the language, the theme, and what the program is.
type settingsPage struct {
	w     *window
	root  fyne.CanvasObject
	first *widget.RadioGroup
}

func newSettingsPage(w *window) *settingsPage {
	s := &settingsPage{w: w}
	texts := w.texts
	title := heading(texts.T("window.settings"))
	title.SizeName = theme.SizeNameHeadingText

	// A language is offered in its own words, so that it is found by those who read only that one.
	languages := make(map[string]string)
	var names []string
	for _, l := range translations.Languages {
		name := translations.New(l).T("window.settings.language.name")
		languages[name] = l
		names = append(names, name)
	}
	s.first = widget.NewRadioGroup(names, nil)
	s.first.Selected = texts.T("window.settings.language.name")
	s.first.Required = true
	s.first.OnChanged = func(name string) {
		if lang := languages[name]; lang != texts.Language {
			w.setLanguage(lang)
		}
	}

	variants := view.Themes()
	words := []string{texts.T("window.settings.theme.system"), texts.T("window.settings.theme.light"), texts.T("window.settings.theme.dark")}
	themes := widget.NewRadioGroup(words, nil)
	themes.Required = true
	chosen := w.model.Settings().Theme()
	for i, v := range variants {
		if v == chosen {
			themes.Selected = words[i]
		}
	}
	themes.OnChanged = func(word string) {
		for i := range words {
			if words[i] == word {
				w.model.Settings().SetTheme(variants[i])
				w.applyLook()
			}
		}
	}

	logo := canvas.NewImageFromResource(fyne.NewStaticResource("icon.png", assets.Icon))
	logo.FillMode = canvas.ImageFillContain
	logo.SetMinSize(fyne.NewSquareSize(48))
	about := container.NewBorder(nil, nil, container.NewCenter(logo), nil,
		wrapped(texts.T("window.about", translations.Args{"Version": w.p.Version})))
	body := cards(title,
		card(container.NewVBox(heading(texts.T("window.settings.language")), s.first)),
		card(container.NewVBox(heading(texts.T("window.settings.theme")), themes)),
		card(container.NewVBox(heading(texts.T("window.settings.about")), about)))
	s.root = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(10, 16, 16, 16), body))
	return s
}

func (s *settingsPage) title() string             { return s.w.texts.T("window.settings") }
func (s *settingsPage) object() fyne.CanvasObject { return s.root }
func (s *settingsPage) update(view.Change)        {}
func (s *settingsPage) entered()                  {}
