// Package assets has what ships inside the program: here its icons; the folders below have the rest.
//
// The icons are drawn for this program, on a grid of 24 units with strokes of 2, in one colour that the window's
// theme replaces.
package assets

import "embed"

// Icon is the program's icon, 512 pixels square.
//
//go:embed icon.png
var Icon []byte

// Icons are the small icons, as icons/NAME.svg.
//
//go:embed icons/*.svg
var Icons embed.FS

// Notice says where the facts in the provider catalogue come from.
//
//go:embed NOTICE
var Notice string
