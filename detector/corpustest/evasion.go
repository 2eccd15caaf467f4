package corpustest

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// nameless are trackers that no list knows: only structure tells.
var nameless = []family{
	{"nameless-query", Nameless, func(m *mail) {
		m.around(func() {
			m.img(m.pixel(pick(m, []string{
				"https://t.{host}/o?id={m:hex32}", "https://mail.{host}/r.php?m={c:num6}&s={r:num8}&h={m:hex16}", "https://news.{host}/p?{m:base40}",
				"https://www.{host}/mailing/bild.aspx?k={m:uuid}", "https://www.{host}/nb/img.php?sub={r:num6}&nl={c:num4}",
			})), pick(m, tiny))
		})
	}},
	{"nameless-path", Nameless, func(m *mail) {
		m.around(func() {
			m.img(m.pixel(pick(m, []string{
				"https://t.{host}/{m:base43}", "https://mail.{host}/x/{m:uuid}/p", "https://go.{host}/i/{c:an6}/{m:an22}/", "https://news.{host}/{m:hex40}.gif", "https://mail.{host}/e/{m:ulid26}.png",
			})), pick(m, tiny))
		})
	}},
	{"nameless-blob", Nameless, func(m *mail) {
		m.around(func() {
			m.img(m.pixel(pick(m, []string{
				"https://t.{host}/view?t={m:jwt}", "https://t.{host}/v/{m:json}", "https://a.{host}/gAAAAAB{m:base156}==", "https://t.{host}/s?d={m:base90}.{m:base27}",
			})), pick(m, tiny))
		})
	}},
	{"nameless-numbers", Nameless, func(m *mail) {
		m.around(func() {
			m.img(m.pixel(pick(m, []string{
				"https://mail.{host}/o/{c:num5}/{r:num7}/", "https://www.{host}/newsletter/{c:num4}/{r:num6}.gif", "https://www.{host}/read/{m:num9}", "https://nl.{host}/z.gif?n={c:num3}&a={r:num6}",
			})), pick(m, tiny))
		})
	}},
	{"nameless-counter", Nameless, func(m *mail) { // counts openings of a mailing, without saying whose
		m.around(func() {
			m.img(m.pixel(pick(m, []string{
				"https://count.{host}/hit.php?mailing={c:word}", "https://stats.{host}/piwik.php?idsite=3&rec=1&action_name=newsletter-{c:word}", "https://www.{host}/newsletter/open?issue={c:num2}",
			})), pick(m, tiny))
		})
	}},
	{"nameless-by-number-host", Nameless, func(m *mail) {
		m.letter(func() {
			m.img(m.pixel(pick(m, []string{"http://203.0.113.{c:num2}/track/{m:hex24}.gif", "http://3405803{c:num3}/o.php?u={r:num7}", "http://[2001:db8::{c:hex3}]/b?{m:hex16}"})), pick(m, tiny))
		})
	}},
	{"nameless-shortener", Nameless, func(m *mail) {
		m.letter(func() {
			m.img(m.pixel(pick(m, []string{"https://bit.ly/{m:an7}", "https://tinyurl.com/{m:al8}", "https://grabify.link/{m:ulid6}"})), pick(m, tiny))
		})
	}},
	{"nameless-several", Nameless, func(m *mail) { // one pixel for each party
		m.newsletter(func() {
			m.img(m.pixel("https://t.{host}/o?id={m:hex32}"), pick(m, tiny))
			m.img(m.pixel("https://ad.adserver-{s:word}.example/imp?c={c:num6}&u={r:hex32}"), pick(m, tiny))
			m.img(m.pixel("https://audience-{s:word}.test/sync?pid={s:num4}&uid={r:uuid}"), pick(m, tiny))
		})
	}},
}

// disguises are trackers that do not look like one, and twins of theirs that are none.
var disguises = []family{
	{"sizeless-pixel", Disguises, func(m *mail) {
		m.around(func() {
			m.img(m.pixel(pick(m, openers)), pick(m, []string{"", `alt=""`, `border="0"`, `class="fluid"`}))
		})
	}},
	{"sizeless-picture", Harmless, func(m *mail) {
		m.around(func() { m.img(m.clean(pick(m, m.pictures)), pick(m, []string{"", `alt=""`, `border="0"`})) })
	}},
	{"odd-size-pixel", Disguises, func(m *mail) {
		m.around(func() { m.img(m.pixel(pick(m, openers)), pick(m, oddSizes)) })
	}},
	{"odd-size-line", Harmless, func(m *mail) {
		m.newsletter(func() {
			for range 1 + m.rand.IntN(5) {
				m.img(m.clean("https://www.{host}/img/"+pick(m, []string{"line.gif", "corner-tl.png", "dot.gif", "arrow.png", "bullet-{s:hex8}.png"})), pick(m, oddSizes))
			}
		})
	}},
	{"spacer-that-tracks", Disguises, func(m *mail) {
		m.newsletter(func() {
			m.img(m.pixel(pick(m, []string{
				"https://www.{host}/img/spacer.gif?id={m:hex16}", "https://img.{host}/{m:base22}/blank.gif", "https://www.{host}/clear.gif?e={r:num8}&c={c:num4}", "https://www.{host}/images/transparent.png?{m:uuid}",
			})), pick(m, append(tiny, `width="1" height="20"`)))
		})
	}},
	{"spacer", Harmless, func(m *mail) {
		m.newsletter(func() {
			url := m.clean(pick(m, []string{
				"https://www.{host}/img/spacer.gif", "https://www.{host}/img/spacer.gif?v={s:num1}", "https://img.{host}/blank.gif", "https://www.{host}/assets/transparent-{s:hex8}.png", "https://www.{host}/clear.gif",
			}))
			for range 1 + m.rand.IntN(20) {
				m.img(url, fmt.Sprintf(`width="%d" height="%d" alt=""`, 1+m.rand.IntN(30), 1+m.rand.IntN(30)))
			}
		})
	}},
	{"spacer-with-hashed-name", Harmless, func(m *mail) {
		m.newsletter(func() {
			url := m.clean(pick(m, []string{
				"https://{s:al6}.stripocdn.email/content/guids/CABINET_{s:hex32}/images/{s:num17}.png", "https://mcusercontent.com/{s:hex25}/images/{s:uuid}.gif", "https://cdn.{host}/{s:hex32}.gif", "https://d{s:al13}.cloudfront.net/{s:hex40}.png", "https://img.{host}/{s:hex16}/spacer.gif",
			}))
			for range 2 + m.rand.IntN(20) {
				m.img(url, fmt.Sprintf(`width="%d" height="1" alt=""`, 1+m.rand.IntN(3)))
			}
		})
	}},
	{"single-spacer", Harmless, func(m *mail) {
		m.newsletter(func() {
			m.img(m.clean(pick(m, []string{"https://www.{host}/img/spacer.gif", "https://www.{host}/img/blank.gif", "https://static.{host}/mail/s.gif"})), `width="1" height="1" alt=""`)
		})
	}},
	{"logo-that-tracks", Disguises, func(m *mail) {
		m.around(func() {
			m.img(m.beacon(pick(m, []string{
				"https://mail.{host}/logo?m={m:hex32}", "https://www.{host}/logo.png?rid={m:uuid}", "https://img.{host}/open/{m:base32}/logo.png", "https://www.{host}/img.php?f=logo.png&u={r:num8}&t={m:hex24}", "https://mail.{host}/brand/{m:jwt}/logo.gif",
			})), `width="180" height="60" alt="Logo"`)
		})
	}},
	{"logo-with-version", Harmless, func(m *mail) {
		m.around(func() {
			m.img(m.clean(pick(m, []string{
				"https://www.{host}/logo.png?v={s:hex8}", "https://www.{host}/logo.png?ver=20240{s:num1}12", "https://www.{host}/assets/logo-{s:hex32}.svg", "https://www.{host}/logo.png?{s:num10}", "https://www.{host}/rest/logo?size=180x60",
			})), `width="180" height="60" alt="Logo"`)
		})
	}},
	{"picture-that-tracks", Disguises, func(m *mail) {
		m.newsletter(func() {
			m.img(m.beacon(pick(m, []string{
				"https://www.{host}/media/hero.jpg?uid={r:hex24}", "https://live.{host}/render?tpl={c:num4}&user={m:uuid}", "https://content.{host}/i/{m:base43}/hero.jpg?track=open", "https://www.{host}/banner.png?subscriber={m:base27}",
			})), `width="600" height="240" alt="Hero"`)
		})
	}},
	{"personal-picture", Disguises, func(m *mail) { // drawn for one reader at the moment of opening
		m.newsletter(func() {
			url := m.note(Reference{URL: m.fill("https://mi.{host}/p/rp/{c:hex16}.png?mi_u={r:num8}&mi_ecmp={c:word}"), Label: Tracker, Unique: true, Provider: "Movable Ink"})
			m.img(url, `width="600" height="200" alt=""`)
		})
	}},
	{"dotted-code", Disguises, func(m *mail) {
		m.around(func() {
			m.img(m.pixel(pick(m, []string{"http://r.{host}/s/o?1{r:al2}.{c:al4}.0.{m:al5}", "https://nl.{host}/e.{c:num3}.{r:num7}.{m:al6}.gif", "https://mail.{host}/_{c:al6}_{r:num6}_{m:al4}"})), pick(m, append(oddSizes, tiny...)))
		})
	}},
	{"hidden-pixel", Disguises, func(m *mail) {
		m.around(func() { m.hide(m.pixel(pick(m, openers))) })
	}},
	{"hidden-twin", Harmless, func(m *mail) { // for dark mode, or for phones
		m.newsletter(func() {
			url := m.clean(pick(m, []string{"https://www.{host}/img/logo-dark.png", "https://cdn.{host}/{s:hex32}.png", "https://www.{host}/img/hero-mobile.jpg", "https://mcusercontent.com/{s:hex25}/images/{s:uuid}.png"}))
			m.style.WriteString(".dark-img,.mobile{display:none}@media (prefers-color-scheme:dark){.dark-img{display:block!important}}@media (max-width:600px){.mobile{display:block!important}}\r\n")
			m.img(url, pick(m, []string{`class="dark-img" width="160" height="48"`, `class="mobile" width="320" height="200"`, `style="display:none" width="160" height="48" class="dark-img"`}))
			m.add(`<!--[if !mso]><!--><div class="mobile" style="display:none;max-height:0;overflow:hidden;mso-hide:all">`)
			m.img(url, `width="320" style="width:100%"`)
			m.add(`</div><!--<![endif]-->`)
		})
	}},
	{"style-sheet-pixel", Disguises, func(m *mail) {
		m.newsletter(func() {
			url := m.pixel(pick(m, openers))
			switch m.rand.IntN(5) {
			case 0:
				m.style.WriteString("img.p{width:1px;height:1px}")
				m.img(url, `class="p"`)
			case 1:
				m.style.WriteString("#beacon { display : none !important }")
				m.img(url, `id="beacon"`)
			case 2:
				m.style.WriteString("/* x */ .o{opacity:0;position:absolute}")
				m.img(url, `class="a o b"`)
			case 3:
				m.style.WriteString("div.z img{width:0;height:0}.z{overflow:hidden}")
				m.add(`<div class="z">`)
				m.img(url, "")
				m.add(`</div>`)
			case 4:
				m.style.WriteString(".gone{visibility:hidden}")
				m.add(`<span class="gone">`)
				m.img(url, `alt=""`)
				m.add(`</span>`)
			}
		})
	}},
	{"lying-size", Disguises, func(m *mail) { // the attributes say one thing, the style another
		m.around(func() {
			m.img(m.pixel(pick(m, openers)), pick(m, []string{
				`width="200" height="80" style="width:1px;height:1px"`, `width="600" height="1" style="max-height:0"`, `width="100" height="100" style="display:none"`, `width="120" height="40" style="opacity:0.01;position:absolute;left:-9999px"`,
			}))
		})
	}},
	{"token-in-host", Disguises, func(m *mail) {
		m.around(func() { m.img(m.pixel("https://{m:hex24}.t.{host}/p.gif"), pick(m, tiny)) })
	}},
	{"token-in-file-name", Disguises, func(m *mail) {
		m.around(func() {
			m.img(m.pixel(pick(m, []string{"https://img.{host}/{m:uuid}.gif", "https://mail.{host}/{m:base32}.png", "https://www.{host}/nl/{m:hex40}.jpg", "https://t.{host}/p-{m:num14}.gif"})), pick(m, tiny))
		})
	}},
	{"repeated-pixel", Disguises, func(m *mail) { // at the top and at the bottom, for programs that cut long mail
		m.newsletter(func() {
			url := m.pixel(pick(m, openers))
			m.img(url, pick(m, tiny))
			m.paragraph()
			m.img(url, pick(m, tiny))
		})
	}},
	{"pixel-among-pictures", Disguises, func(m *mail) { // from the host of the ordinary pictures
		m.newsletter(func() {
			for range 4 {
				m.img(m.clean("https://mail.{host}/pic/{x:slug}.jpg"), `width="200" height="120"`)
			}
			m.img(m.pixel("https://mail.{host}/pic/open.gif?r={m:hex20}"), pick(m, tiny))
		})
	}},
}

// openers are URLs of pixels that speak for themselves, so that only the disguise is measured.
var openers = []string{
	"https://t.{host}/track/open?id={m:hex32}", "https://mail.{host}/open/{m:base43}", "https://links.{host}/o/{m:uuid}/open.gif", "https://news.{host}/pixel.gif?r={m:hex24}&c={c:num5}", "https://t.{host}/beacon?u={r:num8}&m={m:an22}",
}

// oddSizes are sizes that a rule for one pixel does not know.
var oddSizes = []string{
	`width="2" height="2"`, `width="3" height="1"`, `width="20" height="1"`, `width="10" height="10"`, `width="33" height="12"`, `style="width:2px;height:2px"`, `height="1"`, `width="1"`, `width="5" height="5" border="0"`, `width="600" height="1"`,
}

// hide writes a picture in a way that nobody sees.
func (m *mail) hide(url string) {
	src := m.attribute(url)
	m.add(pick(m, []string{
		`<img src="%s" style="display:none">`, `<img src="%s" style="visibility:hidden" width="40" height="40">`, `<img src="%s" style="opacity:0;position:absolute">`, `<img src="%s" hidden>`,
		`<div style="display:none"><img src="%s" alt=""></div>`, `<div style="max-height:0px;overflow:hidden"><span><img src="%s"></span></div>`, `<div style="position:absolute;left:-5000px;top:-5000px"><img src="%s" width="50" height="50"></div>`,
		`<div style="width:0;height:0;overflow:hidden"><img src="%s" width="10" height="10"></div>`, `<table style="mso-hide:all;display:none"><tr><td><img src="%s"></td></tr></table>`, `<div style="font-size:0;line-height:0;height:0;overflow:hidden"><img src="%s"></div>`,
		`<img src="%s" style="clip:rect(0,0,0,0);position:absolute">`, `<img src="%s" style="transform:scale(0)">`, `<img src="%s" style="DISPLAY : none !important">`, `<p hidden><img src="%s" width="30" height="30"></p>`,
	}), src)
}

// places are where a URL can stand that a program loads when it shows the message.
var places = []family{
	{"place-srcset", Places, func(m *mail) {
		m.newsletter(func() {
			m.add(`<img src="%s" srcset="%s 1x, %s 2x" width="1" height="1">`, m.attribute(m.clean("https://www.{host}/img/spacer.gif")), m.attribute(m.pixel("https://t.{host}/open?d=1&id={m:hex32}")), m.attribute(m.pixel("https://t.{host}/open?d=2&id={m:hex32}")))
		})
	}},
	{"place-srcset-twin", Harmless, func(m *mail) {
		m.newsletter(func() {
			m.add(`<img src="%s" srcset="%s 2x, %s 3x" width="200" height="80">`, m.clean("https://www.{host}/img/{c:word}.png"), m.clean("https://www.{host}/img/{c:word}@2x.png"), m.clean("https://www.{host}/img/{c:word}@3x.png"))
		})
	}},
	{"place-picture", Places, func(m *mail) {
		m.newsletter(func() {
			m.add(`<picture><source media="(min-width:1px)" srcset="%s"><img src="%s" width="1" height="1" alt=""></picture>`, m.attribute(m.pixel("https://t.{host}/track/open?id={m:hex32}")), m.clean("https://www.{host}/img/blank.gif"))
		})
	}},
	{"place-input", Places, func(m *mail) {
		m.around(func() {
			m.add(`<input type="image" src="%s" width="1" height="1">`, m.attribute(m.pixel(pick(m, openers))))
		})
	}},
	{"place-old-attributes", Places, func(m *mail) {
		m.around(func() {
			url := m.attribute(m.pixel(pick(m, openers)))
			m.add(pick(m, []string{`<img lowsrc="%s" src="cid:a" width="1" height="1">`, `<img dynsrc="%s" width="1" height="1">`, `<image src="%s" width="1" height="1">`, `<IMG SRC='%s' WIDTH=1 HEIGHT=1>`}), url)
		})
	}},
	{"place-background", Places, func(m *mail) {
		m.around(func() {
			url := m.attribute(m.pixel(pick(m, openers)))
			m.add(pick(m, []string{`<table background="%s" width="1" height="1"><tr><td></td></tr></table>`, `<td background="%s" width="1" height="1">&nbsp;</td>`, `<div background="%s" style="width:1px;height:1px"></div>`}), url)
		})
	}},
	{"place-background-twin", Harmless, func(m *mail) {
		m.newsletter(func() {
			m.add(`<table background="%s" width="600"><tr><td style="background:#fff url('%s') no-repeat">text</td></tr></table>`, m.clean("https://www.{host}/img/bg.png"), m.clean("https://cdn.{host}/{c:hex32}.jpg"))
		})
	}},
	{"place-style-attribute", Places, func(m *mail) {
		m.around(func() {
			url := m.pixel(pick(m, openers))
			m.add(pick(m, []string{
				`<div style="background-image:url(%s)"></div>`, `<div style="background:url('%s') no-repeat;width:1px;height:1px">&nbsp;</div>`, `<ul style="list-style:url(%s)"><li></li></ul>`,
				`<span style="content:url(%s)"></span>`, `<div style="border-image-source:url(%s)"></div>`, `<p style="--x:url(%s);background:var(--x)"></p>`, `<p style="-webkit-mask-image:url('%s')">a</p>`, `<p style="cursor:url(%s),auto">a</p>`,
			}), m.attribute(url))
		})
	}},
	{"place-style-sheet", Places, func(m *mail) {
		m.newsletter(func() {
			url := m.pixel(pick(m, openers))
			fmt.Fprintf(&m.style, pick(m, []string{
				"#t{background:url(%s)}", ".footer:after{content:url('%s')}", "@media screen{body{background-image:url(\"%s\")}}", "div.z { list-style-image : url( '%s' ) }", "td{background:image-set('%s' 1x)}", "@media print{#p{background-image:url('%s')}}",
			}), url)
			m.add(`<div id="t" class="z"><p id="p"></p></div>`)
		})
	}},
	{"place-import", Places, func(m *mail) {
		m.newsletter(func() {
			url := m.pixel("https://t.{host}/css/open/{m:hex32}")
			if m.chance(2) {
				m.add(`<style>@import url("%s");</style>`, url)
			} else {
				m.add(`<style>@import "%s" screen;</style>`, url)
			}
		})
	}},
	{"place-font", Places, func(m *mail) {
		m.newsletter(func() {
			fmt.Fprintf(&m.style, "@font-face{font-family:T;src:url('%s') format('woff2')}.t{font-family:T}", m.pixel("https://t.{host}/f/{m:hex32}/open.woff2"))
		})
	}},
	{"place-font-twin", Harmless, func(m *mail) {
		m.newsletter(func() {
			fmt.Fprintf(&m.head, `<link href="%s" rel="stylesheet">`, m.attribute(m.clean(pick(m, []string{"https://fonts.googleapis.com/css2?family=Open+Sans:wght@400;700&display=swap", "https://fonts.googleapis.com/css?family=Lato:400,700", "https://use.typekit.net/{s:al7}.css"}))))
			fmt.Fprintf(&m.style, "@font-face{font-family:S;src:url('%s') format('woff2')}", m.clean("https://fonts.gstatic.com/s/opensans/v40/mem{s:base88}.woff2"))
		})
	}},
	{"place-link", Places, func(m *mail) {
		m.newsletter(func() {
			fmt.Fprintf(&m.head, `<link rel="%s" href="%s">`, pick(m, []string{"stylesheet", "StyleSheet", "icon", "prefetch", "preload", "stylesheet alternate"}), m.attribute(m.pixel("https://t.{host}/track/open.css?id={m:hex32}")))
		})
	}},
	{"place-media", Places, func(m *mail) {
		m.newsletter(func() {
			url := m.attribute(m.pixel(pick(m, openers)))
			m.add(pick(m, []string{`<video poster="%s" width="1" height="1"></video>`, `<audio src="%s" autoplay></audio>`, `<video width="1" height="1"><source src="%s" type="video/mp4"></video>`, `<video><track default src="%s"></video>`, `<bgsound src="%s">`}), url)
		})
	}},
	{"place-media-twin", Harmless, func(m *mail) {
		m.newsletter(func() {
			m.add(`<video poster="%s" width="600" height="320" controls><source src="%s" type="video/mp4"></video>`, m.clean("https://www.{host}/video/{c:slug}.jpg"), m.clean("https://www.{host}/video/{c:slug}.mp4"))
		})
	}},
	{"place-embedded", Places, func(m *mail) {
		m.around(func() {
			url := m.attribute(m.pixel(pick(m, openers)))
			m.add(pick(m, []string{`<iframe src="%s" width="1" height="1"></iframe>`, `<object data="%s" width="1" height="1"></object>`, `<embed src="%s" width="1" height="1">`, `<iframe src="%s" style="display:none"></iframe>`}), url)
		})
	}},
	{"place-srcdoc", Places, func(m *mail) {
		m.around(func() {
			m.add(`<iframe srcdoc="&lt;img src='%s' width=1 height=1&gt;"></iframe>`, m.pixel("https://t.{host}/track/open/{m:hex32}"))
		})
	}},
	{"place-svg", Places, func(m *mail) {
		m.around(func() {
			url := m.attribute(m.pixel(pick(m, openers)))
			m.add(`<svg width="1" height="1">`+pick(m, []string{`<image href="%s" width="1" height="1"/>`, `<image xlink:href="%s"/>`, `<use href="%s#a"/>`, `<filter id="f"><feImage href="%s"/></filter>`})+`</svg>`, url)
		})
	}},
	{"place-vml", Places, func(m *mail) {
		m.newsletter(func() {
			url := m.attribute(m.pixel(pick(m, openers)))
			m.add(`<!--[if gte mso 9]>`+pick(m, []string{`<v:rect style="width:1px;height:1px"><v:fill type="frame" src="%s"/></v:rect>`, `<v:image src="%s" style="width:1px;height:1px"/>`, `<v:shape><v:imagedata src="%s"/></v:shape>`, `<v:background fill="t"><v:fill src="%s"/></v:background>`})+`<![endif]-->`, url)
		})
	}},
	{"place-vml-twin", Harmless, func(m *mail) {
		m.newsletter(func() {
			m.add(`<!--[if gte mso 9]><v:rect style="width:600px;height:300px"><v:fill type="frame" src="%s"/><v:textbox>text</v:textbox></v:rect><![endif]-->`, m.clean("https://www.{host}/img/bg-{c:word}.jpg"))
		})
	}},
	{"place-noscript", Places, func(m *mail) {
		m.around(func() {
			m.add(`<noscript><img src="%s" width="1" height="1"></noscript>`, m.attribute(m.pixel(pick(m, openers))))
		})
	}},
	{"place-refresh", Places, func(m *mail) {
		m.letter(func() {
			fmt.Fprintf(&m.head, `<meta http-equiv="refresh" content="%s">`, m.attribute("0; url="+m.pixel("https://t.{host}/open?m={m:hex32}")))
		})
	}},
	{"place-base", Places, func(m *mail) { // the pixel is relative
		m.letter(func() {
			fmt.Fprintf(&m.head, `<base href="%s">`, m.fill("https://t.{host}/mail/"))
			path := m.fill("open/{m:hex32}.gif")
			m.pixel("https://t.{host}/mail/" + path)
			m.add(`<img src="%s" width="1" height="1">`, pick(m, []string{path, "./" + path, "/mail/" + path, "../mail/" + path}))
		})
	}},
	{"place-ping", Places, func(m *mail) {
		m.letter(func() {
			m.add(`<a href="%s" ping="%s">link</a>`, m.note(Reference{URL: m.fill("https://www.{host}/"), Link: true}), m.note(Reference{URL: m.fill("https://t.{host}/ping?id={m:hex32}"), Label: Unsure, Link: true}))
			m.img(m.pixel(pick(m, openers)), pick(m, tiny))
		})
	}},
	{"place-amp", Places, func(m *mail) {
		url := m.pixel(pick(m, openers))
		element := pick(m, []string{`<amp-pixel src="%s"></amp-pixel>`, `<amp-img src="%s" width="1" height="1"></amp-img>`})
		m.parts = append(m.parts, part{"Content-Type: text/x-amp-html; charset=utf-8\r\n", `<!doctype html><html ⚡4email><head></head><body>` + fmt.Sprintf(element, m.attribute(url)) + "</body></html>"})
		m.newsletter(func() {})
	}},
	{"place-calendar", Places, func(m *mail) {
		url := m.pixel(pick(m, openers))
		m.parts = append(m.parts, part{"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n",
			"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Invitation\r\n" + fold(`X-ALT-DESC;FMTTYPE=text/html:<html><body><img src="`+url+`" width="1" height="1"></body></html>`) + "END:VEVENT\r\nEND:VCALENDAR\r\n"})
		m.letter(func() {})
	}},
	{"place-calendar-attachment", Places, func(m *mail) {
		url := m.pixel("https://t.{host}/open/{m:hex32}")
		m.parts = append(m.parts, part{"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n",
			"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Invitation\r\n" + fold("ATTACH;FMTTYPE=image/png:"+url) + "END:VEVENT\r\nEND:VCALENDAR\r\n"})
		m.letter(func() {})
	}},
	{"place-vcard", Places, func(m *mail) {
		url := m.pixel("https://t.{host}/open/{m:hex32}.jpg")
		m.parts = append(m.parts, part{"Content-Type: text/vcard; charset=utf-8\r\n", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jan\r\n" + fold("PHOTO;VALUE=URI:"+url) + "END:VCARD\r\n"})
		m.letter(func() {})
	}},
	{"place-attached-message", Places, func(m *mail) {
		url := m.pixel(pick(m, openers))
		m.parts = append(m.parts, part{"Content-Type: message/rfc822\r\n",
			"From: Friend <friend@other.example>\r\nTo: list@other.example\r\nSubject: first\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p><img src=\"" + m.attribute(url) + "\" width=\"1\" height=\"1\">\r\n"})
		m.letter(func() {})
	}},
	{"place-inline-document", Places, func(m *mail) {
		url := m.pixel(pick(m, openers))
		m.parts = append(m.parts, part{"Content-Type: text/html; charset=utf-8; name=offer.html\r\nContent-Disposition: inline; filename=offer.html\r\n", `<html><body><img src="` + m.attribute(url) + `" width="1" height="1"></body></html>`})
		m.letter(func() {})
	}},
	{"place-second-document", Places, func(m *mail) {
		url := m.pixel(pick(m, openers))
		m.parts = append(m.parts, part{"Content-Type: text/html\r\n", `<p>second</p><img src="` + m.attribute(url) + `" height=1 width=1>`})
		m.letter(func() {})
	}},
	{"place-data-document", Places, func(m *mail) { // a document in a URL
		m.around(func() {
			inner := `<img src="` + m.pixel("https://t.{host}/open/{m:hex32}") + `" width="1" height="1">`
			m.body.WriteString(pick(m, []string{
				`<iframe src="data:text/html,` + url.PathEscape(inner) + `"></iframe>`, `<iframe src="data:text/html;base64,` + base64.StdEncoding.EncodeToString([]byte(inner)) + `"></iframe>`, `<object data="data:text/html;charset=utf-8,` + url.PathEscape(inner) + `"></object>`,
			}))
		})
	}},
	{"place-content-base", Places, func(m *mail) { // the pixel is relative to what a header field says (RFC 2557, RFC 2110)
		path := m.fill("open/{m:hex32}.gif")
		m.pixel("https://t.{host}/mail/" + path)
		base := m.fill("https://t.{host}/mail/")
		m.add(`<p>%s</p><img src="%s" width="1" height="1">`, pick(m, m.language.sentences), path)
		m.plainHTML = true
		m.encode = func(html string) (string, string) {
			return html, "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n" + pick(m, []string{"Content-Base: ", "Content-Location: "}) + base + "\r\n"
		}
	}},
	{"place-attribution", Places, func(m *mail) {
		m.newsletter(func() {
			m.add(`<img src="%s" attributionsrc="%s" width="120" height="40">`, m.clean("https://www.{host}/logo.png"), m.attribute(m.pixel("https://t.{host}/open?id={m:hex32}")))
		})
	}},
	{"place-tnef", Places, func(m *mail) {
		inner := `<html><body><p>` + pick(m, m.language.sentences) + `</p><img src="` + m.pixel(pick(m, openers)) + `" width="1" height="1"></body></html>`
		m.parts = append(m.parts, part{"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Disposition: attachment; filename=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n", base64Lines(winmail(inner))})
		m.letter(func() {})
	}},
	{"place-header-field", Places, func(m *mail) { // the picture of the sender, as KMail and others show it, or the mark of the brand
		url := m.pixel("https://t.{host}/open/{m:hex32}.png")
		if pick(m, []bool{true, false}) {
			m.field("X-Image-URL", url)
		} else {
			m.field("BIMI-Location", "v=BIMI1; l="+url+"; a=")
		}
		m.letter(func() {})
	}},
	{"place-external-body", Places, func(m *mail) {
		url := m.pixel("https://t.{host}/open/{m:hex32}.txt")
		m.parts = append(m.parts, part{`Content-Type: message/external-body; access-type=URL; URL="` + url + `"` + "\r\n", "Content-Type: text/html\r\n\r\n"})
		m.letter(func() {})
	}},
	{"place-signed", Places, func(m *mail) { // opaque S/MIME: the HTML is inside of its DER
		m.letter(func() { m.img(m.pixel(pick(m, openers)), pick(m, tiny)) })
		m.plainHTML = true
		m.encode = func(html string) (string, string) {
			return base64Lines(signedData("Content-Type: text/html; charset=utf-8\r\n\r\n" + html)), "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n"
		}
	}},
}

// fold folds a content line of iCalendar or vCard (RFC 5545 section 3.1).
func fold(line string) string {
	var b strings.Builder
	for n := 73; len(line) > n; n = 72 {
		b.WriteString(line[:n] + "\r\n ")
		line = line[n:]
	}
	return b.String() + line + "\r\n"
}
