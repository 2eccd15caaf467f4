package redirect

import "strings"

// rule says where the URLs of one service hold their destination.
type rule struct {
	service string
	kind    Kind
	host    string // a domain, its subdomains included; "#" stands for digits, ".*" for any top-level domain; "" for every host
	path    string // what the path begins with, "*" being any segment; "" for every path
	read    reader
	exact   bool // see Target.Exact
}

// rules are tried from the most special host to every host, and within that in this order. Sources: the documentation of
// the vendors, published decoders, and the form of URLs in public sample messages.
var rules = []rule{
	// Gateways and programs that check links.
	{"Outlook SafeLinks", Gateway, "safelinks.protection.outlook.com", "", query("url"), true},
	{"Outlook SafeLinks", Gateway, "safelinks.protection.office365.us", "", query("url"), true},
	{"Outlook SafeLinks", Gateway, "safelinks.protection.partner.outlook.cn", "", query("url"), true},
	{"Outlook SafeLinks", Gateway, "statics.teams.cdn.office.net", "/evergreen-assets/safelinks", query("url"), true},
	{"Proofpoint URL Defense", Gateway, "urldefense.proofpoint.com", "/v1/url", proofpointV1, true},
	{"Proofpoint URL Defense", Gateway, "urldefense.proofpoint.com", "/v2/url", proofpointV2, true},
	{"Proofpoint URL Defense", Gateway, "urldefense.proofpoint.com", "/v3", proofpointV3, true},
	{"Proofpoint URL Defense", Gateway, "urldefense.com", "/v3", proofpointV3, true},
	{"Proofpoint URL Defense", Gateway, "urldefense.us", "/v3", proofpointV3, true},
	{"Barracuda Link Protection", Gateway, "linkprotect.cudasvc.com", "/url", query("a"), true},
	{"Cisco Secure Email", Gateway, "secure-web.cisco.com", "", anySegment, true},
	{"Trend Micro", Gateway, "trendmicro.com", "/wis/clicktime", query("url"), true},
	{"Sophos", Gateway, "protection.sophos.com", "", query("u"), true},
	{"Symantec Click-Time", Gateway, "clicktime.symantec.com", "", query("u"), true},
	{"Symantec Click-Time", Gateway, "clicktime.cloud.postoffice.net", "/clicktime.php", query("U"), true},
	{"Trellix", Gateway, "fireeye.com", "", query("u"), true},
	{"Check Point", Gateway, "protect.checkpoint.com", "", checkPoint, true},
	{"Check Point", Gateway, "url.avanan.click", "", checkPoint, true},
	{"FortiMail", Gateway, "", "/fmlurlsvc", query("url"), true},
	{"SonicWall", Gateway, "", "/click", query("B64_ENCODED_URL"), true},
	{"Vade", Gateway, "vadesecure.com", "", query("u"), true},
	{"EdgePilot", Gateway, "link.edgepilot.com", "", query("u"), true},
	{"SpamTitan", Gateway, "linklock.titanhq.com", "/analyse", query("url"), true},
	{"GMX", Gateway, "deref-gmx.net", "", query("redirectUrl"), true},
	{"GMX", Gateway, "deref-gmx.com", "", query("redirectUrl"), true},
	{"WEB.DE", Gateway, "deref-web.de", "", query("redirectUrl"), true},
	{"WEB.DE", Gateway, "deref-web-#.de", "", query("redirectUrl"), true},
	{"mail.com", Gateway, "deref-mail.com", "", query("redirectUrl"), true},
	{"QQ Mail", Gateway, "mail.qq.com", "/cgi-bin/mail_spam", query("url"), false},

	// Picture proxies.
	{"Gmail picture proxy", Proxy, "googleusercontent.com", "", fragment, true},
	{"Yahoo picture proxy", Proxy, "yusercontent.com", "/mail", query("url"), true},
	{"Outlook picture proxy", Proxy, "outlook.live.com", "/actions/ei", query("u"), true},
	{"DuckDuckGo picture proxy", Proxy, "external-content.duckduckgo.com", "/iu", query("u"), true},
	{"Proton picture proxy", Proxy, "proton.me", "/api/core/v4/images", query("Url"), true},
	{"Fastmail picture proxy", Proxy, "fastmailusercontent.com", "/proxy", fastmail, true},
	{"Yandex picture proxy", Proxy, "resize.yandex.net", "/mailservice", query("url"), true},
	{"GitHub picture proxy", Proxy, "camo.githubusercontent.com", "", hexSegment(1), true},
	{"Cloudinary", Proxy, "res.cloudinary.com", "/*/image/fetch", anySegment, false},
	{"Substack", Proxy, "substackcdn.com", "/image/fetch", anySegment, false},

	// Services that count clicks.
	{"Amazon SES", Click, "", "/L0", segment(1), true},
	{"Amazon SES", Click, "", "/CL0", segment(1), true},
	{"Mailjet", Click, "", "/lnk/*/*/*", segment(4), true},
	{"Customer.io", Click, "", "/e/c", jsonURL(func(w *wrapper) string { return w.segment(2) }, "href"), true},
	{"Mandrill", Click, "", "/track/click", mandrill, true},
	{"Sailthru", Click, "", "/click/*/*", segment(2), true},
	{"Mailgun", Click, "", "/c", mailgun, true},
	{"Kit", Click, "convertkit-mail.com", "", segment(2), true},
	{"Kit", Click, "convertkit-mail#.com", "", segment(2), true},
	{"Kit", Click, "kit-mail#.com", "", segment(2), true},
	{"ActiveCampaign", Click, "", "/Prod/link-tracker", query("redirectUrl"), true},
	{"Postmark", Click, "pstmrk.it", "", postmark, true},
	{"Mailchimp", Click, "mailchimp.com", "/mctx/clicks", query("url"), true},
	{"Mailchimp", Click, "mailchimp.com", "/mctx/click", query("url"), true},
	{"Substack", Click, "substack.com", "/redirect/2", jsonURL(func(w *wrapper) string { return jwtPayload(w.segment(2)) }, "e"), true},
	{"Drip", Click, "", "/c", jsonURL(func(w *wrapper) string { return jwtPayload(w.segment(1)) }, "url"), true},
	{"Granicus govDelivery", Click, "lnks.gd", "/l", jsonURL(func(w *wrapper) string { return jwtPayload(w.segment(1)) }, "url"), true},
	{"Granicus govDelivery", Click, "links.govdelivery.com", "/track", after("&&&"), false},
	{"Emarsys", Click, "", "/u/nrd.php", query("d"), false},
	{"HubSpot", Click, "", "/e1t/c", query("t"), false},
	{"HubSpot", Click, "", "/e2t/c", query("t"), false},
	{"Salesloft", Click, "", "/t/*/c", base32Segment(4), true},
	{"Movable Ink", Click, "", "/p/cp", query("url"), false},
	{"Elastic Email", Click, "", "/tracking/click", query("target"), true},
	{"UniSender", Click, "", "/*/mail_link_tracker", query("url"), false},
	{"Mailtrack", Click, "mailtrack.io", "/trace/link", query("url"), true},
	{"Bananatag", Click, "bl-1.com", "", query("url"), true},
	{"WordPress.com", Click, "public-api.wordpress.com", "/bar", query("redirect_to"), true},
	{"Microsoft", Click, "safelink.emails.azure.net", "/redirect", query("destination"), true},

	// Platforms that send readers of their mail, or of their pages, to other sites.
	{"Google", Click, "google.*", "/url", query("q", "url"), true},
	{"YouTube", Click, "youtube.com", "/redirect", query("q"), true},
	{"Facebook", Click, "facebook.com", "/l.php", query("u"), true},
	{"Facebook", Click, "messenger.com", "/l.php", query("u"), true},
	{"Instagram", Click, "l.instagram.com", "", query("u"), true},
	{"Threads", Click, "l.threads.com", "", query("u"), true},
	{"LinkedIn", Click, "linkedin.com", "/redir", query("url"), true},
	{"LinkedIn", Click, "linkedin.com", "/safety/go", query("url"), true},
	{"X", Click, "twitter.com", "/i/redirect", query("url"), true},
	{"Amazon", Click, "amazon.*", "/gp/r.html", query("U"), true},
	{"eBay", Click, "rover.ebay.com", "/rover", query("loc", "mpre"), false},
	{"DuckDuckGo", Click, "duckduckgo.com", "/l", query("uddg"), true},
	{"Bing", Click, "bing.com", "/ck/a", bing, true},
	{"Yahoo", Click, "r.search.yahoo.com", "", yahooSearch, false},
	{"Yahoo", Click, "rd.yahoo.com", "", after("*"), false},
	{"Yahoo", Click, "srd.yahoo.com", "", after("*"), false},
	{"VK", Click, "vk.com", "/away.php", query("to"), true},
	{"Steam", Click, "steamcommunity.com", "/linkfilter", query("u", "url"), true},
	{"Slack", Click, "slack-redir.net", "/link", query("url"), true},
	{"Reddit", Click, "out.reddit.com", "", query("url"), true},
	{"Medium", Click, "medium.com", "/r", query("url"), true},
	{"Tumblr", Click, "t.umblr.com", "/redirect", query("z"), true},
	{"Pocket", Click, "getpocket.com", "/redirect", query("url"), true},

	// Advertising and affiliate networks: most add their own parameters to the destination.
	{"DoubleClick", Click, "doubleclick.net", "", query("adurl", "ds_dest_url"), false},
	{"Google", Click, "googleadservices.com", "/pagead/aclk", query("adurl"), false},
	{"Google", Click, "google.*", "/aclk", query("adurl"), false},
	{"Awin", Click, "awin1.com", "", query("ued", "p"), false},
	{"Tradedoubler", Click, "tradedoubler.com", "/click", query("url"), false},
	{"Rakuten Advertising", Click, "click.linksynergy.com", "", query("murl", "RD_PARM1"), false},
	{"CJ Affiliate", Click, "anrdoezrs.net", "", query("url"), false},
	{"CJ Affiliate", Click, "dpbolvw.net", "", query("url"), false},
	{"CJ Affiliate", Click, "jdoqocy.com", "", query("url"), false},
	{"CJ Affiliate", Click, "kqzyfj.com", "", query("url"), false},
	{"CJ Affiliate", Click, "tkqlhce.com", "", query("url"), false},
	{"Skimlinks", Click, "go.skimresources.com", "", query("url"), false},
	{"ShareASale", Click, "shareasale.com", "", query("urllink"), false},
	{"Adform", Click, "adform.net", "/C", query("cpdir"), false},

	// Whatever the service: a URL in the place where redirectors and proxies put it.
	{"", Generic, "", "", query(
		"url", "u", "redirect", "redirecturl", "redirect_url", "redirectto", "redirect_to", "target", "targeturl", "target_url",
		"destination", "dest", "desturl", "q", "link", "href", "goto", "to", "r", "l", "uri", "src", "image", "img",
	), false},
	{"", Generic, "", "", fragment, false},
	{"", Generic, "", "", anySegment, false},
	{"", Generic, "", "", tail, false},
	{"", Generic, "", "", wholeQuery, false},
}

// index finds the rules for a URL without trying all of them.
type index struct {
	byHost map[string][]rule // "domain", "domain#" or "domain.*"
	byPath map[string][]rule // first segment of the path in lower case, for rules of every host
	other  []rule
}

var indexed = func() index {
	x := index{byHost: map[string][]rule{}, byPath: map[string][]rule{}}
	for _, r := range rules {
		first, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(r.path, "/")), "/")
		switch {
		case r.host != "":
			x.byHost[r.host] = append(x.byHost[r.host], r)
		case first != "" && first != "*":
			x.byPath[first] = append(x.byPath[first], r)
		default:
			x.other = append(x.other, r)
		}
	}
	return x
}()

// candidates calls try with the rules for the wrapper's host, then those for the first segment of its path, then all
// others, until it returns true.
func candidates(w *wrapper, try func(*rule) bool) {
	some := func(rules []rule) bool {
		for i := range rules {
			if try(&rules[i]) {
				return true
			}
		}
		return false
	}
	for domain := w.host; domain != ""; {
		label, parent, _ := strings.Cut(domain, ".")
		if some(indexed.byHost[domain]) {
			return
		}
		if name := strings.TrimRight(label, "0123456789"); name != label && some(indexed.byHost[name+"#."+parent]) {
			return
		}
		if isTopLevel(parent) && some(indexed.byHost[label+".*"]) {
			return
		}
		domain = parent
	}
	if !some(indexed.byPath[strings.ToLower(w.segment(0))]) && w.mayHoldURL() && !w.isShare() {
		some(indexed.other)
	}
}

// mayHoldURL reports whether there is a ":" in the wrapper behind its scheme in any of the forms that the rules for every
// host read: most URLs have none, and need not be searched.
func (w *wrapper) mayHoldURL() bool {
	for _, colon := range []string{":", "%3", "%25", "aHR0c", "SFRUU"} {
		if strings.Contains(w.tail, colon) {
			return true
		}
	}
	return false
}

// isTopLevel reports whether domain is one that large sites have their name directly below: "nl", "co.uk", "com.br".
func isTopLevel(domain string) bool {
	second, top, two := strings.Cut(domain, ".")
	return domain != "" && (!two || !strings.Contains(top, ".") && (second == "co" || second == "com"))
}

// isShare reports whether the wrapper is the page on which people tell others of the URL in it: it does not lead there.
func (w *wrapper) isShare() bool {
	path := strings.ToLower(w.path)
	for _, word := range []string{"share", "/intent/", "/pin/create", "/dialog/", "/submit"} {
		if strings.Contains(path, word) {
			return true
		}
	}
	return false
}
