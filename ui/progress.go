package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// progressBar is a thin bar; the numbers stand beside it.
type progressBar struct {
	widget.BaseWidget
	fraction     float64
	track, share *panel
}

func newProgressBar() *progressBar {
	p := &progressBar{track: newPanel(theme.ColorNameButton, 4), share: newPanel(theme.ColorNamePrimary, 4)}
	p.track.border = true
	p.ExtendBaseWidget(p)
	return p
}

func (p *progressBar) set(fraction float64) {
	if fraction != p.fraction {
		p.fraction = fraction
		p.Refresh()
	}
}

// CreateRenderer makes the bar's objects.
func (p *progressBar) CreateRenderer() fyne.WidgetRenderer { return &progressRenderer{bar: p} }

type progressRenderer struct {
	bar  *progressBar
	size fyne.Size
}

// Destroy has nothing to free.
func (r *progressRenderer) Destroy() {}

// Objects are what is drawn.
func (r *progressRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.bar.track, r.bar.share}
}

// MinSize is the bar's size.
func (r *progressRenderer) MinSize() fyne.Size { return fyne.NewSize(160, 8) }

// Layout puts the bar into the middle of the height.
func (r *progressRenderer) Layout(size fyne.Size) {
	r.size = size
	const height = 8
	at := fyne.NewPos(0, (size.Height-height)/2)
	r.bar.track.Move(at)
	r.bar.track.Resize(fyne.NewSize(size.Width, height))
	r.bar.share.Move(at)
	r.bar.share.Resize(fyne.NewSize(size.Width*float32(r.bar.fraction), height))
}

// Refresh shows the progress of now.
func (r *progressRenderer) Refresh() { r.Layout(r.size) }
