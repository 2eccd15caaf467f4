package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// previewBlock shows a paragraph or the pictures of a message.
func (w *window) previewBlock(b view.PreviewBlock) fyne.CanvasObject {
	if len(b.Pictures) > 0 {
		pictures := cards()
		for _, p := range b.Pictures {
			pictures.Add(w.picture(p))
		}
		return container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), pictures)
	}
	var segments []widget.RichTextSegment
	for _, s := range b.Spans {
		style := widget.RichTextStyleInline
		if b.Heading {
			style = widget.RichTextStyleSubHeading
		}
		if s.Link == nil || s.Link.Host == "" {
			segments = append(segments, &widget.TextSegment{Text: s.Text, Style: style})
			continue
		}
		segments = append(segments, &widget.HyperlinkSegment{Text: s.Text, SizeName: style.SizeName, TextStyle: style.TextStyle, OnTapped: func() { w.showLink(s.Link) }})
		if note := s.Link.Note(w.texts, s.Text); note != "" {
			muted := widget.RichTextStyleInline
			muted.ColorName, muted.SizeName = colourMuted, theme.SizeNameCaptionText
			segments = append(segments, &widget.TextSegment{Text: " " + note, Style: muted})
		}
	}
	text := widget.NewRichText(segments...)
	text.Wrapping = fyne.TextWrapWord
	return text
}

const maxPictureSide = 360

// picture is a picture that the message carries, or a labelled box in the place of one that was not loaded.
func (w *window) picture(p view.PreviewPicture) fyne.CanvasObject {
	if p.Image != nil {
		i := canvas.NewImageFromImage(p.Image)
		i.FillMode = canvas.ImageFillContain
		i.SetMinSize(fitted(p.Image.Bounds().Size()))
		return container.NewHBox(i)
	}
	mark := widget.NewIcon(theme.FileImageIcon())
	if p.State != view.Clean {
		mark.SetResource(w.states[p.State])
	}
	label := wrapped(p.Label)
	if p.Alt != "" {
		label.SetText(p.Label + "\n“" + p.Alt + "”")
	}
	box := newPanel(theme.ColorNameBackground, 6)
	box.border = true
	return container.NewStack(box, container.NewBorder(nil, nil, container.NewPadded(mark), nil, label))
}

// fitted is the size of a picture, made smaller where it is large.
func fitted(size image.Point) fyne.Size {
	largest := float32(max(size.X, size.Y, 1))
	scale := min(maxPictureSide/largest, 1)
	return fyne.NewSize(float32(size.X)*scale, float32(size.Y)*scale)
}

// showLink shows where a link leads. It is not followed: that would tell the sender.
func (w *window) showLink(l *view.Link) {
	content := container.NewVBox(heading(l.Host))
	if l.Via != "" {
		content.Add(wrapped(w.texts.T("window.link.via", translations.Args{"Via": l.Via})))
	}
	address := func(title, url string) {
		text := widget.NewLabel(url)
		text.Wrapping = fyne.TextWrapBreak
		text.TextStyle.Monospace = true
		content.Add(wrapped(title))
		content.Add(text)
		content.Add(container.NewHBox(w.button(w.texts.T("window.finding.copy"), theme.ContentCopyIcon(), func() { w.p.App.Clipboard().SetContent(url) })))
	}
	if l.Clean != "" {
		address(w.texts.T("window.link.clean"), l.Clean)
	}
	address(w.texts.T("window.link.url"), l.URL)
	scroll := container.NewVScroll(content)
	scroll.SetMinSize(fyne.NewSize(0, 260))
	w.tellMore(w.texts.T("window.link"), scroll, fyne.NewSize(600, 0))
}
