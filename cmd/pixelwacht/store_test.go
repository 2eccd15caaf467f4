package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A damaged database is never dropped silently.
func TestADamagedDatabaseIsSaidToBeSetAside(t *testing.T) {
	data := t.TempDir()
	garbage := strings.Repeat("not a database ", 100)
	write(t, filepath.Join(data, "pixelwacht.db"), garbage)
	r := run(t, "", "--data-dir", data, "senders")
	r.want(t, 0)
	aside, err := filepath.Glob(filepath.Join(data, "pixelwacht.db.damaged-*"))
	if err != nil || len(aside) != 1 || !strings.Contains(r.stderr, aside[0]) {
		t.Fatalf("%q, %v: %s", aside, err, r.stderr)
	}
	if content, err := os.ReadFile(aside[0]); err != nil || string(content) != garbage {
		t.Errorf("%q, %v", content, err)
	}
}
