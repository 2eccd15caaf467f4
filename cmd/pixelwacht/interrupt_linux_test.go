package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// interrupt sends the signal to a run, and checks that it ends as an interrupted one.
func interrupt(t *testing.T, c *exec.Cmd, signal os.Signal) {
	t.Helper()
	if err := c.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(20*time.Second, func() { _ = c.Process.Kill() }).Stop()
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != statusInterrupted {
		t.Errorf("%q: %v, want status %d", c.Args[1:], err, statusInterrupted)
	}
}

// A program that waits for standard input can be stopped, and who called the filter learns that it got no message.
func TestInterruptWhileStandardInputIsRead(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		for _, arguments := range [][]string{{"filter"}, {"scan", "-"}, {"block", "-"}} {
			c := command(t, arguments...)
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			stdin, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			// More than a pipe holds: once it is written, the program reads.
			if _, err := io.WriteString(stdin, tracked+strings.Repeat("line\r\n", 100_000)); err != nil {
				t.Fatal(err)
			}
			interrupt(t, c, signal)
			if stdout.Len() > 0 || !strings.Contains(stderr.String(), "Interrupted.") {
				t.Errorf("%q: wrote %q, said %q", arguments, stdout.String(), stderr.String())
			}
		}
	}
}

// What was written before the interrupt can be read, also when that is nothing: messages are compared before the first
// is written.
func TestInterruptedScanIsAWholeArray(t *testing.T) {
	c := command(t, "scan", "--format", "json", filepath.Join(files(t, map[string]string{"a.eml": tracked}), "a.eml"), "-")
	var stdout bytes.Buffer
	c.Stdout = &stdout
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(stdin, strings.Repeat("line\r\n", 100_000)); err != nil {
		t.Fatal(err)
	}
	interrupt(t, c, os.Interrupt)
	var all []map[string]any
	if err := json.Unmarshal(stdout.Bytes(), &all); err != nil || len(all) != 0 {
		t.Errorf("%d messages, %v:\n%s", len(all), err, stdout.String())
	}
}

// The copies that were written before the interrupt can be undone, each of them.
func TestInterruptedBlockCanBeUndone(t *testing.T) {
	all := make(map[string]string)
	for i := range 4000 {
		all[fmt.Sprintf("mail/%04d.eml", i)] = tracked
	}
	dir := files(t, all)
	out, undo, back := filepath.Join(dir, "out"), filepath.Join(dir, "undo"), filepath.Join(dir, "back")
	c := command(t, "block", "-o", out, "--undo", undo, filepath.Join(dir, "mail"))
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(filepath.Join(out, "0010.eml")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no copy is written")
		}
	}
	interrupt(t, c, os.Interrupt)
	run(t, "", "restore", "--undo", undo, "-o", back, out).want(t, 0)
	copies := tree(t, out)
	if restored := tree(t, back); len(copies) < 11 || len(restored) != len(copies) {
		t.Errorf("%d copies, %d of them restored", len(copies), len(restored))
	}
}

// terminal is a pseudo-terminal: what is written to one end is typed at the other.
func terminal(t *testing.T) (keyboard, tty *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	var unlock, number int32
	control(t, keyboard, syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	control(t, keyboard, syscall.TIOCGPTN, unsafe.Pointer(&number))
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return keyboard, tty
}

// control does an ioctl.
func control(t *testing.T, f *os.File, request uintptr, value unsafe.Pointer) {
	t.Helper()
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(value)); errno != 0 {
		t.Fatalf("ioctl %#x: %v", request, errno)
	}
}

// echoes reports whether a terminal shows what is typed.
func echoes(t *testing.T, tty *os.File) bool {
	t.Helper()
	var state syscall.Termios
	control(t, tty, syscall.TCGETS, unsafe.Pointer(&state))
	return state.Lflag&syscall.ECHO != 0
}

// The password is not shown while it is typed, and the terminal shows again what is typed after an interrupt.
func TestInterruptAtThePasswordPrompt(t *testing.T) {
	_, tty := terminal(t)
	c := command(t, "sync", "--server", "imap://me@127.0.0.1:1", "--plaintext")
	c.Stdin, c.Stderr = tty, tty
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); echoes(t, tty); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the terminal shows the password")
		}
	}
	interrupt(t, c, os.Interrupt)
	if !echoes(t, tty) {
		t.Error("the terminal no longer shows what is typed")
	}
}
