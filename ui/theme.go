package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"pixelwacht/ui/view"
)

// The colours that Fyne has no name for: one for each state, the muted text, and the surfaces beside the page.
const (
	colourTracked     fyne.ThemeColorName = "pixelwachtTracked"
	colourPassesOn    fyne.ThemeColorName = "pixelwachtPassesOn"
	colourReadReceipt fyne.ThemeColorName = "pixelwachtReadReceipt"
	colourClean       fyne.ThemeColorName = "pixelwachtClean"
	colourMuted       fyne.ThemeColorName = theme.ColorNamePlaceHolder
	colourSurface     fyne.ThemeColorName = "pixelwachtSurface"
	colourRail        fyne.ThemeColorName = "pixelwachtRail"
)

// look is the program's theme. Text has a contrast of at least 4.5:1 on every surface it stands on (WCAG 2.2,
// success criterion 1.4.3); a test computes it. The colours of the states differ in lightness and in hue along the
// axis that people with red-green colour blindness keep, and never stand without a shape and a word.
type look struct {
	choice view.Theme
	factor float32 // by which texts are larger than normal
}

// inTheme is what the colours and sizes of things depend on.
type inTheme struct {
	theme   fyne.Theme
	variant fyne.ThemeVariant
}

func themeOfNow() inTheme {
	s := fyne.CurrentApp().Settings()
	return inTheme{s.Theme(), s.ThemeVariant()}
}

// Color is the colour of a name.
func (l look) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch l.choice {
	case view.LightTheme:
		v = theme.VariantLight
	case view.DarkTheme:
		v = theme.VariantDark
	}
	if pair, ok := colours(name); ok {
		if v == theme.VariantDark {
			return pair[1]
		}
		return pair[0]
	}
	return theme.DefaultTheme().Color(name, v)
}

// colours are the colours of a name on light and on dark.
func colours(name fyne.ThemeColorName) (pair [2]color.NRGBA, ok bool) {
	ok = true
	switch name {
	case theme.ColorNameBackground:
		pair = [2]color.NRGBA{rgb(0xf5f7f8), rgb(0x141b1f)}
	case colourSurface, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		pair = [2]color.NRGBA{rgb(0xffffff), rgb(0x1d262b)}
	case colourRail, theme.ColorNameHeaderBackground:
		pair = [2]color.NRGBA{rgb(0xe9eef0), rgb(0x0f1518)}
	case theme.ColorNameForeground:
		pair = [2]color.NRGBA{rgb(0x15242b), rgb(0xe4ecef)}
	case colourMuted:
		pair = [2]color.NRGBA{rgb(0x52626a), rgb(0xa2b2ba)}
	case theme.ColorNameDisabled:
		pair = [2]color.NRGBA{rgb(0x637179), rgb(0x8b9aa2)}
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		pair = [2]color.NRGBA{rgb(0x006a78), rgb(0x5fc6d3)}
	case theme.ColorNameForegroundOnPrimary:
		pair = [2]color.NRGBA{rgb(0xffffff), rgb(0x05262b)}
	case theme.ColorNameButton:
		pair = [2]color.NRGBA{rgb(0xe1e9ec), rgb(0x2a363d)}
	case theme.ColorNameDisabledButton:
		pair = [2]color.NRGBA{rgb(0xe9eef0), rgb(0x212b30)}
	case theme.ColorNameInputBackground:
		pair = [2]color.NRGBA{rgb(0xffffff), rgb(0x1d262b)}
	case theme.ColorNameInputBorder:
		pair = [2]color.NRGBA{rgb(0x7e8f97), rgb(0x6c7d86)}
	case theme.ColorNameSeparator:
		pair = [2]color.NRGBA{rgb(0xdbe3e6), rgb(0x2b373d)}
	case theme.ColorNameSelection:
		pair = [2]color.NRGBA{rgb(0xc9e4e8), rgb(0x17464d)}
	case theme.ColorNameHover:
		pair = [2]color.NRGBA{{0x00, 0x40, 0x50, 0x12}, {0xd0, 0xf0, 0xff, 0x14}}
	case theme.ColorNamePressed:
		pair = [2]color.NRGBA{{0x00, 0x40, 0x50, 0x28}, {0xd0, 0xf0, 0xff, 0x28}}
	case theme.ColorNameFocus:
		pair = [2]color.NRGBA{{0x00, 0x6a, 0x78, 0x50}, {0x5f, 0xc6, 0xd3, 0x50}}
	case theme.ColorNameError, colourTracked:
		pair = [2]color.NRGBA{rgb(0xa83a0e), rgb(0xff9c68)}
	case theme.ColorNameForegroundOnError:
		pair = [2]color.NRGBA{rgb(0xffffff), rgb(0x33130a)}
	case colourPassesOn:
		pair = [2]color.NRGBA{rgb(0x7d1763), rgb(0xf2a0da)}
	case colourReadReceipt:
		pair = [2]color.NRGBA{rgb(0x1c57b0), rgb(0x92bbff)}
	case theme.ColorNameSuccess, colourClean:
		pair = [2]color.NRGBA{rgb(0x2b6449), rgb(0x86cfa9)}
	default:
		ok = false
	}
	return pair, ok
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xff}
}

// Font is the font of a style.
func (l look) Font(s fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(s) }

// Icon is the toolkit's icon of a name.
func (l look) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

// Size is the size of a name. What belongs to a line of text grows with it.
func (l look) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameCaptionText:
		return l.factor * 12
	case theme.SizeNameHeadingText:
		return l.factor * 22
	case theme.SizeNameSubHeadingText:
		return l.factor * 17
	case theme.SizeNameText, theme.SizeNameInlineIcon:
		return l.factor * theme.DefaultTheme().Size(n)
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius, theme.SizeNameButtonRadius:
		return 6
	case theme.SizeNameModalBlurRadius:
		// What is behind a dialog is dimmed. To blur it as well takes half a second where a processor draws instead of a
		// graphics card: on old machines, virtual ones, and far desktops.
		return 0
	}
	return theme.DefaultTheme().Size(n)
}
