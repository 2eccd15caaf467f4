package corpustest

import (
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
)

// sender is who sends: a host, a language and habits that do not change from mail to mail.
type sender struct {
	seed     uint64
	host     string // registrable domain
	name     string
	language *language
	pictures []string // templates of ordinary pictures, at the places that this sender keeps them
	to       string   // the recipient
}

// newSender makes a sender up.
func newSender(seed uint64, name string) sender {
	r := source(seed, "sender", name)
	s := sender{seed: seed, language: languages[r.IntN(len(languages))]}
	label := words[r.IntN(len(words))] + []string{"", "-", ""}[r.IntN(3)] + words[r.IntN(len(words))]
	s.host = label + []string{".example", ".test"}[r.IntN(2)]
	s.name = strings.ToUpper(label[:1]) + label[1:]
	for range 2 {
		s.pictures = append(s.pictures, pictureStores[r.IntN(len(pictureStores))])
	}
	s.to = []string{"anna.devries", "jan", "m.schmidt84", "Kim.Jansen", "student123", "info", "lotte_b", "s.de.boer"}[r.IntN(8)] + "@" +
		[]string{"post.example", "uni.example", "mail.test", "werk.test"}[r.IntN(4)]
	return s
}

// mail is a message that is being written.
type mail struct {
	sender
	mailing int // the number of the mailing of this sender
	rand    *rand.Rand
	header  strings.Builder
	style   strings.Builder // for the style element
	head    strings.Builder // further elements of the head
	body    strings.Builder // HTML
	parts   []part          // beside text and HTML
	click   []string        // templates of links through a redirector
	service string          // whose they are
	dest    string          // where the next one leads

	references []Reference
	receipt    bool
	plainHTML  bool                                   // the HTML is written as the family left it, in one 8bit part
	charset    string                                 // of the HTML, "utf-8" unless set
	encode     func(html string) (body, field string) // a content-transfer-encoding of the family's own
}

// part is a further MIME part.
type part struct {
	field string // header fields, with line ends
	body  string
}

func newMail(s sender, mailing, i int) *mail {
	m := &mail{sender: s, mailing: mailing, rand: source(s.seed, "mail", s.host, mailing, i), charset: "utf-8"}
	if m.language != languages[0] && m.rand.IntN(8) == 0 {
		m.charset = "iso-8859-1"
	}
	return m
}

// chance is true once in n times.
func (m *mail) chance(n int) bool { return m.rand.IntN(n) == 0 }

func pick[T any](m *mail, from []T) T { return from[m.rand.IntN(len(from))] }

// field adds a header field.
func (m *mail) field(name, body string) {
	fmt.Fprintf(&m.header, "%s: %s\r\n", name, m.fill(body))
}

// add adds HTML.
func (m *mail) add(format string, values ...any) { fmt.Fprintf(&m.body, format, values...) }

// note records what is true of a URL. A tracker stays one, whatever else is said of the same URL.
func (m *mail) note(r Reference) string {
	r.URL, _, _ = strings.Cut(r.URL, "#")
	for i := range m.references {
		if old := &m.references[i]; old.URL == r.URL && old.Link == r.Link {
			if old.Label != Tracker {
				*old = r
			}
			return r.URL
		}
	}
	m.references = append(m.references, r)
	return r.URL
}

// pixel records a reference that reports and is not meant to be seen, and returns its URL.
func (m *mail) pixel(template string) string {
	return m.note(Reference{URL: m.fill(template), Label: Tracker})
}

// beacon records a visible picture that reports, and returns its URL.
func (m *mail) beacon(template string) string {
	return m.note(Reference{URL: m.fill(template), Label: Tracker, Unique: true})
}

// leak records a pixel with an address of the recipient in it.
func (m *mail) leak(template string) string {
	return m.note(Reference{URL: m.fill(template), Label: Tracker, Leak: true})
}

// clean records a reference that reports on nobody, and returns its URL.
func (m *mail) clean(template string) string { return m.note(Reference{URL: m.fill(template)}) }

// unsure records a reference that nobody should be measured by.
func (m *mail) unsure(template string) string {
	return m.note(Reference{URL: m.fill(template), Label: Unsure})
}

// attribute writes a URL as most do in an attribute; one in four leaves the ampersand alone.
func (m *mail) attribute(url string) string {
	if m.rand.IntN(4) == 0 {
		return strings.ReplaceAll(url, `"`, "&quot;")
	}
	return html.EscapeString(url)
}

// img writes an img element with further attributes.
func (m *mail) img(url, attributes string) {
	src := fmt.Sprintf(`src="%s"`, m.attribute(url))
	if attributes != "" && m.chance(2) {
		src = attributes + " " + src
	} else if attributes != "" {
		src += " " + attributes
	}
	m.add("<img %s%s>", src, pick(m, []string{"", " /", ""}))
}

// tiny are the ways to make a picture that nobody sees, without a lie.
var tiny = []string{
	`width="1" height="1"`, `width="1" height="1" alt=""`, `height="1" width="1" border="0"`, `width=1 height=1 style="display:none"`,
	`style="width:1px;height:1px"`, `width="0" height="0"`, `style="display:none" alt=""`, `width="1px" height="1px" border="0" style="border:0"`,
	`style="height:1px !important;width:1px !important;border-width:0 !important;margin:0" width="1" height="1"`,
	`alt="" width="1" height="1" border="0" style="height:1px !important; width:1px !important; padding:0 !important;"`,
}

// link writes a link: through the redirector of the service, if the sender has one.
func (m *mail) link(content string) {
	m.dest = m.fill("https://www.{host}/" + pick(m, []string{"{x:slug}", "{x:word}/{x:slug}", "{x:slug}?utm_source=newsletter&utm_medium=email&utm_campaign={c:word}", ""}))
	url := m.dest
	if len(m.click) > 0 {
		template := pick(m, m.click)
		url = m.note(Reference{URL: m.fill(template), Label: Tracker, Link: true, Provider: m.service, Target: m.target(template)})
	} else {
		m.note(Reference{URL: url, Link: true})
	}
	m.add(`<a href="%s"%s>%s</a>`, m.attribute(url), pick(m, []string{"", ` target="_blank"`, ` style="color:#0a58ca"`}), content)
}

// target is where a link from template leads, when that stands in it.
func (m *mail) target(template string) string {
	if strings.Contains(template, "{dest") {
		return m.dest
	}
	return ""
}

// heading, paragraph and signature write the text around what is measured.
func (m *mail) paragraph() {
	m.add("<p%s>", pick(m, []string{"", ` style="margin:0 0 12px"`, ` class="text"`}))
	for range 1 + m.rand.IntN(4) {
		m.add("%s ", pick(m, m.language.sentences))
	}
	m.add("</p>\r\n")
}

// picture writes an ordinary picture of the sender, of some size.
func (m *mail) picture() {
	url := m.clean(pick(m, m.pictures))
	w, h := 80+10*m.rand.IntN(53), 40+10*m.rand.IntN(36)
	m.img(url, pick(m, []string{
		fmt.Sprintf(`width="%d" height="%d" alt="%s"`, w, h, pick(m, words)),
		fmt.Sprintf(`width="%d" alt="%s" style="display:block;width:100%%;max-width:%dpx;height:auto"`, w, pick(m, words), w),
		fmt.Sprintf(`style="width:%dpx;height:%dpx" alt=""`, w, h),
		fmt.Sprintf(`alt="%s" border="0" class="fluid"`, pick(m, words)),
		`width="100%" alt="" style="display:block"`,
	}))
}

// rows writes the rows of a newsletter.
func (m *mail) rows(n int) {
	for range n {
		m.add(`<tr><td style="padding:8px">`)
		switch m.rand.IntN(5) {
		case 0, 1:
			m.picture()
			m.paragraph()
		case 2:
			m.paragraph()
			m.link(pick(m, m.language.more))
		case 3:
			m.link(m.inline(m.picture))
		case 4:
			m.img(m.clean("https://www.{host}/img/"+pick(m, []string{"spacer.gif", "blank.gif", "pixel.gif", "shim.gif", "1x1.png"})), fmt.Sprintf(`width="%d" height="%d" alt=""`, 1+m.rand.IntN(20), 1+m.rand.IntN(20)))
			m.paragraph()
		}
		m.add("</td></tr>\r\n")
	}
}

// inline is the HTML that write writes.
func (m *mail) inline(write func()) string {
	outer := m.body.String()
	m.body.Reset()
	write()
	inner := m.body.String()
	m.body.Reset()
	m.body.WriteString(outer)
	return inner
}

// newsletter writes a newsletter around what is measured.
func (m *mail) newsletter(special func()) {
	m.style.WriteString("body{margin:0;padding:0}.text{font:14px/1.5 Arial,sans-serif}@media only screen and (max-width:600px){.fluid{width:100%!important;height:auto!important}}\r\n")
	m.add(`<table width="600" align="center" cellpadding="0" cellspacing="0">` + "\r\n")
	if m.chance(2) {
		m.add(`<tr><td><div style="display:none;max-height:0;overflow:hidden;font-size:1px">%s</div></td></tr>`, pick(m, m.language.sentences))
	}
	m.add("<tr><td>")
	m.img(m.clean("https://www.{host}/"+pick(m, []string{"logo.png", "assets/logo@2x.png", "img/logo.gif?v=3", "media/logo-{s:hex8}.svg"})), `width="160" height="48" alt="Logo"`)
	m.add("</td></tr>\r\n")
	early := m.chance(4)
	if early {
		m.cell(special)
	}
	m.rows(2 + m.rand.IntN(6))
	m.add("<tr><td>")
	for _, icon := range []string{"facebook", "instagram", "linkedin"}[:m.rand.IntN(4)] {
		m.img(m.clean("https://www.{host}/icons/"+icon+".png"), `width="24" height="24" alt=""`)
	}
	m.unsubscribe()
	m.add("</td></tr>\r\n")
	if !early {
		m.cell(special)
	}
	m.add("</table>\r\n")
}

// cell writes a row for what is measured.
func (m *mail) cell(special func()) {
	m.add("<tr><td>")
	special()
	m.add("</td></tr>\r\n")
}

// unsubscribe writes the link to leave. That it knows who leaves is what it is for, so it is not counted.
func (m *mail) unsubscribe() {
	url := m.note(Reference{URL: m.fill("https://www.{host}/unsubscribe?id={r:hex16}"), Label: Unsure, Link: true})
	m.add(`<a href="%s">%s</a>`, m.attribute(url), m.language.unsubscribe)
}

// letter writes a mail from person to person around what is measured.
func (m *mail) letter(special func()) {
	m.add("<div>%s,</div>\r\n", pick(m, m.language.greetings))
	for range 1 + m.rand.IntN(3) {
		m.paragraph()
	}
	if m.chance(3) {
		m.add("<div>--<br>%s<br>", m.name)
		m.img(m.clean("https://www.{host}/signature/logo.png"), `width="120" height="40"`)
		m.link("www." + m.host)
		m.add("</div>\r\n")
	}
	special()
}

// around writes a mail of any kind around what is measured.
func (m *mail) around(special func()) {
	if m.chance(4) {
		m.letter(special)
		return
	}
	m.newsletter(special)
}
