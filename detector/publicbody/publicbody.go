// Package publicbody tells by its domain whether a sender is a public body.
//
// It knows only what registers say (assets/publicbodies): a domain that is not in there can belong to a public body all the
// same. And it takes the domain as it stands in the From field, which anybody can write.
package publicbody

import (
	"strings"

	"github.com/pelletier/go-toml/v2"

	"pixelwacht/assets/publicbodies"
)

// List is a list of domains of public bodies. It may be used from many goroutines.
type List struct {
	domains map[string]bool // lower case
}

// table is the format of assets/publicbodies/domains.toml.
type table struct {
	Reserved []entry `toml:"reserved"`
	Body     []entry `toml:"body"`
}

type entry struct {
	Domains []string `toml:"domains"`
	Who     string   `toml:"who"`
	Source  string   `toml:"source"`
}

// Builtin returns the list that the program ships with.
func Builtin() *List {
	t, _ := read(publicbodies.Domains) // the tests hold that the shipped data has no errors
	l := &List{domains: make(map[string]bool)}
	for _, e := range append(t.Reserved, t.Body...) {
		for _, d := range e.Domains {
			l.domains[d] = true
		}
	}
	return l
}

func read(text []byte) (t table, err error) {
	return t, toml.Unmarshal(text, &t)
}

// Has reports whether an e-mail address is one of a public body.
func (l *List) Has(address string) bool {
	domain := strings.TrimSuffix(strings.ToLower(address[strings.LastIndexByte(address, '@')+1:]), ".")
	for {
		if l.domains[domain] {
			return true
		}
		_, parent, ok := strings.Cut(domain, ".")
		if !ok {
			return false
		}
		domain = parent
	}
}
