package imapsync_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// BenchmarkAgainstMbsync scans a mailbox into an empty store, and has mbsync (isync) copy the same mailbox, in turns.
// Where mbsync is missing, only the scan is measured.
func BenchmarkAgainstMbsync(b *testing.B) {
	for name, c := range map[string]struct {
		messages    int
		attachments bool
		farAway     bool
	}{
		"loopback":  {10_000, false, false},
		"40ms-50Mb": {3_000, true, true},
	} {
		b.Run(name, func(b *testing.B) {
			var text int
			server := startDovecotOf(b, c.messages, func(i int) []byte {
				raw := realMail(i, c.attachments)
				text += textOctets(raw)
				return raw
			})
			if c.farAway {
				var l line
				server, l = server.through(b)
				l.isFarAway(b)
			}
			var ours, theirs time.Duration
			var read int64
			var firstResult time.Duration
			for b.Loop() {
				start := time.Now()
				summary, first := scanAnew(b, server)
				ours += time.Since(start)
				read += summary.BytesRead
				firstResult += first
				if summary.Messages != c.messages {
					b.Fatalf("%+v", summary)
				}
				start = time.Now()
				if mbsync(b, server) {
					theirs += time.Since(start)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(ours.Seconds()/float64(b.N), "s")
			b.ReportMetric(firstResult.Seconds()/float64(b.N), "s-to-first-result")
			b.ReportMetric(float64(read)/float64(b.N)/float64(text), "read/text")
			if theirs > 0 {
				b.ReportMetric(theirs.Seconds()/float64(b.N), "s-mbsync")
				b.ReportMetric(ours.Seconds()/theirs.Seconds(), "of-mbsync")
			}
		})
	}
}

// scanAnew scans into an empty store, and says how long it took to the first result.
func scanAnew(b *testing.B, server mailServer) (imapsync.Summary, time.Duration) {
	b.Helper()
	db, err := store.Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	p := server.params(b)
	p.Store = db
	start := time.Now()
	var first time.Duration
	summary, err := imapsync.NewAccount(p).Scan(b.Context(), func(progress imapsync.Progress) {
		if first == 0 && len(progress.New) > 0 {
			first = time.Since(start)
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return summary, first
}

// mbsync copies the INBOX into a new Maildir, false where it is not installed.
func mbsync(b *testing.B, server mailServer) bool {
	b.Helper()
	program, err := exec.LookPath("mbsync")
	if err != nil {
		return false
	}
	dir := b.TempDir()
	config := filepath.Join(dir, "mbsyncrc")
	text := fmt.Sprintf(`IMAPAccount a
Host %s
Port %d
User %s
PassCmd "cat %s/password"
SSLType None
AuthMechs PLAIN

IMAPStore server
Account a

MaildirStore copy
Path %[5]s/mail/
Inbox %[5]s/mail/INBOX

Channel all
Far :server:
Near :copy:
Create Near
Sync Pull
SyncState *
`, server.host, server.port, server.user, dir, dir)
	for name, content := range map[string]string{config: text, filepath.Join(dir, "password"): server.password} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "mail"), 0o700); err != nil {
		b.Fatal(err)
	}
	if out, err := exec.Command(program, "-q", "-c", config, "all").CombinedOutput(); err != nil {
		b.Fatalf("mbsync: %v\n%s", err, out)
	}
	return true
}
