package catalogue

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Check reads the text of a catalogue file, name is for the errors, and runs the tests that its entries bring along:
// each has to be recognised, as its own provider and as nobody else. A file with a version is checked by itself, any
// other one together with the shipped catalogue. entries is how many of its entries are whole.
func Check(name, text string) (entries int, errs []error) {
	d, errs := parseDocument(name, text)
	base, _ := shipped()
	layers := [][]*entry{d.entries, base.entries}
	if d.version != "" {
		layers = layers[:1]
	}
	c, faults := build(layers...)
	errs = append(errs, faults...)
	for _, e := range d.entries {
		if !e.used {
			continue
		}
		entries++
		errs = append(errs, c.checkEntry(e)...)
	}
	return entries, errs
}

// testForms are the forms of tests, with what an entry has of each.
func (e *entry) testForms() map[string][]string {
	return map[string][]string{
		string(Open): e.Open, string(Click): e.Click, string(Host): e.Host, string(serviceForm): e.Service,
		"header": e.Headers, "sender": e.Senders,
	}
}

// checkEntry runs the tests of an entry, and makes sure that each of its forms has one.
func (c *Catalogue) checkEntry(e *entry) []error {
	var errs []error
	for form, lines := range e.testForms() {
		tested := slices.ContainsFunc(e.Tests, func(test string) bool { return strings.HasPrefix(test, form+" ") })
		if len(lines) > 0 && !tested {
			errs = append(errs, e.fault(lines[0], fmt.Errorf("no test for %s", form)))
		}
	}
	for _, id := range e.AmbiguousWith {
		if !slices.ContainsFunc(c.providers, func(p *Provider) bool { return p.ID == id }) {
			errs = append(errs, e.fault("\nambiguous_with", fmt.Errorf("ambiguous_with: there is no %q", id)))
		}
	}
	for _, test := range e.Tests {
		if err := c.runTest(e, test); err != nil {
			errs = append(errs, e.fault(test, fmt.Errorf("test %q: %w", test, err)))
		}
	}
	return errs
}

func (c *Catalogue) runTest(e *entry, test string) error {
	form, text, _ := strings.Cut(test, " ")
	switch form {
	case "header":
		name, body, _ := strings.Cut(text, ":")
		return c.runHeaderTest(e, name, body)
	case "sender":
		return c.runHeaderTest(e, "Return-Path", "<bounce@"+text+">")
	case string(Open), string(Click), string(Host), string(serviceForm):
	default:
		return errors.New("want open, click, host, service, header or sender, a space, and what is to be recognised")
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return errors.New("not a URL with a host")
	}
	host := u.Hostname()
	if form == string(serviceForm) {
		if p, ok := c.Domain(host).Owner(); !ok || p.ID != e.ID {
			return fmt.Errorf("%s is not known as a host of %s alone", host, e.Name)
		}
		return nil
	}
	matches := c.Match(host, u.EscapedPath(), u.RawQuery)
	own := slices.IndexFunc(matches, func(m Match) bool { return m.Provider.ID == e.ID })
	if own < 0 || string(matches[own].Form) != form {
		return fmt.Errorf("no pattern for %s matches", form)
	}
	for _, m := range matches {
		if m.Provider.ID != e.ID && !slices.Contains(e.AmbiguousWith, m.Provider.ID) {
			return fmt.Errorf("%q of %s matches, too: make the pattern narrower or declare ambiguous_with", m.Pattern, m.Provider.ID)
		}
	}
	return nil
}

func (c *Catalogue) runHeaderTest(e *entry, name, body string) error {
	found := c.ByHeader(func(field string) []string {
		if strings.EqualFold(field, name) {
			return []string{strings.TrimSpace(body)}
		}
		return nil
	})
	if !slices.ContainsFunc(found, func(p *Provider) bool { return p.ID == e.ID }) {
		return errors.New("nothing is recognised")
	}
	for _, p := range found {
		if p.ID != e.ID && !slices.Contains(e.AmbiguousWith, p.ID) {
			return fmt.Errorf("%s is recognised, too: declare ambiguous_with", p.ID)
		}
	}
	return nil
}
