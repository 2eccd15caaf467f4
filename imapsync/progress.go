package imapsync

import (
	"time"

	"pixelwacht/imapsync/store"
)

// Progress is how far a scan has come.
type Progress struct {
	Mailbox string          // where it is now: a mailbox, a file
	Done    int             // messages scanned in this run
	Total   int             // messages to scan in this run, 0 while it is not known
	New     []store.Message // messages scanned since the last Progress; read-only
	Pause   time.Duration   // the server wants a break, and the scan goes on after it; 0: it does not
}

// Summary is what a finished or interrupted scan did.
type Summary struct {
	Mailboxes int
	Messages  int // scanned in this run
	Tracked   int // of these
	Gone      int // messages that vanished from the server
	BytesRead int64
}
