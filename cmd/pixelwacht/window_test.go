//go:build linux && !nogui

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector/block"
	"pixelwacht/imapsync/demo"
)

// patience is how long a step of the walk may take on a slow machine. No step is expected to take it.
const patience = 90 * time.Second

// TestWindowFromFirstRunToBlockedCopy drives the real program on a virtual display as a person would, by keyboard:
// first run, demo, the scan's end, a sender, a message, a blocked copy.
func TestWindowFromFirstRunToBlockedCopy(t *testing.T) {
	w := openTestWindow(t, looks(true)[0])
	w.waitTitle("the first page", exactly("Pixelwacht – Start"))
	w.press("the demo", not("Pixelwacht – Start"), "ctrl+d")
	w.waitTitle("the end of the scan", exactly("Pixelwacht – Overview"))
	w.press("the senders", exactly("Pixelwacht – Senders"), "ctrl+2")
	w.press("a sender", not("Pixelwacht – Senders"), "Return")
	sender := w.title()
	w.press("a message", not(sender), "Return")
	message := w.title()
	w.press("the dialog for the copy", exactly("Pixelwacht – Save blocked copy"), "ctrl+s")
	w.press("the message again", exactly(message), "Return")
	w.checkCopy()
	w.press("back at the sender", exactly(sender), "Escape")
	w.press("back at the senders", exactly("Pixelwacht – Senders"), "Escape")
	w.quit()
}

// TestEveryPage opens every page of the window by keyboard, in both languages, in both themes and in two sizes. Set
// PIXELWACHT_SCREENSHOTS to a folder (make screenshots does) to have pictures of each, and of every combination.
func TestEveryPage(t *testing.T) {
	for _, l := range looks(os.Getenv("PIXELWACHT_SCREENSHOTS") != "") {
		t.Run(l.String(), func(t *testing.T) {
			texts := translations.New(l.lang)
			page := func(key string) func(string) bool {
				return exactly(texts.T("window.title", args{"Page": texts.T(key)}))
			}
			w := openTestWindow(t, l)
			w.waitTitle("the first page", page("window.start"))
			w.screenshot("start")
			w.press("adding a mailbox", page("window.signin"), "ctrl+m")
			w.typeText("someone@gmail.com")
			w.key("Return")
			w.screenshot("sign-in")
			w.press("back", page("window.start"), "Escape")
			w.press("how mail becomes files", page("window.saving"), "ctrl+F2")
			w.screenshot("saving")
			w.press("back", page("window.start"), "Escape")
			w.press("the demo", not(w.title()), "ctrl+d")
			w.waitTitle("the end of the scan", page("window.overview"))
			w.screenshot("overview")
			w.press("the senders", page("window.senders"), "ctrl+2")
			w.screenshot("senders")
			w.press("a sender", not(w.title()), "Return")
			w.screenshot("sender")
			w.press("a message", not(w.title()), "Return")
			w.screenshot("message")
			w.press("the messages", page("window.messages"), "ctrl+3")
			w.screenshot("messages")
			w.press("protection", page("window.protection"), "ctrl+4")
			w.topics("protection", 4)
			w.press("the settings", page("window.settings"), "ctrl+comma")
			w.topics("settings", 6)
			w.quit()
		})
	}
}

// look is how the window looks in a run.
type look struct {
	lang, theme   string
	width, height int
}

func (l look) String() string {
	return fmt.Sprintf("%s-%s-%dx%d", l.lang, l.theme, l.width, l.height)
}

// looks are all looks, or two that have each language, theme and size.
func looks(all bool) (looks []look) {
	for i, lang := range []string{"en", "nl"} {
		for j, theme := range []string{"light", "dark"} {
			for k, size := range [][2]int{{1280, 800}, {1000, 650}} {
				if all || i == j && j == k {
					looks = append(looks, look{lang, theme, size[0], size[1]})
				}
			}
		}
	}
	return looks
}

// topics goes through the topics of the page that is shown.
func (w *testWindow) topics(page string, n int) {
	w.t.Helper()
	for i := range n {
		w.screenshot(fmt.Sprintf("%s-%d", page, i+1))
		w.key("Down")
	}
}

func (w *testWindow) key(name string) {
	w.t.Helper()
	if out, err := w.xdotool("windowfocus", "--sync", w.id, "key", name); err != nil {
		w.t.Fatalf("xdotool: %v: %s", err, out)
	}
}

func (w *testWindow) typeText(text string) {
	w.t.Helper()
	if out, err := w.xdotool("windowfocus", "--sync", w.id, "type", text); err != nil {
		w.t.Fatalf("xdotool: %v: %s", err, out)
	}
}

// testWindow is the program's window on a display of its own.
type testWindow struct {
	t       testing.TB
	look    look
	display string
	dir     string // of everything that follows
	home    string
	data    string // the data folder
	id      string // of the X window
	program *exec.Cmd
	ended   chan error
	log     *os.File
	trace   string // what strace saw of the network, "" without it
	began   time.Time
}

// windowProgram builds the program with its window, once. Without the tag migrated_fynedo the toolkit checks which
// goroutine calls it.
var windowProgram = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.Getenv("PIXELWACHT_TEST_BIN"), "pixelwacht-window")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// openTestWindow opens the window of the program as people run it, and watches whom it speaks to.
func openTestWindow(t *testing.T, l look) *testWindow {
	t.Helper()
	bin, err := windowProgram()
	if err != nil {
		t.Fatal(err)
	}
	w := newTestWindow(t, l)
	w.trace = filepath.Join(w.dir, "trace")
	w.start(exec.Command("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=network", "-o", w.trace,
		bin, "--data-dir", w.data, "--lang", l.lang))
	w.find()
	return w
}

// newTestWindow makes a display and a home for a window that is not started yet.
func newTestWindow(t testing.TB, l look) *testWindow {
	t.Helper()
	for _, tool := range []string{"Xvfb", "xdotool", "strace"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%v: the window is tested on a virtual display: install xvfb, xdotool and strace (make test does)", err)
		}
	}
	dir := t.TempDir()
	w := &testWindow{
		t: t, look: l, dir: dir, home: filepath.Join(dir, "home"), data: filepath.Join(dir, "data"),
		display: startDisplay(t, l), ended: make(chan error, 1),
	}
	mkdir(t, filepath.Join(w.home, ".cache"))
	preferences := filepath.Join(w.home, ".config", "fyne", appID)
	mkdir(t, preferences)
	write(t, filepath.Join(preferences, "preferences.json"), fmt.Sprintf(`{"theme": %q}`, l.theme))
	return w
}

// start starts the program of the window, which ends with the test.
func (w *testWindow) start(program *exec.Cmd) {
	w.t.Helper()
	var err error
	if w.log, err = os.Create(filepath.Join(w.dir, "log")); err != nil {
		w.t.Fatal(err)
	}
	w.program = program
	w.program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that the program ends with strace
	w.program.Env = append(w.program.Env,
		"DISPLAY="+w.display, "HOME="+w.home, "LANG=C.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "PATH="+os.Getenv("PATH"), "TMPDIR="+w.dir)
	if w.program.Stdout == nil {
		w.program.Stdout = w.log
	}
	w.program.Stderr = w.log
	w.began = time.Now()
	if err := w.program.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { w.ended <- w.program.Wait() }()
	w.t.Cleanup(w.close)
}

// find waits for the window, and gives it its size.
func (w *testWindow) find() {
	w.t.Helper()
	w.until("the window", func() bool {
		out, err := w.xdotool("search", "--name", "^Pixelwacht")
		w.id, _, _ = strings.Cut(strings.TrimSpace(out), "\n")
		return err == nil && w.id != ""
	})
	l, held := w.look, 0
	w.until("the window's size", func() bool {
		// The program sets a size of its own when it starts, and may do so after this.
		out, err := w.xdotool("windowsize", w.id, strconv.Itoa(l.width), strconv.Itoa(l.height), "windowmove", w.id, "0", "0", "getwindowgeometry", "--shell", w.id)
		if err != nil {
			w.t.Fatalf("xdotool: %v: %s", err, out)
		}
		if held++; !strings.Contains(out, fmt.Sprintf("X=0\nY=0\nWIDTH=%d\nHEIGHT=%d\n", l.width, l.height)) {
			held = 0
		}
		return held == 20
	})
}

// startDisplay starts an X server on a free display, which ends with the test.
func startDisplay(t testing.TB, l look) string {
	t.Helper()
	number, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer number.Close()
	// Without -noreset it begins anew when its last client leaves, as xdotool does each time, and refuses the program that
	// comes in that moment.
	server := exec.Command("Xvfb", "-noreset", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", l.width, l.height), "-nolisten", "tcp")
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Asked to end, it takes its lock along: over one left behind, the next two servers could quarrel. It is ended on
		// purpose: that it says so is no news.
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	})
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	line, err := io.ReadAll(io.LimitReader(number, 1))
	for err == nil && !bytes.HasSuffix(line, []byte("\n")) {
		one := make([]byte, 1)
		if _, err = number.Read(one); err == nil {
			line = append(line, one...)
		}
	}
	if err != nil {
		t.Fatalf("Xvfb names no display: %v", err)
	}
	return ":" + strings.TrimSpace(string(line))
}

func (w *testWindow) xdotool(arguments ...string) (string, error) {
	c := exec.CommandContext(w.t.Context(), "xdotool", arguments...)
	c.Env = append(os.Environ(), "DISPLAY="+w.display)
	out, err := c.CombinedOutput()
	return string(out), err
}

// until waits for done.
func (w *testWindow) until(what string, done func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		select {
		case err := <-w.ended:
			w.ended <- err
			w.t.Fatalf("waiting for %s: the program has ended: %v\n%s", what, err, w.logged())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			w.screenshot("stuck")
			w.t.Fatalf("waiting for %s: nothing in %v; the title is %q\n%s", what, patience, w.title(), w.logged())
		}
	}
}

// title is what the window's title says: the page that is shown, and how far a scan is.
func (w *testWindow) title() string {
	out, err := w.xdotool("getwindowname", w.id)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(out, "\n")
}

func exactly(title string) func(string) bool { return func(s string) bool { return s == title } }

func not(title string) func(string) bool {
	return func(s string) bool { return s != title && s != "" }
}

func (w *testWindow) waitTitle(what string, ok func(string) bool) {
	w.t.Helper()
	w.until(what, func() bool { return ok(w.title()) })
}

// press presses a key, and again when nothing comes of it: a window that was just shown may miss one.
func (w *testWindow) press(what string, ok func(string) bool, key string) {
	w.t.Helper()
	var again time.Time
	w.until(what, func() bool {
		if ok(w.title()) {
			return true
		}
		if time.Now().After(again) {
			// A window that is not on the screen yet cannot have the focus: an error.
			if _, err := w.xdotool("windowfocus", "--sync", w.id, "key", key); err == nil {
				again = time.Now().Add(patience / 6)
			}
		}
		return false
	})
}

// checkCopy waits for the copy in the home folder, and compares it with what the blocker makes of the demo messages.
func (w *testWindow) checkCopy() {
	w.t.Helper()
	blocker := block.Blocker{Mode: block.All}
	wanted := make(map[string]bool) // by the bytes of the blocked copy: whether something in it is blocked
	for _, day := range []time.Time{w.began, time.Now()} {
		messages, err := demo.Messages(day)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, m := range messages {
			c := blocker.Message(m.Raw, demo.Recipient)
			wanted[string(c.Bytes)] = c.Blocked > 0 && len(c.Bytes) == len(m.Raw) && !bytes.Equal(c.Bytes, m.Raw)
		}
	}
	var state string
	found := false
	deadline := time.Now().Add(patience)
	for !found && time.Now().Before(deadline) {
		files, err := filepath.Glob(filepath.Join(w.home, "*.eml"))
		if err != nil {
			w.t.Fatal(err)
		}
		state = fmt.Sprintf("%d files", len(files))
		if len(files) == 1 {
			saved, err := os.ReadFile(files[0])
			blocked, known := wanted[string(saved)]
			state = fmt.Sprintf("%s: %d octets, %v; a copy of a demo message: %v; something in it blocked: %v", filepath.Base(files[0]), len(saved), err, known, blocked)
			found = known && blocked
		}
		time.Sleep(50 * time.Millisecond)
	}
	if !found {
		w.screenshot("no-copy")
		w.t.Fatalf("no blocked copy in the home folder: %s\n%s", state, w.logged())
	}
}

// quit closes the window by its menu, and checks how the program ends, what it logged and whom it spoke to.
func (w *testWindow) quit() {
	w.t.Helper()
	w.end()
	w.checkLog()
	trace := read(w.t, w.trace)
	if found := elsewhere(trace); len(found) > 0 {
		w.t.Errorf("the window had to do with other machines:\n%s", strings.Join(found, "\n"))
	}
	if !strings.Contains(trace, `inet_addr("127.0.0.1")`) {
		w.t.Error("the trace does not show the conversation with the demo mailbox: it sees nothing")
	}
	if left, err := filepath.Glob(filepath.Join(w.dir, "pixelwacht-demo-*")); err != nil || len(left) > 0 {
		w.t.Errorf("the demo left %v behind (%v)", left, err)
	}
}

// end closes the window by its menu, and checks how the program ends.
func (w *testWindow) end() {
	w.t.Helper()
	if out, err := w.xdotool("windowfocus", "--sync", w.id, "key", "ctrl+q"); err != nil {
		w.t.Fatalf("quit: %v: %s", err, out)
	}
	select {
	case err := <-w.ended:
		w.ended <- err
		if err != nil {
			w.t.Errorf("the program ended with %v", err)
		}
	case <-time.After(patience):
		w.t.Error("the program goes on after it was asked to quit")
	}
}

// checkLog looks for what no log may have.
func (w *testWindow) checkLog() {
	w.t.Helper()
	log := w.logged()
	for _, bad := range []string{"Fyne call thread", "panic", "DATA RACE", "⟨"} {
		if strings.Contains(log, bad) {
			w.t.Errorf("the log has %q:\n%s", bad, log)
		}
	}
}

func (w *testWindow) logged() string {
	b, err := os.ReadFile(w.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// screenshot saves what the display shows, where somebody wants to see it.
func (w *testWindow) screenshot(name string) {
	dir := os.Getenv("PIXELWACHT_SCREENSHOTS")
	if dir == "" {
		return
	}
	// The title changes before the page is painted.
	time.Sleep(time.Second)
	c := exec.Command("import", "-window", "root", filepath.Join(dir, w.look.String()+"-"+name+".png"))
	c.Env = append(os.Environ(), "DISPLAY="+w.display)
	if out, err := c.CombinedOutput(); err != nil {
		w.t.Errorf("screenshot: %v: %s", err, out)
	}
}

func (w *testWindow) close() {
	select {
	case <-w.ended:
	default:
		// What it says at its end is no news any more.
		_ = syscall.Kill(-w.program.Process.Pid, syscall.SIGKILL)
		<-w.ended
	}
	if err := w.log.Close(); err != nil {
		w.t.Error(err)
	}
}

// TestDisplayThatIsNotThere names a display that no server answers for, as after sudo or in an old terminal.
func TestDisplayThatIsNotThere(t *testing.T) {
	bin, err := windowProgram()
	if err != nil {
		t.Fatal(err)
	}
	run := func(arguments ...string) (stdout, stderr string, status int) {
		var out, errs strings.Builder
		c := exec.CommandContext(t.Context(), bin, append([]string{"--data-dir", t.TempDir(), "--lang", "en"}, arguments...)...)
		c.Env = []string{"DISPLAY=:987654", "HOME=" + t.TempDir(), "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH")}
		c.Stdout, c.Stderr = &out, &errs
		_ = c.Run() // its status says how it ended
		return out.String(), errs.String(), c.ProcessState.ExitCode()
	}
	if _, stderr, status := run(); status != statusFailed || !strings.Contains(stderr, "there is no display to open the window on") {
		t.Errorf("the window ends with %d: %s", status, stderr)
	}
	if stdout, stderr, status := run("demo"); status != 0 || !strings.HasPrefix(stdout, "Sender ") {
		t.Errorf("the demo ends with %d: %s%s", status, stdout, stderr)
	}
}
