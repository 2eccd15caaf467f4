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

// Pictures that ordinary senders have, which look a little like the shapes of the catalogue.
func TestOrdinaryURLsAreNobodys(t *testing.T) {
	c := Builtin()
	for _, link := range []string{
		"https://www.sender.test/", "https://www.sender.test/logo.png", "https://cdn.sender.test/2026/11/05/header.jpg?v=20261105",
		"https://img.sender.test/image-2024-11.png", "https://www.sender.test/open/house.gif", "https://www.sender.test/track/3-tips.html",
		"https://www.sender.test/op/12/34/56/78/90.jpg", "https://www.sender.test/a/header/spacer.gif", "https://www.sender.test/e/o/open.png",
		"https://www.sender.test/Click?q=summer", "https://www.sender.test/pixel.php?id=12", "https://www.sender.test/app/wrap/gift.png",
		"https://pictures.sender.test/0107018c41a2f7b35e0d1c9a.jpg", "https://cdn.sender.test/assets/9f86d081884c7d659a2feaa0c55ad015/hero.png",
		"https://cdn.sender.test/9f86d081-884c-7d65-9a2f-eaa0c55ad015/w_600,h_300/photo.webp", "https://www.sender.test/img/t.gif",
		"https://www.sender.test/images/spacer.gif?1700000000", "https://www.sender.test/wp-content/uploads/2026/11/Foto-3-1024x768.jpg",
		"https://www.sender.test/d/d.gif", "https://www.sender.test/q/5/question.gif", "https://www.sender.test/link/to/page.html",
		"https://www.sender.test/pixel.gif?gAAAAABk1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX3yZ4aB5cD6eF7gH8iJ9kL0mN1oP2qR3sT4uV5wX6yZ7aB8cD9eF0==",
	} {
		host, path, query := split(t, link)
		for _, m := range c.Match(host, path, query) {
			t.Errorf("%s is taken for %s by %q", link, m.Provider.Name, m.Pattern)
		}
	}
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
			if p, ok := c.Domain(foreign).Owner(); ok {
				t.Errorf("%s is taken for a host of %s", foreign, p.Name)
			}
		}
	}
}
