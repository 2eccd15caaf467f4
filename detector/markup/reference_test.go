package markup

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// places are the places in which mail programs look for something to load. U stands for a URL.
var places = []struct{ src, where string }{
	{`<picture><source srcset="U 2x"></picture>`, "source srcset"},
	{`<source src="U">`, "source src"},
	{`<img src="U">`, "img src"},
	{`<image src="U">`, "image src"},
	{`<img lowsrc="U">`, "img lowsrc"},
	{`<img dynsrc="U">`, "img dynsrc"},
	{`<img attributionsrc="U">`, "img attributionsrc"},
	{`<link rel=preload as=image imagesrcset="U 1x">`, "link imagesrcset"},
	{`<input type=image src="U">`, "input src"},
	{`<video poster="U"></video>`, "video poster"},
	{`<video src="U"></video>`, "video src"},
	{`<audio src="U"></audio>`, "audio src"},
	{`<video><track src="U"></video>`, "track src"},
	{`<bgsound src="U">`, "bgsound src"},
	{`<object data="U"></object>`, "object data"},
	{`<object classid="U"></object>`, "object classid"},
	{`<object codebase="U"></object>`, "object codebase"},
	{`<embed src="U">`, "embed src"},
	{`<applet archive="U"></applet>`, "applet archive"},
	{`<applet code="U"></applet>`, "applet code"},
	{`<iframe src="U"></iframe>`, "iframe src"},
	{`<frameset><frame src="U"></frameset>`, "frame src"},
	{`<script src="U"></script>`, "script src"},
	{`<html manifest="U">`, "html manifest"},
	{`<body background="U">`, "body background"},
	{`<span background="U">`, "span background"},
	{`<link rel=stylesheet href="U">`, "link href"},
	{`<link rel="alternate stylesheet" href="U">`, "link href"},
	{`<link rel=ICON href="U">`, "link href"},
	{`<link rel=prefetch href="U">`, "link href"},
	{`<link rel=preconnect href="U">`, "link href"},
	{`<link rel=dns-prefetch href="U">`, "link href"},
	{`<link rel=modulepreload href="U">`, "link href"},
	{`<link rel=manifest href="U">`, "link href"},
	{`<meta http-equiv=refresh content="0;url=U">`, "meta content"},
	{`<meta http-equiv=refresh content="0 , U">`, "meta content"},
	{`<svg><image href="U"/></svg>`, "image href"},
	{`<svg><image xlink:href="U"/></svg>`, "image xlink:href"},
	{`<svg><use href="U#a"/></svg>`, "use href"},
	{`<svg><feImage href="U"/></svg>`, "feimage href"},
	{`<svg><set attributeName="href" to="U"/></svg>`, "set to"},
	{`<svg><animate attributeName="xlink:href" values="#a;U;#b"/></svg>`, "animate values"},
	{`<svg><rect fill="url(U)"/></svg>`, "rect fill"},
	{`<svg><rect mask="url('U')"/></svg>`, "rect mask"},
	{`<svg><g filter="u\72l(U)"/></svg>`, "g filter"},
	{`<svg><g cursor="url(U),auto"/></svg>`, "g cursor"},
	{`<svg><g clip-path="url(&quot;U&quot;)"/></svg>`, "g clip-path"},
	{`<svg><path marker-end="url(U)"/></svg>`, "path marker-end"},
	{`<!--[if mso]><v:imagedata src="U"/><![endif]-->`, "v:imagedata src"},
	{`<!--[if gte mso 9]><v:fill type="tile" src="U"/><![endif]-->`, "v:fill src"},
	{`<v:stroke src="U"/>`, "v:stroke src"},
	{`<v:fill o:href="U"/>`, "v:fill o:href"},
	{`<amp-img src="U"></amp-img>`, "amp-img src"},
	{`<amp-pixel src="U"></amp-pixel>`, "amp-pixel src"},
	{`<style>@import url(U);</style>`, "style @import"},
	{`<style>@import "U" screen;</style>`, "style @import"},
	{`<style>@\69mport 'U';</style>`, "style @import"},
	{`<style>@font-face{src:local(a),url("U")format("woff")}</style>`, "style src"},
	{`<style>p{background:image-set("U" 1x)}</style>`, "style background"},
	{`<style>p{background:-webkit-image-set(url(U) 1x)}</style>`, "style background"},
	{`<style>p::after{content:url(U)}</style>`, "style content"},
	{`<style>ul{list-style:url(U)}</style>`, "style list-style"},
	{`<style>p{cursor:url( 'U' ),auto}</style>`, "style cursor"},
	{`<style>p{mask:url(U)}</style>`, "style mask"},
	{`<style>p{filter:url(U#f)}</style>`, "style filter"},
	{`<style>p{--a:url(U);background:var(--a)}</style>`, "style --a"},
	{`<style>p{--a:"U";background:image-set(var(--a) 1x)}</style>`, "style --a"},
	{`<style>@property --a{syntax:"*";initial-value:"U"}</style>`, "style initial-value"},
	{`<style>p{background:src("U")}</style>`, "style background"},
	{`<style>p{back/**/ground:/*;*/url(/**/U)}</style>`, ""}, // a comment inside of url( ) is part of the URL
	{`<style>p{background:\75\72 \6c(U)}</style>`, "style background"},
	{`<style>p{background:cross-fade(url(U),red)}</style>`, "style background"},
	{`<style>p{behavior:url(U)}</style>`, "style behavior"},
	{`<style>@media screen{p{background:url(U)}}</style>`, "style background"},
	{`<style><!-- p{background:url(U)} --></style>`, "style background"},
	{`<p style="background-image:url(U)">`, "p style background-image"},
	{`<p style="background-image:url(&#39;U&#x27;)">`, "p style background-image"},
	{`<p style="filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src='U',sizingMethod='scale')">`, "p style filter"},
	{`<noscript><img src="U"></noscript>`, "img src"},
	{`<x:img src="U">`, "x:img src"},
}

func TestPlaces(t *testing.T) {
	const url = "https://t.test/1?a=b"
	for _, c := range places {
		src := strings.ReplaceAll(c.src, "U", url)
		var got []string
		Scan([]byte(src), func(r Reference) {
			if r.Role != Loads || r.Reading == Naive {
				return
			}
			if standing := src[r.Start:r.End]; !strings.Contains(standing, url) {
				t.Errorf("%s stands in %q", src, standing)
			}
			if !strings.HasPrefix(strings.TrimPrefix(r.URL, "/**/"), url) {
				t.Errorf("%s has the URL %q", src, r.URL)
			}
			got = append(got, r.Where())
		})
		if c.where != "" && !slices.Equal(got, []string{c.where}) || len(got) != 1 {
			t.Errorf("%s\n got %q\nwant %q", src, got, c.where)
		}
	}
}

// Whatever is no visible text, link, or text of a textual attribute is reported, whole, by one reference or another.
func TestNothingElseMayHoldAURL(t *testing.T) {
	const url = "http://t.test/x"
	shapes := []string{
		`<!-- U -->`, `<!--[if mso]>U<![endif]-->`, `<!--[if mso]><xml><o:AttachedTemplate>U</o:AttachedTemplate></xml><![endif]-->`,
		`<!DOCTYPE html SYSTEM "U">`, `<!DOCTYPE a [<!ENTITY b SYSTEM "U">]>`, `<!DOCTYPE a [<!ENTITY b "<img src='U'>">]>`,
		`<?xml-stylesheet href="U"?>`, `<![CDATA[U]]>`, `<svg><![CDATA[U]]></svg>`, `</ U>`, `</p class="U">`, `</p "U">`,
		`<title>U</title>`, `<textarea>see U</textarea>`, `<xmp>U</xmp>`, `<noembed>U</noembed>`, `<noframes>U</noframes>`, `<iframe>U</iframe>`,
		`<plaintext>U`, `<noscript>U</noscript>`, `<noscript><a href="U">x</a></noscript>`, `<template><a href="U" title="U">x</a>U</template>`,
		`<script>"U"</script>`, `<svg><text>U</text></svg>`, `<svg><a href="U">x</a></svg>`, `<svg><desc title="U"></svg>`, `<math href="U">`, `<math><mi>U</mi></math>`,
		`<object>U</object>`, `<select><option>U</select>`, `<xml>U</xml>`,
		`<p U>`, `<p t.test/x>`, `<p class="U">`, `<p id="U">`, `<p foo="U">`, `<p onclick="x('U')">`, `<p foo="javascript:x">`, `<a href="javascript:U">`,
		`<a href="java&#10;script:U">`, `<a href="data:text/html,U">`, `<a href="vbscript:U">`, `<a href="U<img">`, `<a href="U&lt;img">`, `<a ping="U">`,
		`<p title="U<b">`, `<p title="U&lt;b">`, `<p data-x='<img src="U">'>`, `<img alt="<U>">`,
		`<iframe srcdoc="U"></iframe>`, `<form action="U">`, `<button formaction="U">`, `<blockquote cite="U">`, `<img longdesc="U">`, `<img usemap="U">`,
		`<base href="U">`, `<link rel=canonical href="U">`, `<meta property="og:image" content="U">`, `<meta name="msapplication-config" content="U">`,
		`<meta name="msapplication-notification" content="frequency=30;polling-uri=U">`, `<meta http-equiv="Content-Security-Policy" content="report-uri U">`,
		`<meta http-equiv=refresh content="0;url=cid:a' U">`, `<param name=a value="U">`, `<input value="U">`, `<img srcset="cid:a 1x(U), cid:b">`,
		`<p xmlns="U">`, `<p xmlns:a="U">`, `<p itemtype="U">`, `<v:shape href="U">`, `<v:shape o:gfxdata="U">`, `<a:b c:d="U">`,
		`<style>/*# sourceMappingURL=U */</style>`, `<style>@namespace "U";</style>`, `<style>@namespace url(U);</style>`, `<style>@charset "U";</style>`,
		`<style>@document url-prefix("U"){}</style>`, `<style>a[href="U"]{}</style>`, `<style>a[href^=U]{}</style>`, `<style>p::after{content:"U"}</style>`, `<style>p{color:U}</style>`,
		`<style>U</style>`, `<style>p{width:expression(x('U'))}</style>`, `<style><img src="U"></style>`, `<style>/* U`, `<style>"U`,
		`<p style="color:U">`, `<p style="/*U*/">`, `<p style="content:'U'">`, `<p style="a:b;U">`, `<rect fill="U">`,
		`< img src="U">`, `<img title="x>" a="">" src=U>`, `<img "a>" src=U>`, "<\x00img src=U>", `a > b < c U >`,
	}
	spellings := []struct{ name, url string }{
		{"plain", url}, {"upper case", "HTTP://t.test/x"}, {"no slashes", "https:t.test/x"}, {"backslashes", `http:\\t.test/x`}, {"no scheme", "//t.test/x"},
		{"percent", "http%3A%2F%2Ft.test/x"}, {"percent twice", "http%253A%252F%252Ft.test/x"}, {"references", "http&colon;&#47;&#x2f;t.test/x"},
		{"references twice", "http&amp;colon;//t.test/x"}, {"tab", "http:/\t/t.test/x"}, {"NUL", "http:/\x00/t.test/x"},
	}
	for _, spelling := range spellings {
		for _, shape := range shapes {
			src := strings.ReplaceAll(shape, "U", spelling.url)
			covered := make([]bool, len(src))
			Scan([]byte(src), func(r Reference) {
				if r.Role != Link {
					for i := r.Start; i < r.End; i++ {
						covered[i] = true
					}
				}
			})
			for at := 0; ; at++ {
				k := strings.Index(src[at:], "t.test/x")
				if k < 0 {
					break
				}
				if at += k; !covered[at] || !covered[at+len("t.tes")] {
					t.Errorf("%s: %q: not reported at %d", spelling.name, src, at)
					break
				}
			}
		}
	}
}

// What people read, and follow, stays.
func TestWhatStays(t *testing.T) {
	for _, src := range []string{
		`<p>see http://t.test/ or //t.test/ url(http://t.test)</p>`,
		`<p>1 < 2, see http://t.test/`,
		`<a href="http://t.test/?a=1&amp;b=2" title="http://t.test/" target=_blank class="a:b">x</a>`,
		`<area href="https://t.test/">`, `<a href="mailto:a@t.test?body=http://t.test/">x</a>`,
		`<img alt="http://t.test/" data-src="//t.test/" aria-label="http://t.test/" title="a > b">`,
		`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">`,
		`<html xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.microsoft.com/office/2004/12/omml">`,
		`<?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" />`,
		`<!--[if mso]><v:roundrect href="http://t.test/" style="v-text-anchor:middle;width:200px" arcsize="8%"><a href="http://t.test/">x</a></v:roundrect><![endif]-->`,
		`<p>help: http://t.test/ under Settings > Report</p>`, `<object>go to http:// and log in</object>`,
		`<p>see a=http://t.test/ where A < B</p>`,
		`<!-- a comment: nothing in it / see 1/2 -->`, `<!-- ///// header ///// -->`, `<title>News: what is new</title>`,
		`<style>.a:hover{color:#a1b2c3}@media (max-width:600px){a[class="x"]{width:100%!important}}</style>`,
		`<td style="font-family:'Open Sans',Arial;color:rgb(1,2,3);padding:0 10px" width="50%" bgcolor="#fff" id="u:1" class="a/b">`,
		`<meta name="viewport" content="width=device-width, initial-scale=1.0"><meta http-equiv="Content-Type" content="text/html; charset=utf-8">`,
	} {
		Scan([]byte(src), func(r Reference) {
			if r.Role != Link {
				t.Errorf("%s: reported %q: %+v", src, src[r.Start:r.End], r)
			}
		})
	}
}

func TestBaseIsWhatRelativeURLsAreRelativeTo(t *testing.T) {
	var got []string
	Scan([]byte(`<img src=a.gif><base href="http://t.test/x/y"><img src="/b.gif"><p style="background:url(c.gif)"><a href="d">`), func(r Reference) {
		got = append(got, fmt.Sprint(r.Role, " ", r.URL))
	})
	want := []string{"0 http://t.test/x/a.gif", "2 http://t.test/x/y", "0 http://t.test/b.gif", "0 http://t.test/x/c.gif", "1 http://t.test/x/d"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
