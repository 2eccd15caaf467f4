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
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
}

func newCanary(t *testing.T) *canary {
	c := &canary{asked: map[string]bool{}}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		vector, _, _ := strings.Cut(strings.TrimPrefix(path.Clean(r.URL.Path), "/"), "/")
		c.asked[vector] = true
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	c.Config.ConnState = func(_ net.Conn, s http.ConnState) {
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

// instantiate fills the placeholders of a vector with the address of the canary.
func (c *canary) instantiate(vector, name string) string {
	authority := strings.TrimPrefix(c.URL, "http://")
	return strings.NewReplacer(
		"{{u}}", c.URL+"/"+name, "{{rest}}", "//"+authority+"/"+name, "{{authority}}", authority, "{{name}}", name,
	).Replace(vector)
}

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

// Every file in testdata/vectors is one way to make a program load something. Chromium opens each as it stands, which
// shows that the test sees what is loaded, and each blocked, which must load nothing.
func TestChromiumLoadsNothing(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "vectors", "*.html"))
	if err != nil || len(files) < 150 {
		t.Fatalf("%d vectors, %v", len(files), err)
	}
	raw, blocked := newCanary(t), newCanary(t)
	pages := map[string]string{} // by path
	for i, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		pages["/raw/"+name] = raw.instantiate(string(b), name)
		c := Blocker{}.Message(asMessage(blocked.instantiate(string(b), name), i))
		pages["/blocked/"+name] = string(message.Parse(c.Bytes).Parts[0].Decode())
	}
	visit(t, pages)

	silent, err := os.ReadFile(filepath.Join("testdata", "vectors", "not-in-chromium.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		if !raw.asked[name] && !slices.Contains(strings.Fields(string(silent)), name) {
			t.Errorf("%s: Chromium loads nothing for the vector as it stands: the test is blind for it", name)
		}
		if blocked.asked[name] {
			t.Errorf("%s: Chromium loads something for the blocked vector\n%.1000s", name, pages["/blocked/"+name])
		}
	}
	if blocked.dials > 0 {
		t.Errorf("%d connections were opened for blocked vectors", blocked.dials)
	}
	t.Logf("%d vectors, %d load something as they stand, %d when blocked", len(files), len(raw.asked), len(blocked.asked))
}

// visit opens every page in Chromium, with scripts and without, many at a time in the frames of one page.
func visit(t *testing.T, pages map[string]string) {
	t.Helper()
	paths := slices.Sorted(maps.Keys(pages))
	const frames = 48
	batches := slices.Collect(slices.Chunk(paths, frames))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		var batch int
		if n, _ := fmt.Sscanf(r.URL.Path, "/batch/%d", &batch); n == 1 {
			for _, p := range batches[batch] {
				fmt.Fprintf(w, `<iframe src="%s" width="120" height="60"></iframe>`, p)
			}
			return
		}
		_, _ = w.Write([]byte(pages[r.URL.Path]))
	}))
	defer server.Close()

	ctx := startChromium(t)
	for batch := range batches {
		for _, scriptsOff := range []bool{true, false} {
			if err := open(ctx, fmt.Sprintf("%s/batch/%d", server.URL, batch), scriptsOff); err != nil {
				t.Errorf("open batch %d: %v", batch, err)
			}
		}
	}
}

// startChromium starts the browser for the rest of the test, and returns the context of its page.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("this test needs Chromium (make test installs it): %v", err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
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

// open shows a page until everything that it loads had the time to be asked for, moving the mouse over it.
func open(ctx context.Context, url string, scriptsOff bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: scriptsOff})
			if err != nil {
				return err
			}
			_, err = cdp.Call(ctx, tab, page.Navigate, page.NavigateParams{URL: url})
			return err
		}),
		chromedp.Sleep(2 * time.Second),
	}
	for y := 30.0; y < 600; y += 64 {
		for x := 20.0; x < 780; x += 124 {
			steps = append(steps, chromedp.MouseEvent("mouseMoved", x, y))
		}
	}
	return chromedp.Do(ctx, append(steps, chromedp.Sleep(time.Second))...)
}
