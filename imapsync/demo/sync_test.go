package demo

import (
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// A sync of the demo mailbox, which fetches only what it needs of each message, sees what a scan of the whole messages
// sees.
func TestSyncSeesWhatAScanSees(t *testing.T) {
	m := start(t)
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := detector.New(catalogue.Builtin())
	account := imapsync.NewAccount(imapsync.Params{
		Server: m.Server(), User: m.User(), Password: m.Password(), Store: s, Detector: d,
	})
	if _, err := account.Scan(t.Context(), func(imapsync.Progress) {}); err != nil {
		t.Fatal(err)
	}
	stored, err := s.Messages(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]verdict)
	for _, msg := range stored {
		got[msg.MessageID] = verdictOf(msg.Result)
	}
	for _, msg := range demoMessages(t) {
		result := d.Scan(message.Parse(msg.Raw))
		if g, w := got[result.MessageID], verdictOf(result); g != w {
			t.Errorf("%s:\n sync %+v\n scan %+v", msg.File, g, w)
		}
	}
}
