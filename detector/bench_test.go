package detector

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	gomessage "github.com/emersion/go-message"
	"golang.org/x/net/html"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/corpustest"
	"pixelwacht/detector/message"
)

// newsletter is a generated message of the size and shape of an ordinary newsletter, about 60 KB.
func newsletter() []byte {
	var b strings.Builder
	b.WriteString("From: Shop <news@shop.test>\r\nTo: reader@post.test\r\nSubject: News\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNews in plain text.\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><head><style>td{font-family:Arial}.a{color:#333}</style></head><body><table>\r\n")
	for i := range 120 {
		fmt.Fprintf(&b, "<tr><td style=3D\"padding:0 10px;font-size:14px\" class=3D\"a\"><a href=3D\"https:/=\r\n/click.shop.test/ls/click?upn=3Du%06d\"><img src=3D\"https://cdn.shop.test/=\r\nimg/product-%d.png\" width=3D\"180\" height=3D\"120\" alt=3D\"Product %d\"></a>=\r\n<p>Some words about product %d, as there are in a newsletter, for one line =\r\nor two of text.</p></td></tr>\r\n", i*7919, i, i, i)
	}
	b.WriteString("</table><img src=3D\"https://click.shop.test/wf/open?upn=3Du001.s4A7ZqC2Ftxqw36qkcPzhAm2BF5M=\r\nGADQ\" width=3D\"1\" height=3D\"1\"></body></html>\r\n--b--\r\n")
	return []byte(b.String())
}

// mix is mail of every family of the corpus, and as many bytes again of larger newsletters.
func mix() (messages [][]byte, octets int) {
	for m := range corpustest.Messages(2, 1) {
		messages = append(messages, m.Raw)
		octets += len(m.Raw)
	}
	large := newsletter()
	for want := 2 * octets; octets < want; octets += len(large) {
		messages = append(messages, large)
	}
	return messages, octets
}

// BenchmarkScan measures a scan from the bytes of a message to its findings, over a mix of mail.
func BenchmarkScan(b *testing.B) {
	messages, octets := mix()
	d := New(catalogue.Builtin())
	b.SetBytes(int64(octets))
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range messages {
			d.Scan(message.Parse(raw))
		}
	}
}

// BenchmarkJudge measures what it costs to compare the same messages with each other.
func BenchmarkJudge(b *testing.B) {
	messages, _ := mix()
	d, h := New(catalogue.Builtin()), NewHistory()
	var results []Result
	for _, raw := range messages {
		results = append(results, d.Scan(message.Parse(raw)))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range results {
			c := NewComparable(r)
			for _, s := range c.Sightings {
				h.Add(s)
			}
			h.JudgeComparable(c)
		}
	}
}

// BenchmarkBaseline measures what any scan has to do at least, with the libraries at hand: decode the parts of the same
// messages, and tokenize their HTML with all attributes.
func BenchmarkBaseline(b *testing.B) {
	messages, octets := mix()
	b.SetBytes(int64(octets))
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range messages {
			baseline(raw)
		}
	}
}

// BenchmarkScanRatio measures scan and baseline by turns, so that what else the machine does weighs on both.
func BenchmarkScanRatio(b *testing.B) {
	messages, _ := mix()
	d := New(catalogue.Builtin())
	var scan, base time.Duration
	for b.Loop() {
		for _, raw := range messages {
			start := time.Now()
			d.Scan(message.Parse(raw))
			middle := time.Now()
			baseline(raw)
			scan, base = scan+middle.Sub(start), base+time.Since(middle)
		}
	}
	b.ReportMetric(float64(scan)/float64(base), "scan/baseline")
}

// baseline decodes a message with go-message, and tokenizes its HTML. What the library refuses is left.
func baseline(raw []byte) {
	e, err := gomessage.Read(bytes.NewReader(raw))
	if err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
		return
	}
	e.Walk(func(_ []int, e *gomessage.Entity, err error) error {
		if t, _, _ := e.Header.ContentType(); t == "text/html" {
			tokenize(e.Body)
		} else if e.MultipartReader() == nil {
			io.Copy(io.Discard, e.Body)
		}
		return nil
	})
}

// BenchmarkTokenizer measures the HTML tokenizer alone, on the decoded part.
func BenchmarkTokenizer(b *testing.B) {
	body := message.Parse(newsletter()).Parts[1].Decode()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		tokenize(bytes.NewReader(body))
	}
}

func tokenize(r io.Reader) {
	z := html.NewTokenizer(r)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			z.TagName()
			for more := true; more; {
				_, _, more = z.TagAttr()
			}
		}
	}
}

const htmlHeader = "From: a@b.example\r\nTo: c@d.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"

// nastyShapes are messages that make a careless scanner slow or large, of about n bytes.
var nastyShapes = []struct {
	name  string
	write func(n int) string
}{
	{"unclosed-tags", repeated(htmlHeader, "<img src=https://a.example/", "")},
	{"unclosed-comments", repeated(htmlHeader, "<!--<img src=//a.example/x>", "")},
	{"attributes", repeated(htmlHeader+"<img ", "a=b src=https://a.example/1 style='width:1px' ", ">")},
	{"nesting", repeated(htmlHeader, "<div style=display:none>", "<img src=https://a.example/x>")},
	{"style-sheet", repeated(htmlHeader+"<style>", ".a#b .c{background:url(https://a.example/x);width:1px}", "</style><p class=a id=b>")},
	{"style-sheet-and-tags", func(n int) string {
		return repeated(htmlHeader+"<style>", ".a .b,#c{display:none}", "</style>")(n/2) + strings.Repeat("<p class='a b' id=c><img src=//a.example/1>", n/2/43)
	}},
	{"rules-and-elements", func(n int) string {
		return numbered(htmlHeader+"<style>", ".c%[1]d,#i%[1]d .c{display:none}", "</style>")(n/2) + numbered("", "<p class='c%[1]d c' id=i%[1]d><img src=//a.example/1>", "")(n/2)
	}},
	{"one-class-of-many-rules", func(n int) string {
		return repeated(htmlHeader+"<style>", "p p p .c{display:none}", "</style>")(n/2) + repeated("", "<p class=c>", "<img src=//a.example/1>")(n/2)
	}},
	{"classes", func(n int) string {
		return repeated(htmlHeader+"<style>", ".c.d.e.f{width:1px}", "</style><p class='")(n/4) + numbered("", "c%d ", "'>")(n/4) + repeated("", "<p class='c d e f g h i j k l'>", "")(n/2)
	}},
	{"ancestors", func(n int) string {
		return htmlHeader + "<style>a b c d{display:none}</style>" + repeated("", "<a><b><c>", "")(n/2) + repeated("", "<d><img src=//a.example/1></d>", "")(n/2)
	}},
	{"srcset", repeated(htmlHeader+"<img srcset='", "https://a.example/1 1x, ", "'>")},
	{"images", numbered(htmlHeader, "<img src=https://h%[1]d.example/o?id=%[1]016x width=1>", "")},
	{"images-of-one-host", numbered(htmlHeader, "<img src=https://a.example/o/%[1]x9Zk?id=%[1]016x width=1>", "")},
	{"links-of-one-host", numbered(htmlHeader, "<a href=https://a.example/ls/%[1]x9Zk?upn=u%[1]016x>", "")},
	{"wrapped-links", numbered(htmlHeader, "<a href=https://a.example/?u=https%%3A%%2F%%2Fb.example%%2F?u=https%%253A%%252F%%252Fc.example%%252F%[1]d>", "")},
	{"recipients-and-links", func(n int) string {
		return numbered("To: ", "reader%d@post.example, ", "\r\n")(n/4) + numbered(htmlHeader, "<a href=https://a.example/?e=%%40reader%[1]d=post.example&f=b@c%[1]d.example>", "")(n*3/4)
	}},
	{"nested-mime", func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		return b.String() + "Content-Type: text/html\r\n\r\n<img src=https://a.example/x>"
	}},
	{"parts", repeated("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\nContent-Type: text/html\r\n\r\n<img src=//a.example/x>\r\n", "--b--\r\n")},
	{"boundaries", func(n int) string {
		return repeated("Content-Type: multipart/mixed; boundary="+strings.Repeat("b", 60)+"\r\n\r\n", "--"+strings.Repeat("b", 61)+"\r\n", "")(n)
	}},
	{"content-types", repeated("", "Content-Type: text/html; charset=utf-8\r\n", "\r\n<img src=//a.example/x>")},
	{"uuencoded", repeated("From: a@b.example\r\n\r\n", "begin 644 a.html\r\n#9&EV\r\n", "")},
	{"calendar", repeated("Content-Type: text/calendar\r\n\r\n", "IMAGE;VALUE=URI:https://a.exam\r\n ple/1\r\nX-ALT-DESC;FMTTYPE=text/html:<img src=//a.example/x>\r\n", "")},
	{"rtf", repeated("Content-Type: text/rtf\r\n\r\n{\\rtf1\\fromhtml1 ", "{\\*\\htmltag64 <img src=https://a.example/1>}{\\field{\\*\\fldinst INCLUDEPICTURE https://a.example/2}}", "}")},
	{"header-field", repeated("To: ", "a@b.example,\r\n ", "\r\nContent-Type: text/html\r\n\r\n<img src=//a.example/x>")},
	{"header-fields", repeated("", "X-A: =?utf-8?q?=41?= b\r\n", "Content-Type: text/html\r\n\r\n<img src=//a.example/x>")},
	{"base64-one-line", func(n int) string {
		return strings.Replace(htmlHeader, "\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1) +
			base64.StdEncoding.EncodeToString([]byte(strings.Repeat("<img src=https://a.example/x> text ", n*3/4/35)))
	}},
	{"quoted-printable", repeated(strings.Replace(htmlHeader, "\r\n\r\n", "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", 1), "=3Cimg src=3D//a.example/=\r\nx>", "")},
	{"css-escapes", repeated(htmlHeader+"<style>a{background:u\\72l(https://a.example/", `\61 \000062`, ")}</style>")},
	{"css-comments", repeated(htmlHeader+"<style>", "/*a{b:url(", "</style>")},
	{"css-brackets", repeated(htmlHeader+"<style>", "a{b:c(d[('//a.example/", "</style>")},
	{"css-imports", repeated(htmlHeader+"<style>", "@import url(//a.example/x);@import '", "</style>")},
	{"entities", repeated(htmlHeader+"<img src='https://a.example/", "&amp;&#x41;&notit;&", "'>")},
	{"raw-text", repeated(htmlHeader, "<style><xmp><textarea><title><iframe>", "<img src=//a.example/x>")},
	{"conditional-comments", repeated(htmlHeader, "<!--[if mso]><v:fill src=//a.example/x><![endif]-->", "")},
	{"srcdoc", repeated(htmlHeader, `<iframe srcdoc="<iframe srcdoc='<img src=//a.example/x>'>">`, "")},
	{"data-documents", repeated(htmlHeader, `<iframe src="data:text/html,%3Cimg src=//a.example/x%3E">`, "")},
	{"long-base", func(n int) string {
		return repeated(htmlHeader+"<base href=https://a.example/"+strings.Repeat("b", n/2)+"/>", "<img src=x>", "")(n / 2)
	}},
	{"long-content-base", func(n int) string {
		return repeated("Content-Base: https://a.example/"+strings.Repeat("b", n/2)+"/\r\n"+htmlHeader, "<img src=x>", "")(n / 2)
	}},
	{"url-in-url", repeated(htmlHeader+"<img src=https://a.example/?u=", "https%253A%252F%252Fa.example%252F%253Fu%253D", ">")},
	{"code-in-url", func(n int) string {
		code := "https://a.example/?e=reader@post.example"
		for len(code) < n*3/4 {
			code = base64.StdEncoding.EncodeToString([]byte("https://a.example/?e=" + code))
		}
		return htmlHeader + "<img src='https://a.example/?c=" + code + "'>"
	}},
	{"one-url", repeated(htmlHeader+"<img src=https://a.example/?", "a=QUJDQGQuZXhhbXBsZQ&", ">")},
}

// numbered is repeated with a number in each unit, by which it differs from the others.
func numbered(before, unit, after string) func(n int) string {
	return func(n int) string {
		var b strings.Builder
		b.WriteString(before)
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, unit, i*2654435761)
		}
		return b.String() + after
	}
}

// repeated is before, so many times unit that the whole has about n bytes, and after.
func repeated(before, unit, after string) func(n int) string {
	return func(n int) string { return before + strings.Repeat(unit, n/len(unit)) + after }
}

// BenchmarkNasty doubles each shape from 1 MB to 64 MB. Cost is linear where ns/B, of the fastest of three scans, is about
// the same for all sizes. alloc/B is what is allocated in all, and peak/B the most memory in use at one time, the message
// among it, both for the size at which it is most.
func BenchmarkNasty(b *testing.B) {
	d := New(catalogue.Builtin())
	for _, shape := range nastyShapes {
		b.Run(shape.name, func(b *testing.B) {
			var alloc, peak float64
			for b.Loop() {
				for megabytes := 1; megabytes <= 64; megabytes *= 2 {
					raw := []byte(shape.write(megabytes * 1_000_000)) // 16 MB is the largest document that is read
					octets, fastest := float64(len(raw)), time.Hour
					scan := func() {
						start := time.Now()
						d.Scan(message.Parse(raw))
						fastest = min(fastest, time.Since(start))
					}
					peak = max(peak, (float64(peakHeap(scan))+octets)/octets)
					before := allocated()
					scan()
					alloc = max(alloc, float64(allocated()-before)/octets)
					scan()
					b.ReportMetric(float64(fastest.Nanoseconds())/octets, fmt.Sprintf("ns/B(%02dMB)", megabytes))
				}
			}
			b.ReportMetric(alloc, "alloc/B")
			b.ReportMetric(peak, "peak/B")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// allocated is how many bytes were allocated so far.
func allocated() uint64 { return sample("/gc/heap/allocs:bytes") }

func sample(name string) uint64 {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// peakHeap is how many bytes more than before were in use on the heap at one time while run ran, looked at each
// millisecond. Garbage that was not collected yet counts.
func peakHeap(run func()) uint64 {
	const inUse = "/memory/classes/heap/objects:bytes"
	runtime.GC()
	before, peak := sample(inUse), uint64(0)
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			peak = max(peak, sample(inUse))
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	run()
	peak = max(peak, sample(inUse))
	close(done)
	<-stopped
	return peak - min(peak, before)
}
