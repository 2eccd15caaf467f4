package catalogue

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"

	data "pixelwacht/assets/catalogue"
)

func TestBuiltinHasNoErrors(t *testing.T) {
	c, errs := Load(data.Files())
	for _, err := range errs {
		t.Error(err)
	}
	if c.Len() < 200 {
		t.Errorf("%d providers, want at least 200", c.Len())
	}
	if Builtin().Len() != c.Len() {
		t.Errorf("Builtin has %d providers, the files %d", Builtin().Len(), c.Len())
	}
}

// shippedTest is one line of a provider's key "tests".
type shippedTest struct {
	entry *entry
	form  Form
	url   string
}

func shippedTests(t testing.TB) []shippedTest {
	entries, _ := readEntries(data.Files())
	var tests []shippedTest
	for _, e := range entries {
		for _, line := range e.Tests {
			form, link, ok := strings.Cut(line, " ")
			if !ok {
				t.Errorf("%s: test %q: want form and URL", e.ID, line)
			}
			tests = append(tests, shippedTest{e, Form(form), link})
		}
	}
	return tests
}

func split(t testing.TB, link string) (host, path, query string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Hostname(), u.EscapedPath(), u.RawQuery
}

func TestEveryShippedURLNamesItsProvider(t *testing.T) {
	c := Builtin()
	for _, test := range shippedTests(t) {
		host, path, query := split(t, test.url)
		if test.form == serviceForm {
			if p, _ := c.Owner(host); p == nil || p.ID != test.entry.ID {
				t.Errorf("%s: the owner of %s is %+v", test.entry.ID, host, p)
			}
			continue
		}
		matches := c.Match(host, path, query)
		if len(matches) == 0 {
			t.Errorf("%s: nothing matches %s %s", test.entry.ID, test.form, test.url)
			continue
		}
		own := slices.IndexFunc(matches, func(m Match) bool { return m.Provider.ID == test.entry.ID })
		if own < 0 || matches[own].Form != test.form {
			t.Errorf("%s: want %s for %s, got %+v", test.entry.ID, test.form, test.url, matches)
		}
		for _, m := range matches {
			if m.Provider.ID != test.entry.ID && !slices.Contains(test.entry.AmbiguousWith, m.Provider.ID) {
				t.Errorf("%s: %s matches %q of %s too: make it narrower or declare ambiguous_with",
					test.entry.ID, test.url, m.Pattern, m.Provider.ID)
			}
		}
	}
}

// Every form that a provider has patterns of is shown by a test URL.
func TestEveryFormIsTested(t *testing.T) {
	entries, _ := readEntries(data.Files())
	for _, e := range entries {
		for form, patterns := range map[Form][]string{Open: e.Open, Click: e.Click, Host: e.Host, serviceForm: e.Service} {
			tested := slices.ContainsFunc(e.Tests, func(line string) bool { return strings.HasPrefix(line, string(form)+" ") })
			if len(patterns) > 0 && !tested {
				t.Errorf("%s: no test line for %s", e.ID, form)
			}
		}
		for _, id := range e.AmbiguousWith {
			if !slices.ContainsFunc(entries, func(other *entry) bool { return other.ID == id }) {
				t.Errorf("%s: ambiguous with unknown %s", e.ID, id)
			}
		}
	}
}

// A longer name that ends like a provider's domain is somebody else's, whatever the provider.
func TestForeignHostsThatEndLikeAProvider(t *testing.T) {
	c := Builtin()
	for _, test := range shippedTests(t) {
		host, path, query := split(t, test.url)
		domain, err := publicsuffix.EffectiveTLDPlusOne(host)
		if err != nil {
			t.Errorf("%s: %v", test.url, err)
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
