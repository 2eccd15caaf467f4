package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"pixelwacht/assets"
	"pixelwacht/detector"
	"pixelwacht/ui/view"
)

// icon is one of the program's own icons in a colour of the theme. Its name is a constant of the code, so that a
// missing one is a bug.
func icon(name string, colour fyne.ThemeColorName) fyne.Resource {
	data, err := assets.Icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		panic(fmt.Sprintf("embedded icons: %v", err))
	}
	return theme.NewColoredResource(fyne.NewStaticResource(name+".svg", data), colour)
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
