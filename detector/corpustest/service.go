package corpustest

import "strings"

// service is a provider of tracked mail, with the URLs as its mails show them.
type service struct {
	provider string
	class    Class
	open     []string // templates of open pixels
	click    []string // templates of links
	fields   []string // header fields, "Name: body"
	pictures []string // templates of its picture store
	variant  string   // tells families of one provider apart
}

func (s service) family() string {
	name := strings.ToLower(strings.NewReplacer(" ", "-", ".", "", "&", "").Replace(s.provider))
	if s.variant != "" {
		name += "-" + s.variant
	}
	return name
}

// write writes a mail that the service sent.
func (s service) write(m *mail) {
	for _, f := range s.fields {
		name, body, _ := strings.Cut(f, ": ")
		m.field(name, body)
	}
	m.click, m.service = s.click, s.provider
	m.pictures = append(m.pictures, s.pictures...)
	open := func() {
		url := m.note(Reference{URL: m.fill(pick(m, s.open)), Label: Tracker, Provider: s.provider})
		m.img(url, pick(m, tiny))
	}
	if s.class == OneToOne {
		m.letter(open)
		return
	}
	m.newsletter(open)
}

// services is the table. Hosts and shapes are those that vendors document, or that public mails and the rule tables
// named in NOTICE show.
var services = []service{
	{provider: "Mailchimp", class: Newsletters,
		open:     []string{"https://{s:word}.us{s:num1}.list-manage.com/track/open.php?u={s:hex25}&id={c:hex10}&e={r:hex10}"},
		click:    []string{"https://{s:word}.us{s:num1}.list-manage.com/track/click?u={s:hex25}&id={x:hex10}&e={r:hex10}"},
		fields:   []string{"X-MC-User: {s:hex25}", "X-Mailer: MailChimp Mailer - **CID{c:hex10}{s:hex10}**"},
		pictures: []string{"https://mcusercontent.com/{s:hex25}/images/{x:uuid}.png", "https://cdn-images.mailchimp.com/icons/social-block-v2/color-facebook-48.png"}},
	{provider: "Mandrill", class: Newsletters,
		open:  []string{"https://mandrillapp.com/track/open.php?u={s:num8}&id={m:hex32}", "http://mandrillapp.com/track/open.php?u={s:num8}&id={m:hex32}"},
		click: []string{"https://mandrillapp.com/track/click/{s:num8}/www.{host}?p={destmandrill}"}},
	{provider: "SendGrid", class: Newsletters,
		open:   []string{"https://u{s:num7}.ct.sendgrid.net/wf/open?upn=u001.{m:base180}"},
		click:  []string{"https://u{s:num7}.ct.sendgrid.net/ls/click?upn=u001.{x:base160}"},
		fields: []string{"X-SG-EID: u001.{m:base80}"}},
	{provider: "SendGrid", variant: "branded", class: OwnSoftware,
		open:   []string{"https://links.{host}/wf/open?upn=u001.{m:base180}", "http://url{s:num4}.{host}/wf/open?upn={m:base140}", "http://links.{host}/ss/o/u001.{m:base22}/4gj/{m:base22:b}/ho.gif"},
		click:  []string{"https://links.{host}/ls/click?upn=u001.{x:base160}", "http://links.{host}/ss/c/u001.{x:base120}/4gj/{m:base22:b}/h{x:num1}/h001.{x:base43}"},
		fields: []string{"X-SG-EID: u001.{m:base80}", "X-SG-ID: u001.{m:base80:b}"}},
	{provider: "Brevo", class: Newsletters,
		open:     []string{"https://{s:al6}.r.tsp1-brevo.net/tr/op/{m:base120}", "https://{s:al6}.r.af.d.sendibt2.com/tr/op/{m:base120}", "https://{s:al6}.r.a.d.sendibm1.com/mk/op/{m:base90}"},
		click:    []string{"https://{s:al6}.r.tsp1-brevo.net/tr/cl/{x:base140}"},
		fields:   []string{"X-Mailin-EID: {m:base60}", "Feedback-ID: 1.2.3.4:{s:num7}_-1:{s:num7}:Sendinblue"},
		pictures: []string{"https://img.mailinblue.com/{s:num7}/images/content_library/original/{x:hex24}.png"}},
	{provider: "Brevo", variant: "branded", class: OwnSoftware,
		open:   []string{"https://r.mail.{host}/tr/op/{m:base120}", "http://r.news.{host}/mk/op/{m:base90}"},
		click:  []string{"https://r.mail.{host}/tr/cl/{x:base140}", "http://r.news.{host}/mk/cl/f/sh/{x:an12}/{x:an16}"},
		fields: []string{"X-Mailin-EID: {m:base60}"}},
	{provider: "HubSpot", class: Newsletters,
		open:     []string{"https://{s:al8}.na1.hubspotlinks.com/Cto/OP+{s:num6}/{s:an8}/{m:an120}", "https://t.sidekickopen90.com/s3t/o/5/{m:an100}?si={s:num16}&pi={m:uuid}"},
		click:    []string{"https://{s:al8}.na1.hubspotlinks.com/Ctc/OP+{s:num6}/{s:an8}/{x:an160}"},
		fields:   []string{"X-HS-Cid: {m:base80}"},
		pictures: []string{"https://hs-{s:num8}.f.hubspotemail.net/hub/{s:num8}/hubfs/{x:slug}.png?width=600&upscale=true&name={x:slug}.png"}},
	{provider: "HubSpot", variant: "branded", class: OwnSoftware,
		open:   []string{"https://info.{host}/e3t/Cto/OP+{s:num6}/{s:an8}/{m:an120}"},
		click:  []string{"https://info.{host}/e3t/Ctc/OP+{s:num6}/{s:an8}/{x:an160}"},
		fields: []string{"X-HS-Cid: {m:base80}"}},
	{provider: "Salesforce Marketing Cloud", class: OwnSoftware,
		open:     []string{"https://click.mail.{host}/open.aspx?{c:hex8}-{m:hex62}-{s:hex20}-{s:hex16}-{c:hex14}-{c:hex16}&d=70157&bmt=0", "https://cl.S10.exct.net/open.aspx?{c:hex8}-{m:hex62}-{s:hex20}&d=10052"},
		click:    []string{"https://click.mail.{host}/?qs={x:hex96}", "https://cl.S10.exct.net/?qs={x:hex64}"},
		fields:   []string{"X-SFMC-Stack: 10", "List-Unsubscribe: <mailto:leave-{m:hex20}@leave.S10.exacttarget.com>"},
		pictures: []string{"https://image.mail.{host}/lib/{s:hex20}/m/1/{x:uuid}.png"}},
	{provider: "Salesforce Account Engagement", class: Newsletters,
		open: []string{"https://go.pardot.com/r/{s:num6}/1/{m:num10}/open/1", "https://go.{host}/r/{s:num6}/1/{m:num10}/open/1"}},
	{provider: "Adobe Marketo Engage", class: OwnSoftware,
		open:   []string{"https://go.{host}/trk?t=1&mid={m:base64}"},
		fields: []string{"X-MarketoID: {s:num3}-ABC-{s:num3}:1:2:3:4:5"}},
	{provider: "Adobe Campaign", class: OwnSoftware,
		open:  []string{"https://t.info.{host}/r/?id=h{c:hex7},{m:hex7},1", "https://t.order.{host}/r/?id=h{c:hex8},{m:hex8},1"},
		click: []string{"https://t.info.{host}/r/?id=h{c:hex7},{m:hex7},{x:hex7}&p1={r:hex16}"}},
	{provider: "Oracle Eloqua", class: Newsletters,
		open:  []string{"https://s{s:num9}.t.en25.com/e/FooterImages/FooterImage1?elq={m:hex32}&siteid={s:num9}", "https://app.info.{host}/e/FooterImages/FooterImage1?elq={m:hex32}&siteid={s:num9}"},
		click: []string{"https://app.info.{host}/e/er?s={s:num9}&lid={x:num4}&elqTrackId={x:HEX32}&elq={m:hex32}&elqaid={c:num4}&elqat=1"}},
	{provider: "Oracle Responsys", class: OwnSoftware,
		open:  []string{"https://email.{host}/pub/as?_ri_=X0Gzc2X%3D{m:base40}&_ei_={m:base40:b}&_di_={c:an20}&_jn_={c:an12}"},
		click: []string{"https://email.{host}/pub/cc?_ri_=X0Gzc2X%3D{m:base40}&_ei_={x:base40}"}},
	{provider: "Acoustic Campaign", class: Newsletters,
		open:  []string{"http://links.mkt{s:num4}.com/open/log/{c:num8}/{m:base20}/0/{m:base14}/1/0", "https://links.{host}/eos/v1/{m:base90}"},
		click: []string{"http://www.mkt{s:num4}.com/ctt?m={c:num8}&r={r:base16}&b=0&j={c:base16}&k={x:word}&kx=1&kt=1&kd={dest}"}},
	{provider: "Campaign Monitor", class: Newsletters,
		open:     []string{"https://{s:word}.cmail19.com/t/d-o-{m:al7}-{r:al10}/o.gif", "https://{s:word}.createsend1.com/t/r-o-{m:al7}-{r:al10}/o.gif"},
		click:    []string{"https://{s:word}.cmail19.com/t/d-l-{m:al7}-{r:al10}-r/"},
		pictures: []string{"https://i1.cmail19.com/ei/d/{s:HEX2}/{s:HEX3}/{s:HEX3:b}/csfinal/{x:slug}-{x:hex16}.png"}},
	{provider: "Constant Contact", class: Newsletters,
		open:     []string{"https://r20.rs6.net/on.jsp?ca={c:uuid}&a={s:num13}&c={r:uuid}&ch={r:uuid:b}"},
		click:    []string{"https://r20.rs6.net/tn.jsp?f=001{x:base96}&c={r:base40}&ch={r:base40:b}"},
		pictures: []string{"https://files.constantcontact.com/{s:hex12}/{x:uuid}.jpg?rdr=true"}},
	{provider: "Klaviyo", class: Newsletters,
		open:     []string{"https://ctrk.klclick1.com/o/{m:ulid26}", "https://trk.klaviyomail.com/o/{m:ulid26}"},
		click:    []string{"https://ctrk.klclick1.com/l/{m:ulid26}_{x:num1}", "https://trk.klclick.com/ls/click?upn={x:base120}"},
		pictures: []string{"https://d3k81ch9hvuctc.cloudfront.net/company/{s:an6}/images/{x:uuid}.png"}},
	{provider: "ActiveCampaign", class: Newsletters,
		open:  []string{"https://{s:word}.acemlnb.com/lt.php?nl={s:num2}&c={c:num4}&m={c:num4:b}&s={m:hex32}&l=open", "https://{s:word}.emlnk1.com/lt.php?notrack=1&s={m:hex32}&i={c:num4}A{c:num3}A1A{r:num5}&l=open"},
		click: []string{"https://{s:word}.acemlnb.com/lt.php?s={m:hex32}&i={c:num4}A{c:num3}A1A{x:num4}", "https://{s:word}.lt.acemlnb.com/Prod/link-tracker?redirectUrl={destb64}&sig={x:an40}&iat={c:num10}&a={s:num9}&account={s:word}"}},
	{provider: "Mailjet", class: Newsletters,
		open:   []string{"https://{s:al4}.mjt.lu/oo/{m:base22}/{m:hex8}/e.gif", "https://click.{host}/oo/{m:base22}/{m:hex8}/e.gif"},
		click:  []string{"https://{s:al4}.mjt.lu/lnk/{m:base22}/{x:num1}/{x:base22}/{destb64}"},
		fields: []string{"X-MJ-Mid: {m:base22}", "X-Mailjet-Campaign: {c:num10}"}},
	{provider: "Mailgun", class: OwnSoftware,
		open:   []string{"https://email.{host}/o/eJw{m:base110}", "http://email.mg.{host}/o/eJx{m:base90}"},
		click:  []string{"https://email.{host}/c/eJw{x:base180}"},
		fields: []string{"X-Mailgun-Sid: {m:base40}", "X-Mailgun-Sending-Ip: 198.51.100.7"}},
	{provider: "Postmark", class: Newsletters,
		open:   []string{"https://pstmrk.it/open/{m:base90}"},
		click:  []string{"https://click.pstmrk.it/3s/www.{host}%2F{x:slug}/{m:an4}/{x:an4}/AQ/{m:uuid}/1/{x:base10}"},
		fields: []string{"X-PM-Message-Id: {m:uuid}"}},
	{provider: "Amazon SES", class: Newsletters,
		open:   []string{"https://{s:al8}.r.eu-west-1.awstrack.me/I0/0102{m:hex12}-{m:uuid}-000000/{m:base27}={s:num3}", "https://mailtrack.{host}/CI0/0102{m:hex12}-{m:uuid}-000000/{m:base27}={s:num3}"},
		click:  []string{"https://{s:al8}.r.eu-west-1.awstrack.me/L0/{dest}/1/0102{m:hex12}-{m:uuid}-000000/{x:base27}={s:num3}", "https://mailtrack.{host}/CL0/{dest}/1/0102{m:hex12}-{m:uuid}-000000/{x:base27}={s:num3}"},
		fields: []string{"X-SES-Outgoing: 2025.01.06-54.240.1.2", "Feedback-ID: 1.eu-west-1.{s:base43}=:AmazonSES"}},
	{provider: "SparkPost", class: OwnSoftware,
		open:   []string{"https://click.{host}/q/{m:base22}~~/AAAAAQA~/{m:base44}~", "https://go.sparkpostmail1.com/q/{m:base22}~~/AAAAAQA~/{m:base44}~"},
		click:  []string{"https://click.{host}/f/a/{x:base22}~~/AAAAAQA~/{x:base90}~"},
		fields: []string{"X-MSFBL: {m:base90}"}},
	{provider: "Iterable", class: OwnSoftware,
		open:  []string{"https://links.{host}/e/eo?_t={c:hex32}&_m={m:hex32}&_e={m:base120}", "https://links.{host}/s/eo/{m:base90}"},
		click: []string{"https://links.{host}/u/click?_t={c:hex32}&_m={m:hex32}&_e={x:base120}"}},
	{provider: "Braze", class: OwnSoftware,
		open:     []string{"https://ablink.mail.{host}/wf/open?upn=u001.{m:base180}", "https://ablink.mail.{host}/ss/o/u001.{m:base22}/4gj/{m:base22:b}/ho.gif"},
		click:    []string{"https://ablink.mail.{host}/ss/c/u001.{x:base120}/4gj/{m:base22:b}/h1/h001.{x:base43}"},
		pictures: []string{"https://cdn.braze.eu/appboy/communication/assets/image_assets/images/{x:hex24}/original.png?{x:num10}"}},
	{provider: "Customer.io", class: Newsletters,
		open:     []string{"https://e.customeriomail.com/e/o/{emailid}", "https://track.{host}/e/o/{emailid}"},
		click:    []string{"https://e.customeriomail.com/e/c/{destcustomerio}/{x:hex64}", "https://track.{host}/e/c/{destcustomerio}/{x:hex64}"},
		pictures: []string{"https://userimg-assets.customeriomail.com/images/client-env-{s:num6}/{x:num13}_{x:word}_{x:ulid26}.png"}},
	{provider: "Emarsys", class: OwnSoftware,
		open:  []string{"https://link.{host}/mo/{m:an22}.gif", "https://nl-link.{host}/mo/{m:base30}.gif"},
		click: []string{"https://link.{host}/u/nrd.php?p={m:an10}_{c:num6}_{c:num6:b}_{x:num4}_{x:num2}&ems_l={c:num7}"}},
	{provider: "Selligent", class: OwnSoftware,
		open:  []string{"https://mail.{host}/optiext/optiextension.dll?ID={m:base90}", "https://{s:word}.emsecure.net/optiext/optiextension.dll?ID={m:base90}"},
		click: []string{"https://mail.{host}/optiext/optiextension.dll?ID={x:base90}"}},
	{provider: "Sailthru", class: OwnSoftware,
		open:  []string{"https://link.{host}/img/{r:hex24}{c:al6}.{m:al4}/{m:hex8}.gif"},
		click: []string{"https://link.{host}/click/{c:num8}.{c:num5}/{destb64}/{r:hex24}B{x:hex8}"}},
	{provider: "Cordial", class: OwnSoftware, open: []string{"https://track.{host}/o/p/{s:num4}:{r:hex24}:ot:{c:hex24}:1"}},
	{provider: "Movable Ink", class: OwnSoftware, open: []string{"https://mi.{host}/p/cp/{c:hex16}/o.gif?mi_u={r:num8}"}},
	{provider: "Validity", class: Newsletters, open: []string{"https://pixel.app.returnpath.net/pixel.gif?r={m:hex40}", "https://email.everestengagement.com/ea/{s:an10}/?t={c:num8}&e={r:base22}"}},
	{provider: "Bloomreach", class: Newsletters, open: []string{"https://cdn.exponea.com/{s:word}/e/.{m:base90}/open"}},
	{provider: "dotdigital", class: Newsletters, open: []string{"https://{s:al4}.trackedlink.net/{m:al10}/open.gif?c={c:num6}&e={r:num8}"}},
	{provider: "GetResponse", class: Newsletters,
		open:  []string{"https://app.getresponse.com/open.html?x=a62b&m={c:an6}&mc={s:an2}&s={m:an6}&u={s:an4}&z={m:an8}&", "https://news.{host}/open.html?x=a62b&m={c:an6}&mc={s:an2}&s={m:an6}&u={s:an4}&z={m:an8}&"},
		click: []string{"https://app.getresponse.com/click.html?x=a62b&lc={x:an6}&mc={s:an2}&s={m:an6}&u={s:an4}&z={m:an8}&"}},
	{provider: "MailerLite", class: Newsletters,
		open:  []string{"https://clicks.mlsend.com/link/o/{m:base120}"},
		click: []string{"https://click.mlsend.com/link/c/{x:base140}.{x:base20}"}},
	{provider: "Intercom", class: Newsletters, open: []string{"https://via.intercom.io/o?h={m:hex40}-{s:al8}", "https://{s:al8}.via.intercom-mail.com/via/o?h={m:hex40}-{s:al8}"}},
	{provider: "Kit", class: Newsletters,
		open:  []string{"https://open.convertkit-mail2.com/{m:al18}"},
		click: []string{"https://click.convertkit-mail2.com/{m:al18}/{x:al16}/{destb64}"}},
	{provider: "beehiiv", class: Newsletters, open: []string{"https://link.mail.beehiiv.com/ss/o/u001.{m:base22}/4gj/{m:base22:b}/ho.gif"},
		click: []string{"https://link.mail.beehiiv.com/ss/c/u001.{x:base120}/4gj/{m:base22:b}/h1/h001.{x:base43}"}},
	{provider: "Substack", class: Newsletters, open: []string{"https://{s:word}.substack.com/o/{m:base60}"},
		click: []string{"https://substack.com/redirect/{x:uuid}?j={m:jwt}"}},
	{provider: "AWeber", class: Newsletters, open: []string{"https://openrate.aweber.com/t/?{m:base16}=="}},
	{provider: "Omnisend", class: Newsletters, open: []string{"https://{s:word}.soundestlink.com/image/open/{c:hex24}/{m:hex24}/{r:hex24}"}},
	{provider: "Keap", class: Newsletters, open: []string{"https://{s:al5}.keap-link001.com/v2/render/{m:hex32}/{m:base90}"}},
	// The Netherlands, Belgium, Germany and their neighbours.
	{provider: "Copernica", class: OwnSoftware, open: []string{"https://{s:word}.{host}/image/{c:num4}/{m:an16}/image.gif?cdmiv={m:an10}", "https://vicinity.picsrv.net/{s:num4}/images/pixel2.gif?pomiv={m:an16}"}},
	{provider: "Tripolis Dialogue", class: OwnSoftware, open: []string{"https://mail.{host}/public/o/{m:base30}/t.gif"}, click: []string{"https://mail.{host}/public/r/{m:base22}/{x:base22}/{x:base10}"}},
	{provider: "Inxmail", class: OwnSoftware, open: []string{"https://news.{host}/d/d.gif?{m:al20}", "https://{s:word}.inxserver.com/d/d.gif?{m:al20}"}, click: []string{"https://news.{host}/d/d.html?{x:al24}"}},
	{provider: "Mapp Engage", class: OwnSoftware, open: []string{"https://news.{host}/tr/p.gif?uid={m:base30}&mid={c:num8}"}},
	{provider: "Optimizely Campaign", class: Newsletters, open: []string{"https://tracking.srv2.de/op/{m:base60}", "https://newsletter.{host}/op/{m:al4}-{m:al6}/{m:base30}.gif"}, click: []string{"https://newsletter.{host}/go/{m:al10}/{x:al6}/"}},
	{provider: "ELAINE", class: Newsletters, open: []string{"https://{s:word}.elaine-asp.de/action/view/{c:num4}/{m:al8}", "https://epost.{host}/action/view/{c:num4}/{m:al8}"}},
	{provider: "CleverReach", class: Newsletters, open: []string{"https://{s:num6}.seu2.crsend.com/stats/mc_{c:num7}_{r:num9}-{m:al8}.gif"}},
	{provider: "Maileon", class: Newsletters, open: []string{"https://{s:word}.e-mailnews.de/i/{m:base40}"}},
	{provider: "Laposta", class: Newsletters, open: []string{"https://{s:word}.email-provider.eu/o/{m:al10}/{r:al10}"}, click: []string{"https://{s:word}.email-provider.eu/c/{m:al10}/{x:al10}"}},
	{provider: "MailCampaigns", class: Newsletters, open: []string{"https://interface.mailcampaigns.nl/v3/t/{m:base40}"}},
	{provider: "Contactlab", class: Newsletters, open: []string{"http://t.contactlab.it/v/{s:num7}/{c:num4}/{m:base22}"}},
	{provider: "MailUp", class: OwnSoftware, open: []string{"https://news.{host}/e/t?q={c:num1}%3d{m:an14}%26{m:an4}%3d{m:an8}"}, click: []string{"https://news.{host}/e/r?q={x:an20}"}},
	// Programs that people run themselves.
	{provider: "phpList", class: OwnSoftware, open: []string{"https://www.{host}/lists/ut.php?u={r:hex32}&m={c:num4}"}, click: []string{"https://www.{host}/lists/lt.php?tid={x:base40}"}},
	{provider: "Mautic", class: OwnSoftware, open: []string{"https://mautic.{host}/email/{m:hex22}.gif"}, click: []string{"https://mautic.{host}/r/{x:hex24}?ct={m:base90}"}},
	{provider: "listmonk", class: OwnSoftware, open: []string{"https://lists.{host}/campaign/{c:uuid}/{r:uuid}/px.png"}, click: []string{"https://lists.{host}/link/{x:uuid}/{c:uuid}/{r:uuid}"}},
	{provider: "Sendy", class: OwnSoftware, open: []string{"https://news.{host}/t/{m:an22}/{m:an24}"}, click: []string{"https://news.{host}/l/{m:an24}/{x:an24}/{c:an22}"}},
	{provider: "CiviCRM", class: OwnSoftware, open: []string{"https://www.{host}/civicrm/mailing/open?qid={m:num7}", "https://www.{host}/sites/all/modules/civicrm/extern/open.php?q={m:num7}"}, click: []string{"https://www.{host}/civicrm/mailing/url?u={x:num5}&qid={m:num7}"}},
	{provider: "MailPoet", class: OwnSoftware, open: []string{"https://www.{host}/?mailpoet_router&endpoint=track&action=open&data={m:base120}"}, click: []string{"https://www.{host}/?mailpoet_router&endpoint=track&action=click&data={x:base120}"}},
	{provider: "MailWizz", class: OwnSoftware, open: []string{"https://mail.{host}/campaigns/{c:al13}/track-opening/{m:al13}"}, click: []string{"https://mail.{host}/campaigns/{c:al13}/track-url/{m:al13}/{x:hex40}"}},
	// Business systems.
	{provider: "Microsoft Dynamics 365", class: Newsletters, open: []string{"https://{s:hex32}.svc.dynamics.com/t/i/{m:base43}/{m:base43:b}"}},
	{provider: "Granicus govDelivery", class: Newsletters, open: []string{"https://links.govdelivery.com/track?type=open&enid={m:base120}"}, click: []string{"https://links.govdelivery.com/track?type=click&enid={x:base120}"}},
	// One to one.
	{provider: "Yesware", class: OneToOne, open: []string{"https://t.yesware.com/t/{m:hex40}/{m:hex32}/spacer.gif"}},
	{provider: "Mailtrack", class: OneToOne, open: []string{"https://mailtrack.io/trace/mail/{m:hex40}.png?u={s:num7}"}},
	{provider: "Hunter", class: OneToOne, open: []string{"https://mltrk.io/pixel/{m:an22}"}},
	{provider: "Streak", class: OneToOne, open: []string{"https://mailfoogae.appspot.com/t?sender=a{s:base28}&type=zerocontent&guid={m:uuid}"}},
	{provider: "Mixmax", class: OneToOne, open: []string{"https://app.mixmax.com/api/track/v2/{m:an17}/{s:base30}/{r:base30}/?sc=false"}},
	{provider: "Superhuman", class: OneToOne, open: []string{"https://r.superhuman.com/{m:base120}.gif"}},
	{provider: "Boomerang", class: OneToOne, open: []string{"https://mailstat.us/tr/t/{m:al16}/1/o.gif"}},
	{provider: "Mailbutler", class: OneToOne, open: []string{"https://bowtie.mailbutler.io/tracking/hit/{m:uuid}/{s:uuid}/"}},
	{provider: "Outreach", class: OneToOne, open: []string{"https://mail.{host}/api/mailings/opened/{m:upper120}.gif"}},
	{provider: "Close", class: OneToOne, open: []string{"https://close.com/email_opened/{m:base27}/"}},
	{provider: "Mailspring", class: OneToOne, open: []string{"https://link.getmailspring.com/open/{m:HEX8}-{m:uuid}@getmailspring.com?me={s:hex8}&recipient={r:base28}"}},
	{provider: "GMass", class: OneToOne, open: []string{"https://{s:al8}.gmreg5.net/gmass/o/{m:base40}"}},
	// Platforms.
	{provider: "LinkedIn", class: Platforms, open: []string{"https://www.linkedin.com/emimp/ip_{m:base60}.gif"}},
	{provider: "Facebook", class: Platforms, open: []string{"https://www.facebook.com/email_open_log_pic.php?mid={m:hex32}"}},
	{provider: "X", class: Platforms, open: []string{"https://twitter.com/scribe/ibis?t=1&cn={c:base40}&iid={m:hex32}&uid={r:num10}&nid=244+20"}},
	{provider: "GitHub", class: Platforms, open: []string{"https://github.com/notifications/beacon/{m:upper56}.gif"}},
	{provider: "Google", class: Platforms, open: []string{"https://notifications.google.com/g/img/{m:base60}.gif", "https://www.google.com/appserve/mkt/img/{m:base60}.gif"}},
	{provider: "Amazon", class: Platforms, open: []string{"https://www.amazon.de/gp/r.html?C={m:an14}&K={m:an14:b}&M=urn:rtn:msg:{m:num16}&R={m:an14:c}&T=O&U=https%3A%2F%2Fimages-eu.ssl-images-amazon.com%2Fimages%2FG%2F01%2Fnav%2Ftransp.gif&H={m:an20}&ref_=pe_{s:num7}_{c:num8}_open"}},
	{provider: "PayPal", class: Platforms, open: []string{"https://t.paypal.com/ts?v=1.7.1&pgrp=main%3Aemail&page=main%3Aemail&e=op&mchn=em&s=ci&mail=sys&rcpt={r:HEX13}&rsta=nl_NL"}},
	{provider: "Netflix", class: Platforms, open: []string{"https://beaconimages.netflix.net/img/{m:base90}"}},
	{provider: "Pinterest", class: Platforms, open: []string{"https://post.pinterest.com/q/{m:base22}~~/AAAAAQA~/{m:base44}~"}},
	{provider: "Vinted", class: Platforms, open: []string{"https://www.vinted.nl/crm/email_track?crm_email_id={m:num9}"}},
	{provider: "eBay", class: Platforms, open: []string{"https://www.ebayadservices.com/marketingtracking/v1/impression?siteId=146&mkt=146&eid={m:num16}"}},
}
