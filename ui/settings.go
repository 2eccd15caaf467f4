package ui

import (
	"net/url"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"

	"pixelwacht/assets"
	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// newSettingsPage has what people choose for themselves, and what the program is.
func newSettingsPage(w *window) page {
	texts := w.texts
	mailboxes := &accountSettings{w: w}
	return newTopicPage(w, texts.T("window.settings"), []topic{
		{name: texts.T("window.accounts"), about: texts.T("window.accounts.about"), build: mailboxes.build, update: mailboxes.update},
		{name: texts.T("window.settings.look"), about: texts.T("window.settings.look.about"), build: func() fyne.CanvasObject { return lookSettings(w) }},
		{name: texts.T("window.settings.background"), about: texts.T("window.settings.background.about"), build: func() fyne.CanvasObject { return backgroundSettings(w) }},
		{name: texts.T("window.settings.catalogue"), about: texts.T("window.settings.catalogue.about"), build: func() fyne.CanvasObject { return catalogueSettings(w) }},
		{name: texts.T("window.settings.data"), about: texts.T("window.settings.data.about"), build: func() fyne.CanvasObject { return dataSettings(w) }},
		{name: texts.T("window.settings.about"), about: w.p.Version, build: func() fyne.CanvasObject { return aboutSettings(w) }},
	})
}

// lookSettings has the language, the theme and the size of texts.
func lookSettings(w *window) fyne.CanvasObject {
	texts, settings := w.texts, w.model.Settings()
	// A language is offered in its own words, so that it is found by those who read only that one.
	languages := newChoice(w, translations.Languages, func(lang string) string {
		return translations.New(lang).T("window.settings.language.name")
	}, texts.Language, func(lang string) {
		if lang != w.texts.Language {
			w.setLanguage(lang)
		}
	})
	themes := newChoice(w, view.Themes(), func(t view.Theme) string {
		return map[view.Theme]string{
			view.SystemTheme: texts.T("window.settings.theme.system"),
			view.LightTheme:  texts.T("window.settings.theme.light"),
			view.DarkTheme:   texts.T("window.settings.theme.dark"),
		}[t]
	}, settings.Theme(), func(t view.Theme) {
		settings.SetTheme(t)
		w.applyLook()
	})
	sizes := newChoice(w, view.TextSizes(), func(t view.TextSize) string {
		return map[view.TextSize]string{
			view.NormalText:  texts.T("window.settings.size.normal"),
			view.LargeText:   texts.T("window.settings.size.large"),
			view.LargestText: texts.T("window.settings.size.largest"),
		}[t]
	}, settings.TextSize(), func(t view.TextSize) {
		settings.SetTextSize(t)
		w.applyLook()
		w.build() // what was measured for another size
	})
	return cards(
		group(texts.T("window.settings.language"), languages.object),
		group(texts.T("window.settings.theme"), themes.object),
		group(texts.T("window.settings.size"), sizes.object))
}

// backgroundSettings say what the program does while nobody looks at it. Nothing of it is on unless it was chosen.
func backgroundSettings(w *window) fyne.CanvasObject {
	texts, settings := w.texts, w.model.Settings()
	body := cards(group(texts.T("window.settings.notify"), wrapped(texts.T("window.settings.notify.about")),
		newToggle(w, texts.T("window.settings.notify.on"), settings.Notify(), settings.SetNotify).object))
	if w.p.HasTray {
		body.Add(group(texts.T("window.settings.tray"), wrapped(texts.T("window.settings.tray.about")),
			newToggle(w, texts.T("window.settings.tray.on"), settings.Tray(), settings.SetTray).object))
	}
	if auto := w.model.System().Autostart(); auto != nil {
		var t *toggle
		t = newToggle(w, texts.T("window.settings.autostart.on"), auto.Enabled(), func(on bool) {
			if err := auto.Enable(on); err != nil {
				t.set(auto.Enabled())
				w.tell(err)
			}
		})
		body.Add(group(texts.T("window.settings.autostart"), wrapped(texts.T("window.settings.autostart.about")), t.object))
	}
	return body
}

// catalogueSettings show which services the program knows, and take the user's own.
func catalogueSettings(w *window) fyne.CanvasObject {
	texts := w.texts
	body := container.NewVBox()
	for _, line := range w.model.CatalogueText() {
		body.Add(wrapped(line))
	}
	result := wrapped("")
	result.Hide()
	add := w.button(texts.T("window.catalogue.add"), theme.FileIcon(), func() {
		w.pickFile(texts.T("window.catalogue.add"), func(path string) {
			result.SetText(w.model.AddCatalogue(path))
			show(result, true)
		})
	})
	return cards(
		group(texts.T("window.settings.catalogue"), body),
		group(texts.T("window.catalogue.own.title"), wrapped(texts.T("window.catalogue.own.about")), buttonRow(add), result),
		group(texts.T("window.catalogue.sources"), wrapped(texts.T("window.catalogue.sources.about")), wrapped(view.Flow(assets.Notice))))
}

// dataSettings say where everything is, take it out, and forget it.
func dataSettings(w *window) fyne.CanvasObject {
	texts := w.texts
	folder := w.model.System().DataFolder()
	open := w.button(texts.T("window.data.open"), theme.FolderOpenIcon(), func() {
		if err := w.p.App.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(folder)}); err != nil {
			w.tell(err)
		}
	})
	result := wrapped("")
	result.Hide()
	exported := func(path string) {
		result.SetText(texts.T("window.data.export.done", translations.Args{"Path": path}))
		show(result, true)
	}
	senders := w.button(texts.T("window.data.export.senders"), theme.DocumentSaveIcon(), func() { w.export(view.SendersCSV, exported) })
	messages := w.button(texts.T("window.data.export.messages"), theme.DocumentSaveIcon(), func() { w.export(view.MessagesJSON, exported) })
	if !w.model.CanExport() {
		senders.Disable()
		messages.Disable()
	}
	forget := w.button(texts.T("window.data.forget"), theme.DeleteIcon(), w.forget)
	return cards(
		group(texts.T("window.data.where"), wrapped(folder), wrapped(texts.T("window.data.where.about")), wrapped(w.model.DataSize()), buttonRow(open)),
		group(texts.T("window.data.export"), wrapped(texts.T("window.data.export.about")), buttonRow(senders, messages), result),
		group(texts.T("window.data.forget"), wrapped(texts.T("window.data.forget.about")), buttonRow(forget)))
}

// export asks for a file and writes what is known to it; done is called with its path.
func (w *window) export(e view.Export, done func(path string)) {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		switch {
		case err != nil:
			w.tell(err)
		case file != nil:
			w.model.Export(e, file, func(err error) {
				if err != nil {
					w.tell(err)
					return
				}
				done(file.URI().Path())
			})
		}
	}, w.win)
	d.SetFileName("pixelwacht-" + string(e))
	w.showFileDialog(d, w.texts.T("window.data.export"), w.texts.T("window.copy.confirm"))
}

// forget removes everything, once people have said so twice.
func (w *window) forget() {
	texts := w.texts
	w.askText(texts.T("window.data.forget"), texts.T("window.data.forget.sure"), texts.T("window.data.forget.confirm"), func() {
		w.model.Forget(func(err error) {
			if err != nil {
				w.tell(err)
			}
		})
	})
}

// aboutSettings say what the program is and what it is made of.
func aboutSettings(w *window) fyne.CanvasObject {
	texts := w.texts
	logo := canvas.NewImageFromResource(fyne.NewStaticResource("icon.png", assets.Icon))
	logo.FillMode = canvas.ImageFillContain
	logo.SetMinSize(fyne.NewSquareSize(48))
	about := container.NewBorder(nil, nil, container.NewCenter(logo), nil,
		wrapped(texts.T("window.about", translations.Args{"Version": w.p.Version})))
	licences := w.button(texts.T("window.licences.show"), theme.DocumentIcon(), func() {
		w.push(func() page { return newLicencesPage(w) })
	})
	promises := container.NewVBox()
	for _, p := range view.Promises(texts) {
		promises.Add(promise(p))
	}
	return cards(
		card(about),
		group(texts.T("window.start.promises"), promises),
		group(texts.T("window.licences"), wrapped(texts.T("window.licences.about")), buttonRow(licences)))
}
