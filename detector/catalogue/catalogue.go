// Package catalogue says whose tracker a URL is.
//
// It reads the provider catalogue (TOML, see docs/catalogue.md) and keeps its patterns in an index: host-bound
// patterns by the domain they end in, shapes on any host by the segments of their path. The cost of a look-up
// depends on the URL, not on the number of providers. The package knows nothing of messages, pictures or sizes, and
// asks no network: a name that only DNS could tell stays unknown.
package catalogue

import (
	"cmp"
	"slices"
	"strings"
)

// Kind is the line of business of a provider.
type Kind string

// The kinds of providers.
const (
	Newsletter  Kind = "newsletter"  // sends newsletters, campaigns or transactional mail for others
	CRM         Kind = "crm"         // customer relations: support desks, recruiting, marketing automation of a sales database
	Sales       Kind = "sales"       // one-to-one mail of sales people, through their own mailbox
	Analytics   Kind = "analytics"   // measures only
	Advertising Kind = "advertising" // joins readers with advertising profiles
	Receipt     Kind = "receipt"     // shows private senders that their mail was read
	Platform    Kind = "platform"    // a large service that measures its own mail
	SpamKit     Kind = "spam-kit"    // software for unsolicited mail, known by the make of its URLs alone: nobody says who runs it
	Other       Kind = "other"
)

var kinds = []Kind{Newsletter, CRM, Sales, Analytics, Advertising, Receipt, Platform, SpamKit, Other}

// Provider is a tracking service. A Provider is shared by everyone who asks the catalogue: do not change it.
type Provider struct {
	ID      string // stable key, lower case: "mailchimp"
	Name    string // "Mailchimp"
	Company string // who runs it: "Intuit"; empty when not known from a source
	Country string // ISO 3166-1 alpha-2 of the company; empty when not known
	Kind    Kind
	Website string
	Privacy string   // URL of its privacy statement; empty when not known
	Aliases []string // earlier and other names
	Sources []string // where the patterns are known from, codes of NOTICE: "MTB"
}

// Form says what a URL of a provider is for.
type Form string

// The forms of tracking URLs.
const (
	Open  Form = "open"  // loaded on opening
	Click Form = "click" // redirector behind links
	Host  Form = "host"  // any URL on a host that is there only for tracking
)

// Certainty says how sure it is that a URL which fits a pattern tracks its reader.
type Certainty uint8

// The certainties, weakest first.
const (
	Possible Certainty = iota // pictures that track nobody have such URLs too
	Likely                    // what a pattern for any host says
	Certain                   // what a pattern that is bound to a host says
)

// Match is one provider that a URL belongs to.
type Match struct {
	Provider  *Provider
	Form      Form
	Certainty Certainty
	ByHost    bool   // matched by host (and path where the pattern has one), otherwise by the path's shape on any host
	Pattern   string // the pattern as the catalogue has it, evidence for people

	weight int // how much of the URL the pattern fixes
}

// Catalogue is an index of tracking services. It is immutable and may be used from many goroutines.
type Catalogue struct {
	providers []*Provider
	index     index
	headers   headerIndex
	version   string
	files     []File
}

// Version is the day the catalogue was made, such as 2026-01-31.
func (c *Catalogue) Version() string { return c.version }

// Files are the files of the user's that were found, in the order of their use. The slice is the caller's.
func (c *Catalogue) Files() []File { return slices.Clone(c.files) }

// Match returns the providers that a URL belongs to: see Domain.Match.
func (c *Catalogue) Match(host, path, query string) []Match { return c.Domain(host).Match(path, query) }

// Providers are all providers, sorted by name. The slice is the caller's, what it points to is not.
func (c *Catalogue) Providers() []*Provider {
	sorted := slices.Clone(c.providers)
	slices.SortFunc(sorted, func(a, b *Provider) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return sorted
}

// Len is the number of providers.
func (c *Catalogue) Len() int { return len(c.providers) }
