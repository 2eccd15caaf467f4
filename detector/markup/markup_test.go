package markup

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// describe lists the references of src as "role syntax where URL".
func describe(t *testing.T, src string) []string {
	t.Helper()
	var all []string
	Scan([]byte(src), func(r Reference) {
		if r.Start < 0 || r.Start > r.End || r.End > len(src) || r.NameStart > r.NameEnd || r.NameEnd > len(src) {
			t.Errorf("reference outside of its source: %+v", r)
		}
		role := [...]string{"loads", "link", "maybe"}[r.Role]
		reading := [...]string{"", " conditional", " foreign", " naive"}[r.Reading]
		all = append(all, fmt.Sprintf("%s%s %s %s [%s]", role, reading, r.Where(), r.URL, src[r.Start:r.End]))
	})
	return all
}

func TestScan(t *testing.T) {
	const u = "http://t.test/1"
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"img", `<img src="` + u + `">`, []string{"loads img src " + u + " [" + u + "]"}},
		{"single quotes", `<img src='` + u + `'>`, []string{"loads img src " + u + " [" + u + "]"}},
		{"no quotes", `<IMG SRC=` + u + `>`, []string{"loads img src " + u + " [" + u + "]"}},
		{"cut off", `<img src="` + u, []string{"loads img src " + u + " [" + u + "]"}},
		{"slashes", `<img/src=` + u + `>`, []string{"loads img src " + u + " [" + u + "]"}},
		{"entities", `<img src="http&colon;//t.test/1&amp;2">`, []string{"loads img src http://t.test/1&2 [http&colon;//t.test/1&amp;2]"}},
		{"no reference before equals", `<img src="http://t.test/?a&copy=1">`, []string{"loads img src http://t.test/?a&copy=1 [http://t.test/?a&copy=1]"}},
		{"line break", "<img src=\"http://t.test/\r\n1\">", []string{"loads img src " + u + " [http://t.test/\r\n1]"}},
		{"duplicate attribute", `<img src="cid:1" src="` + u + `">`, []string{"loads img src cid:1 [cid:1]", "loads img src " + u + " [" + u + "]"}},
		{"srcset", `<img srcset="http://t.test/a,b 1x, http://t.test/c 2x">`, []string{
			"loads img srcset http://t.test/a,b [http://t.test/a,b]", "loads img srcset http://t.test/c [http://t.test/c]"}},
		{"background", `<td background="` + u + `">`, []string{"loads td background " + u + " [" + u + "]"}},
		{"link", `<a href="` + u + `">x</a>`, []string{"link a href " + u + " [" + u + "]"}},
		{"stylesheet", `<link rel=stylesheet href=` + u + `>`, []string{"loads link href " + u + " [" + u + "]"}},
		{"canonical", `<link rel=canonical href=` + u + `>`, []string{"maybe link href " + u + " [" + u + "]"}},
		{"refresh", `<meta http-equiv=refresh content="0; url='` + u + `'">`, []string{"loads meta content " + u + " [" + u + "]"}},
		{"other meta", `<meta name=x content="` + u + `">`, []string{"maybe meta content " + u + " [" + u + "]"}},
		{"style attribute", `<p style="background:url(&quot;` + u + `&quot;)">`, []string{"loads p style background " + u + " [" + u + "]"}},
		{"CSS escape", `<p style="background:u\72l(http\3a //t.test/1)">`, []string{`loads p style background http://t.test/1 [http\3a //t.test/1]`}},
		{"style sheet", `<style>@import "` + u + `"; p { background-image: url(` + u + `) }</style>`, []string{
			"loads style @import " + u + " [" + u + "]", "loads style background-image " + u + " [" + u + "]"}},
		{"image-set", `<style>p{background:image-set("` + u + `" 1x)}</style>`, []string{"loads style background " + u + " [" + u + "]"}},
		{"attribute in a picture", `<style>p{background:image-set(attr(title) 1x)}</style>`, []string{"maybe style background attr [attr]"}},
		{"attribute in a custom property", `<p data-u="` + u + `" style="--x:\61ttr(data-u)">`, []string{`maybe p style --x attr [\61ttr]`}},
		{"attribute as text", `<style>p::before{content:attr(title)}</style>`, nil},
		{"at sign in a declaration", `<p style="color:red @b url(` + u + `)">`, []string{"loads p style color " + u + " [" + u + "]"}},
		{"font", `<style>@font-face{src:url('` + u + `')}</style>`, []string{"loads style src " + u + " [" + u + "]"}},
		{"style sheet in SVG", `<svg><style>p{background:&#117;rl(` + u + `)}</style></svg>`, []string{
			"maybe style  [" + u + "]", "loads foreign style background " + u + " [" + u + "]"}},
		{"tag in a style sheet in SVG", `<svg><style><img src=` + u + `></style></svg>`, []string{
			"maybe style  [src=" + u + "]", "loads foreign img src " + u + " [" + u + "]"}},
		{"title in SVG", `<svg><title><img src=` + u + `></title></svg>`, []string{"loads foreign img src " + u + " [" + u + "]"}},
		{"title behind SVG", `<svg></svg><title><img src=` + u + `></title>`, []string{"loads naive img src " + u + " [" + u + "]"}},
		{"animation of a style", `<animate attributeName=cursor values="url(` + u + `),auto">`, []string{"loads animate values " + u + " [" + u + "]"}},
		{"conditional comment", `<!--[if mso]><v:fill src="` + u + `"/><![endif]-->`, []string{"loads conditional v:fill src " + u + " [" + u + "]"}},
		{"revealed comment", `<![if !mso]><img src=` + u + `><![endif]>`, []string{"loads img src " + u + " [" + u + "]"}},
		{"comment", `<!-- <img src=` + u + `> -->`, []string{"loads naive img src " + u + " [" + u + "]"}},
		{"comment's odd end", `<!--><img src=` + u + `>-->`, []string{"loads img src " + u + " [" + u + "]"}},
		{"title", `<title><img src=` + u + `></title>`, []string{"loads naive img src " + u + " [" + u + "]"}},
		{"CDATA", `<![CDATA[<img src=` + u + `>]]>`, []string{"loads naive img src " + u + " [" + u + "]"}},
		{"value with a tag", `<a title='<img src=` + u + `>'>`, []string{"loads naive img src " + u + " [" + u + "]"}},
		{"noscript", `<noscript><img src=` + u + `></noscript>`, []string{"loads img src " + u + " [" + u + "]"}},
		{"script", `<script>fetch("` + u + `")</script>`, []string{`maybe script  [fetch("` + u + `")]`}},
		{"srcdoc", `<iframe srcdoc="&lt;img src=` + u + `>">`, []string{"maybe iframe srcdoc  [&lt;img src=" + u + ">]"}},
		{"svg", `<svg><image xlink:href="` + u + `"/></svg>`, []string{"loads image xlink:href " + u + " [" + u + "]"}},
		{"VML button", `<!--[if mso]><v:roundrect href="` + u + `"><![endif]-->`, []string{"link conditional v:roundrect href " + u + " [" + u + "]"}},
		{"SVG link", `<svg><a xlink:href="` + u + `"/></svg>`, []string{"maybe a xlink:href " + u + " [" + u + "]"}},
		{"attribute selector", `<style>a[href="` + u + `"]{color:red}</style>`, []string{"maybe style " + u + " [" + u + "]"}},
		{"presentation attribute", `<rect fill="url(` + u + `)">`, []string{"loads rect fill " + u + " [" + u + "]"}},
		{"unknown attribute", `<rect foo="x:y">`, []string{"maybe rect foo x:y [x:y]"}},
		{"text attributes", `<img alt="http://t.test" title='see http://t.test' class="a:b">`, nil},
		{"plain text", `1 < 2, see ` + u, nil},
		{"NUL in a name", "<img\x00 src=" + u + ">", []string{"loads img\x00 src " + u + " [" + u + "]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := describe(t, c.src); !slices.Equal(got, c.want) {
				t.Errorf("Scan(%q)\n got %q\nwant %q", c.src, got, c.want)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	for _, c := range []struct{ base, url, want string }{
		{"", "a.gif", "a.gif"},
		{"http://t.test", "a.gif", "http://t.test/a.gif"},
		{"http://t.test/x/y?z", "a.gif?b=/../c", "http://t.test/x/a.gif?b=/../c"},
		{"http://t.test/x/y", "./a.gif", "http://t.test/x/a.gif"},
		{"http://t.test/x/y", "../a.gif", "http://t.test/a.gif"},
		{"http://t.test/x", "../../a.gif", "http://t.test/a.gif"},
		{"http://t.test/x/y", "/a.gif", "http://t.test/a.gif"},
		{"http://t.test/x/y", "?a", "http://t.test/x/y?a"},
		{"https://t.test/x", "//u.test/a", "https://u.test/a"},
		{"//t.test/x/", "a", "https://t.test/x/a"},
		{"http://t.test/", "#a", "#a"},
		{"http://t.test/", "cid:a", "cid:a"},
		{"cid:x", "a", "a"},
	} {
		if got := Resolve(c.base, c.url); got != c.want {
			t.Errorf("Resolve(%q, %q) = %q, want %q", c.base, c.url, got, c.want)
		}
	}
}

func TestBox(t *testing.T) {
	for _, c := range []struct {
		src  string
		want Box
	}{
		{`<img src=x width=1 height="1">`, Box{Width: 1, Height: 1}},
		{`<img src=x width="100%">`, Box{Width: 600, Height: -1}},
		{`<img src=x width="10em">`, Box{Width: -1, Height: -1}},
		{`<img src=x width=12345678>`, Box{Width: -1, Height: -1}},
		{`<img src=x style="width:2px;height:0">`, Box{Width: 2, Height: 0}},
		{`<img src=x width=600 style="width:1PX !important">`, Box{Width: 1, Height: -1}},
		{`<img src=x style="display:none">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<div style="display: none !important"><p><img src=x></p></div>`, Box{Width: -1, Height: -1, HiddenParent: true}},
		{`<div style="display:none"></div><img src=x>`, Box{Width: -1, Height: -1}},
		{`<div style="display:none"><br></div><img src=x>`, Box{Width: -1, Height: -1}},
		{`<img src=x style="position:absolute;left:-9999px">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="max-height:0">`, Box{Width: -1, Height: 0, Hidden: true}},
		{`<img src=x style="opacity:0">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="opacity:.5">`, Box{Width: -1, Height: -1}},
		{`<img src=x style="filter:alpha(opacity=0)">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="filter: opacity( 0% )">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="visibility:collapse">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="mso-hide:all">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="text-indent:-99999px">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="left:-100vw">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="margin-top:-20px">`, Box{Width: -1, Height: -1}},
		{`<img src=x style="clip:rect(0 0 0 0)">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="clip:rect(0px,50px,60px,0px)">`, Box{Width: -1, Height: -1}},
		{`<img src=x style="clip-path:inset(50%)">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="transform:rotate(5deg) scale(0)">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="transform:translateX(-9999px)">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="display:none;display:block">`, Box{Width: -1, Height: -1}},
		{`<img src=x style="display:none!important;display:block">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="font-size:0;line-height:0">`, Box{Width: -1, Height: -1}},
		{`<img src=x style="max-width:100%;max-height:2px" width=600>`, Box{Width: 600, Height: 2}},
		{`<img src=x hidden>`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<img src=x style="&#100;isplay:none">`, Box{Width: -1, Height: -1, Hidden: true}},
		// containers
		{`<div style="height:0;overflow:hidden"><img src=x></div>`, Box{Width: -1, Height: -1, HiddenParent: true}},
		{`<div style="height:0"><img src=x></div>`, Box{Width: -1, Height: -1}},
		{`<div style="width:1px;height:1px;overflow:hidden"><img src=x></div>`, Box{Width: -1, Height: -1, HiddenParent: true}},
		{`<div style="font-size:0;line-height:0"><img src=x></div>`, Box{Width: -1, Height: -1}},
		{`<div hidden><img src=x></div>`, Box{Width: -1, Height: -1, HiddenParent: true}},
		{`<p style="display:none">a<p><img src=x>`, Box{Width: -1, Height: -1}},
		{`<table><tr><td style="display:none"><td><img src=x></table>`, Box{Width: -1, Height: -1}},
		{`<div style="display:none"><table><tr><td></div><img src=x></table>`, Box{Width: -1, Height: -1, HiddenParent: true}},
		// style sheets
		{`<style>img{width:1px;height:1px}</style><img src=x>`, Box{Width: 1, Height: 1}},
		{`<img src=x class=a><style>.a{width:1px}</style>`, Box{Width: 1, Height: -1}},
		{`<style>img.a , #b{display:none}</style><img src=x class="c a">`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<style>#b{display:none}</style><img src=x id=b>`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<style>td .a{display:none}</style><table><td><p><img src=x class=a>`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<style>td .a{display:none}</style><img src=x class=a>`, Box{Width: -1, Height: -1}},
		{`<style>.a{display:none}</style><div class=a><img src=x></div>`, Box{Width: -1, Height: -1, HiddenParent: true}},
		{`<style>.a{width:1px}img{width:9px}</style><img src=x class=a>`, Box{Width: 1, Height: -1}},
		{`<style>.a{width:1px}.b{width:9px}</style><img src=x class="b a">`, Box{Width: 9, Height: -1}},
		{`<style>.a{width:1px!important}</style><img src=x class=a style="width:9px">`, Box{Width: 1, Height: -1}},
		{`<style>.a{width:1px}</style><img src=x class=a style="width:9px" width=5>`, Box{Width: 9, Height: -1}},
		{`<style>img{width:auto;height:50%}</style><img src=x width=1 height=1>`, Box{Width: 1, Height: 1}},
		{`<style>@media screen{.a{display:none}}</style><img src=x class=a>`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<style>@media (max-width:600px){.a{display:none}p{x:y}}.b{width:3px}</style><img src=x class="a b">`, Box{Width: 3, Height: -1}},
		{`<style>@media print{.a{display:none}}</style><img src=x class=a>`, Box{Width: -1, Height: -1}},
		{`<style media=print>.a{display:none}</style><img src=x class=a>`, Box{Width: -1, Height: -1}},
		{`<style>@import "y";@font-face{src:url(z)}/*c*/.a{display:none}</style><img class=a src=x>`, Box{Width: -1, Height: -1, Hidden: true}},
		{`<style>.a:hover,.a[b],.a~p{display:none}</style><img src=x class=a>`, Box{Width: -1, Height: -1}},
		{`<!--[if mso]><style>.a{display:none}</style><![endif]--><img src=x class=a>`, Box{Width: -1, Height: -1}},
	} {
		Scan([]byte(c.src), func(r Reference) {
			if r.URL == "x" && r.Box != c.want {
				t.Errorf("%s\n got %+v\nwant %+v", c.src, r.Box, c.want)
			}
		})
	}
}

// The HTML tokenizer of x/net is the oracle: each attribute that it sees on a start tag is one that Scan sees.
func TestScanSeesWhatTheTokenizerSees(t *testing.T) {
	for _, src := range seeds {
		compareWithTokenizer(t, src)
	}
}

func compareWithTokenizer(t *testing.T, src string) {
	if strings.Contains(strings.ToLower(src), "<base") {
		return // URLs are resolved against it
	}
	seen := map[string]int{}
	Scan([]byte(src), func(r Reference) { seen[r.URL]++ })
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			for _, a := range z.Token().Attr {
				if a.Key != "src" && a.Key != "background" && a.Key != "poster" {
					continue
				}
				// The tokenizer replaces NUL and normalises line breaks; such values are compared by the cases above.
				url := cleanURL(a.Val)
				if url != "" && !strings.ContainsAny(url, "\x00\ufffd\r\n") && strings.ToValidUTF8(url, "") == url && seen[url] == 0 {
					t.Errorf("%q: %s=%q not seen", src, a.Key, url)
				}
			}
		}
	}
}

var seeds = []string{
	`<img src="http://t.test/1?a=b&amp;c=d" width=1 height=1>`,
	`<table background=http://t.test/1><td style="background:url('http://t.test/2')">`,
	`<!--[if mso]><v:fill src="http://t.test/1"/><![endif]--><![if !mso]><img src=x><![endif]>`,
	`<style>@import "http://t.test/1"; p{background:url(http://t.test/2)}</style>`,
	`<img srcset="http://t.test/a 1x, http://t.test/b 2x" sizes="(max-width: 1px) 1px">`,
	`<title></titlex><img src=a></title><img src=b>`,
	`<a title="<img src='x'>" href=y><img src=z`,
	`<!-- a --!><img src=q><!-- -- > --><img src=r>`,
	`<textarea><img src=1></textarea><xmp></XMP ><img src=2>`,
	`<svg><style>&lt;</style><image href="http://t.test"/></svg>`,
	`<meta http-equiv=Refresh content="1;URL='http://t.test/'">`,
	`<img src=&#104;ttp://t.test/&#x0000000000031;&amp>`,
	`<plaintext><img src=1>`,
	`<style>@media screen{.a>b,#c{width:1px!important}}/*//d*/p{--e:"//f";color:http:g}</style><b class=a id=c><img src=h></b>`,
	`<svg><a href=a>//b</a><![CDATA[//c]]></svg></d //e f=//g>< img src=//h>`,
	`<p style="filter:progid:X.AlphaImageLoader(src='a',sizingMethod='b');width:expression(c);d:\26quot;url(e)">`,
}

func FuzzScan(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		describe(t, src)
		compareWithTokenizer(t, src)
	})
}

// The shapes that make parsers quadratic: the cost of a byte must be the same whatever the size, and so must the memory
// in use for it. ns/B is of the fastest run; alloc/B counts what was allocated, garbage among it.
func BenchmarkScan(b *testing.B) {
	shapes := map[string]string{
		"newsletter":      `<tr><td style="padding:0 10px" class="x"><a href="http://t.test/c/1"><img src="http://t.test/logo.png" width="100" alt="x"></a> Some text of a newsletter.</td></tr>`,
		"unclosed tags":   `<a `,
		"unclosed quotes": `<a b="`,
		"comments":        `<!--`,
		"attributes":      `<img a=b `,
		"nesting":         `<div style="display:block">`,
		"end tags":        `<b></i>`,
		"srcset":          `<img srcset="a 1x, b 2x, `,
		"style sheet":     `<style>a{b:url(c)} `,
		"CSS escapes":     `<p style="\75\72\6c">`,
		"entities":        `<img src="&amp;&#x31;&nosuch">`,
		"meta contents":   `<meta content=a content=b content=c `,
		"escaped url":     `<style>u\72l(`,
		"raw text":        `<title><xmp><textarea>`,
		"declarations":    `<!a "`,
		"stray brackets":  `< a > `,
		"bare":            `<style>a%aa/b`,
		"rules":           `<style>.a .a .a .a{width:1px}</style><p class="a">`,
		"expressions":     `<style>a{b:expression(`,
		"base":            `<base href=a><img src=b>`,
	}
	for name, shape := range shapes {
		for size := 1 << 20; size <= 1<<26; size <<= 2 {
			b.Run(fmt.Sprintf("%s/%dMB", name, size>>20), func(b *testing.B) {
				src := []byte(strings.Repeat(shape, size/len(shape)))
				fastest := time.Hour
				b.ReportAllocs()
				for b.Loop() {
					start := time.Now()
					Scan(src, func(Reference) {})
					fastest = min(fastest, time.Since(start))
				}
				b.ReportMetric(float64(fastest.Nanoseconds())/float64(size), "ns/B")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func TestCleanURL(t *testing.T) {
	for url, want := range map[string]string{
		"https://t.test/a":                   "https://t.test/a",
		" https://t.test/a":                  "https://t.test/a",
		"https://t.test/a ":                  "https://t.test/a",
		"\u00a0https://t.test/a b\u00a0\x01": "https://t.test/a b",
		"\n":                                 "",
		"":                                   "",
		"https://t.test/\ta\r\n b":           "https://t.test/a b",
		"https://t.test/é":                   "https://t.test/é",
	} {
		if got := cleanURL(url); got != want {
			t.Errorf("%q: %q", url, got)
		}
	}
}

func TestBeginsField(t *testing.T) {
	for style, want := range map[string]bool{
		"mso-element:field-begin":            true,
		"color:red;mso-element:FIELD-Begin;": true,
		`mso-element:field\2d begin`:         true,
		`mso-element:field\-begin`:           true,
		"mso-element:field-end":              false,
		"mso-element:field-begi":             false,
		"mso-element:-begin":                 false,
		"margin-left:0":                      false,
		"":                                   false,
	} {
		if got := beginsField([]byte(style)); got != want {
			t.Errorf("%q: %v", style, got)
		}
	}
}
