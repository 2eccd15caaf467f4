package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/licences"
)

// newLicencesPage shows what the program is made of, and under which licence each part is.
func newLicencesPage(w *window) page {
	var topics []topic
	for _, l := range licences.All() {
		topics = append(topics, topic{name: l.Module, about: l.Name, build: func() fyne.CanvasObject {
			// Not a label: those become slow with texts this long.
			return card(widget.NewTextGridFromString(l.Text))
		}})
	}
	return newTopicPage(w, w.texts.T("window.licences"), topics)
}
