//go:build linux && !nogui

package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetest "fyne.io/fyne/v2/test"
	"golang.org/x/sys/unix"

	"pixelwacht/assets/translations"
	"pixelwacht/detector/corpustest"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
	"pixelwacht/imapsync/store/storetest"
	"pixelwacht/ui"
	"pixelwacht/ui/view"
)

// mailEnv names the mail file that the window with a heartbeat opens in the place of the demo.
const mailEnv = "PIXELWACHT_TEST_MAIL"

func init() { others["heartbeat"] = windowWithHeartbeat }

// windowWithHeartbeat is the program's window as main opens it, with a heartbeat beside it.
func windowWithHeartbeat() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p := &program{stdin: os.Stdin, stdout: standardOutput{os.Stdout}, stderr: os.Stderr, texts: translations.New("en"), lang: "en", dataDir: os.Args[1]}
	a := newApp()
	params := p.windowParams(ctx, a)
	opener := opener{program: p, ctx: ctx, detector: params.Model.Blocker.Detector}
	params.Model.OpenDemo = func(ctx context.Context) (view.Opened, error) { return opener.inNewStore(ctx, os.Getenv(mailEnv)) }
	go beat(os.Stdin, os.Stdout)
	if err := ui.Run(ctx, params); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// inNewStore is a mail file of which nothing is known yet, however often it was opened.
func (o opener) inNewStore(ctx context.Context, path string) (view.Opened, error) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return view.Opened{}, err
	}
	s, err := store.Open(ctx, dir)
	if err != nil {
		return view.Opened{}, err
	}
	return view.Opened{
		Source: &mailfile.Source{Paths: []string{path}, Store: s, Detector: o.detector}, Store: s, Demo: true,
		Close: func() error { return errors.Join(s.Close(), os.RemoveAll(dir)) },
	}, nil
}

// beat asks the window's goroutine for a sign of life, again and again until control has something to read. It writes a
// line for each: when it asked, how long the answer took, how long the window's thread has had a processor so far, all in
// nanoseconds, and a hash of what there is to read.
func beat(control io.Reader, to io.Writer) {
	stop := make(chan struct{})
	go func() {
		defer close(stop)
		_, _ = control.Read(make([]byte, 1)) // its end, too, is one
	}()
	lines := bufio.NewWriter(to)
	for {
		select {
		case <-stop:
			fmt.Fprintln(lines, "end")
			lines.Flush() // nobody reads it when that fails
			return
		case <-time.After(10 * time.Millisecond):
		}
		asked := time.Now()
		answer := make(chan [2]uint64, 1)
		fyne.Do(func() {
			var used unix.Timespec
			if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &used); err != nil {
				panic(err) // every Linux has it
			}
			text := fnv.New64a()
			for _, w := range fyne.CurrentApp().Driver().AllWindows() {
				readText(text, w.Content())
			}
			answer <- [2]uint64{uint64(used.Nano()), text.Sum64()}
		})
		got := <-answer
		fmt.Fprintln(lines, asked.UnixNano(), time.Since(asked).Nanoseconds(), got[0], got[1])
		lines.Flush()
	}
}

// readText reads all text that an object shows.
func readText(to io.Writer, o fyne.CanvasObject) {
	if o == nil || !o.Visible() {
		return
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *canvas.Text:
		fmt.Fprintln(to, o.Text)
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		children = fynetest.WidgetRenderer(o).Objects()
	}
	for _, child := range children {
		readText(to, child)
	}
}

// heart is the heartbeat of a window.
type heart struct {
	*testWindow
	control io.WriteCloser
	ended   chan struct{} // closed after the last beat

	mu    sync.Mutex
	beats []heartbeat
}

// heartbeat is one question and its answer.
type heartbeat struct {
	asked time.Time
	took  time.Duration
	used  time.Duration // of a processor, by the window's thread since the beat before: what a busy machine does not change
	text  uint64        // a hash of what there was to read
}

// openWithHeartbeat opens the window on the data folder of w, with the messages of a mail file in the place of the demo.
func openWithHeartbeat(w *testWindow, mail string) *heart {
	w.t.Helper()
	h := &heart{testWindow: w, ended: make(chan struct{})}
	self, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	c := exec.Command(self, w.data)
	c.Env = []string{runAsEnv + "=heartbeat", mailEnv + "=" + mail}
	if h.control, err = c.StdinPipe(); err != nil {
		w.t.Fatal(err)
	}
	out, in, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	c.Stdout = in
	w.start(c)
	if err := in.Close(); err != nil {
		w.t.Fatal(err)
	}
	go h.listen(out)
	w.t.Cleanup(func() { h.control.Close() })
	return h
}

func (h *heart) listen(out *os.File) {
	defer out.Close()
	var before int64
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "end" {
			close(h.ended)
			return
		}
		var asked, took, used int64
		var b heartbeat
		if _, err := fmt.Sscan(lines.Text(), &asked, &took, &used, &b.text); err != nil {
			continue // the toolkit has something to say, which is in the log of other runs
		}
		b.asked, b.took, b.used = time.Unix(0, asked), time.Duration(took), time.Duration(used-before)
		before = used
		h.mu.Lock()
		h.beats = append(h.beats, b)
		h.mu.Unlock()
	}
}

// stop ends the heartbeat, waits for the last beat, and closes the window.
func (h *heart) stop() {
	h.t.Helper()
	if _, err := h.control.Write([]byte{0}); err != nil {
		h.t.Fatal(err)
	}
	select {
	case <-h.ended:
	case <-time.After(patience):
		h.t.Fatalf("the window's goroutine does not answer\n%s", h.logged())
	}
	h.end()
	h.checkLog()
}

// since are the beats that were asked for since then.
func (h *heart) since(then time.Time) []heartbeat {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.IndexFunc(h.beats, func(b heartbeat) bool { return !b.asked.Before(then) })
	if i < 0 {
		return nil
	}
	return slices.Clone(h.beats[i:])
}

// settled waits until what there is to read stays the same, and returns how long after start it has changed last.
func (h *heart) settled(start time.Time) time.Duration {
	h.t.Helper()
	const quiet = 500 * time.Millisecond
	var changed time.Time
	h.until("the window to be done", func() bool {
		beats := h.since(start)
		if len(beats) == 0 {
			return false
		}
		last := beats[len(beats)-1]
		for i := len(beats) - 1; i >= 0 && beats[i].text == last.text; i-- {
			changed = beats[i].asked.Add(beats[i].took)
		}
		return last.asked.Sub(changed) > quiet
	})
	return changed.Sub(start)
}

// slowest is the time of the slowest of the beats, and the time that only one in a hundred exceeds.
func slowest(beats []heartbeat) (worst, rare time.Duration) {
	if len(beats) == 0 {
		return 0, 0
	}
	slices.SortFunc(beats, func(a, b heartbeat) int { return cmp.Compare(a.took, b.took) })
	return beats[len(beats)-1].took, beats[len(beats)*99/100].took
}

// keys presses keys, and types what begins with "=".
func (h *heart) keys(all ...string) {
	h.t.Helper()
	for _, k := range all {
		arguments := []string{"windowfocus", h.id, "key", k}
		if text, ok := strings.CutPrefix(k, "="); ok {
			arguments = []string{"windowfocus", h.id, "type", "--delay", "40", text}
		}
		if out, err := h.xdotool(arguments...); err != nil {
			h.t.Fatalf("xdotool: %v: %s\n%s", err, out, h.logged())
		}
	}
}

// click clicks with a button of the mouse.
func (h *heart) click(x, y, button, times int) {
	h.t.Helper()
	if out, err := h.xdotool("mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "--repeat", strconv.Itoa(times), "--delay", "40", strconv.Itoa(button)); err != nil {
		h.t.Fatalf("xdotool: %v: %s\n%s", err, out, h.logged())
	}
}

const wheelDown = 5 // a button of the mouse

func begins(title string) func(string) bool {
	return func(s string) bool { return strings.HasPrefix(s, title) }
}

// use is somebody who tries everything while a scan runs.
func (h *heart) use() {
	h.t.Helper()
	if title := h.title(); !strings.Contains(title, "%") && !strings.Contains(title, "…") {
		h.press("protection", begins("Pixelwacht – Protection"), "ctrl+4")
		h.press("the next scan", begins("Pixelwacht – Overview"), "ctrl+d")
	}
	h.press("the senders", begins("Pixelwacht – Senders"), "ctrl+2")
	h.keys("ctrl+f", "=an", "BackSpace", "=s", "BackSpace", "BackSpace", "Down", "Next", "Next", "End", "Home")
	h.keys("ctrl+f", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab") // past the filters, to the columns' titles
	for range 4 {
		h.keys("space", "Tab")
	}
	h.screenshot("sorted")
	h.keys("ctrl+2")
	h.click(700, 600, wheelDown, 10)
	h.keys("Return", "ctrl+f", "=post", "Down", "Return", "ctrl+F1", "Escape", "ctrl+s", "Escape", "Escape", "Escape")
	h.keys("ctrl+3", "ctrl+f", "=update", "Escape", "Down", "Next", "Next", "End", "Home", "Return", "Escape")
	h.click(700, 600, wheelDown, 10)
	h.keys("ctrl+1", "Next", "Next", "Home", "ctrl+4", "Down", "Down", "ctrl+comma", "Down", "Down", "Down", "ctrl+F1", "Escape")
}

// mailFile writes an mbox file with at least n messages, of as many senders as a mailbox of that size may have.
func mailFile(t testing.TB, n int) string {
	t.Helper()
	var b bytes.Buffer
	for seed := uint64(1); n > 0; seed++ {
		for _, mailbox := range corpustest.Mailboxes(seed) {
			for _, m := range mailbox.Messages {
				b.WriteString("From MAILER-DAEMON Thu Jan  1 00:00:00 2026\n")
				b.Write(bytes.ReplaceAll(m.Raw, []byte("\r\n"), []byte("\n")))
				b.WriteString("\n")
				n--
			}
		}
	}
	path := filepath.Join(t.TempDir(), "mail.mbox")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWindowStaysAwake uses the window while messages are scanned: it answers to the end, and nothing of it runs on a
// goroutine that it should not. Under the race detector the whole window does.
func TestWindowStaysAwake(t *testing.T) {
	w := newTestWindow(t, looks(true)[0])
	h := openWithHeartbeat(w, mailFile(t, 1000))
	h.find()
	h.waitTitle("the first page", exactly("Pixelwacht – Start"))
	h.press("the scan", not("Pixelwacht – Start"), "ctrl+d")
	h.waitTitle("what it finds", begins("Pixelwacht – Overview"))
	h.checkPriority()
	h.use()
	h.press("the senders", begins("Pixelwacht – Senders"), "ctrl+2")
	h.waitTitle("the end of the scan", exactly("Pixelwacht – Senders"))
	h.stop()
	if len(h.since(time.Time{})) == 0 {
		t.Error("no heartbeat at all")
	}
}

// checkPriority checks that the window's thread goes before those that scan.
func (h *heart) checkPriority() {
	h.t.Helper()
	pid := h.program.Process.Pid
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil {
		h.t.Fatal(err)
	}
	window, err := niceValue(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		h.t.Fatal(err)
	}
	behind := 0
	for _, thread := range threads {
		if value, err := niceValue(thread); err == nil && value > window { // it can have ended
			behind++
		}
	}
	if workers := runtime.NumCPU(); behind < workers {
		h.t.Errorf("%d of %d threads let the window go first, and %d scan", behind, len(threads), workers)
	}
}

// niceValue is the nice value in a file stat of /proc, whose second field, a name, can have spaces (proc(5)).
func niceValue(path string) (int, error) {
	stat, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	_, fields, _ := strings.Cut(string(stat), ") ")
	return strconv.Atoi(strings.Fields(fields)[16])
}

// BenchmarkWindowBusy uses the window while 10,000 messages are scanned, over and over, and reports how long its
// goroutine took for a sign of life.
func BenchmarkWindowBusy(b *testing.B) {
	w := newTestWindow(b, looks(true)[0])
	h := openWithHeartbeat(w, mailFile(b, 10_000))
	h.find()
	h.waitTitle("the first page", exactly("Pixelwacht – Start"))
	h.press("the scan", begins("Pixelwacht – Overview"), "ctrl+d")
	h.use() // where a processor draws, Mesa translates what draws a thing when it is drawn the first time
	began := time.Now()
	for b.Loop() {
		h.use()
	}
	h.stop()
	beats := h.since(began)
	used := slices.MaxFunc(beats, func(a, b heartbeat) int { return cmp.Compare(a.used, b.used) }).used
	worst, rare := slowest(beats)
	b.ReportMetric(milliseconds(worst), "ms-worst")
	b.ReportMetric(milliseconds(rare), "ms-99%")
	b.ReportMetric(milliseconds(used), "cpu-ms-worst")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkWindowLarge measures how long people wait for the window with 100,000 messages of 5,000 senders, from the key
// that they press to the last change of what there is to read.
func BenchmarkWindowLarge(b *testing.B) {
	w := newTestWindow(b, looks(true)[0])
	s, err := store.Open(b.Context(), w.data)
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(storetest.Fill(b.Context(), s, storetest.Large), s.Close()); err != nil {
		b.Fatal(err)
	}
	h := openWithHeartbeat(w, "")
	start := h.settled(h.began)
	h.find()
	h.keys("ctrl+2", "ctrl+3", "Return", "Escape", "ctrl+2", "Return", "Escape") // see BenchmarkWindowBusy
	h.settled(time.Now())
	for _, step := range []struct{ name, before, key, after string }{
		{"to-senders", "ctrl+1", "ctrl+2", ""},
		{"search-senders", "ctrl+f", "f", "BackSpace"},
		{"open-sender", "Down", "Return", "Escape"},
		{"to-messages", "ctrl+1", "ctrl+3", ""},
		{"search-messages", "ctrl+f", "z", "BackSpace"},
		{"open-message", "Down", "Return", "Escape"},
	} {
		b.Run(step.name, func(b *testing.B) {
			var sum time.Duration
			for b.Loop() {
				h.shown(step.before)
				sum += h.shown(step.key)
				if step.after != "" {
					h.shown(step.after)
				}
			}
			b.ReportMetric(milliseconds(sum)/float64(b.N), "ms-shown")
			b.ReportMetric(0, "ns/op")
		})
	}
	for _, list := range []struct{ name, key string }{{"scroll-senders", "ctrl+2"}, {"scroll-messages", "ctrl+3"}} {
		b.Run(list.name, func(b *testing.B) {
			h.shown(list.key)
			began := time.Now()
			for b.Loop() {
				h.click(700, 600, wheelDown, 50)
			}
			worst, rare := slowest(h.since(began))
			b.ReportMetric(milliseconds(worst), "ms-worst")
			b.ReportMetric(milliseconds(rare), "ms-99%")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(milliseconds(start), "ms-start")
		b.ReportMetric(h.memory(), "MB-most")
		b.ReportMetric(0, "ns/op")
	})
	h.stop()
}

// shown presses a key, and returns how long it took until what there is to read stayed the same.
func (h *heart) shown(key string) time.Duration {
	h.t.Helper()
	start := time.Now()
	h.keys(key)
	return h.settled(start)
}

// memory is the most memory that the program had, in MB.
func (h *heart) memory() float64 {
	h.t.Helper()
	for line := range strings.Lines(read(h.t, fmt.Sprintf("/proc/%d/status", h.program.Process.Pid))) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kB, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			if err != nil {
				h.t.Fatal(err)
			}
			return float64(kB) / 1000
		}
	}
	h.t.Fatal("no VmHWM in the program's status")
	return 0
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
