package view

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/detector/message"
)

// pagePreview is the page of a message with this HTML, read.
func pagePreview(t *testing.T, html string, findings ...detector.Finding) *MessagePage {
	t.Helper()
	raw := "From: shop@mail.example\r\nDisposition-Notification-To: x@mail.example\r\nContent-Type: text/html\r\n\r\n" + html
	o, p := page(t, "en", msg(1, "shop", "Sale", findings...), map[string][]byte{"Sale": []byte(raw)})
	o.until("content", func() bool { return p.content != nil })
	return p
}

func TestPicturesOfThePreview(t *testing.T) {
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewRGBA(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	carried := "data:image/png;base64," + base64.StdEncoding.EncodeToString(drawn.Bytes())
	pixel := detector.Finding{Kind: detector.OpenPixel, Confidence: detector.Certain, URL: "https://a.test/o?u=1", Host: "a.test", Provider: "Alpha"}
	unique := detector.Finding{Kind: detector.UniqueImage, Confidence: detector.Likely, URL: "https://b.test/u.png?u=1", Host: "b.test"}
	doubtful := detector.Finding{Kind: detector.OpenPixel, Confidence: detector.Possible, URL: "https://c.test/d", Host: "c.test"}
	for _, c := range []struct {
		name, html, want string
		state            State
	}{
		{"invisible picture", `<img src="https://a.test/o?u=1" alt=x>`, "Invisible picture by Alpha, not loaded|x", Tracked},
		{"personal picture", `<img src="https://b.test/u.png?u=1">`, "Picture made for you alone by b.test, not loaded|", Tracked},
		{"doubtful picture", `<img src="https://c.test/d">`, "Picture from c.test, not loaded|", Clean},
		{"ordinary pictures of one host", `<img src="https://c.test/1" alt=one><img src="https://c.test/2" alt=two>`, "2 pictures from c.test, not loaded|one · two", Clean},
		{"picture that is missing", `<img src="cid:none">`, "Picture that is not in the message|", Clean},
		{"picture that cannot be read", `<img src="data:image/png;base64,YWJj">`, "Picture in the message that cannot be shown here|", Clean},
		{"picture that the message carries", `<img src="` + carried + `">`, "|", Clean},
	} {
		t.Run(c.name, func(t *testing.T) {
			blocks, _ := pagePreview(t, c.html, pixel, unique, doubtful).Preview()
			if len(blocks) != 1 || len(blocks[0].Pictures) != 1 {
				t.Fatalf("%+v", blocks)
			}
			got := blocks[0].Pictures[0]
			if got.Label+"|"+got.Alt != c.want || got.State != c.state || (got.Image != nil) != strings.Contains(c.html, carried) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	texts := translations.New("en")
	for _, c := range []struct{ name, url, text, note, clean string }{
		{"its text says it", "https://www.shop.example/x", "Shop.example", "", ""},
		{"its text does not", "https://www.shop.example/x", "here", "(www.shop.example)", ""},
		{"detour", "https://7tq2x9kd.r.eu-west-1.awstrack.me/L0/https%3A%2F%2Fwww.shop.example%2Fsale/1/0102019f693d4f25-f693d4f2-5410-0ba3-c6e9-9546e830ea86-000000/htihrw6ntVTdmSOeRsgHDyqJX69=412",
			"shop.example", "(www.shop.example, by way of 7tq2x9kd.r.eu-west-1.awstrack.me)", "https://www.shop.example/sale"},
		{"no web page", "mailto:x@mail.example", "write", "", ""},
	} {
		l := newLink(c.url)
		if got := l.Note(texts, c.text); got != c.note || l.Clean != c.clean {
			t.Errorf("%s: %q, clean %q", c.name, got, l.Clean)
		}
	}
}

func TestCode(t *testing.T) {
	pixel := detector.Finding{Kind: detector.OpenPixel, Confidence: detector.Certain, URL: "https://a.test/o?u=1&v=2", Host: "a.test", Part: "1"}
	receipt := detector.Finding{Kind: detector.ReadReceipt, Confidence: detector.Certain, URL: "x@mail.example", Where: "Disposition-Notification-To"}
	p := pagePreview(t, "<p>\tone\x00</p>\r\n<img src=\"https://a.test/o?u=1&amp;v=2\">", pixel, receipt)
	for _, columns := range []int{20, 33, 1000} {
		lines := p.Code(columns)
		var all, marked strings.Builder
		for _, l := range lines {
			width := 0
			for _, piece := range l.Pieces {
				width += len([]rune(piece.Text))
				all.WriteString(piece.Text)
				if piece.Finding == 0 {
					marked.WriteString(piece.Text)
				}
			}
			if width > columns && !l.Title {
				t.Errorf("%d columns: a line of %d characters", columns, width)
			}
		}
		if got := marked.String(); got != "https://a.test/o?u=1&amp;v=2" {
			t.Errorf("%d columns: marked is %q", columns, got)
		}
		if got := all.String(); !strings.Contains(got, "HTML of part 1<p> one·</p><img src=") || !strings.HasPrefix(got, "Header of the messageFrom: ") {
			t.Errorf("%d columns: %q", columns, got)
		}
		if i := FindingLine(lines, 1); i < 0 || !strings.HasPrefix(lines[i].Pieces[0].Text, "Disposition") {
			t.Errorf("%d columns: the receipt is in line %d", columns, i)
		}
	}
}

func BenchmarkCode(b *testing.B) {
	raw := "Content-Type: text/html\r\n\r\n" + strings.Repeat("<p>"+strings.Repeat("long text ", 20)+"<img src=\"https://a.test/o?u=1\">", 10_000)
	findings := []detector.Finding{{Kind: detector.OpenPixel, Confidence: detector.Certain, URL: "https://a.test/o?u=1", Part: "1"}}
	m := message.Parse([]byte(raw))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		for _, part := range readCode(m, findings) {
			wrap(part.pieces, 80)
		}
	}
}
