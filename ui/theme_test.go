package ui

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"pixelwacht/ui/view"
)

// contrast is the contrast ratio of two colours, WCAG 2.2.
func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of a colour, WCAG 2.2.
func luminance(c color.NRGBA) float64 {
	channel := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c.R) + 0.7152*channel(c.G) + 0.0722*channel(c.B)
}

// over is what is seen where top, which may let light through, lies on bottom.
func over(top, bottom color.NRGBA) color.NRGBA {
	mix := func(t, b uint8) uint8 {
		return uint8((int(t)*int(top.A) + int(b)*(255-int(top.A))) / 255)
	}
	return color.NRGBA{mix(top.R, bottom.R), mix(top.G, bottom.G), mix(top.B, bottom.B), 255}
}

func colourOf(l look, name fyne.ThemeColorName, v fyne.ThemeVariant) color.NRGBA {
	return color.NRGBAModel.Convert(l.Color(name, v)).(color.NRGBA)
}

func TestContrast(t *testing.T) {
	if got := contrast(rgb(0x777777), rgb(0xffffff)); math.Abs(got-4.48) > 0.01 {
		t.Fatalf("#777 on white is %.3f, want 4.48: the computation is wrong", got)
	}
	pages := []fyne.ThemeColorName{theme.ColorNameBackground, colourSurface, theme.ColorNameInputBackground}
	texts := []fyne.ThemeColorName{
		theme.ColorNameForeground, colourMuted, theme.ColorNameDisabled, theme.ColorNamePrimary, theme.ColorNameHyperlink, theme.ColorNameError,
		theme.ColorNameSuccess, colourTracked, colourPassesOn, colourReadReceipt, colourClean,
	}
	type pair struct{ text, on fyne.ThemeColorName }
	var pairs []pair
	for _, on := range pages {
		for _, text := range texts {
			pairs = append(pairs, pair{text, on})
		}
	}
	pairs = append(pairs,
		pair{theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary},
		pair{theme.ColorNameForegroundOnError, theme.ColorNameError},
		pair{theme.ColorNameForeground, theme.ColorNameButton},
		pair{theme.ColorNameForeground, theme.ColorNameSelection},
		pair{colourMuted, theme.ColorNameSelection},
		pair{theme.ColorNameForeground, colourRail},
		pair{theme.ColorNameForeground, theme.ColorNameMenuBackground},
		pair{theme.ColorNameForeground, theme.ColorNameHeaderBackground},
	)
	for name, v := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		l := look{view.SystemTheme, 1}
		for _, p := range pairs {
			text, on := colourOf(l, p.text, v), colourOf(l, p.on, v)
			if got := contrast(text, on); got < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want 4.5", name, p.text, p.on, got)
			}
		}
		// The row under the pointer.
		for _, text := range []fyne.ThemeColorName{theme.ColorNameForeground, colourMuted, colourTracked, colourPassesOn, colourReadReceipt, colourClean} {
			row := over(colourOf(l, theme.ColorNameHover, v), colourOf(l, theme.ColorNameBackground, v))
			if got := contrast(colourOf(l, text, v), row); got < 4.5 {
				t.Errorf("%s: %s on a row under the pointer has a contrast of %.2f, want 4.5", name, text, got)
			}
		}
		// What shows where a field is, success criterion 1.4.11.
		if got := contrast(colourOf(l, theme.ColorNameInputBorder, v), colourOf(l, theme.ColorNameBackground, v)); got < 3 {
			t.Errorf("%s: the border of fields has a contrast of %.2f, want 3", name, got)
		}
	}
}

func TestChosenVariant(t *testing.T) {
	for choice, want := range map[view.Theme]fyne.ThemeVariant{view.LightTheme: theme.VariantLight, view.DarkTheme: theme.VariantDark} {
		for _, system := range []fyne.ThemeVariant{theme.VariantLight, theme.VariantDark} {
			if got := colourOf(look{choice, 1}, theme.ColorNameBackground, system); got != colourOf(look{view.SystemTheme, 1}, theme.ColorNameBackground, want) {
				t.Errorf("%s on a system with variant %d: background %v", choice, system, got)
			}
		}
	}
}
