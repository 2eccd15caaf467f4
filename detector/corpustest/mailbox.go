package corpustest

import "fmt"

// Mailbox is the mail of one sender to one reader, or to several addresses of theirs, in the order it came. What one
// message leaves open, the others may tell.
type Mailbox struct {
	Name       string
	Recipients []string // the reader's addresses
	Messages   []Message
}

// correspondence is a kind of mailbox: write writes each of its messages.
type correspondence struct {
	name    string
	aliases bool // the reader has two addresses
	write   func(*mail)
}

// correspondences are chosen such that a single message does not tell, or tells wrongly.
var correspondences = []correspondence{
	{"logo-differs", false, func(m *mail) { // the logo is another one for each message, all else stays
		m.sameNewsletter(func() {
			m.img(m.beacon("https://img.{host}/l/{m:an10}/logo.png"), `width="180" height="60" alt="Logo"`)
		})
	}},
	{"logo-query-differs", false, func(m *mail) {
		m.sameNewsletter(func() {
			m.img(m.beacon("https://www.{host}/logo.png?{m:al12}"), `width="180" height="60" alt="Logo"`)
		})
	}},
	{"short-token", false, func(m *mail) { // too short to be told from a word
		m.sameNewsletter(func() {
			m.img(m.pixel("https://mail.{host}/i/{m:an5}"), pick(m, []string{"", `width="20" height="1"`}))
		})
	}},
	{"counter-in-path", false, func(m *mail) {
		m.sameNewsletter(func() { m.img(m.pixel("https://mail.{host}/px/{m:num4}/{c:num2}.gif"), `width="1" height="1"`) })
	}},
	{"recipient-stays", false, func(m *mail) { // the mailing differs, the reader stays
		m.sameNewsletter(func() { m.img(m.pixel("https://mail.{host}/a/{c:num4}/{r:num6}/b.gif"), `width="10" height="10"`) })
	}},
	{"recipient-differs-by-alias", true, func(m *mail) {
		m.sameNewsletter(func() { m.img(m.pixel("https://mail.{host}/a/{c:num4}/{r:al8}/b"), `width="3" height="3"`) })
	}},
	{"background-differs", false, func(m *mail) {
		m.sameNewsletter(func() {
			m.add(`<div style="background:url('%s')">`, m.beacon("https://img.{host}/bg/{m:base22}"))
			m.paragraph()
			m.add("</div>")
		})
	}},
	{"services-pixel", false, func(m *mail) {
		m.sameNewsletter(func() {
			url := m.note(Reference{URL: m.fill("https://{s:word}.us7.list-manage.com/track/open.php?u={s:hex25}&id={c:hex10}&e={r:hex10}"), Label: Tracker, Provider: "Mailchimp"})
			m.img(url, `width="1" height="1"`)
		})
	}},
	{"own-pixel", false, func(m *mail) {
		m.sameNewsletter(func() { m.img(m.pixel("https://t.{host}/track/open?id={m:hex32}"), `width="1" height="1"`) })
	}},
	{"tracked-now-and-then", false, func(m *mail) { // only the newsletters are, not the receipts
		m.sameNewsletter(func() {
			if m.mailing%2 == 0 {
				m.img(m.pixel("https://t.{host}/o/{m:al9}"), `height="2" width="2"`)
			}
		})
	}},
	// Twins: nothing tracks.
	{"static-spacer", false, func(m *mail) { // a hashed name that is the same in every message
		m.sameNewsletter(func() {
			m.img(m.clean("https://cdn.{host}/{s:hex32}.gif"), `width="1" height="1"`)
			m.img(m.clean("https://img.{host}/s?k={s:base22}"), `width="1" height="20"`)
		})
	}},
	{"static-logo-with-code", false, func(m *mail) {
		m.sameNewsletter(func() {
			m.img(m.clean("https://assets.{host}/media?id={s:uuid}"), `width="180" height="60"`)
		})
	}},
	{"other-products-each-time", false, func(m *mail) {
		m.sameNewsletter(func() {
			for range 3 {
				m.img(m.clean("https://cdn.{host}/p/{x:hex32}.jpg"), `width="180" height="180"`)
				m.img(m.clean("https://www.{host}/image/{x:num8}?size=m"), `width="180" height="180"`)
			}
		})
	}},
	{"other-hero-each-time", false, func(m *mail) {
		m.sameNewsletter(func() {
			m.img(m.clean("https://images.{host}/{c:date}/{c:slug}-{c:al6}.jpg"), "")
			m.img(m.clean("https://images.ctfassets.net/{s:al12}/{c:an22}/{c:hex32}/hero.png?w=600&q=80"), `width="600"`)
		})
	}},
	{"version-changes", false, func(m *mail) {
		m.sameNewsletter(func() {
			m.img(m.clean("https://www.{host}/logo.png?v={c:num10}"), `width="180" height="60"`)
		})
	}},
	{"signature-changes", false, func(m *mail) {
		m.sameNewsletter(func() {
			m.img(m.clean("https://{s:slug}.s3.eu-central-1.amazonaws.com/logo.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{s:upper16}%2F2025{c:num4}%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=2025{c:num4}T090000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature={x:hex64}"), `width="180" height="60"`)
		})
	}},
	{"tickets", false, func(m *mail) {
		m.sameNewsletter(func() { m.img(m.unsure("https://tickets.{host}/qr/{m:base32}.png"), `width="200" height="200"`) })
	}},
	{"conversation", false, func(m *mail) { m.letter(func() {}) }},
	{"same-mail-twice", false, func(m *mail) { // copies of one message in several mailboxes are no evidence
		m.sameNewsletter(func() { m.img(m.clean("https://www.{host}/static/logo.png"), `width="180" height="60"`) })
	}},
}

// sameNewsletter is a newsletter whose layout does not change from mail to mail, around what is measured.
func (m *mail) sameNewsletter(special func()) {
	m.add(`<table width="600"><tr><td>`)
	m.img(m.clean("https://www.{host}/media/header.png"), `width="600" height="90"`)
	m.add("</td></tr>\r\n<tr><td>")
	m.paragraph()
	m.link(pick(m, m.language.more))
	m.img(m.clean("https://www.{host}/img/spacer.gif"), `width="600" height="10"`)
	m.paragraph()
	m.add("</td></tr>\r\n<tr><td>")
	special()
	m.img(m.clean("https://www.{host}/icons/{s:word}-{s:hex8}.png"), `width="24" height="24"`)
	m.add("</td></tr></table>\r\n")
}

// perMailbox is how many messages a mailbox has.
const perMailbox = 14

// Mailboxes are one mailbox of each kind.
func Mailboxes(seed uint64) []Mailbox {
	var all []Mailbox
	for _, c := range correspondences {
		s := newSender(seed, c.name)
		box := Mailbox{Name: c.name, Recipients: []string{s.to}}
		if c.aliases {
			box.Recipients = append(box.Recipients, "alias."+s.to)
		}
		for i := range perMailbox {
			s.to = box.Recipients[i%len(box.Recipients)]
			mailing := i
			if c.name == "same-mail-twice" {
				mailing = i / 7
			}
			m := newMail(s, mailing, mailing)
			c.write(m)
			box.Messages = append(box.Messages, m.finish(fmt.Sprintf("mailbox-%s/%d", c.name, i), family{name: "mailbox-" + c.name, class: InMailbox}))
		}
		all = append(all, box)
	}
	return all
}
