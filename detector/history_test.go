package detector

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// letter is one message of a sender in a test.
type letter struct {
	id, to, body string
	day          int // of January 2026
}

func (l letter) scan() Result {
	to := l.to
	if to == "" {
		to = "reader@post.test"
	}
	id := ""
	if l.id != "" {
		id = "Message-ID: <" + l.id + "@shop.test>\r\n"
	}
	return builtin().Scan(message.Parse([]byte(fmt.Sprintf(
		"From: Shop <news@shop.test>\r\nTo: %s\r\n%sDate: %d Jan 2026 10:00:00 +0000\r\nContent-Type: text/html\r\n\r\n%s", to, id, max(l.day, 1), l.body))))
}

// builtin is the detector of the program. Loading the catalogue takes longer than most tests.
var builtin = sync.OnceValue(func() *Detector { return New(catalogue.Builtin()) })

// judged is what becomes of messages that are compared with each other.
func judged(results []Result) []Result {
	h := NewHistory()
	for _, r := range results {
		for _, s := range Sightings(r) {
			h.Add(s)
		}
	}
	all := make([]Result, len(results))
	for i, r := range results {
		all[i] = h.Judge(r)
	}
	return all
}

// mailing is a message for each body, one a day.
func mailing(bodies ...string) []Result {
	var all []Result
	for i, b := range bodies {
		all = append(all, letter{id: fmt.Sprint(i), day: i + 1, body: b}.scan())
	}
	return all
}

// code is the nth of different codes for one recipient each.
func code(n int) string { return fmt.Sprintf("4f7a%012xb1", fingerprint("test", fmt.Sprint(n))>>16) }

// each is a message body for each of n numbers.
func each(n int, body func(i int) string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = body(i)
	}
	return all
}

func TestTemplate(t *testing.T) {
	for _, c := range []struct{ url, shape, values string }{
		{"https://shop.test/logo.png", "shop.test/logo.png?", ""},
		{"https://img3.shop.test/a/logo-2024.png?v=7", "img#.shop.test/a/*.png?&v=*", "logo-2024 7"},
		{"https://cmail19.shop.test/t/i-o-pkjdthd-jyjtllujik/o.gif", "cmail#.shop.test/t/*/o.gif?", "i-o-pkjdthd-jyjtllujik"},
		{"https://t.shop.test/open/8f3a9c0b1d2e4f56?e=77&E=78", "t.shop.test/open/*?&e=*&e=*", "8f3a9c0b1d2e4f56 77 78"},
		{"https://t.shop.test/op/3788_md/22222/1721/681/410", "t.shop.test/op/*?", "3788_md/22222/1721/681/410"},
		{"https://t.shop.test/op/3788_md/22222", "t.shop.test/op/*/*?", "3788_md 22222"},
		{"https://8f3a9c0b1d2e4f56.shop.test/o", "*.shop.test/*?", "8f3a9c0b1d2e4f56 o"},
		{"https://t.shop.test/0.gif?4784561&101", "t.shop.test/*.gif?&=*&=*", "0 4784561 101"},
		{"//T.shop.test:8080/A%20b", "t.shop.test/*?", "A b"},
	} {
		l, ok := locate(c.url)
		if !ok {
			t.Fatal(c.url)
		}
		got := newTemplate(&l)
		var values []string
		for _, p := range got.values {
			values = append(values, p.value)
		}
		if values := strings.Join(values, " "); got.shape != c.shape || values != c.values {
			t.Errorf("%s:\n got %s [%s]\nwant %s [%s]", c.url, got.shape, values, c.shape, c.values)
		}
	}
	long, _ := locate("https://shop.test/" + strings.Repeat("a/1/", 500) + "?" + strings.Repeat("k=v&", 500))
	if n := len(newTemplate(&long).values); n > maxPositions {
		t.Errorf("%d positions", n)
	}
}

func TestJudge(t *testing.T) {
	tiny := func(url string) string { return `<img src="` + url + `" width=1 height=1>` }
	sizeless := func(url string) string { return `<img src="` + url + `" alt="a">` }
	shown := func(url string) string { return `<img src="` + url + `" width=600 height=200 alt="Sale">` }
	logo := `<img src="https://shop.test/logo.png" width=100 height=40>`
	for _, c := range []struct {
		name   string
		bodies []string
		want   string // of the first message
		why    Reason // one of the reasons of its first finding, after comparing
	}{
		{"a sure verdict gets a reason", each(3, func(i int) string { return tiny("https://t.shop.test/o/" + code(i)) }),
			"open-pixel likely", DiffersPerMessage},
		{"the catalogue's verdict gets a reason", each(3, func(i int) string {
			return tiny("https://shop.us3.list-manage.com/track/open.php?u=1&id=2&e=" + code(i))
		}), "open-pixel certain Mailchimp", DiffersPerMessage},
		{"two messages are too few", each(2, func(i int) string { return logo + sizeless("https://shop.test/x?m="+code(i)) }),
			"unique-image possible", RecipientToken},
		{"no size, a code in the query", each(3, func(i int) string { return logo + sizeless("https://shop.test/x?m="+code(i)) }),
			"unique-image likely", DiffersPerMessage},
		{"no size, short code in the query", each(3, func(i int) string { return logo + sizeless("https://shop.test/x?m=a"+code(i)[:9]) }),
			"unique-image likely", DiffersPerMessage},
		{"no size, number of the mailing", each(5, func(i int) string { return logo + sizeless(fmt.Sprintf("https://shop.test/x?m=%d", 50017+i)) }),
			"", ""},
		{"no size, time against stale pictures", each(5, func(i int) string { return logo + sizeless(fmt.Sprintf("https://shop.test/x?m=%d", 1767225600+i)) }),
			"", ""},
		{"no size, a path for each picture", each(5, func(i int) string { return logo + sizeless("https://shop.test/uploads/"+code(i)) }),
			"unique-image possible", DiffersPerMessage},
		{"10×5, number in the path", each(3, func(i int) string {
			return fmt.Sprintf(`%s<img src="https://shop.test/m/%d/x" width=10 height=5>`, logo, 50017+i)
		}), "open-pixel likely", DiffersPerMessage},
		{"new pictures in each message", each(5, func(i int) string { return shown("https://shop.test/img/" + code(i) + ".jpg") }), "", ""},
		{"the same visible picture, a code beside it", each(3, func(i int) string { return shown("https://shop.test/banner.jpg?m=" + code(i)) }),
			"unique-image likely", DiffersPerMessage},
		{"another visible picture, a code beside it", each(3, func(i int) string {
			return shown(fmt.Sprintf("https://shop.test/banner%d.jpg?m=%s", i, code(i)))
		}), "", ""},
		{"the same visible picture, a version beside it", each(3, func(i int) string { return shown("https://shop.test/banner.jpg?v=" + code(i)) }), "", ""},
		{"many products in each message", each(4, func(i int) string {
			return shown("https://shop.test/p?id="+code(10*i)) + shown("https://shop.test/p?id="+code(10*i+1))
		}), "", ""},
		{"a spacer that is called pixel", each(3, func(int) string { return logo + tiny("https://cdn.shop.test/tracking/beacon.gif") }),
			"open-pixel possible", SameEverywhere},
		{"a lone spacer", each(3, func(int) string { return tiny("https://cdn.shop.test/x.gif") }), "", ""},
		{"a file with a hash for a name", each(3, func(int) string { return tiny("https://cdn.shop.test/" + code(1) + ".gif") }), "", ""},
		{"the same code each time may be the recipient's", each(4, func(int) string { return tiny("https://t.shop.test/o?u=" + code(1)) }),
			"open-pixel likely", RecipientToken},
		{"an address stays", each(4, func(int) string { return tiny("https://t.shop.test/x.gif?e=other@post.test") }), "open-pixel likely", OtherAddress},
		{"what is certain stays", each(4, func(int) string { return tiny("https://shop.us3.list-manage.com/track/open.php?u=1&id=2&e=3") }), "open-pixel certain Mailchimp", KnownProvider},
		{"links", each(3, func(i int) string {
			return `<a href="https://shop.us3.list-manage.com/track/click?u=1&id=2&e=` + code(i) + `">a</a>`
		}), "click-link certain Mailchimp", DiffersPerMessage},
	} {
		results := judged(mailing(c.bodies...))
		for i, r := range results {
			if got := summary(r); got != c.want {
				t.Errorf("%s: message %d: %q, want %q", c.name, i, got, c.want)
			}
		}
		r := results[0]
		if len(r.Findings) == 0 {
			continue
		}
		f := r.Findings[0]
		if !slices.Contains(f.Reasons, c.why) {
			t.Errorf("%s: %v, want %s", c.name, f.Reasons, c.why)
		}
		compared := slices.Contains([]Reason{DiffersPerMessage, SameForRecipient, SameEverywhere}, c.why)
		if compared && f.Messages != len(c.bodies) || !compared && f.Messages != 0 {
			t.Errorf("%s: %d messages", c.name, f.Messages)
		}
		if r.Tracked != strings.Contains(c.want, "likely") && !strings.Contains(c.want, "certain") {
			t.Errorf("%s: tracked %t", c.name, r.Tracked)
		}
	}
}

// Messages to two addresses of a person show more than those to one.
func TestJudgeTwoRecipients(t *testing.T) {
	for _, c := range []struct {
		name string
		url  func(recipient, mailing int) string
		want string
		why  Reason
	}{
		{"a code for each recipient", func(r, m int) string { return fmt.Sprintf("https://t.shop.test/m/%d/x?u=%s", 7+m, code(r)) }, "unique-image likely", SameForRecipient},
		{"a code for each mailing", func(r, m int) string { return "https://shop.test/x?m=" + code(m) }, "", ""},
		{"the same for everybody", func(int, int) string { return "https://shop.test/x?m=" + code(1) }, "", ""},
	} {
		var all []Result
		for m := range 2 {
			for r := range 2 {
				all = append(all, letter{
					id: fmt.Sprint("mailing", m), to: fmt.Sprintf("reader%d@post.test", r), day: m + 1,
					body: `<img src="` + c.url(r, m) + `" alt="a"><img src="https://shop.test/logo.png" width=90 height=30>`,
				}.scan())
			}
		}
		for i, r := range judged(all) {
			if got := summary(r); got != c.want {
				t.Errorf("%s: message %d: %q, want %q", c.name, i, got, c.want)
			}
			if c.want != "" && !slices.Contains(r.Findings[0].Reasons, c.why) {
				t.Errorf("%s: %v", c.name, r.Findings[0].Reasons)
			}
		}
	}
}

// Copies count once: the same message in two folders, or the same Message-ID for the same recipient.
func TestJudgeCountsCopiesOnce(t *testing.T) {
	body := func(i int) string { return `<img src="https://t.shop.test/x?m=` + code(i) + `">` }
	var all []Result
	for i := range 6 {
		all = append(all, letter{id: fmt.Sprint(i % 2), body: body(i)}.scan(), letter{body: body(0)}.scan())
	}
	for _, r := range judged(all) {
		for _, f := range r.Findings {
			if f.Messages > 3 {
				t.Errorf("%d messages", f.Messages)
			}
		}
	}
}

// Messages of different senders are not compared, nor are those of people who use the same mail service.
func TestJudgeKeepsSendersApart(t *testing.T) {
	for _, from := range []string{"news@shop%d.test", "shop%d@gmail.com"} {
		var all []Result
		for i := range 4 {
			all = append(all, builtin().Scan(message.Parse([]byte(fmt.Sprintf("From: "+from+
				"\r\nTo: reader@post.test\r\nMessage-ID: <%d@x.test>\r\nContent-Type: text/html\r\n\r\n<img src=\"https://shop.test/x?m=%s\" alt=\"a\"><img src=\"https://shop.test/logo.png\" width=9 height=30>", i, i, code(i))))))
		}
		for _, r := range judged(all) {
			if summary(r) != "unique-image possible" {
				t.Errorf("%s: %q", from, summary(r))
			}
		}
	}
}

// someMail is messages of every sort.
func someMail() []Result {
	var all []Result
	for i := range 40 {
		tiny := fmt.Sprintf(`<img src="https://t.shop.test/o/%s" width=1 height=1>`, code(i/2))
		odd := fmt.Sprintf(`<img src="https://u.shop.test/x?m=%s&c=%d">`, code(i), i/4)
		pictures := fmt.Sprintf(`<img src="https://shop.test/p?id=%s" width=90 height=90><img src="https://shop.test/p?id=%s" width=90 height=90>`, code(i%5), code(i))
		spacer := `<img src="https://cdn.shop.test/open.gif" width=1 height=1>`
		link := fmt.Sprintf(`<a href="https://click.shop.test/ls/click?upn=%s">a</a>`, code(i))
		bodies := []string{tiny + odd, odd + pictures, pictures + spacer + link, spacer + tiny + link, odd + spacer}
		all = append(all, letter{id: fmt.Sprint(i % 37), to: fmt.Sprintf("reader%d@post.test", i%3), day: i%9 + 1, body: bodies[i%5]}.scan())
	}
	return all
}

func TestJudgeDoesNotDependOnOrder(t *testing.T) {
	results := someMail()
	want := judged(results)
	if !slices.ContainsFunc(want, func(r Result) bool {
		return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Messages > 0 })
	}) {
		t.Fatal("nothing to compare")
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		h := NewHistory()
		for _, i := range append(random.Perm(len(results)), random.Perm(len(results))[:9]...) { // some of them twice
			for _, s := range Sightings(results[i]) {
				h.Add(s)
			}
		}
		for i, r := range results {
			if got := h.Judge(r); !reflect.DeepEqual(got, want[i]) {
				t.Fatalf("message %d:\n got %+v\nwant %+v", i, got, want[i])
			}
			if again := h.Judge(want[i]); summary(again) != summary(want[i]) || !reflect.DeepEqual(sorted(again), sorted(want[i])) {
				t.Fatalf("message %d, judged twice:\n got %+v\nwant %+v", i, again, want[i])
			}
			if alone := NewHistory().Judge(want[i]); !reflect.DeepEqual(sorted(alone), sorted(r)) {
				t.Fatalf("message %d, judged alone again:\n got %+v\nwant %+v", i, alone, r)
			}
			for _, s := range Sightings(want[i]) {
				if h.Add(s) {
					t.Fatal("a judged message is another one")
				}
			}
		}
	}
}

// sorted is r with what has no order of its own in the order of URLs.
func sorted(r Result) Result {
	r.Findings, r.Candidates = slices.Clone(r.Findings), slices.Clone(r.Candidates)
	slices.SortFunc(r.Findings, func(a, b Finding) int { return strings.Compare(a.URL, b.URL) })
	slices.SortFunc(r.Candidates, func(a, b Candidate) int { return strings.Compare(a.URL, b.URL) })
	return r
}

// Sightings of a damaged database change no verdict.
func TestDamagedSightings(t *testing.T) {
	r := mailing(each(1, func(i int) string { return `<img src="https://t.shop.test/o/` + code(i) + `?m=7" width=1 height=1>` })...)[0]
	own := Sightings(r)
	h := NewHistory()
	for i := range 4 {
		for _, s := range own {
			s.Message, s.Positions, s.Values = int64(i), []int{-2, 90, 0, 4}[i], []uint32{1, 2, 3, 4, 5, 6}[:3+i]
			h.Add(s)
		}
	}
	if got := h.Judge(r); !reflect.DeepEqual(got, NewHistory().Judge(r)) {
		t.Errorf("%+v", got)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	h := NewHistory()
	h.limit = 1 << 20
	for i := range 200_000 { // of one sender, each of another template
		h.Add(Sighting{Scope: int64(fingerprint(fmt.Sprint(i))), Message: int64(i), Positions: 1, Values: []uint32{1, 2, 3}})
		if h.size > h.limit || len(h.scopes)*100 > h.limit {
			t.Fatalf("%d octets, %d scopes", h.size, len(h.scopes))
		}
	}
	if len(h.scopes) < 1000 {
		t.Errorf("only %d scopes are left", len(h.scopes))
	}
	h = NewHistory()
	for i := range 10_000 { // all of one template
		h.Add(Sighting{Scope: 1, Message: int64(fingerprint(fmt.Sprint(i))), Positions: 1, Values: []uint32{1, 2, 3}})
	}
	if n := len(h.Sample(1)); n != MaxSample || h.size > MaxSample*200 {
		t.Errorf("%d messages, %d octets", n, h.size)
	}
}

// word is one of 676 short words.
func word(i int) string { return string([]byte{byte(97 + i%26), byte(97 + i/26%26)}) }

func TestSightingsAreBounded(t *testing.T) {
	var body strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&body, `<img src="https://t%s.shop.test/open/%s" width=1 height=1><img src="https://shop.test/x?m=%s"><img src="https://s%s.shop.test/x?m=1%s">`,
			word(i), code(i), code(i), word(i), code(i)[:4])
	}
	r := letter{id: "1", body: body.String()}.scan()
	all := Sightings(r)
	if len(all) != maxSightings || len(r.Candidates) > maxCandidates {
		t.Errorf("%d sightings, %d candidates", len(all), len(r.Candidates))
	}
	for _, s := range all {
		if len(s.Values) > maxRows*(maxPositions+2) {
			t.Errorf("%d values", len(s.Values))
		}
	}
}
