package main

import (
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/term"
)

const onWindows = runtime.GOOS == "windows"

// width is the width of the terminal f in columns, 0 when f is none.
func width(f *os.File) int {
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// isTerminal reports whether a person reads f.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// dataFolder is where the platform keeps a program's data: XDG_DATA_HOME (XDG Base Directory Specification),
// Application Support on macOS, and what does not roam on Windows.
func dataFolder() (string, error) {
	switch runtime.GOOS {
	case "windows":
		dir, err := os.UserCacheDir() // %LocalAppData%
		return filepath.Join(dir, "Pixelwacht"), err
	case "darwin":
		dir, err := os.UserConfigDir() // ~/Library/Application Support
		return filepath.Join(dir, "Pixelwacht"), err
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "pixelwacht"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "pixelwacht"), err
}
