package corpustest

// leaks are pixels with the recipient's address in them, and twins with something that looks alike.
var leaks = append(leakFamilies(),
	family{"leak-in-picture", Leaks, func(m *mail) {
		m.newsletter(func() {
			m.img(m.note(Reference{URL: m.fill(pick(m, []string{"https://www.{host}/hero.jpg?email={address}", "https://live.{host}/banner/{md5}.png", "https://live.{host}/banner.png?h={sha256}"})), Label: Tracker, Leak: true, Unique: true}), `width="600" height="200"`)
		})
	}},
	family{"leak-to-advertiser", Leaks, func(m *mail) {
		m.newsletter(func() {
			url := m.note(Reference{URL: m.fill(pick(m, []string{"https://sli.{host}/imp?s={s:num6}&li={s:word}&m={md5}&p={c:hex16}", "https://p.liadm.com/imp?s={s:num6}&m={md5}&p={c:hex16}"})), Label: Tracker, Provider: "LiveIntent", Leak: true})
			m.img(url, pick(m, tiny))
		})
	}},
	family{"leak-in-style-sheet", Leaks, func(m *mail) {
		m.newsletter(func() {
			m.add(`<style>@import url(%s);</style>`, m.leak("https://t.{host}/css/{md5}/mail.css"))
		})
	}},
	family{"leak-of-delivered-to", Leaks, func(m *mail) { // the mail was sent to a list
		to := m.to
		m.field("Delivered-To", to)
		m.field("X-Original-To", to)
		m.letter(func() {
			m.img(m.leak(pick(m, []string{"https://t.{host}/open?e={address}", "https://t.{host}/o/{base64url}", "https://t.{host}/o?h={sha1}"})), pick(m, tiny))
		})
		m.to = "announce@lists." + m.host
	}},
	family{"leak-of-another-address", Leaks, func(m *mail) { // the mail was forwarded: the pixel knows the first reader
		m.letter(func() {
			m.img(m.leak(pick(m, []string{"https://t.{host}/open?email=peter.{s:word}%40first.example", "https://t.{host}/open.gif?e=peter.{s:word}@first.example&c={c:num4}"})), pick(m, tiny))
		})
	}},
	family{"twin-of-hash", Harmless, func(m *mail) { // a hash of the picture
		m.newsletter(func() {
			for range 3 {
				m.img(m.clean(pick(m, []string{"https://cdn.{host}/{x:hex32}.jpg", "https://cdn.{host}/{x:hex40}.png", "https://cdn.{host}/img/{x:hex64}.webp", "https://cdn.{host}/{x:hex32}/teaser.jpg", "https://i.{host}/{x:base22}/600x300.jpg"})), `width="300" height="150"`)
			}
		})
	}},
	family{"twin-of-address", Harmless, func(m *mail) { // the sender's own
		m.around(func() {
			m.img(m.clean(pick(m, []string{"https://www.{host}/vcard/info@{host}/photo.jpg", "https://www.{host}/team/info%40{host}.png", "https://www.{host}/qr.png?text=mailto%3Ainfo%40{host}"})), `width="100" height="100"`)
		})
	}},
	family{"twin-of-base64", Harmless, func(m *mail) { // instructions for a picture server
		m.newsletter(func() {
			edits := encode(m.fill(`{"bucket":"{s:word}-media","key":"{c:slug}.jpg","edits":{"resize":{"width":600}}}`))
			m.img(m.clean("https://d{s:al13}.cloudfront.net/"+edits), `width="600" height="300"`)
			m.img(m.clean("https://img.{host}/{x:base27}/rs:fit:600:300/g:sm/"+encode(m.fill("https://www.{host}/media/{c:slug}.jpg"))+".jpg"), `width="600" height="300"`)
		})
	}},
)

// leakFamilies are one family for each way to write an address.
func leakFamilies() []family {
	var all []family
	for _, form := range addressForms {
		all = append(all, family{"leak-" + form.name, Leaks, func(m *mail) {
			value := "{" + form.name + "}"
			m.around(func() {
				m.img(m.leak(pick(m, []string{
					"https://t.{host}/open?c={c:num4}&e=" + value, "https://t.{host}/o/" + value + "/p.gif", "https://mail.{host}/b.php?" + value, "https://t.{host}/s/{c:num5}/" + value,
				})), pick(m, tiny))
			})
		}})
	}
	return all
}
