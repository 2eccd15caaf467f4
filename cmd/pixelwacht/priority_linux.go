//go:build !nogui

package main

import (
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// putWindowFirst lets the window's thread, which calls it, go before the program's other threads: a scan keeps every
// processor busy. Linux gives each thread a nice value of its own, and a new one that of the thread that started it:
// what the toolkit starts to draw with goes first, too. Go starts no thread from one that is locked, as this one is.
//
// Two more threads may run Go than there are processors, so that one is left for the window to run Go in when the scan
// has one for each of them.
func putWindowFirst() {
	const less = 10 // a tenth of a processor when the window wants it all
	own, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return // the window is slower then, and works
	}
	own = 20 - own // a system call returns no negative values
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 2)
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil && id != unix.Gettid() {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, own+less) // one that has ended since needs none
		}
	}
}
