package block

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"pixelwacht/detector/message"
)

// canary is a server that nothing should ask for anything.
type canary struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]bool // by the first segment of the path: the vector
	dials int             // connections, with or without a request: a preconnect shows here
	lull  *lull
}

func newCanary(t *testing.T) *canary {
	c := &canary{asked: map[string]bool{}, lull: &lull{}}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		vector, _, _ := strings.Cut(strings.TrimPrefix(path.Clean(r.URL.Path), "/"), "/")
		c.asked[vector] = true
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	c.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		c.lull.end()
		if s == http.StateNew {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.dials++
		}
	}
	c.Start()
	t.Cleanup(c.Close)
	return c
}

// hasAsked reports whether the page at the path has asked for something.
func (c *canary) hasAsked(path string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	vector, _, _ := strings.Cut(path[1:], "/")
	return c.asked[vector]
}

// lull knows how long nothing has been asked for.
type lull struct{ ended atomic.Int64 }

func (l *lull) end() { l.ended.Store(time.Now().UnixNano()) }

func (l *lull) lasts() time.Duration { return time.Duration(time.Now().UnixNano() - l.ended.Load()) }

// asMessage wraps markup into a message, in the transfer encoding number n.
func asMessage(markup string, n int) []byte {
	header := "From: a@sender.test\r\nTo: b@reader.test\r\nContent-Type: text/html; charset=utf-8\r\n"
	switch n % 3 {
	case 1:
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		w.Binary = true
		_, _ = w.Write([]byte(markup))
		_ = w.Close()
		return []byte(header + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b.String())
	case 2:
		encoded := base64.StdEncoding.EncodeToString([]byte(markup))
		var lines []string
		for line := range slices.Chunk([]byte(encoded), 76) {
			lines = append(lines, string(line))
		}
		return []byte(header + "Content-Transfer-Encoding: base64\r\n\r\n" + strings.Join(lines, "\r\n") + "\r\n")
	}
	return []byte(header + "Content-Transfer-Encoding: 8bit\r\n\r\n" + markup)
}

// Chromium opens each vector as it stands, which shows that the test sees what is loaded, and blocked, which must load
// nothing, with scripts and without. Of a message it opens the parts that the standard library finds, in the charset that is
// on the label, and those that our own reading finds.
func TestChromiumLoadsNothing(t *testing.T) {
	raw, blocked := newCanary(t), newCanary(t)
	var opened []vector
	asTheyStand, copies := map[string]webPage{}, map[string]webPage{} // by path
	for i, v := range vectors(t) {
		if v.staticOnly {
			continue
		}
		opened = append(opened, v)
		for n, p := range v.pages(t, v.message(t, raw.URL, i)) {
			asTheyStand[fmt.Sprintf("/%s/%d", v.name, n)] = p
		}
		for n, p := range v.pages(t, Blocker{}.Message(v.message(t, blocked.URL, i)).Bytes) {
			copies[fmt.Sprintf("/%s/%d", v.name, n)] = p
		}
	}
	ctx := startChromium(t)
	for _, scriptsOff := range []bool{true, false} {
		maps.DeleteFunc(asTheyStand, func(path string, _ webPage) bool { return raw.hasAsked(path) })
		patience := time.Second
		if !scriptsOff {
			patience = 10 * time.Second // each of them asks, sooner or later
		}
		visitor{pages: asTheyStand, isKnown: raw.hasAsked, lulls: []*lull{raw.lull}, patience: patience}.visit(t, ctx, scriptsOff)
		visitor{pages: copies, isKnown: never, lulls: []*lull{blocked.lull}, patience: time.Second}.visit(t, ctx, scriptsOff)
	}
	raw.Close() // requests that are under way end first
	blocked.Close()
	for _, v := range opened {
		if !raw.asked[v.name] {
			t.Errorf("%s: Chromium loads nothing for the vector as it stands: the test is blind for it", v.name)
		}
		if blocked.asked[v.name] {
			t.Errorf("%s: Chromium loads something for the blocked vector\n%.1000s", v.name, copies["/"+v.name+"/0"].body)
		}
	}
	if blocked.dials > 0 {
		t.Errorf("%d connections were opened for blocked vectors", blocked.dials)
	}
	t.Logf("%d vectors opened in %d pages: %d load something as they stand, %d when blocked", len(opened), len(copies), len(raw.asked), len(blocked.asked))
}

// pages are what a browser is given of a message that was made of the vector.
func (v vector) pages(t *testing.T, raw []byte) []webPage {
	t.Helper()
	if v.isMessage {
		pages := independentPages(raw)
		for _, body := range markupBodies(raw) {
			pages = append(pages, webPage{"text/html; charset=utf-8", string(body)})
		}
		return pages
	}
	return []webPage{{"text/html; charset=utf-8", string(message.Parse(raw).Parts[0].Decode())}}
}

// The frames of a batch stand in a grid that can be seen as a whole.
const (
	columns, rows           = 20, 10
	frameWidth, frameHeight = 120, 60
	columnWidth, rowHeight  = 124, 64
)

// visitor serves pages in batches, each of which is a page with frames, and opens them.
type visitor struct {
	pages    map[string]webPage     // by path
	isKnown  func(path string) bool // whether there is nothing to learn from a page any more
	lulls    []*lull                // of all servers
	patience time.Duration          // how long a lull is that means that nothing comes any more

	batches [][]string
	own     *lull
	served  *atomic.Int64 // pages of the batch that is open
}

func never(string) bool { return false }

// visit opens every page in the browser, many at a time in the frames of one page. It stays until nothing is loaded any
// more, or for every page until there is nothing else to learn from it.
func (v visitor) visit(t *testing.T, ctx context.Context, scriptsOff bool) {
	t.Helper()
	v.batches = slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(v.pages)), columns*rows))
	v.own, v.served = &lull{}, &atomic.Int64{}
	v.lulls = append(v.lulls, v.own)
	server := httptest.NewUnstartedServer(v)
	server.Config.ConnState = func(net.Conn, http.ConnState) { v.own.end() }
	server.Start()
	defer server.Close()
	for batch := range v.batches {
		v.served.Store(0)
		if err := v.open(ctx, server.URL, batch, scriptsOff); err != nil {
			t.Errorf("open batch %d: %v", batch, err)
		}
	}
}

func (v visitor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var batch int
	if n, _ := fmt.Sscanf(r.URL.Path, "/batch/%d", &batch); n == 1 {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><style>body { margin: 0; display: grid; grid: auto-flow %dpx / repeat(%d, %dpx) } iframe { border: 0 }</style>`,
			rowHeight, columns, columnWidth)
		for _, p := range v.batches[batch] {
			fmt.Fprintf(w, `<iframe src="%s" width="%d" height="%d"></iframe>`, p, frameWidth, frameHeight)
		}
		return
	}
	p, ok := v.pages[r.URL.Path]
	if ok {
		v.served.Add(1)
	}
	w.Header().Set("Content-Type", p.contentType)
	_, _ = w.Write([]byte(p.body))
}

// startChromium starts the browser for the rest of the test, and returns the context of its page.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) }) // the browser may still write to it
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("this test needs Chromium (make test installs it): %v", err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"))
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", browser, err)
	}
	return ctx
}

// open shows a batch until it has settled, moves the mouse over it, and waits once more.
func (v visitor) open(ctx context.Context, origin string, batch int, scriptsOff bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	ctx, closeTab := chromedp.NewContext(ctx) // the mouse moves over nothing in a tab that was somewhere before
	defer closeTab()
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.EmulateViewport(columns*columnWidth, rows*rowHeight),
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: scriptsOff})
			if err != nil {
				return err
			}
			_, err = cdp.Call(ctx, tab, page.Navigate, page.NavigateParams{URL: fmt.Sprintf("%s/batch/%d", origin, batch)})
			return err
		}),
		v.settled(batch),
	}
	if err := chromedp.Do(ctx, steps...); err != nil || v.knowsAll(batch) {
		return err
	}
	steps = nil
	for i := range v.batches[batch] {
		steps = append(steps, chromedp.MouseEvent("mouseMoved", float64(i%columns*columnWidth+20), float64(i/columns*rowHeight+30)))
	}
	return chromedp.Do(ctx, append(steps, v.settled(batch))...)
}

// knowsAll reports whether there is nothing to learn from the pages of a batch any more.
func (v visitor) knowsAll(batch int) bool {
	return !slices.ContainsFunc(v.batches[batch], func(path string) bool { return !v.isKnown(path) })
}

// settled waits until the pages of a batch were served, and after that nobody was asked for anything for a while.
func (v visitor) settled(batch int) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		v.own.end()
		isBusy := func(l *lull) bool { return l.lasts() < v.patience }
		for !v.knowsAll(batch) && (v.served.Load() < int64(len(v.batches[batch])) || slices.ContainsFunc(v.lulls, isBusy)) {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
		}
		return nil
	})
}
