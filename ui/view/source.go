// Package view has the view models of the window in plain Go: rows, texts, counts, sorting, commands.
package view

import (
	"context"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// Source is where shown messages come from: an IMAP account, the demo mailbox, or mail files. Its messages are in the
// store that it was made with.
type Source interface {
	// Name is what people call the source: an address, a folder.
	Name() string
	// Scan brings the store up to date with the source. It calls progress from one goroutine at a time, and
	// returns early with ctx's error; what was scanned until then stays in the store.
	Scan(ctx context.Context, progress func(imapsync.Progress)) (imapsync.Summary, error)
	// Raw returns the bytes of a message, as they are.
	Raw(ctx context.Context, m store.Message) ([]byte, error)
}
