package ui

import (
	"bytes"
	"fmt"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"pixelwacht/assets"
	"pixelwacht/detector"
	"pixelwacht/ui/view"
)

// themedIcon is one of the program's own icons in a colour of the theme of now. Fyne's themed resources recolour fills
// only, and these icons are drawn with strokes.
type themedIcon struct {
	name   string
	svg    []byte
	colour fyne.ThemeColorName
}

// picture is an icon as lists show it. Fyne reads and draws an icon anew for every place that it is shown in, and a list has
// hundreds: a picture is drawn once.
type picture struct {
	fyne.Resource
	drawings map[drawing]image.Image
}

// drawing is a way to draw a picture.
type drawing struct {
	width, height int // in pixels
	in            inTheme
}

// draw draws the picture in the colours of now.
func (p *picture) draw(width, height int) image.Image {
	d := drawing{width, height, themeOfNow()}
	if img, ok := p.drawings[d]; ok {
		return img
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	svg, err := oksvg.ReadIconStream(bytes.NewReader(p.Content()))
	if err != nil {
		panic(fmt.Sprintf("embedded icons: %s: %v", p.Name(), err))
	}
	svg.SetTarget(0, 0, float64(width), float64(height))
	svg.Draw(rasterx.NewDasher(width, height, rasterx.NewScannerGV(width, height, img, img.Bounds())), 1)
	if p.drawings == nil {
		p.drawings = make(map[drawing]image.Image)
	}
	p.drawings[d] = img
	return img
}

// icon returns an icon. Its name is a constant of the code, so that a missing one is a bug.
func icon(name string, colour fyne.ThemeColorName) fyne.Resource {
	svg, err := assets.Icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		panic(fmt.Sprintf("embedded icons: %v", err))
	}
	return &themedIcon{name, svg, colour}
}

// Name differs between colours: Fyne caches by it.
func (i *themedIcon) Name() string { return i.name + "-" + i.hex()[1:] + ".svg" }

// Content is the icon in the colour of now.
func (i *themedIcon) Content() []byte {
	return bytes.ReplaceAll(i.svg, []byte("#000000"), []byte(i.hex()))
}

func (i *themedIcon) hex() string {
	c := color.NRGBAModel.Convert(theme.Color(i.colour)).(color.NRGBA)
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

func stateColour(s view.State) fyne.ThemeColorName {
	switch s {
	case view.PassesOn:
		return colourPassesOn
	case view.Tracked:
		return colourTracked
	case view.ReadReceipt:
		return colourReadReceipt
	default:
		return colourClean
	}
}

// stateIcon is the shape of a state: a filled circle, a diamond, an envelope, a ring.
func stateIcon(s view.State) fyne.Resource {
	name := "state-clean"
	switch s {
	case view.PassesOn:
		name = "state-passes-on"
	case view.Tracked:
		name = "state-tracked"
	case view.ReadReceipt:
		name = "state-read-receipt"
	}
	return icon(name, stateColour(s))
}

// exposures are the things that a sender can learn, in the order they are shown in.
func exposures() []detector.Exposure {
	return []detector.Exposure{
		detector.OpenTime, detector.OpenCount, detector.IPAddress, detector.Location,
		detector.Device, detector.AddressLeaked, detector.Click, detector.Forwarded,
	}
}

func learnIcon(e detector.Exposure) fyne.Resource {
	colour := theme.ColorNameForeground
	if e == detector.AddressLeaked {
		colour = colourPassesOn
	}
	return icon("learn-"+string(e), colour)
}
