package imapsync_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// BenchmarkLargeMailbox has the program itself scan a mailbox of 100,000 messages: how much memory it takes at most, and how
// much room its database.
func BenchmarkLargeMailbox(b *testing.B) {
	const n = 100_000
	dir := b.TempDir()
	program := filepath.Join(dir, "pixelwacht")
	build := exec.Command("go", "build", "-tags", "nogui", "-o", program, "pixelwacht/cmd/pixelwacht")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	server := startDovecotOf(b, n, func(i int) []byte { return realMail(i, false) })
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(server.password), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		data := b.TempDir()
		sync := exec.Command(program, "--data-dir", data, "sync", "--plaintext",
			"--server", fmt.Sprintf("imap://%s@%s:%d", server.user, server.host, server.port), "--password-file", password)
		start := time.Now()
		if out, err := sync.CombinedOutput(); err != nil {
			b.Fatalf("sync: %v\n%s", err, out)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s")
		b.ReportMetric(float64(sync.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1024, "MB-memory")
		info, err := os.Stat(filepath.Join(data, "pixelwacht.db"))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/n, "B-database/message")
	}
	b.ReportMetric(0, "ns/op")
}
