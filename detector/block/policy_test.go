package block

import (
	"bytes"
	"testing"

	"pixelwacht/detector/message"
)

func TestSender(t *testing.T) {
	for in, want := range map[string]string{
		"News@Shop.Example": "news@shop.example", " shop.example ": "@shop.example", "@Shop.Example.": "@shop.example",
		"@news.shop.example": "@news.shop.example", "shop.co.uk": "@shop.co.uk", "a+b@shop.example": "a+b@shop.example", "gmail.com": "@gmail.com",
		"shop.blogspot.com": "@shop.blogspot.com", "münchen.example": "@münchen.example",
		"": "", "@": "", "com": "", "@co.uk": "", "a@": "", "a b@shop.example": "", "a@b@shop.example": "", "shop..example": "",
		"Shop <news@shop.example>": "", "https://shop.example/": "", "shop.example, other.example": "",
	} {
		if got, ok := Sender(in); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %t; want %q", in, got, ok, want)
		}
	}
}

func TestRules(t *testing.T) {
	rules := Rules{
		"news@shop.test": Trackers, "@shop.test": All, "@mail.shop.test": Trust, "friend@other.test": Trust, "@press.test": Trust,
	}
	for _, c := range []struct {
		header, want, key string
		mode              Mode
	}{
		{"From: news@shop.test", "trackers", "news@shop.test", All},
		{"From: News <NEWS@Shop.Test>", "trackers", "news@shop.test", All},
		{"From: else@shop.test", "all", "@shop.test", Trackers},
		{"From: a@deep.below.shop.test", "all", "@shop.test", Trackers},
		{"From: a@mail.shop.test", "trust", "@mail.shop.test", All},
		{"From: a@deep.mail.shop.test", "trust", "@mail.shop.test", All},
		{"From: a@notshop.test", "trackers", "", Trackers},
		{"From: friend@other.test", "trust", "friend@other.test", All},
		{"From: foe@other.test", "all", "", All},
		{"From: @shop.test", "trackers", "", Trackers},
		{"Subject: x", "trackers", "", Trackers},
		{"From:", "all", "", All},
		// Somebody else in front of the address that is shown, or beside it.
		{"From: \"friend@other.test\" <a@evil.test>", "all", "", All},
		{"From: friend@other.test, a@evil.test", "all", "", All},
		{"From: a@evil.test, friend@other.test", "all", "", All},
		{"From: friend@other.test\r\nFrom: a@evil.test", "all", "", All},
		{"From: friend@other.test, a@press.test", "trust", "friend@other.test", All},
		{"From: friend@other.test, else@shop.test", "all", "@shop.test", Trackers},
		{"Sender: friend@other.test\r\nReply-To: friend@other.test", "all", "", All},
		// The mail server says that the sender is forged. That weakens trust, and no other rule.
		{"From: friend@other.test\r\nAuthentication-Results: mx.test; spf=pass; dmarc=fail header.from=other.test", "all", "", All},
		{"From: friend@other.test\r\nAuthentication-Results: mx.test; dmarc =\r\n FAIL (p=none)", "trackers", "", Trackers},
		{"From: friend@other.test\r\nAuthentication-Results: mx.test; dmarc=pass", "trust", "friend@other.test", All},
		{"From: else@shop.test\r\nAuthentication-Results: mx.test; dmarc=fail", "all", "@shop.test", Trackers},
	} {
		m := message.Parse([]byte(c.header + "\r\n\r\nx"))
		if mode, key := rules.For(m.Header(), c.mode); string(mode) != c.want || key != c.key {
			t.Errorf("%q: %s by %q, want %s by %q", c.header, mode, key, c.want, c.key)
		}
		if mode, key := Rules(nil).For(m.Header(), c.mode); mode != c.mode || key != "" {
			t.Errorf("%q: %s by %q without rules", c.header, mode, key)
		}
	}
}

func TestMessageByRule(t *testing.T) {
	raw := html(`<img src="http://sender.test/logo.png" width=200 height=80><img src="http://sender.test/o/5f3a9c81d2e4471bb0aa?track=1" width=1 height=1><a href="http://s.test/?utm_id=1">`)
	raw = append([]byte("Disposition-Notification-To: a@sender.test\r\n"), raw...)
	d := testDetector()
	for _, c := range []struct {
		rules   Rules
		mode    Mode
		blocked int
	}{
		{nil, All, 3}, {Rules{"@sender.test": All}, Trackers, 3}, {Rules{"a@sender.test": Trackers, "@sender.test": All}, All, 2}, {Rules{"a@sender.test": Trust}, All, 0},
	} {
		b := Blocker{Mode: c.mode, Rules: c.rules, Detector: d, Links: testCleaner}
		got := b.Message(raw)
		if got.Changed() != (c.blocked > 0) || got.Mode == Trust && got.Rule != "a@sender.test" {
			t.Errorf("%v: changed %t, mode %s by %q", c.rules, got.Changed(), got.Mode, got.Rule)
		}
		if got.Blocked != c.blocked || bytes.Equal(got.Bytes, raw) != (c.blocked == 0) {
			t.Errorf("%v: %d blocked, want %d\n%s", c.rules, got.Blocked, c.blocked, got.Bytes)
		}
		if again := b.Message(got.Bytes); !bytes.Equal(again.Bytes, got.Bytes) {
			t.Errorf("%v: a second block changed the copy", c.rules)
		}
		if restored, err := got.Undo.Restore(got.Bytes); err != nil || !bytes.Equal(restored, raw) {
			t.Errorf("%v: restore: %v", c.rules, err)
		}
		if len(got.Bytes) > 0 && &got.Bytes[0] == &raw[0] {
			t.Errorf("%v: the copy is the original", c.rules)
		}
	}
}
