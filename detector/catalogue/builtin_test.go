package catalogue

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"
)

func TestBuiltinHasNoErrors(t *testing.T) {
	c, errs := Load(nil)
	for _, err := range errs {
		t.Error(err)
	}
	if c.Len() < 350 {
		t.Errorf("%d providers, want at least 350", c.Len())
	}
	if Builtin().Len() != c.Len() {
		t.Errorf("Builtin has %d providers, the files %d", Builtin().Len(), c.Len())
	}
	if c.Version() == "" {
		t.Error("the shipped catalogue has no version")
	}
}

// Every test line of every entry names its provider and no other, and every form of every entry has one.
func TestEveryShippedEntryIsRecognised(t *testing.T) {
	c := Builtin()
	base, _ := shipped()
	for _, e := range base.entries {
		for _, err := range c.checkEntry(e) {
			t.Error(err)
		}
		if len(e.Tests) == 0 {
			t.Errorf("%s has no test", e.ID)
		}
	}
}

// shippedURLs are the URLs in the test lines of all entries.
func shippedURLs() []string {
	base, _ := shipped()
	var urls []string
	for _, e := range base.entries {
		for _, line := range e.Tests {
			if form, link, _ := strings.Cut(line, " "); form != "header" && form != "sender" {
				urls = append(urls, link)
			}
		}
	}
	return urls
}

func split(t testing.TB, link string) (host, path, query string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Hostname(), u.EscapedPath(), u.RawQuery
}

// A longer name that ends like a provider's domain is somebody else's, whatever the provider.
func TestForeignHostsThatEndLikeAProvider(t *testing.T) {
	c := Builtin()
	for _, link := range shippedURLs() {
		host, path, query := split(t, link)
		domain, err := publicsuffix.EffectiveTLDPlusOne(host)
		if err != nil {
			t.Errorf("%s: %v", link, err)
			continue
		}
		below := strings.TrimSuffix(host, domain)
		for _, foreign := range []string{below + "evil-" + domain, below + "evil" + domain, host + ".evil.test", host + "x"} {
			for _, m := range c.Match(foreign, path, query) {
				if m.ByHost {
					t.Errorf("%s is taken for %s by %q", foreign, m.Provider.Name, m.Pattern)
				}
			}
			if p, ok := c.Owner(foreign); ok {
				t.Errorf("%s is taken for a host of %s", foreign, p.Name)
			}
		}
	}
}
