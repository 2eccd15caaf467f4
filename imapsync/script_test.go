package imapsync_test

import (
	"testing"
)

// The batches of a mailbox grow, but not for ever. Most of the messages vanish before they are fetched, which is quick.
func TestALargeMailbox(t *testing.T) {
	const n, left = 12_000, 100
	p := startScript(t, func(p *peer) {
		serve(p, n, func(uid int, whole bool) (string, bool) {
			if uid > left {
				return "", true
			}
			return answerTo(uid, whole), true
		})
	})
	if summary := scan(t, p); summary.Messages != left || len(stored(t, p)) != left {
		t.Errorf("got %+v, %d are stored", summary, len(stored(t, p)))
	}
}
