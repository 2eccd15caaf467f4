package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"pixelwacht/ui/view"
)

// newSavingPage says how mail becomes files: for those whose mailbox lets no other program in.
func newSavingPage(w *window) page {
	texts := w.texts
	var topics []topic
	for _, a := range view.SavingAdvice(texts) {
		topics = append(topics, topic{name: a.Program, about: a.Where, build: func() fyne.CanvasObject {
			return cards(
				group(a.Program, container.NewVBox(adviceSteps(a)...)),
				group(texts.T("window.saving.open"), wrapped(texts.T("window.saving.open.about")), buttonRow(
					w.button(texts.T("window.start.file"), theme.FileIcon(), w.chooseFile),
					w.button(texts.T("window.start.folder"), theme.FolderOpenIcon(), w.chooseFolder))))
		}})
	}
	return newTopicPage(w, texts.T("window.saving"), topics)
}

// showSaving shows how mail becomes files.
func (w *window) showSaving() { w.push(func() page { return newSavingPage(w) }) }
