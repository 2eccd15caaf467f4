//go:build linux && !nogui

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAutostart(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	a := newAutostart()
	if a.Enabled() {
		t.Error("the program starts with the session unasked")
	}
	if err := a.Enable(false); err != nil {
		t.Errorf("switching off what is off: %v", err)
	}
	if err := a.Enable(true); err != nil {
		t.Fatal(err)
	}
	entry, err := os.ReadFile(filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", appID+".desktop"))
	if err != nil || !newAutostart().Enabled() {
		t.Fatalf("enabled %v, %v", newAutostart().Enabled(), err)
	}
	if !strings.HasPrefix(string(entry), "[Desktop Entry]\nType=Application\n") || !strings.Contains(string(entry), "\nExec=\"/") {
		t.Errorf("entry:\n%s", entry)
	}
	if err := a.Enable(false); err != nil || a.Enabled() {
		t.Errorf("after switching off: enabled %v, %v", a.Enabled(), err)
	}
}

func TestQuotingOfAutostart(t *testing.T) {
	for path, want := range map[string]string{
		"/opt/pixel wacht/bin": `"/opt/pixel wacht/bin"`,
		`/a"b`:                 `"/a\\"b"`,
		`/a\b`:                 `"/a\\\\b"`,
		"/a$b`c%d":             "\"/a\\\\$b\\\\`c%%d\"",
	} {
		if got := quoted(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
