//go:build !nogui

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// autostart is an entry of the desktop that starts the program with the session
// (https://specifications.freedesktop.org/autostart-spec/latest/).
type autostart struct{ file, program string }

// newAutostart returns the entry of this program, nil on systems without that specification.
func newAutostart() *autostart {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return nil
	}
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	return &autostart{filepath.Join(folder, "autostart", appID+".desktop"), program}
}

// Enabled reports whether the entry is there.
func (a *autostart) Enabled() bool {
	_, err := os.Stat(a.file)
	return err == nil
}

// Enable writes or removes the entry.
func (a *autostart) Enable(on bool) error {
	if !on {
		if err := os.Remove(a.file); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(a.file), 0o700); err != nil {
		return err
	}
	entry := fmt.Sprintf("[Desktop Entry]\nType=Application\nName=Pixelwacht\nIcon=%s\nExec=%s\n", appID, quoted(a.program))
	return os.WriteFile(a.file, []byte(entry), 0o600)
}

// quoted is a path as an argument of the key Exec
// (https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html). The backslashes of the quoting
// are themselves escaped, as in every value of the file.
func quoted(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", `$`, `\\$`, `%`, `%%`).Replace(path) + `"`
}
