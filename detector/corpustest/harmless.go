package corpustest

import "fmt"

// harmless are ordinary mails: whatever a detector finds in them is a false alarm.
var harmless = []family{
	{"personal", Harmless, func(m *mail) { m.letter(func() {}) }},
	{"personal-with-quote", Harmless, func(m *mail) {
		m.letter(func() {
			m.add(`<blockquote type="cite"><div>On Monday you wrote:</div>`)
			m.paragraph()
			m.add(`<img src="cid:image001.png@01D9ABCD.12345678" width="1" height="1"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" width="1" height="1"></blockquote>`)
		})
	}},
	{"personal-signature", Harmless, func(m *mail) {
		m.letter(func() {
			m.add(`<table><tr><td>`)
			m.img(m.clean(pick(m, []string{"https://www.{host}/signature/{s:word}.png", "https://i.imgur.com/{s:an7}.png", "https://drive.google.com/uc?id={s:base33}&export=download", "https://ci3.googleusercontent.com/mail-sig/AIorK4{s:base60}", "https://www.{host}/wp-content/uploads/2023/05/signature-{s:hex8}.jpg"})), `width="180" height="60"`)
			for _, icon := range []string{"linkedin", "twitter", "web"} {
				m.img(m.clean("https://cdn.gifo.wisestamp.com/social/"+icon+"/0077b5/16.png"), `width="16" height="16" alt="`+icon+`"`)
			}
			m.add(`</td></tr></table>`)
		})
	}},
	{"newsletter", Harmless, func(m *mail) { m.newsletter(func() { m.picture() }) }},
	{"newsletter-with-many-pictures", Harmless, func(m *mail) {
		m.newsletter(func() {
			for range 15 {
				m.picture()
			}
		})
	}},
	{"bank-statement", Harmless, func(m *mail) {
		m.add(`<table width="600"><tr><td>`)
		m.img(m.clean(pick(m, []string{"https://www.{host}/assets/logo.png", "https://static.{host}/mail/logo_{s:hex12}.png", "https://www.{host}/static/images/logo.gif?rev={s:num5}", "https://mail.{host}/logo"})), pick(m, []string{`width="140" height="40" alt="Bank"`, `alt="Bank"`, ``}))
		m.add(`</td></tr><tr><td>`)
		m.paragraph()
		m.add(`NL00 TEST 0123 4567 89 &euro; 1.024,10</td></tr></table>`)
	}},
	{"order", Harmless, func(m *mail) {
		m.newsletter(func() {
			for range 1 + m.rand.IntN(4) {
				m.img(m.clean(pick(m, []string{"https://media.s-bol.com/{x:an12}/{x:an6}/168x210.jpg", "https://m.media-amazon.com/images/I/{x:an11}._SS120_.jpg", "https://www.{host}/media/catalog/product/cache/{x:hex32}/{x:let1}/{x:let1:b}/{x:slug}.jpg", "https://img01.ztat.net/article/spp-media-p1/{x:hex32}/{x:hex32:b}.jpg?imwidth=156", "https://www.{host}/p/{x:num8}/thumb"})), `width="100" height="120"`)
				m.paragraph()
			}
			m.img(m.clean("https://maps.googleapis.com/maps/api/staticmap?center=52.37,4.89&zoom=14&size=600x200&key=AIza{s:base35}&signature={x:base27}="), `width="600" height="200"`)
		})
	}},
	{"ticket", Harmless, func(m *mail) { // the picture is the reader's own ticket: whether that tracks is a matter of taste
		m.newsletter(func() { m.img(m.unsure("https://tickets.{host}/qr/{m:base32}.png"), `width="200" height="200"`) })
	}},
	{"signed-picture", Harmless, func(m *mail) { // the signature is of the store, and lapses
		m.newsletter(func() {
			for range 1 + m.rand.IntN(3) {
				m.img(m.clean(pick(m, []string{
					"https://{s:slug}.s3.eu-central-1.amazonaws.com/{x:slug}.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{s:upper16}%2F20250106%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20250106T090000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature={x:hex64}",
					"https://d{s:al13}.cloudfront.net/{x:uuid}.jpg?Expires={c:num10}&Signature={x:base172}__&Key-Pair-Id=K{s:upper13}",
					"https://{s:word}.blob.core.windows.net/mail/{x:slug}.png?sv=2022-11-02&se=2026-01-01T00%3A00%3A00Z&sr=b&sp=r&sig={x:an43}%3D",
					"https://storage.googleapis.com/{s:word}/{x:slug}.png?GoogleAccessId={s:word}%40{s:word}.iam.gserviceaccount.com&Expires={c:num10}&Signature={x:an120}%3D%3D",
					"https://scontent-ams2-1.xx.fbcdn.net/v/t39.30808-6/{x:num9}_{x:num15}_{x:num19}_n.jpg?_nc_cat=10{x:num1}&ccb=1-7&_nc_sid={x:hex6}&_nc_ohc={x:base24}&_nc_ht=scontent-ams2-1.xx&oh=00_{x:base40}&oe={x:HEX8}",
					"https://media.licdn.com/dms/image/v2/{x:base14}/profile-displayphoto-shrink_100_100/0/{x:num13}?e={x:num10}&v=beta&t={x:base43}",
					"https://{label}.imgix.net/{x:slug}.jpg?auto=format&fit=crop&w=600&s={x:hex32}",
				})), pick(m, []string{`width="300" height="200"`, `width="600"`, ``}))
			}
		})
	}},
	{"avatars", Harmless, func(m *mail) { // of those who wrote, not of the reader
		m.letter(func() {
			for range 1 + m.rand.IntN(4) {
				m.img(m.clean(pick(m, []string{"https://www.gravatar.com/avatar/{x:hex32}?s=64&d=identicon", "https://secure.gravatar.com/avatar/{x:hex32}?d=https%3A%2F%2Favatar-management--avatars.{host}%2Fdefault-avatar-1.png&size=48&s=48", "https://avatars.githubusercontent.com/u/{x:num7}?s=40&v=4", "https://seccdn.libravatar.org/avatar/{x:hex32}?s=80", "https://www.{host}/letter_avatar_proxy/v4/letter/a/{x:hex6}/45.png", "https://lh3.googleusercontent.com/a/ACg8oc{x:base43}=s64-c", "https://pbs.twimg.com/profile_images/{x:num18}/{x:an8}_normal.jpg"})), pick(m, []string{`width="32" height="32"`, `width="20" height="20" style="border-radius:10px"`}))
				m.paragraph()
			}
		})
	}},
	{"mailing-list", Harmless, func(m *mail) {
		m.field("List-Id", "<users.lists.{host}>")
		m.field("List-Unsubscribe", "<https://lists.{host}/unsub?t={r:hex20}>, <mailto:users-leave@lists.{host}>")
		m.letter(func() {
			m.add(`<hr>_______<br>users mailing list<br><a href="%s">list</a>`, m.note(Reference{URL: m.fill("https://lists.{host}/listinfo/users"), Link: true}))
		})
	}},
	{"calendar-invitation", Harmless, func(m *mail) {
		m.parts = append(m.parts, part{"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:" + value(m.rand, "uuid", 0) + "\r\nSUMMARY:Meeting\r\nATTENDEE;RSVP=TRUE:mailto:" + m.to + "\r\nURL:https://meet.example/" + value(m.rand, "let", 9) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"})
		m.letter(func() {
			m.img(m.clean("https://www.gstatic.com/calendar/images/mail/google_logo.png"), `width="100" height="30"`)
		})
	}},
	{"comment-thread", Harmless, func(m *mail) {
		m.letter(func() {
			m.img(m.clean("https://github.githubassets.com/images/email/global/octocat-logo.png"), `width="28" height="28"`)
			m.img(m.clean("https://github.com/user-attachments/assets/{x:uuid}"), `width="640" alt="image"`)
			m.img(m.clean("https://img.shields.io/badge/build-passing-brightgreen.svg?style=flat&cacheSeconds=3600"), "")
		})
	}},
	{"weather-and-charts", Harmless, func(m *mail) {
		m.newsletter(func() {
			m.img(m.clean("https://quickchart.io/chart?w=500&h=300&c=%7Btype%3A%27bar%27%2Cdata%3A%7Blabels%3A%5B1%2C2%2C3%5D%2Cdatasets%3A%5B%7Bdata%3A%5B{c:num2}%2C{c:num3}%5D%7D%5D%7D%7D"), `width="500" height="300"`)
			m.img(m.clean("https://www.{host}/weather/icon.php?code={c:num2}&set=day"), `width="48" height="48"`)
		})
	}},
	{"rounded-corners", Harmless, func(m *mail) {
		m.newsletter(func() {
			for _, c := range []string{"tl", "tr", "bl", "br"} {
				m.img(m.clean("https://www.{host}/img/corner_"+c+".gif"), `width="6" height="6" alt=""`)
			}
			m.img(m.clean("https://www.{host}/img/shadow.png"), `width="600" height="3"`)
			m.img(m.clean("https://www.{host}/img/rule-{s:hex8}.gif"), `width="600" height="1"`)
		})
	}},
	{"open-in-the-name", Harmless, func(m *mail) { // words that trackers use, in ordinary names
		m.newsletter(func() {
			m.img(m.clean(pick(m, []string{"https://www.{host}/img/open-day.jpg", "https://www.{host}/img/track-and-field.jpg", "https://www.openbadges.example/badge/{x:word}.png", "https://www.{host}/img/icon-view.png", "https://www.{host}/opening-hours/banner.png?v=2", "https://www.{host}/track-your-parcel/button.png", "https://pixel-studio.example/portfolio/{x:slug}.png", "https://www.{host}/phones/pixel-8a/front.jpg", "https://www.{host}/tracking/parcel-icon.png", "https://static.{host}/beacon-hill.jpg", "https://www.{host}/open/banner.png", "https://www.{host}/kitchen/counter-top.jpg?w=300"})), pick(m, []string{`width="300" height="100"`, `width="24" height="24"`, ``}))
		})
	}},
	{"content-management", Harmless, func(m *mail) { // codes of the program that serves the picture, the same for everybody
		m.newsletter(func() {
			for range 1 + m.rand.IntN(3) {
				m.img(m.clean(pick(m, []string{
					"https://www.{host}/index.php?eID=dumpFile&t=f&f={x:num4}&token={x:hex40}", "https://www.{host}/getimage.aspx?id={x:num5}&guid={x:uuid}", "https://i0.wp.com/www.{host}/wp-content/uploads/2024/05/{x:slug}.jpg?resize=300%2C200&ssl=1",
					"https://www.{host}/dam/jcr:{x:uuid}/{x:word}.png", "https://www.{host}/sites/default/files/styles/large/public/2024-05/{x:slug}.jpg?itok={x:base8}", "https://www.{host}/-/media/{x:HEX32}.ashx?h=200&w=300&hash={x:HEX40}",
					"https://c.eu12.content.force.com/servlet/servlet.ImageServer?id=015{x:an12}&oid=00D{s:an12}&lastMod={x:num13}", "https://{s:word}.zendesk.com/attachments/token/{x:an25}/?name=image.png", "https://gen.sendtric.com/countdown/{c:al10}",
					"https://www.{host}/image/view/{x:num5}", "https://www.{host}/documents/{s:num5}/0/{x:slug}.jpg/{x:uuid}?t={x:num13}", "https://www.{host}/o/adaptive-media/image/{x:num6}/Preview-1000x0/{x:slug}.jpg",
				})), pick(m, []string{`width="300" height="200"`, `width="120" alt=""`, `alt="" style="display:block"`}))
			}
		})
	}},
	{"sliced-picture", Harmless, func(m *mail) { // a drawing that was cut into cells, some of them a few pixels high
		m.newsletter(func() {
			for i := range 6 + m.rand.IntN(8) {
				m.img(m.clean(fmt.Sprintf("https://www.{host}/nl/{c:date}/images/index_r%d_c%d.gif", 1+i/3, 1+i%3)), fmt.Sprintf(`width="%d" height="%d" border="0"`, pick(m, []int{1, 3, 200, 34}), pick(m, []int{1, 2, 60, 120})))
			}
		})
	}},
	{"hidden-twin-with-code", Harmless, func(m *mail) {
		m.newsletter(func() {
			name := pick(m, []string{"https://images.ctfassets.net/{s:al12}/{c:an22}/{c:hex32}/%s.png?w=600", "https://cdn.shopify.com/s/files/1/{s:num4}/files/%s.png?v={s:num10}", "https://img.mailinblue.com/{s:num7}/images/content_library/original/%s{c:hex24}.png", "https://image.mail.{host}/lib/{s:hex20}/m/1/%s{c:uuid}.png"})
			m.img(m.clean(fmt.Sprintf(name, "light")), `width="200" height="60" class="light"`)
			m.add(`<div style="display:none" class="dark">`)
			m.img(m.clean(fmt.Sprintf(name, "dark")), `width="200" height="60"`)
			m.add("</div>")
		})
	}},
	{"receipt-asked", Harmless, func(m *mail) {
		m.receipt = true
		m.field(pick(m, []string{"Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To", "disposition-notification-to"}), pick(m, []string{"<boss@{host}>", "Boss <boss@{host}>", "boss@{host}"}))
		m.letter(func() {})
	}},
	{"receipt-not-asked", Harmless, func(m *mail) {
		m.field(pick(m, []string{"Errors-To", "X-Disposition", "Return-Path", "Original-Recipient", "X-Original-Disposition-Notification"}), "<boss@{host}>")
		m.letter(func() { m.add("<p>Disposition-Notification-To: boss@%s</p>", m.host) })
	}},
	{"plain-page-with-code", Harmless, func(m *mail) { // markup that is shown, not run
		m.letter(func() {
			m.add("<pre>&lt;img src=&quot;https://t.%s/open?id=%s&quot; width=1 height=1&gt;</pre>", m.host, value(m.rand, "hex", 32))
			m.add("<textarea><img src=\"%s\" width=\"1\" height=\"1\"></textarea>", m.note(Reference{URL: m.fill("https://t.{host}/open/{m:hex32}"), Label: Unsure}))
			m.add("<p title=\"%s\">text</p>", m.fill("https://t.{host}/open/{m:hex32:b}"))
		})
	}},
	{"comment-in-html", Harmless, func(m *mail) {
		m.letter(func() {
			m.add("<!-- <img src=\"%s\" width=\"1\" height=\"1\"> -->", m.clean("https://t.{host}/open/{m:hex32}"))
			m.add("<script>var x = '<img src=\"%s\">'</script>", m.clean("https://t.{host}/open/{m:hex32:b}"))
		})
	}},
	{"fragment", Harmless, func(m *mail) { // is never sent
		m.letter(func() {
			m.add(`<img src="%s" width="120" height="40">`, m.clean("https://www.{host}/logo.png")+m.fill("#{m:hex32}"))
		})
	}},
	{"tables-of-icons", Harmless, func(m *mail) {
		m.newsletter(func() {
			for i := range 12 {
				m.img(m.clean(fmt.Sprintf("https://img.icons8.com/ios/50/%06d/{x:word}.png", i*7919)), `width="24" height="24" alt=""`)
			}
			m.img(m.clean("https://cdn-images.mailchimp.com/icons/social-block-v2/outline-light-facebook-48.png"), `width="24" height="24"`)
			m.img(m.clean("https://static.parastorage.com/services/icons/{s:hex8}/facebook.png"), `width="20" height="20"`)
		})
	}},
}
