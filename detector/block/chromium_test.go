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
// nothing. Of a message it opens the parts that the standard library finds, in the charset that is on the label, and
// those that our own reading finds.
func TestChromiumLoadsNothing(t *testing.T) {
	raw, blocked := newCanary(t), newCanary(t)
	pages := map[string]webPage{} // by path
	all := vectors(t)
	for i, v := range all {
		if v.staticOnly {
			continue
		}
		for n, p := range v.pages(t, v.message(t, raw.URL, i)) {
			pages[fmt.Sprintf("/raw/%s/%d", v.name, n)] = p
		}
		for n, p := range v.pages(t, Blocker{}.Message(v.message(t, blocked.URL, i)).Bytes) {
			pages[fmt.Sprintf("/blocked/%s/%d", v.name, n)] = p
		}
	}
	visit(t, pages, raw.lull, blocked.lull)
	raw.Close() // requests that are under way end first
	blocked.Close()
	opened := 0
	for _, v := range all {
		if v.staticOnly {
			continue
		}
		opened++
		if !raw.asked[v.name] {
			t.Errorf("%s: Chromium loads nothing for the vector as it stands: the test is blind for it", v.name)
		}
		if blocked.asked[v.name] {
			t.Errorf("%s: Chromium loads something for the blocked vector\n%.1000s", v.name, pages["/blocked/"+v.name+"/0"].body)
		}
	}
	if blocked.dials > 0 {
		t.Errorf("%d connections were opened for blocked vectors", blocked.dials)
	}
	t.Logf("%d of %d vectors opened in %d pages: %d load something as they stand, %d when blocked", opened, len(all), len(pages), len(raw.asked), len(blocked.asked))
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

// visit opens every page in Chromium, with scripts and without, many at a time in the frames of one page.
func visit(t *testing.T, pages map[string]webPage, lulls ...*lull) {
	t.Helper()
	const frames = 96
	v := visitor{pages: pages, batches: slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(pages)), frames))}
	v.lulls = append(lulls, &v.own)
	server := httptest.NewUnstartedServer(&v)
	server.Config.ConnState = func(net.Conn, http.ConnState) { v.own.end() }
	server.Start()
	defer server.Close()
	ctx := startChromium(t)
	for batch := range v.batches {
		for _, scriptsOff := range []bool{true, false} {
			v.served.Store(0)
			if err := v.open(ctx, server.URL, batch, scriptsOff); err != nil {
				t.Errorf("open batch %d: %v", batch, err)
			}
		}
	}
}

// visitor serves pages in batches, each of which is a page with frames, and opens them.
type visitor struct {
	pages   map[string]webPage
	batches [][]string
	lulls   []*lull // of all servers
	own     lull
	served  atomic.Int64 // pages of the batch that is open
}

func (v *visitor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var batch int
	if n, _ := fmt.Sscanf(r.URL.Path, "/batch/%d", &batch); n == 1 {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for _, p := range v.batches[batch] {
			fmt.Fprintf(w, `<iframe src="%s" width="120" height="60"></iframe>`, p)
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
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
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
func (v *visitor) open(ctx context.Context, origin string, batch int, scriptsOff bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	const width, height = 1550, 620 // all frames can be seen
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.EmulateViewport(width, height),
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: scriptsOff})
			if err != nil {
				return err
			}
			_, err = cdp.Call(ctx, tab, page.Navigate, page.NavigateParams{URL: fmt.Sprintf("%s/batch/%d", origin, batch)})
			return err
		}),
		v.settled(len(v.batches[batch])),
	}
	for y := 30.0; y < height; y += 64 {
		for x := 20.0; x < width; x += 124 {
			steps = append(steps, chromedp.MouseEvent("mouseMoved", x, y))
		}
	}
	return chromedp.Do(ctx, append(steps, v.settled(0))...)
}

// settled waits until so many pages were served, and for a second after that nobody was asked for anything.
func (v *visitor) settled(pages int) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		v.own.end()
		isBusy := func(l *lull) bool { return l.lasts() < time.Second }
		for v.served.Load() < int64(pages) || slices.ContainsFunc(v.lulls, isBusy) {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
		}
		return nil
	})
}
