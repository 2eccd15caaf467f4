package imapsync_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector/corpustest"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
)

// conclusion is everything that a verdict says, in an order that does not depend on that of equal findings.
func conclusion(m store.Message) string {
	all := []string{fmt.Sprintf("tracked %t", m.Tracked)}
	for _, f := range m.Findings {
		all = append(all, fmt.Sprintf("%s %s %q %s %d %s", f.Kind, f.Confidence, f.Reasons, f.URL, f.Messages, f.Alone))
	}
	slices.Sort(all[1:])
	return strings.Join(all, "\n")
}

// What a scan of files says of mailboxes, a synchronised mailbox and stored files say as well, whatever came first.
func TestScanSyncAndFilesJudgeAlike(t *testing.T) {
	var inbox [][]byte
	dir := t.TempDir()
	for _, box := range corpustest.Mailboxes(5) {
		for _, m := range box.Messages {
			name := filepath.Join(dir, fmt.Sprintf("%04d.eml", len(inbox)))
			if err := os.WriteFile(name, m.Raw, 0o600); err != nil {
				t.Fatal(err)
			}
			inbox = append(inbox, m.Raw)
		}
	}
	server := startMemory(t, inbox)
	p := server.params(t)
	if got := scan(t, p); got.Messages != len(inbox) {
		t.Fatalf("%+v", got)
	}
	want, compared := map[string]bool{}, 0 // the store has a message once, however often it is in the mailbox
	for m, err := range mailfile.Scan(t.Context(), p.Detector, mailfile.Walk(t.Context(), dir)) {
		if err != nil {
			t.Fatal(err)
		}
		want[m.MessageID+"\n"+conclusion(m)] = true
		for _, f := range m.Findings {
			if f.Alone != "" {
				compared++
			}
		}
	}
	if compared < 50 {
		t.Errorf("comparing changes only %d findings", compared)
	}
	files := &mailfile.Source{Paths: []string{dir}, Store: p.Store, Detector: p.Detector}
	if _, err := files.Scan(t.Context(), func(imapsync.Progress) {}); err != nil {
		t.Fatal(err)
	}
	accounts, err := p.Store.Accounts(t.Context())
	if err != nil || len(accounts) != 2 {
		t.Fatal(accounts, err)
	}
	for _, a := range accounts {
		all, err := p.Store.Messages(t.Context(), store.Filter{Account: a.ID})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, m := range all {
			got[m.MessageID+"\n"+conclusion(m)] = true
		}
		if maps.Equal(got, want) {
			continue
		}
		for key := range got {
			if want[key] != got[key] {
				t.Fatalf("%s account, not in the scan:\n%s", a.Kind, key)
			}
		}
		t.Errorf("%s account: %d verdicts, the scan has %d", a.Kind, len(got), len(want))
	}
}
