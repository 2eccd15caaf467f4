package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	data "pixelwacht/assets/catalogue"
)

// EntryError says what is wrong with one entry of the catalogue. The entry is not used.
type EntryError struct {
	File string // as Load was given it; below the folder it was given, with slashes
	Line int    // in File, from 1
	Err  error
}

func (e *EntryError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

func (e *EntryError) Unwrap() error { return e.Err }

// File is one file of the user's that Load has found.
type File struct {
	Name    string // below the folder, with slashes
	Version string // "" for a file with entries of the user's own
	Entries int    // how many of its entries are used
	Used    bool   // false for a catalogue that is not newer than the one in use
}

// entry is one [[provider]] as the files have it. docs/catalogue.md explains the keys.
type entry struct {
	ID, Name, Company, Country, Kind, Website, Privacy string

	Aliases []string

	Open    []string
	Click   []string
	Host    []string
	Service []string // domains only, they name the provider

	Headers []string
	Senders []string

	Source        string
	Tests         []string
	AmbiguousWith []string

	file string
	line int
	text string // of the entry, to find the line of a mistake
	used bool   // it is in a catalogue
}

// field returns where the value of a key belongs.
func (e *entry) field(key string) (text *string, list *[]string) {
	switch key {
	case "id":
		return &e.ID, nil
	case "name":
		return &e.Name, nil
	case "company":
		return &e.Company, nil
	case "country":
		return &e.Country, nil
	case "kind":
		return &e.Kind, nil
	case "website":
		return &e.Website, nil
	case "privacy":
		return &e.Privacy, nil
	case "source":
		return &e.Source, nil
	case "aliases":
		return nil, &e.Aliases
	case "open":
		return nil, &e.Open
	case "click":
		return nil, &e.Click
	case "host":
		return nil, &e.Host
	case "service":
		return nil, &e.Service
	case "headers":
		return nil, &e.Headers
	case "senders":
		return nil, &e.Senders
	case "tests":
		return nil, &e.Tests
	case "ambiguous_with":
		return nil, &e.AmbiguousWith
	}
	return nil, nil
}

// document is one file of the catalogue.
type document struct {
	name    string
	version string // the day it was made, 2026-01-31; "" when it does not say
	entries []*entry
}

// Builtin returns the catalogue that ships inside the program. It is parsed anew each time: keep it.
func Builtin() *Catalogue {
	c, _ := Load(nil) // the tests hold that the shipped data has no errors
	return c
}

// Load returns the catalogue that ships inside the program with what the user has added to it in the folder user, nil
// for nothing: catalogue.toml and the .toml files in catalogue.d. A file with a version is a whole catalogue, and takes
// the place of the shipped one when it is newer; the newest counts. Any other file has entries of the user's own, which
// win over those of the catalogue with the same id.
//
// Broken entries are left out and reported as *EntryError, files that cannot be read as the file system's errors: the
// catalogue is usable whatever the errors are.
func Load(user fs.FS) (*Catalogue, []error) {
	base, errs := shipped()
	documents, faults := readUser(user)
	errs = append(errs, faults...)
	newest := base.version
	for _, d := range documents {
		newest = max(newest, d.version)
	}
	var own []*entry
	var files []File
	for _, d := range documents {
		f := File{Name: d.name, Version: d.version, Used: d.version == ""}
		switch {
		case d.version == "":
			own = append(own, d.entries...)
		case d.version == newest && d.version > base.version:
			base, f.Used = d, true
		}
		files = append(files, f)
	}
	c, faults := build(own, base.entries)
	for i, d := range documents {
		files[i].Entries = d.used()
	}
	c.version, c.files = base.version, files
	return c, append(errs, faults...)
}

// used counts the entries that are in a catalogue.
func (d *document) used() (n int) {
	for _, e := range d.entries {
		if e.used {
			n++
		}
	}
	return n
}

// shipped returns the catalogue inside the program as one document.
func shipped() (document, []error) {
	var whole document
	names, _ := fs.Glob(data.Files(), "*.toml")
	var errs []error
	for _, name := range names {
		d, faults := readDocument(data.Files(), name)
		whole.version = max(whole.version, d.version)
		whole.entries = append(whole.entries, d.entries...)
		errs = append(errs, faults...)
	}
	return whole, errs
}

// readUser returns the files of the user's, in order; none for nil.
func readUser(folder fs.FS) ([]document, []error) {
	if folder == nil {
		return nil, nil
	}
	names, err := fs.Glob(folder, "catalogue.d/*.toml")
	if err != nil {
		return nil, []error{fmt.Errorf("list the catalogue: %w", err)}
	}
	var documents []document
	var errs []error
	for _, name := range append([]string{"catalogue.toml"}, names...) {
		d, faults := readDocument(folder, name)
		if len(faults) > 0 && errors.Is(faults[0], fs.ErrNotExist) {
			continue
		}
		if d.version != "" && len(d.entries) == 0 && len(faults) == 0 {
			faults = []error{&EntryError{File: name, Line: 1, Err: errors.New("a version and no entries")}}
		}
		errs = append(errs, faults...)
		if d.version == "" || len(d.entries) > 0 {
			documents = append(documents, d)
		}
	}
	return documents, errs
}

func readDocument(folder fs.FS, name string) (document, []error) {
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		return document{name: name}, []error{fmt.Errorf("read the catalogue: %w", err)}
	}
	return parseDocument(name, string(text))
}

// build makes a catalogue of entries, and marks those that are in it. Where ids are the same, those of an earlier layer
// win.
func build(layers ...[]*entry) (*Catalogue, []error) {
	c := &Catalogue{index: index{hosts: map[string]*hostEntry{}}, headers: newHeaderIndex()}
	var errs []error
	seen := map[string]*entry{}
	for i, layer := range layers {
		for _, e := range layer {
			if earlier := seen[e.ID]; earlier != nil {
				if slices.Contains(layers[i], earlier) {
					errs = append(errs, e.fault("\nid", fmt.Errorf("id %q is already at %s:%d", e.ID, earlier.file, earlier.line)))
				}
				continue
			}
			if err := c.add(e); err != nil {
				errs = append(errs, err)
				continue
			}
			seen[e.ID], e.used = e, true
		}
	}
	return c, errs
}

// entryStart begins an entry. Files are split there before they are parsed, so that a mistake costs one entry only.
const entryStart = "[[provider]]"

func parseDocument(name, text string) (document, []error) {
	d := document{name: name}
	text = strings.TrimPrefix(text, "\ufeff")
	head, rest := text, ""
	if strings.HasPrefix(text, entryStart) {
		head, rest = "", text
	} else if at := strings.Index(text, "\n"+entryStart); at >= 0 {
		head, rest = text[:at+1], text[at+1:]
	}
	var errs []error
	parser := &unstable.Parser{}
	if fault := d.readHead(parser, head); fault != nil {
		errs = append(errs, &EntryError{File: name, Line: fault.line, Err: fault.err})
	}
	line, buffer := 1+strings.Count(head, "\n"), make([]setting, 0, 16)
	for rest != "" {
		end := len(rest)
		if next := strings.Index(rest, "\n"+entryStart); next >= 0 {
			end = next + 1
		}
		e := &entry{file: name, line: line, text: rest[:end]}
		if fault := e.read(parser, buffer); fault != nil {
			errs = append(errs, &EntryError{File: name, Line: line + fault.line - 1, Err: fault.err})
		} else {
			d.entries = append(d.entries, e)
		}
		line += strings.Count(e.text, "\n")
		rest = rest[end:]
	}
	return d, errs
}

// readHead reads what stands before the first entry.
func (d *document) readHead(parser *unstable.Parser, text string) *syntaxError {
	settings, fault := parseSettings(parser, nil, text)
	if fault != nil {
		return fault
	}
	for _, s := range settings {
		if s.key != "version" || s.list != nil {
			return &syntaxError{s.line, fmt.Errorf("before the first %s only: version = \"2026-01-31\"", entryStart)}
		}
		if _, err := time.Parse(time.DateOnly, s.text); err != nil {
			return &syntaxError{s.line, fmt.Errorf("version %q: want a day, such as 2026-01-31", s.text)}
		}
		d.version = s.text
	}
	return nil
}

// read reads the keys of the entry. The parser and buffer are for the time of the call.
func (e *entry) read(parser *unstable.Parser, buffer []setting) *syntaxError {
	settings, fault := parseSettings(parser, buffer, e.text)
	if fault != nil {
		return fault
	}
	for _, s := range settings {
		text, list := e.field(s.key)
		switch {
		case text != nil && s.list == nil:
			*text = s.text
		case list != nil && s.list != nil:
			*list = s.list
		case text != nil:
			return &syntaxError{s.line, fmt.Errorf("%s: want one string", s.key)}
		case list != nil:
			return &syntaxError{s.line, fmt.Errorf("%s: want a list of strings in brackets", s.key)}
		default:
			return &syntaxError{s.line, fmt.Errorf("unknown key %q", s.key)}
		}
	}
	return nil
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
	switch {
	case e.ID == "" || strings.Trim(e.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return nil, e.fault("\nid", fmt.Errorf("id %q: want lower-case letters, digits and hyphens", e.ID))
	case e.Name == "":
		return nil, e.fault("\nname", errors.New("name is missing"))
	case !slices.Contains(kinds, Kind(e.Kind)):
		return nil, e.fault("\nkind", fmt.Errorf("kind %q: want one of %v", e.Kind, kinds))
	case e.Country != "" && (len(e.Country) != 2 || strings.ToUpper(e.Country) != e.Country):
		return nil, e.fault("\ncountry", fmt.Errorf("country %q: want two capital letters", e.Country))
	case !isAddress(e.Website):
		return nil, e.fault("\nwebsite", errors.New("website: want https://"))
	case !isAddress(e.Privacy):
		return nil, e.fault("\nprivacy", errors.New("privacy: want https://"))
	case e.Source == "":
		return nil, e.fault("\nid", errors.New("source is missing: say where the patterns are known from"))
	}
	return &Provider{
		ID: e.ID, Name: e.Name, Company: e.Company, Country: e.Country, Kind: Kind(e.Kind),
		Website: e.Website, Privacy: e.Privacy, Aliases: e.Aliases, Sources: strings.Fields(e.Source),
	}, nil
}

// isAddress reports whether text can be the address of a page, or is empty.
func isAddress(text string) bool {
	return text == "" || (strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")) && !strings.ContainsAny(text, " \"<>")
}

// add puts a whole entry into the catalogue, or nothing of it.
func (c *Catalogue) add(e *entry) error {
	provider, fault := e.provider()
	if fault != nil {
		return fault
	}
	all, fault := e.patterns(provider)
	if fault != nil {
		return fault
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

// patterns are those of all forms.
func (e *entry) patterns(provider *Provider) ([]pattern, *EntryError) {
	all := make([]pattern, 0, len(e.Open)+len(e.Click)+len(e.Host)+len(e.Service))
	for _, list := range [...]struct {
		form  Form
		lines []string
	}{{Open, e.Open}, {Click, e.Click}, {Host, e.Host}, {serviceForm, e.Service}} {
		for _, line := range list.lines {
			start := len(all)
			var err error
			if all, err = appendPatterns(all, line); err != nil {
				return nil, e.fault(line, fmt.Errorf("pattern %q: %w", line, err))
			}
			for i := range all[start:] {
				p := &all[start+i]
				p.provider, p.form = provider, list.form
				if err := p.checkForm(); err != nil {
					return nil, e.fault(line, fmt.Errorf("pattern %q: %w", line, err))
				}
			}
		}
	}
	return all, nil
}

// serviceForm marks domains that name their provider but are no evidence of tracking.
const serviceForm Form = "service"

func (p *pattern) checkForm() error {
	switch {
	case (p.form == Host || p.form == serviceForm) && (p.host == "" || p.path != nil || p.query != nil):
		return fmt.Errorf("%s takes domains, without path or query", p.form)
	case p.form == serviceForm && p.certainty != Certain:
		return errors.New("service is no evidence, and has no certainty")
	}
	return nil
}
