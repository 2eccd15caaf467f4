//go:build nogui

package main

import "context"

// canOpenWindow reports whether the program has a window and a display to open it on.
func canOpenWindow() bool { return false }

// openWindow says how to get the window: this build is for servers and terminals.
func (p *program) openWindow(context.Context, bool) error {
	f := &failure{status: statusUsage, what: p.texts.T("cli.error.no-window"), next: p.texts.T("cli.error.no-window.next")}
	return f
}
