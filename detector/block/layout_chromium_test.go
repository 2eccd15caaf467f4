package block

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"pixelwacht/detector/message"
)

// whatIsWhere are the boxes of everything that has one, with their text.
const whatIsWhere = `(() => {
	const all = [], range = document.createRange(), walker = document.createTreeWalker(document.body);
	for (let n = walker.currentNode; n; n = walker.nextNode()) {
		range.selectNodeContents(n);
		const text = n.nodeType === Node.TEXT_NODE;
		for (const r of (text ? range : n).getClientRects?.() ?? [])
			all.push([text ? n.data.trim() : n.nodeName, r.x, r.y, r.width, r.height].join(" "));
	}
	return all.join("\n");
})()`

// A blocked newsletter looks like the same newsletter whose pictures are refused: Chromium, for which no host has an
// address, puts everything at the same place, draws the same, and shows the text of pictures in their place.
func TestChromiumLaysOutAlike(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "newsletters", "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d newsletters: %v", len(files), err)
	}
	pages := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, pages[r.URL.Path])
	}))
	defer server.Close()
	ctx := startChromium(t)
	show := func(path, page string) (boxes, screenshot string) {
		pages[path] = page
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(700, 900), chromedp.Navigate(server.URL+path)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		boxes, err := chromedp.Run(ctx, chromedp.Evaluate[string](whatIsWhere))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return boxes, string(png)
	}
	for n, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := Blocker{}.Message(asMessage(string(text), n))
			blocked := string(message.Parse(c.Bytes).Parts[0].Decode())
			if c.Blocked == 0 || c.Closed > 0 || strings.Contains(blocked, "img.") {
				t.Errorf("%d places blocked, %d closed: %s", c.Blocked, c.Closed, blocked)
			}
			wantBoxes, wantScreenshot := show("/raw/"+filepath.Base(file), string(text))
			gotBoxes, gotScreenshot := show("/blocked/"+filepath.Base(file), blocked)
			if gotBoxes != wantBoxes {
				t.Errorf("boxes moved: %s", firstDifference(wantBoxes, gotBoxes))
			}
			if gotScreenshot != wantScreenshot {
				t.Errorf("it looks different")
			}
			if filepath.Base(file) != "alts.html" {
				return
			}
			if _, mute := show("/mute", strings.ReplaceAll(blocked, " alt=", " data-alt=")); mute == gotScreenshot {
				t.Errorf("the text of blocked pictures is not shown")
			}
		})
	}
}
