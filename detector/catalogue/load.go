package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// EntryError says what is wrong with one entry of the catalogue. The entry is not used.
type EntryError struct {
	File string
	Line int // in File, from 1
	Err  error
}

func (e *EntryError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

func (e *EntryError) Unwrap() error { return e.Err }

// entry is one [[provider]] as the files have it. docs/catalogue.md explains the keys.
type entry struct {
	ID      string   `toml:"id"`
	Name    string   `toml:"name"`
	Company string   `toml:"company"`
	Country string   `toml:"country"`
	Kind    Kind     `toml:"kind"`
	Website string   `toml:"website"`
	Privacy string   `toml:"privacy"`
	Aliases []string `toml:"aliases"`

	Open    []string `toml:"open"`
	Click   []string `toml:"click"`
	Host    []string `toml:"host"`
	Service []string `toml:"service"` // domains only, they name the provider

	Headers []string `toml:"headers"`
	Senders []string `toml:"senders"`

	Source        string   `toml:"source"`
	Tests         []string `toml:"tests"`
	AmbiguousWith []string `toml:"ambiguous_with"`

	file string
	line int
	text string // of the entry, to find the line of a mistake
}

// Load reads every .toml file at the top of fsys. Broken entries are left out and reported as *EntryError, files that
// cannot be read as the file system's errors: the catalogue is usable whatever the errors are.
func Load(fsys fs.FS) (*Catalogue, []error) {
	c := &Catalogue{index: index{hosts: map[string]*hostEntry{}}, headers: newHeaderIndex()}
	entries, errs := readEntries(fsys)
	seen := map[string]*entry{}
	for _, e := range entries {
		if earlier := seen[e.ID]; earlier != nil {
			errs = append(errs, e.fault(e.ID, fmt.Errorf("id %q is already at %s:%d", e.ID, earlier.file, earlier.line)))
			continue
		}
		if err := c.add(e); err != nil {
			errs = append(errs, err)
			continue
		}
		seen[e.ID] = e
	}
	slices.SortFunc(c.providers, func(a, b *Provider) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return c, errs
}

// readEntries returns the entries of all files that are TOML, in order.
func readEntries(fsys fs.FS) ([]*entry, []error) {
	names, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, []error{fmt.Errorf("list the catalogue: %w", err)}
	}
	var entries []*entry
	var errs []error
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("read the catalogue: %w", err))
			continue
		}
		more, faults := parseFile(name, string(text))
		entries = append(entries, more...)
		errs = append(errs, faults...)
	}
	return entries, errs
}

// entryStart begins an entry. Files are split there before they are parsed, so that a mistake costs one entry only.
const entryStart = "[[provider]]"

func parseFile(name, text string) ([]*entry, []error) {
	var entries []*entry
	var errs []error
	line := 1
	for len(text) > 0 {
		end := len(text)
		if next := strings.Index(text[1:], "\n"+entryStart); next >= 0 {
			end = next + 2
		}
		e, below, err := parseEntry(text[:end])
		if err != nil {
			errs = append(errs, &EntryError{File: name, Line: line + below, Err: err})
		} else if e != nil {
			e.file, e.line, e.text = name, line, text[:end]
			entries = append(entries, e)
		}
		line += strings.Count(text[:end], "\n")
		text = text[end:]
	}
	return entries, errs
}

// parseEntry reads one entry, nil for text that has none, such as the comment at the top of a file. An error is
// below lines under the first.
func parseEntry(text string) (e *entry, below int, err error) {
	var file struct {
		Provider []*entry `toml:"provider"`
	}
	meta, err := toml.Decode(text, &file)
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		return nil, max(parse.Position.Line-1, 0), errors.New(parse.Message) // its own text counts lines from the entry
	}
	if err != nil {
		return nil, 0, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0][len(unknown[0])-1]
		before, _, _ := strings.Cut(text, "\n"+key)
		return nil, strings.Count(before, "\n") + 1, fmt.Errorf("unknown key %q", key)
	}
	if len(file.Provider) == 0 {
		return nil, 0, nil
	}
	return file.Provider[0], 0, nil
}

// fault is an error of the entry at the line where text stands, or where the key after a line break begins.
func (e *entry) fault(text string, err error) *EntryError {
	line := e.line
	if at := strings.Index(e.text, text); at >= 0 {
		line += strings.Count(e.text[:at], "\n") + strings.Count(text, "\n")
	}
	return &EntryError{File: e.file, Line: line, Err: err}
}

// provider returns what the entry says of its provider.
func (e *entry) provider() (*Provider, *EntryError) {
	kinds := []Kind{Newsletter, CRM, Sales, Analytics, Advertising, Receipt, Platform, Other}
	switch {
	case e.ID == "" || strings.Trim(e.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return nil, e.fault("\nid", fmt.Errorf("id %q: want lower-case letters, digits and hyphens", e.ID))
	case e.Name == "":
		return nil, e.fault("\nname", errors.New("name is missing"))
	case !slices.Contains(kinds, e.Kind):
		return nil, e.fault("\nkind", fmt.Errorf("kind %q: want one of %v", e.Kind, kinds))
	case e.Country != "" && (len(e.Country) != 2 || strings.ToUpper(e.Country) != e.Country):
		return nil, e.fault("\ncountry", fmt.Errorf("country %q: want two capital letters", e.Country))
	case e.Source == "":
		return nil, e.fault("\nid", errors.New("source is missing: say where the patterns are known from"))
	}
	return &Provider{
		ID: e.ID, Name: e.Name, Company: e.Company, Country: e.Country, Kind: e.Kind,
		Website: e.Website, Privacy: e.Privacy, Aliases: e.Aliases, Sources: strings.Fields(e.Source),
	}, nil
}

// add puts a whole entry into the catalogue, or nothing of it.
func (c *Catalogue) add(e *entry) error {
	provider, fault := e.provider()
	if fault != nil {
		return fault
	}
	var all []pattern
	for _, list := range []struct {
		form  Form
		lines []string
	}{{Open, e.Open}, {Click, e.Click}, {Host, e.Host}, {serviceForm, e.Service}} {
		for _, line := range list.lines {
			patterns, err := parsePatterns(line)
			if err != nil {
				return e.fault(line, err)
			}
			for i := range patterns {
				p := &patterns[i]
				p.provider, p.form = provider, list.form
				if err := p.checkForm(); err != nil {
					return e.fault(line, fmt.Errorf("pattern %q: %w", line, err))
				}
			}
			all = append(all, patterns...)
		}
	}
	hints, err := parseHints(e.Headers, e.Senders)
	if err != nil {
		return e.fault("\nheaders", err)
	}
	if len(all) == 0 && hints.empty() {
		return e.fault("\nid", errors.New("no pattern and no header field"))
	}
	for i := range all {
		p := &all[i]
		if p.form == serviceForm {
			c.index.host(p.host, provider)
		} else {
			c.index.add(p)
		}
	}
	c.headers.add(provider, hints)
	c.providers = append(c.providers, provider)
	return nil
}

// serviceForm marks domains that name their provider but are no evidence of tracking.
const serviceForm Form = "service"

func (p *pattern) checkForm() error {
	if (p.form == Host || p.form == serviceForm) && (p.host == "" || p.path != nil || p.query != nil) {
		return fmt.Errorf("%s takes domains, without path or query", p.form)
	}
	return nil
}
