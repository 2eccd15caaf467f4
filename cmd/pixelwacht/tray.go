//go:build !nogui

package main

import (
	"runtime"

	"github.com/godbus/dbus/v5"
)

// hasTray reports whether the desktop shows icons of programs that have no window. On Linux a desktop that does so runs a
// watcher of status notifiers; GNOME by itself does not, and a window that is hidden there could not be opened again.
func hasTray() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	bus, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return false
	}
	defer bus.Close()
	if bus.Auth(nil) != nil || bus.Hello() != nil {
		return false
	}
	var there bool
	err = bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&there)
	return err == nil && there
}
