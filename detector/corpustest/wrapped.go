package corpustest

import (
	"encoding/hex"
	"net/url"
	"strings"
)

// proxies are programs and filters that put a URL inside of one of theirs. The picture is then asked for by them, or
// through them: what is inside decides.
var proxies = []struct {
	name string
	wrap func(m *mail, inner string) string
}{
	{"gmail", func(m *mail, inner string) string {
		return "https://ci3.googleusercontent.com/meips/ADKq_N" + value(m.rand, "base", 150) + "=s0-d-e1-ft#" + inner
	}},
	{"gmail-old", func(m *mail, inner string) string {
		return "https://ci4.googleusercontent.com/proxy/" + value(m.rand, "base", 170) + "=s0-d-e1-ft#" + inner
	}},
	{"safelinks", func(m *mail, inner string) string {
		return "https://eur03.safelinks.protection.outlook.com/?url=" + url.QueryEscape(inner) + "&data=05%7C02%7C%7C" + value(m.rand, "hex", 32) + "%7C1%7C0%7C" + value(m.rand, "num", 18) + "&sdata=" + value(m.rand, "an", 43) + "%3D&reserved=0"
	}},
	{"proofpoint-2", func(m *mail, inner string) string {
		return "https://urldefense.proofpoint.com/v2/url?u=" + strings.NewReplacer("%", "-", "/", "_").Replace(proofpointEscape(inner)) + "&d=DwMFaQ&c=" + value(m.rand, "base", 43) + "&r=" + value(m.rand, "base", 43) + "&m=" + value(m.rand, "base", 43) + "&s=" + value(m.rand, "base", 43) + "&e="
	}},
	{"proofpoint-3", func(m *mail, inner string) string {
		return "https://urldefense.com/v3/__" + inner + "__;!!" + value(m.rand, "an", 12) + "!" + value(m.rand, "base", 80) + "$"
	}},
	{"barracuda", func(m *mail, inner string) string {
		return "https://linkprotect.cudasvc.com/url?a=" + url.QueryEscape(inner) + "&c=E,1," + value(m.rand, "base", 80) + ",1&typo=0"
	}},
	{"yahoo", func(m *mail, inner string) string {
		return "https://ecp.yusercontent.com/mail?url=" + url.QueryEscape(inner) + "&t=" + value(m.rand, "num", 10) + "&ymreqid=" + value(m.rand, "uuid", 0) + "&sig=" + value(m.rand, "base", 22) + "--~D"
	}},
	{"camo", func(m *mail, inner string) string {
		return "https://camo.githubusercontent.com/" + value(m.rand, "hex", 64) + "/" + hex.EncodeToString([]byte(inner))
	}},
	{"trend", func(m *mail, inner string) string {
		return "https://ca-1234.url-protection.example/wproxy/clickproxy?url=" + url.QueryEscape(inner) + "&rs=" + value(m.rand, "hex", 40)
	}},
}

// proofpointEscape writes what is not a letter, digit or one of ".-_" or so as "%xx", as version 2 does before it swaps
// the percent sign for a hyphen.
func proofpointEscape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c == '/' || c == '.' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
	}
	return b.String()
}

// wrapped are forwarded or filtered mails.
var wrapped = wrappedFamilies()

func wrappedFamilies() []family {
	var all []family
	for _, p := range proxies {
		note := func(m *mail, r Reference) string {
			written := p.wrap(m, r.URL)
			r.URL = written
			m.note(r)
			return written
		}
		all = append(all,
			family{"wrapped-" + p.name, Wrapped, func(m *mail) {
				m.forwarded(func() {
					s := services[m.rand.IntN(len(services))]
					r := Reference{URL: m.fill(s.open[0]), Label: Tracker, Provider: s.provider}
					if m.chance(2) {
						r = Reference{URL: m.fill(pick(m, openers)), Label: Tracker}
					}
					m.img(note(m, Reference{URL: m.fill(pick(m, m.pictures))}), `width="600" height="200" class="CToWUd"`)
					m.img(note(m, r), pick(m, tiny))
				})
			}},
			family{"wrapped-" + p.name + "-twin", Harmless, func(m *mail) {
				m.forwarded(func() {
					for range 4 {
						m.img(note(m, Reference{URL: m.fill(pick(m, m.pictures))}), pick(m, []string{`width="600" height="200" class="CToWUd"`, `class="CToWUd"`, `width="24" height="24"`}))
					}
					m.img(note(m, Reference{URL: m.fill("https://www.{host}/img/spacer.gif")}), `width="10" height="1"`)
				})
			}})
	}
	return all
}

// forwarded writes a mail that somebody sent on.
func (m *mail) forwarded(special func()) {
	m.add(`<div dir="ltr">%s<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: %s &lt;news@%s&gt;</div>`, pick(m, m.language.greetings), m.name, m.host)
	m.paragraph()
	special()
	m.paragraph()
	m.add("</div></div>")
}

// links are mails without anything that loads: what counts is where their links go through.
var links = []family{
	{"link-filter", Links, func(m *mail) { // the filter of the reader's own mail server: it knows who clicks, and is no sender
		m.letter(func() {
			dest := m.fill("https://www.{host}/{c:slug}")
			p := proxies[2+m.rand.IntN(4)]
			m.add(`<a href="%s">%s</a>`, m.attribute(m.note(Reference{URL: p.wrap(m, dest), Label: Unsure, Link: true, Target: dest})), dest)
		})
	}},
	{"link-own-redirector", Links, func(m *mail) {
		m.letter(func() {
			m.dest = m.fill("https://www.{host}/{c:slug}")
			for range 3 {
				t := pick(m, []string{"https://click.{host}/c/{m:hex24}/{x:hex24}", "https://go.{host}/r?u={r:hex16}&l={x:num6}&url={dest}", "https://t.{host}/l/{m:base22}/{x:base22}/{destb64}"})
				m.add(`<a href="%s">%s</a>`, m.attribute(m.note(Reference{URL: m.fill(t), Label: Tracker, Link: true, Target: m.target(t)})), pick(m, m.language.more))
			}
		})
	}},
	{"link-recipient-parameter", Links, func(m *mail) {
		m.letter(func() {
			for range 2 {
				m.add(`<a href="%s">%s</a>`, m.attribute(m.note(Reference{URL: m.fill("https://www.{host}/{x:slug}?" + pick(m, []string{
					"mc_cid={c:hex10}&mc_eid={r:hex10}", "_hsenc=p2ANqtz-{m:base80}&_hsmi={c:num9}", "mkt_tok={m:base120}", "vero_id={base64url}", "_kx={r:base40}.{s:an6}", "utm_source=mail&email={percent}", "e={md5}", "oly_enc_id={r:HEX16}",
				})), Label: Tracker, Link: true})), pick(m, m.language.more))
			}
		})
	}},
	{"link-plain", Harmless, func(m *mail) {
		m.letter(func() {
			for range 6 {
				m.add(`<a href="%s">%s</a> `, m.attribute(m.note(Reference{URL: m.fill(pick(m, []string{
					"https://www.{host}/{x:slug}", "https://www.{host}/{x:word}/{x:num8}", "https://www.{host}/{x:slug}?utm_source=newsletter&utm_medium=email&utm_campaign={c:slug}", "https://www.youtube.com/watch?v={x:base11}",
					"https://github.com/{x:word}/{x:word}/commit/{x:hex40}", "https://docs.google.com/document/d/{x:base44}/edit?usp=sharing", "https://lists.{host}/archives/{x:word}/{x:date}/msg{x:num5}.html", "https://meet.google.com/{x:let3}-{x:let4}-{x:let3:b}",
					"https://zoom.us/j/{x:num11}?pwd={x:an32}", "https://www.instagram.com/p/{x:base11}/", "https://goo.gl/maps/{x:an17}", "https://www.amazon.de/dp/B0{x:HEX8}", "https://doi.org/10.1000/{x:num5}.{x:num4}", "https://{host}/", "https://www.{host}/download/{x:hex32}.pdf",
				})), Link: true})), pick(m, m.language.more))
			}
			m.add(`<a href="mailto:info@%s">mail</a> <a href="#top">top</a> <a href="tel:+31200000000">tel</a>`, m.host)
		})
	}},
	{"link-unsubscribe", Harmless, func(m *mail) {
		m.letter(func() {
			m.add(`<a href="%s">%s</a>`, m.attribute(m.note(Reference{URL: m.fill(pick(m, []string{"https://www.{host}/unsubscribe", "https://www.{host}/account/preferences", "https://www.{host}/afmelden?lijst={s:num2}"})), Link: true})), m.language.unsubscribe)
		})
	}},
}
