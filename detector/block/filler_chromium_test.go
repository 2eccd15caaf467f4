package block

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"pixelwacht/detector/message"
)

// The contexts that a filler is written in, each of which it must be inert in. {{u}} is a URL on a server, {{s}} one that
// is too short for the filler of URLs.
var fillerContexts = []struct{ name, markup string }{
	{"attribute", `<img src="{{u}}">`},
	{"attribute without quotes", `<img src={{u}} alt=x>`},
	{"short attribute", `<img src="{{s}}">`},
	{"short attribute without quotes", `<img src={{s}} alt=x>`},
	{"input", `<input type=image src="{{u}}">`},
	{"background", `<table background="{{u}}"><tr><td background={{u}}>x</table>`},
	{"candidates", `<img srcset="{{u}} 1x, {{u}} 2x, {{s}} 3x">`},
	{"media", `<video src="{{u}}" poster="{{u}}"></video><audio src={{u}}></audio><video><source src={{u}}><track default src={{u}}></video>`},
	{"iframe", `<iframe src="{{u}}"></iframe>`},
	{"iframe without quotes", `<iframe src={{u}} width=9></iframe>`},
	{"short iframe", `<iframe src="{{s}}"></iframe>`},
	{"iframe's document", `<iframe srcdoc="<img src='{{u}}'>"></iframe>`},
	{"iframe of a script", `<iframe src="javascript:location='{{u}}'"></iframe>`},
	{"object", `<object data="{{u}}">x</object>`},
	{"short object", `<object data={{s}} width=9>x</object>`},
	{"embed", `<embed src="{{u}}">`},
	{"link", `<link rel=stylesheet href="{{u}}"><link rel=icon href={{u}}><link rel=preload as=image href={{u}}><link rel=prefetch href={{u}}>`},
	{"short link", `<link rel=stylesheet href="{{s}}">`},
	{"base", `<base href="{{u}}/"><img src="x"><a href=y>x</a>`},
	{"script", `<script src="{{u}}"></script><script>location = "{{u}}"</script>`},
	{"event", `<img src="x" onerror="location='{{u}}'"><body onload="new Image().src='{{u}}'">`},
	{"style", `<p style="background:url({{u}})">x</p><p style="background:url('{{u}}')">x</p>`},
	{"short style", `<p style="background:url({{s}})">x</p>`},
	{"style sheet", `<style>@import "{{u}}"; @import url({{u}}); p { background: image-set("{{u}}" 1x) }</style><p>x</p>`},
	{"short import", `<style>@import "{{s}}"; @import url({{s}});</style><p>x</p>`},
	{"font", `<style>@font-face { font-family: f; src: url({{u}}) } p { font-family: f }</style><p>x</p>`},
	{"refresh", `<meta http-equiv=refresh content="0;url={{u}}">`},
	{"refresh in quotes", `<meta http-equiv=refresh content="0; url='{{u}}'">`},
	{"refresh without a name", `<meta http-equiv=refresh content="0;{{u}}">`},
	{"short refresh", `<meta http-equiv=refresh content="0;url={{s}}">`},
	{"form", `<form action="{{u}}"><input name=a></form>`},
	{"short form", `<form action="{{s}}"><input name=a></form>`},
	{"form that posts", `<form method=post action={{u}}><input name=a></form>`},
	{"button", `<form><button formaction="{{u}}">x</button></form>`},
	{"SVG", `<svg><image href="{{u}}"/><use xlink:href="{{u}}#a"/><rect fill="url({{u}}#b)" width=9 height=9 /></svg>`},
	{"SVG's animation", `<svg><image><set attributeName=href to="{{u}}"/></image></svg>`},
	{"unfinished", `x<img src="{{u}}`},
}

// What must not be written: each makes a request, asks for a program, replaces the message, or loads it again. They show
// that the test would see it. {{a}} is the authority of a server, {{p}} the path of the page.
var badFillers = []struct{ name, markup string }{
	{"only the slashes", `<img src="xxserver.test/x">`},
	{"another scheme in an iframe", `<iframe src="hxxps://{{a}}{{p}}"></iframe>`},
	{"another scheme in an object", `<object data="hxxps://{{a}}{{p}}"></object>`},
	{"another scheme in a refresh", `<meta http-equiv=refresh content="0;url=hxxps://{{a}}{{p}}">`},
	{"another scheme in a form", `<form action="hxxps://{{a}}{{p}}"></form>`},
	{"data in a refresh", `<meta http-equiv=refresh content="0;url=data:,{{p}}">`},
	{"data in an iframe", `<iframe src="data:,{{p}}"></iframe>`},
	{"blanks in an attribute", `<img src=       alt=/x>`},
	{"blanks in a refresh", `<meta http-equiv=refresh content="0;url=          ">`},
}

// Chromium opens each filler in its context, submits the forms, and asks nobody for anything, no program for what it
// cannot show, and shows the message and nothing else.
func TestChromiumFindsFillersInert(t *testing.T) {
	remote := newCanary(t)
	o := observation{pages: map[string]string{}, opened: map[string]int{}, seen: map[string][]string{}}
	server := httptest.NewServer(&o)
	defer server.Close()
	add := func(kind, name, markup string, n int) string {
		p := "/" + kind + "/" + strings.ReplaceAll(name, " ", "-")
		text := strings.NewReplacer("{{u}}", remote.URL+p, "{{s}}", "//t", "{{a}}", strings.TrimPrefix(remote.URL, "http://"), "{{p}}", p).Replace(markup)
		if kind == "filler" {
			text = string(message.Parse(Blocker{}.Message(asMessage(text, n)).Bytes).Parts[0].Decode())
		}
		o.pages[p] = text
		return p
	}
	var fillers, bad []string
	for n, c := range fillerContexts {
		fillers = append(fillers, add("filler", c.name, c.markup, n))
	}
	for n, c := range badFillers {
		bad = append(bad, add("bad", c.name, c.markup, n))
	}

	ctx := startChromium(t)
	err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*page.EventFrameRequestedNavigation); ok {
			o.navigation(string(e.Reason), e.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	const submit = `for (const f of document.querySelectorAll("iframe"))
		for (const form of f.contentDocument?.forms ?? []) form.requestSubmit(form.querySelector("button"))`
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](submit)); err != nil {
		t.Error(err)
	}
	for giveUp := time.Now().Add(time.Minute); !o.hasSeen(bad) && time.Now().Before(giveUp); {
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(time.Second)

	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range bad {
		if len(o.seen[p]) == 0 {
			t.Errorf("%s: nothing happens: the test is blind for it", p)
		}
	}
	for _, p := range append(fillers, "") {
		if len(o.seen[p]) > 0 {
			t.Errorf("%s: %q\n%s", p, o.seen[p], o.pages[p])
		}
	}
	remote.Close()
	if remote.dials > 0 {
		t.Errorf("%d connections were opened, requests by %v", remote.dials, remote.asked)
	}
}

// observation is a server with pages, and what became of them. The page "/" has all of them in frames.
type observation struct {
	pages map[string]string // by path

	mu     sync.Mutex
	opened map[string]int
	seen   map[string][]string // by page, "" where it is not known: what should not happen
}

func (o *observation) note(page, what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen[page] = append(o.seen[page], what)
}

// hasSeen reports whether something happened on all pages.
func (o *observation) hasSeen(pages []string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !slices.ContainsFunc(pages, func(p string) bool { return len(o.seen[p]) == 0 })
}

// navigation notes what a frame goes to but the pages themselves, and where forms go that somebody has submitted.
func (o *observation) navigation(reason, to string) {
	switch {
	case reason == "initialFrameNavigation" && (strings.HasPrefix(to, "http:") || strings.HasPrefix(to, "about:")):
	case strings.HasPrefix(reason, "formSubmission") && (strings.HasPrefix(to, "data:,xxx") || strings.HasPrefix(to, "http:")):
	default:
		i := max(0, strings.Index(to, "/bad/"))
		o.note(strings.TrimRight(to[i:], "?"), reason+" "+to)
	}
}

func (o *observation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := o.pages[r.URL.Path]
	switch {
	case r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for p := range o.pages {
			fmt.Fprintf(w, "<iframe src=%q></iframe>", p)
		}
		return
	case r.URL.Path == "/favicon.ico":
		return
	case !ok:
		from, _ := url.Parse(r.Referer())
		o.note(from.Path, "request for "+r.URL.Path)
		return
	}
	o.mu.Lock()
	o.opened[r.URL.Path]++
	n := o.opened[r.URL.Path]
	o.mu.Unlock()
	if n > 1 && r.URL.RawQuery == "" { // what a form asks for has one
		o.note(r.URL.Path, "loaded again")
	}
	if n < 5 { // and not for ever
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}
}
