package block

import "testing"

// What no allowed place holds is overwritten, whatever it is good for.
func TestRemains(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"comment", `<!-- see http://t.test/ -->`, `<!-- see ;;;;;;;;;;;;;; -->`},
		{"conditional comment's link", `<!--[if mso]><v:rect href="http://t.test/">x</v:rect><![endif]-->`, ``},
		{"title", `<title>http://t.test/</title>`, `<title>;;;;;;;;;;;;;;</title>`},
		{"document type", `<!DOCTYPE html SYSTEM "http://t.test/x">`, `<!DOCTYPE html SYSTEM ";;;;;;;;;;;;;;;">`},
		{"vocabulary", `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">`, ``},
		{"entity declaration", `<!DOCTYPE x [<!ENTITY a "ht">]>`, `<!DOCTYPE x [                ]>`},
		{"meta", `<meta property="og:image" content="http://t.test/">`, `<meta property="og:image" content="data:,xxxxxxxx">`},
		{"charset", `<meta charset="utf-7">`, `<meta charset="xxxxx">`},
		{"unknown attribute", `<p id="http&#58;//t.test/">`, `<p id="data:,xxxxxxxxxxxx">`},
		{"attribute name", `<p http://t.test/=x>`, `<p xxxxxxx;;;;;;/=x>`},
		{"markup in a text", `<p title="&lt;img src=//t.test&gt;">`, `<p title=";;;;;;;;;;;;;;;;;;;;;;;;">`},
		{"markup in a link", `<a href="http://t.test/?<b">`, `<a href="data:,xxxxxxxxxxx">`},
		{"link in svg", `<svg><a href="http://t.test/">x</a></svg>`, `<svg><a href="data:,xxxxxxxx">x</a></svg>`},
		{"sum behind a link in text", `<p>see a=http://t.test/ where A < B</p>`, ``},
		{"lenient tag", `< img src="http://t.test/">`, `< img src=";;;;;;;;;;;;;;">`},
		{"style with a prefix", `<h:style>@import '//t.test';</h:style>`, `;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;`},
		{"unfinished tag", `a<img title="`, `a<!--;;;;;-->`},
		{"unfinished style", `a<style>b`, `a<!--;-->`},
		{"picture that is none", `<img src="data:image/png;base64,PGltZyBzcmM9Ly90Pg==">`, `<img src="data:,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx">`},
		{"style sheet called a picture", `<link rel=stylesheet href="data:image/gif;base64,R0lGODlhe31we2JhY2tncm91bmQ6dXJsKGh0dHA6Ly90LnRlc3QvKX0=">`, `<link rel=stylesheet href="data:,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx">`},
		{"imported style sheet called a picture", `<style>@import "data:image/gif;base64,R0lGODlhe31we2JhY2tncm91bmQ6dXJsKGh0dHA6Ly90LnRlc3QvKX0="</style>`, `<style>@import "data:,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"</style>`},
		{"style sheet from another part", `<link rel=stylesheet href="cid:a@b">`, `<link rel=stylesheet href="data:,x">`},
		{"playlist called a picture", `<video src="data:image/png;base64,I0VYVE0zVQpodHRwOi8vdC50ZXN0Lw=="></video>`, `<video src="data:,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"></video>`},
		{"picture as a video", `<video src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" poster="data:image/gif;base64,R0lGODlhAQABAAAAACw="></video>`, `<video src="data:,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" poster="data:image/gif;base64,R0lGODlhAQABAAAAACw="></video>`},
		{"video from another part", `<video src="cid:a@b"><source src="cid:c@b"></video>`, ``},
		{"field of Word", `<span style='mso-element:field-begin'></span>INCLUDEPICTURE http://t.test/`, `<span style=';;;;;;;;;;;;;;;;;;;;;;;'></span>INCLUDEPICTURE http://t.test/`},
		{"field of Word, escaped", `<span style='mso-element:\66ield&#45;BEGIN'></span>DDEAUTO`, `<span style=';;;;;;;;;;;;;;;;;;;;;;;;;;;;;'></span>DDEAUTO`},
		{"field of Word by class", `<style>.f{mso-element:field-begin}</style>`, `<style>;;;;;;;;;;;;;;;;;;;;;;;;;;;</style>`},
		{"field of Word where it writes one", `<!--[if supportFields]><span style='mso-element:field-begin'></span>PAGE<![endif]-->`, ``},
		{"picture", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`, ``},
	} {
		want := c.want
		if want == "" {
			want = c.in
		}
		if got := checkLaws(t, testDetector(), html(c.in)); string(got.Bytes) != string(html(want)) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got.Bytes, html(want))
		}
	}
}
