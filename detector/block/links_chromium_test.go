package block

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pixelwacht/detector/message"
)

// The ways a link is written in mail. {{u}} is a link through a redirector on the test's server to a page there.
var linkShapes = []string{
	`<a href="{{u}}">x</a>`,
	`<a href='{{u}}'>x</a>`,
	`<a href={{u}}>x</a>`,
	`<a class=x href={{u}} id=y>x</a>`,
	`<a href="{{u}}"class=x>x</a>`,
	`<a href="{{u}}" style="color:red" title="1 > 2">x</a>`,
	`<A TARGET=_self HREF="{{u}}" >x</A>`,
	`<a href = "{{u}}" data-x='"'>x</a>`,
	`<a href="  {{u}}  ">x</a>`,
	`<a href="{{u}}"/>x</a>`,
	`<table><tr><td><a href="{{u}}"><img alt="x" width=10 height=10></a></table>`,
	`<map name=m><area shape=default href="{{u}}"></map><img usemap=#m width=50 height=50>`,
	`<p>` + "\r\n\t" + `<a` + "\r\n\t" + `href="{{u}}" class=x>x</a>`,
	`<div title='<a href="x">'><a href="{{u}}">{{u}}</a></div>`,
	`<a href="{{u}}&amp;utm_source=a&amp;mc_eid=b">x</a>`,
}

// A click on a cleaned link asks the destination's server for exactly the destination, and nobody else for anything.
// The links as they stand ask the redirector, which shows that the test sees what is asked.
func TestChromiumFollowsCleanLinks(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.RequestURI)
	}))
	defer server.Close()
	pages, want := map[string]string{}, map[string]string{} // by path; by name of the page
	for i, shape := range linkShapes {
		for n, encoding := range []string{"plain", "quoted-printable", "base64"} {
			name := fmt.Sprintf("%d-%s", i, encoding)
			destination := server.URL + "/" + name + "/a%20b?c=d&copy=1#e"
			escaped := strings.NewReplacer("/", "%2F", "%", "%25", "?", "%3F", "&", "%26", "#", "%23").Replace(destination)
			through := "/CL0/" + escaped + "/1/0100-" + name + "?x=y"
			raw := asMessage(strings.ReplaceAll(shape, "{{u}}", server.URL+through), n)
			c := Blocker{Links: testCleaner}.Message(raw)
			pages["/raw/"+name] = string(message.Parse(raw).Parts[0].Decode())
			pages["/clean/"+name] = string(message.Parse(c.Bytes).Parts[0].Decode())
			want[name] = "/" + name + "/a%20b?c=d&copy=1"
			if c.Links != 1 {
				t.Errorf("%s: %d links are clean: %s", name, c.Links, pages["/clean/"+name])
			}
		}
	}
	followed := func(kind string) []string {
		mu.Lock()
		asked = nil
		mu.Unlock()
		requests := func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.DeleteFunc(slices.Clone(asked), func(path string) bool { return path == "/favicon.ico" })
		}
		click(t, pages, kind, func() bool { return len(requests()) >= len(want) })
		return requests()
	}
	detours := followed("/raw/")
	if len(detours) != len(want) || slices.ContainsFunc(detours, func(path string) bool { return !strings.HasPrefix(path, "/CL0/") }) {
		t.Errorf("of %d links as they stand %d went to the redirector: the test is blind: %q", len(want), len(detours), detours)
	}
	direct := followed("/clean/")
	for name, path := range want {
		if !slices.Contains(direct, path) {
			t.Errorf("%s: nobody asked for %s\n%s", name, path, pages["/clean/"+name])
		}
	}
	if len(direct) != len(want) {
		t.Errorf("%d links, %d requests: %q", len(want), len(direct), direct)
	}
	t.Logf("%d links: %d went to the redirector as they stand, %d to exactly their destination when clean", len(want), len(detours), len(direct))
}

// click opens the pages whose path begins with kind in frames of one page, clicks the link in each, and waits until all
// links have been asked for, or a busy machine would have had the time to; a request too many gets a second more.
func click(t *testing.T, pages map[string]string, kind string, done func() bool) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path != "/" {
			_, _ = w.Write([]byte(pages[r.URL.Path]))
			return
		}
		for path := range pages {
			if strings.HasPrefix(path, kind) {
				fmt.Fprintf(w, `<iframe src="%s" width="90" height="60"></iframe>`, path)
			}
		}
		fmt.Fprint(w, `<script>onload = () => { for (const f of document.querySelectorAll("iframe"))
			f.contentDocument.querySelector("a, area").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true})) }</script>`)
	}))
	defer server.Close()
	ctx := startChromium(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Error(err)
	}
	for giveUp := time.Now().Add(time.Minute); !done() && time.Now().Before(giveUp); {
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(time.Second)
}
