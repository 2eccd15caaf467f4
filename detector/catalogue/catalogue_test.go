package catalogue

import (
	"strings"
	"testing"
)

// parse makes a catalogue of one file alone.
func parse(name, text string) (*Catalogue, []error) {
	d, errs := parseDocument(name, text)
	c, faults := build(d.entries)
	return c, append(errs, faults...)
}

// load is a catalogue of the entries in text, which must have no errors.
func load(t testing.TB, text string) *Catalogue {
	t.Helper()
	c, errs := parse("test.toml", text)
	for _, err := range errs {
		t.Fatal(err)
	}
	return c
}

// entryWith is an entry of the provider id with further lines.
func entryWith(id, lines string) string {
	return "\n[[provider]]\nid = \"" + id + "\"\nname = \"" + id + "\"\nkind = \"other\"\nsource = \"DOC\"\n" + lines + "\n"
}

func TestMatchPatterns(t *testing.T) {
	tests := []struct {
		name, pattern, url string
		want               bool
	}{
		{"domain itself", "*.post.test/o/**", "https://post.test/o/1", true},
		{"below the domain", "*.post.test/o/**", "https://a.b.post.test/o/1", true},
		{"longer name", "*.post.test/o/**", "https://evil-post.test/o/1", false},
		{"domain inside another", "*.post.test/o/**", "https://post.test.evil.example/o/1", false},
		{"exact host", "t.post.test/o/**", "https://t.post.test/o/1", true},
		{"below an exact host", "t.post.test/o/**", "https://x.t.post.test/o/1", false},
		{"parent of an exact host", "t.post.test/o/**", "https://post.test/o/1", false},
		{"host with its root dot", "*.post.test/o/**", "https://a.post.test./o/1", true},
		{"digits", "*.cm#.test/t/**", "https://x.cm20.test/t/1", true},
		{"no digits", "*.cm#.test/t/**", "https://x.cm.test/t/1", false},
		{"digits and letters", "*.cm#.test/t/**", "https://x.cm2a.test/t/1", false},
		{"digits below", "*.cm#.test/t/**", "https://x9.cm1.test/t/1", true},
		{"literal digits stay literal", "*.cm20.test/t/**", "https://cm21.test/t/1", false},
		{"alternatives", "*.post.{test,example}/o", "https://post.example/o", true},
		{"first label", "click.*/open.aspx?{token:30}", "https://click.sender.test/open.aspx?f1c10-fe8c1372716d027a75-fe2a1c71", true},
		{"other first label", "click.*/open.aspx?{token:30}", "https://www.sender.test/open.aspx?f1c10-fe8c1372716d027a75-fe2a1c71", false},

		{"whole path", "post.test/on.jsp", "https://post.test/on.jsp", true},
		{"path goes on", "post.test/on.jsp", "https://post.test/on.jsp/x", false},
		{"path goes on below what is looked at", "post.test" + strings.Repeat("/x", 16), "https://post.test" + strings.Repeat("/x", 17), false},
		{"segment goes on", "post.test/on.jsp", "https://post.test/on.jspx", false},
		{"case of the path", "post.test/O/**", "https://post.test/o/1", false},
		{"rest may be empty", "post.test/o/**", "https://post.test/o", true},
		{"rest begins at a slash", "post.test/o/**", "https://post.test/other", false},
		{"rest is deep", "post.test/o/**", "https://post.test/o" + strings.Repeat("/x", 40), true},
		{"star in a segment", "post.test/a/*/c.gif", "https://post.test/a/b/c.gif", true},
		{"star is one segment", "post.test/a/*/c.gif", "https://post.test/a/b/b/c.gif", false},
		{"star before a literal", "post.test/*-l-*", "https://post.test/x-l-y", true},
		{"star before the last literal", "post.test/a*.gif", "https://post.test/a.gif.gif", true},
		{"any path", "*.post.test", "https://post.test/x/y?z", true},
		{"floating", "*/**/ut.php?u={hex:20}&m", "https://sender.test/a/b/ut.php?u=0123456789abcdef0123&m=1", true},
		{"floating at the top", "*/**/ut.php?u={hex:20}&m", "https://sender.test/ut.php?u=0123456789abcdef0123&m=1", true},
		{"floating must end", "*/**/ut.php?u={hex:20}&m", "https://sender.test/ut.php/x?u=0123456789abcdef0123&m=1", false},

		{"number", "post.test/{num:3}", "https://post.test/123", true},
		{"number too short", "post.test/{num:3}", "https://post.test/12", false},
		{"hexadecimal", "post.test/{hex}", "https://post.test/0aB1c2d3", true},
		{"not hexadecimal", "post.test/{hex}", "https://post.test/0aB1c2g3", false},
		{"token", "post.test/{token}", "https://post.test/Zk3v9QpL2mXr7TbN4c", true},
		{"percent-encoded token", "post.test/{token}", "https://post.test/Zk3v9QpL2m%2Br7TbN4c%3D", true},
		{"words are no token", "post.test/{token}", "https://post.test/newsletter-header-image-2024", false},
		{"number is no token", "post.test/{token}", "https://post.test/12345678901234567890", false},
		{"camel case is no token", "post.test/{token}", "https://post.test/NewsletterHeaderPicture", false},
		{"token too short", "post.test/{token}", "https://post.test/Zk3v9QpL2m", false},
		{"letters and digits in turn", "post.test/3{alpha:5}{num:4}{alpha:4}*", "https://post.test/3abCde1234fgHi9", true},
		{"letters where digits should be", "post.test/3{alpha:5}{num:4}{alpha:4}*", "https://post.test/3abCde12x4fgHi9", false},
		{"a literal at the end is taken first", "post.test/{token:20}PQ__", "https://post.test/Zk3v9QpL2mXr7TbN4cWdPQ__", true},
		{"what is before it must still fit", "post.test/{token:20}PQ__", "https://post.test/Zk3v9QpL2mXr7TbPQ__", false},
		{"token with an ending", "post.test/{token}.gif", "https://post.test/Zk3v9QpL2mXr7TbN4c.gif", true},

		{"query keys in any order", "post.test/o?u&id", "https://post.test/o?x=1&id=2&u=3", true},
		{"query key missing", "post.test/o?u&id", "https://post.test/o?id=2", false},
		{"query key inside another", "post.test/o?u", "https://post.test/o?uu=2&xu=1", false},
		{"query value", "post.test/o?l=open", "https://post.test/o?l=open", true},
		{"other query value", "post.test/o?l=open", "https://post.test/o?l=opened", false},
		{"query without key", "post.test/o?{hex:16}", "https://post.test/o?0123456789abcdef", true},
		{"query escaped twice", "post.test/o?u&id", "https://post.test/o?u=1&amp;id=2", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := load(t, entryWith("post", `open = ["`+test.pattern+`"]`))
			host, path, query := split(t, test.url)
			matches := c.Match(host, path, query)
			if got := len(matches) > 0; got != test.want {
				t.Fatalf("%q matches %s: %v, want %v", test.pattern, test.url, got, test.want)
			}
			if !test.want {
				return
			}
			byHost := !strings.HasPrefix(test.pattern, "*/") && !strings.HasPrefix(test.pattern, "click.*")
			if m := matches[0]; m.Form != Open || m.ByHost != byHost || m.Pattern != test.pattern || m.Provider.ID != "post" {
				t.Errorf("got %+v", m)
			}
		})
	}
}

func TestBestMatchComesFirst(t *testing.T) {
	c := load(t, entryWith("wide", `host = ["*.post.test"]`)+
		entryWith("narrow", "open = [\"*.post.test/t/**\"]\nclick = [\"*.post.test/t/*-l-*\"]")+
		entryWith("shape", `open = ["*/t/*-l-{token}"]`))
	got := c.Match("a.post.test", "/t/1-l-Zk3v9QpL2mXr7TbN4c", "")
	if len(got) != 2 || got[0].Provider.ID != "narrow" || got[0].Form != Click || got[1].Provider.ID != "wide" {
		t.Errorf("want the click of narrow, then wide, each once, and no shape: %+v", got)
	}
	got = c.Match("a.sender.test", "/t/1-l-Zk3v9QpL2mXr7TbN4c", "")
	if len(got) != 1 || got[0].Provider.ID != "shape" || got[0].ByHost {
		t.Errorf("want the shape on a foreign host: %+v", got)
	}
}

func TestOwner(t *testing.T) {
	c := load(t, entryWith("one", "service = [\"*.one.test\", \"*.n#.test\"]")+
		entryWith("two", "open = [\"*.shared.test/two/**\", \"*.two.test/o\"]")+
		entryWith("three", "open = [\"*.shared.test/three/**\", \"x.one.test/o\"]"))
	for host, want := range map[string]string{
		"one.test": "one", "img.one.test": "one", "n7.test": "one", "two.test": "two", "x.one.test": "three",
		"shared.test": "", "a.shared.test": "", "none.test": "", "": "",
	} {
		got := ""
		if p, ok := c.Domain(host).Owner(); ok {
			got = p.ID
		}
		if got != want {
			t.Errorf("owner of %q is %q, want %q", host, got, want)
		}
	}
	if m := c.Match("one.test", "/", ""); m != nil {
		t.Errorf("a service host is no evidence: %+v", m)
	}
}

func TestProvidersAreSortedByName(t *testing.T) {
	c := load(t, entryWith("b", `host = ["b.test"]`)+entryWith("c", `host = ["c.test"]`)+entryWith("a", `host = ["a.test"]`))
	var ids []string
	for _, p := range c.Providers() {
		ids = append(ids, p.ID)
	}
	if got := strings.Join(ids, ""); got != "abc" || c.Len() != 3 {
		t.Errorf("%q, %d", got, c.Len())
	}
}

// Hosts and paths are what a stranger sends.
func TestHostileURLs(t *testing.T) {
	c := Builtin()
	long := strings.Repeat("a1", 1<<14)
	for _, host := range []string{"", ".", "..", "...list-manage.com", "list-manage.com..", "\x00", "a\xff.list-manage.com",
		"localhost", "127.0.0.1", "[::1]", "2130706433", long, strings.Repeat("a.", 1<<14) + "list-manage.com", "ß.test"} {
		for _, path := range []string{"", "/", "//", "no-slash", "/%", "/\x00/\xff", "/" + long, strings.Repeat("/", 1<<15),
			strings.Repeat("/o", 1<<14), strings.Repeat("/lt.php", 1<<12), "/q/" + long + "/AA~/" + long} {
			for _, query := range []string{"", "&", "=", "&&&=&", "%", "u=" + long + "&id=1", strings.Repeat("u&", 1<<13)} {
				for _, m := range c.Match(host, path, query) {
					if m.ByHost && len(host) > maxHost {
						t.Errorf("a host of %d octets is taken for %s", len(host), m.Provider.Name)
					}
				}
			}
		}
		c.Domain(host).Owner()
	}
}
