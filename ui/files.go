package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"
)

func (w *window) chooseFile() {
	w.pickFile(w.texts.T("window.open.file"), func(path string) { w.model.OpenFiles([]string{path}) })
}

// pickFile asks for a file, and calls picked with its path.
func (w *window) pickFile(title string, picked func(path string)) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			w.tell(err)
		case file != nil:
			// Only its name is wanted: who wants the file reads it by itself.
			if err := file.Close(); err != nil {
				w.tell(err)
				return
			}
			picked(file.URI().Path())
		}
	}, w.win)
	w.showFileDialog(d, title, w.texts.T("window.open"))
}

func (w *window) chooseFolder() {
	w.showFileDialog(dialog.NewFolderOpen(func(folder fyne.ListableURI, err error) {
		switch {
		case err != nil:
			w.tell(err)
		case folder != nil:
			w.openURIs([]fyne.URI{folder})
		}
	}, w.win), w.texts.T("window.open.folder"), w.texts.T("window.open"))
}

// showFileDialog shows a dialog to open or save a file.
func (w *window) showFileDialog(d *dialog.FileDialog, title, confirm string) {
	d.SetTitleText(title)
	d.SetConfirmText(confirm)
	d.SetDismissText(w.texts.T("window.dismiss"))
	d.SetView(dialog.ListView) // names of mail files are long
	w.openDialog(d)
	w.translateFileDialog(confirm)
	d.SetOnClosed(func() {
		w.asking, w.dialog = "", nil
		w.retitle()
	})
	d.Resize(fyne.NewSize(860, 580)) // not before: it asks a dialog that is not there for its least size
	w.asking = title
	w.retitle()
}

// openURIs opens the files among what was chosen or dropped.
func (w *window) openURIs(uris []fyne.URI) {
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	w.model.OpenFiles(paths)
}

// tell shows an error of a dialog.
func (w *window) tell(err error) {
	w.tellMore(w.texts.T("window.problem.files"), wrapped(err.Error()), fyne.NewSize(480, 0))
}

// showProblem shows the details of the last problem, to copy.
func (w *window) showProblem() {
	problem := w.model.Problem()
	if problem == nil {
		return
	}
	details := widget.NewMultiLineEntry()
	details.Wrapping = fyne.TextWrapWord
	details.SetText(problem.Details())
	copyButton := w.button(w.texts.T("window.finding.copy"), nil, func() { w.p.App.Clipboard().SetContent(problem.Details()) })
	content := container.NewBorder(wrapped(problem.What(w.texts)+"\n"+problem.Next(w.texts)), container.NewHBox(copyButton), nil, nil, details)
	w.tellMore(w.texts.T("window.problem.details"), content, fyne.NewSize(560, 320))
}
