package ui

import (
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"pixelwacht/assets"
	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/ui/view"
)

// TestCellsDrawWhatChanges holds that a cell draws itself anew when it says something else or the theme changes, and not
// when it says the same again, as lists do with each of their rows whenever a key is pressed.
func TestCellsDrawWhatChanges(t *testing.T) {
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look{view.LightTheme, 1})
	learns := []detector.Exposure{detector.OpenTime, detector.Click}
	c, l := newCell(), newLearnCell(learnables(translations.New("en")))
	for _, o := range []fyne.CanvasObject{c, l} {
		o.Resize(fyne.NewSize(400, 50))
	}
	say := func(bottom string, learns []detector.Exposure) {
		c.show(cellContent{icon: &picture{Resource: theme.InfoIcon()}, top: "Shop", bottom: bottom})
		l.show(learns)
	}
	say("news@shop.test", learns)
	text := test.WidgetRenderer(c).(*cellRenderer).top
	item := &test.WidgetRenderer(l).(*learnRenderer).items[0]
	// What was drawn is spoilt: whoever draws anew mends it.
	drawnAnew := func() (cell, learnt bool) {
		cell, learnt = text.Text == "Shop", item.icon.Position().X == 0
		text.Text = "spoilt"
		item.icon.Move(fyne.NewPos(1000, 0))
		return cell, learnt
	}
	drawnAnew()
	same := c.content
	c.show(same)
	l.show([]detector.Exposure{detector.OpenTime, detector.Click})
	if cell, learnt := drawnAnew(); cell || learnt {
		t.Errorf("what is the same is drawn anew: cell %v, what is learnt %v", cell, learnt)
	}
	say("", learns[:1])
	if cell, learnt := drawnAnew(); !cell || !learnt {
		t.Errorf("what has changed is drawn anew: cell %v, what is learnt %v", cell, learnt)
	}
	if objects := test.WidgetRenderer(c).Objects(); len(objects) != 2 {
		t.Errorf("%d objects for an icon and one line", len(objects))
	}
	if objects := test.WidgetRenderer(l).Objects(); len(objects) != 2 {
		t.Errorf("%d objects for the icon and the word of one thing", len(objects))
	}
	same = c.content
	a.Settings().SetTheme(look{view.DarkTheme, 1})
	c.show(same)
	l.show(learns[:1])
	if cell, learnt := drawnAnew(); !cell || !learnt {
		t.Errorf("in another theme they are drawn anew: cell %v, what is learnt %v", cell, learnt)
	}
	if want := (look{view.DarkTheme, 1}).Color(theme.ColorNameForeground, 0); text.Color != want || item.word.Color != want {
		t.Errorf("in another theme the colours are %v and %v, want %v", text.Color, item.word.Color, want)
	}
}

// TestPicturesLookLikeIcons holds that what lists show is what the toolkit makes of the same icon, drawn once.
func TestPicturesLookLikeIcons(t *testing.T) {
	a := test.NewTempApp(t)
	files, err := assets.Icons.ReadDir("icons")
	if err != nil {
		t.Fatal(err)
	}
	icons := []fyne.Resource{theme.CheckButtonIcon(), theme.CheckButtonCheckedIcon()}
	for _, f := range files {
		icons = append(icons, icon(strings.TrimSuffix(f.Name(), ".svg"), colourTracked))
	}
	for _, i := range icons {
		p := &picture{Resource: i}
		for _, choice := range []view.Theme{view.LightTheme, view.DarkTheme} {
			a.Settings().SetTheme(look{choice, 1})
			toolkit := canvas.NewImageFromResource(i)
			toolkit.Resize(fyne.NewSquareSize(14))
			size := toolkit.Image.Bounds().Size()
			got := p.draw(size.X, size.Y)
			if p.draw(size.X, size.Y) != got {
				t.Errorf("%s is drawn twice", i.Name())
			}
			for y := range size.Y {
				for x := range size.X {
					if got, want := got.At(x, y), toolkit.Image.At(x, y); !near(got, want) {
						t.Fatalf("%s, %s theme, at %d,%d: %v, want %v", i.Name(), choice, x, y, got, want)
					}
				}
			}
		}
	}
}

// near reports whether two colours differ by no more than what is lost where one is multiplied by its own alpha.
func near(a, b color.Color) bool {
	r, g, b1, alpha := a.RGBA()
	r2, g2, b2, alpha2 := b.RGBA()
	for _, d := range []int{int(r) - int(r2), int(g) - int(g2), int(b1) - int(b2), int(alpha) - int(alpha2)} {
		if d < -0x400 || d > 0x400 {
			return false
		}
	}
	return true
}
