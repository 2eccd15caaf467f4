package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pixelwacht/assets/translations"
)

// said is the exit status of err, and what is said about it.
func said(t *testing.T, err error) (status int, stderr string) {
	t.Helper()
	file, createErr := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if createErr != nil {
		t.Fatal(createErr)
	}
	defer file.Close()
	p := program{stderr: file, texts: translations.New("en")}
	status = p.exitStatus(err)
	return status, read(t, file.Name())
}

func TestExitStatus(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want int
		says string
	}{
		{"done", nil, 0, ""},
		{"a reader who has gone", fmt.Errorf("write: %w", errOutputClosed), 0, ""},
		{"a server that has gone", &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}, 1, "broken pipe"},
		{"interrupted", fmt.Errorf("fetch: %w", context.Canceled), 130, "Interrupted."},
		{"a full disk", &fs.PathError{Op: "write", Path: ".pixelwacht-1", Err: syscall.ENOSPC}, 1, "no room left on the disk\n  Make room"},
		{"failed", errors.New("no reason"), 1, "pixelwacht: no reason"},
	} {
		status, stderr := said(t, c.err)
		if status != c.want || !strings.Contains(stderr, c.says) || c.says == "" && stderr != "" {
			t.Errorf("%s: status %d, said %q", c.name, status, stderr)
		}
	}
}
