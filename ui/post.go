package ui

import "fyne.io/fyne/v2"

// post runs f on the window's goroutine, after what was posted before, and does not wait for it. It is the one way
// from other goroutines to widgets.
func post(f func()) { fyne.Do(f) }
