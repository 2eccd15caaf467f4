package catalogue

import (
	"strings"
	"testing"
)

func TestMistakesInPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                               "want lower-case labels",
		"/o/**":                          "want lower-case labels",
		"Post.test/o":                    "want lower-case labels",
		"post..test":                     "want lower-case labels",
		"a*.post.test":                   "want lower-case labels",
		"https://post.test/o":            "want lower-case labels",
		"*.co.uk":                        "public suffix",
		"*.appspot.com/x":                "public suffix",
		"com":                            "public suffix",
		"a2.post#.test":                  "digits beside #",
		"click.mail.*/o/{token}/{token}": "one label",
		"post.test/a**":                  "whole segment",
		"post.test/**/a":                 "shapes on any host",
		"post.test/a/**/b":               "whole segment",
		"post.test/{hex}{num}":           "two placeholders",
		"post.test/{id}{alpha}":          "two placeholders",
		"certain */o/{token}/{token}":    "never certain",
		"sure post.test/o":               "want lower-case labels",
		"post.test/{hex}a{num}":          "never follow",
		"post.test/{token}-x*":           "never follow",
		"post.test/{word}":               "unknown placeholder",
		"post.test/{hex:0}":              "length",
		"post.test/{hex:x}":              "length",
		"post.test/{hex":                 "brace",
		"post.test/hex}":                 "brace",
		"post.test/o?":                   "empty query key",
		"post.test/o?a&":                 "empty query key",
		"*/o/**":                         "any host",
		"*/1.gif":                        "any host",
		"*/open.gif":                     "any host",
		"*/t/{id}/{id}":                  "any host",
		"*":                              "any host",
		"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}.test": "alternatives",
		"post.test" + strings.Repeat("/a", 17):     "segments",
	} {
		if _, err := appendPatterns(nil, pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error about %q", pattern, err, want)
		}
	}
}

func TestAlternativesAreExpanded(t *testing.T) {
	patterns, err := appendPatterns(nil, "*.a.{test,example}/{b,c}/{hex:4}?x={d,e}")
	if err != nil || len(patterns) != 8 {
		t.Fatalf("%d patterns, %v", len(patterns), err)
	}
	for _, p := range patterns {
		if p.source != "*.a.{test,example}/{b,c}/{hex:4}?x={d,e}" {
			t.Errorf("source is %q", p.source)
		}
	}
}

func TestLooksRandom(t *testing.T) {
	for text, want := range map[string]bool{
		"0107018c41a2f7b3-5e0d1c9a": true, "eyJlbWFpbF9pZCI6IjEyMyJ9": true, "5Rk2QvT9nB7cXwL3mZd8Yg~~": true,
		"spring-sale-2026-banner": false, "HeaderImageDesktop": false, "1234567890123456": false, "abcdefghijklmnop": false,
		"Logo_Stiftung_standard_RGB": false, "unsubscribe": false, "": false,
	} {
		if got := looksRandom(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzParsePatterns(f *testing.F) {
	for _, test := range shippedPatterns() {
		f.Add(test)
	}
	f.Add("{{,}}")
	f.Add("*.post.test/*{hex}*")
	f.Fuzz(func(t *testing.T, line string) {
		patterns, err := appendPatterns(nil, line)
		if err != nil {
			return
		}
		if len(patterns) == 0 || len(patterns) > maxAlternatives {
			t.Fatalf("%q gives %d patterns", line, len(patterns))
		}
		for _, p := range patterns {
			u := newLocator("/a/b1c2d3/e.gif", "u=1&id=2")
			p.matchQuery(u.query)
			for _, s := range p.path {
				s.match("b1c2d3")
			}
		}
	})
}

func shippedPatterns() []string {
	var lines []string
	base, _ := shipped()
	for _, e := range base.entries {
		lines = append(lines, e.Open...)
		lines = append(lines, e.Click...)
	}
	return lines
}

func FuzzMatch(f *testing.F) {
	c := Builtin()
	for _, link := range shippedURLs() {
		host, path, query := split(f, link)
		f.Add(host, path, query)
	}
	f.Fuzz(func(t *testing.T, host, path, query string) {
		matches := c.Match(host, path, query)
		for i, m := range matches {
			if m.ByHost != matches[0].ByHost {
				t.Error("matches by host and by shape in one answer")
			}
			if i > 0 && m.Certainty >= matches[i-1].Certainty && m.weight > matches[i-1].weight {
				t.Error("the best match is not the first")
			}
		}
		c.Domain(host).Owner()
	})
}
