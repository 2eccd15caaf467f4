package detector

import (
	"pixelwacht/detector/catalogue"
)

// link judges a link that is only followed on a click.
func (j *judge) link(i int) (Finding, bool) {
	e := &j.urls[i]
	f := Finding{Kind: ClickLink}
	// Some services use one path for pixels and links, so any form of theirs is a redirector when it is a link.
	if m, ok := j.name(&e.at, catalogue.Click, catalogue.Host, catalogue.Open); ok {
		f.Provider, f.Company = m.Provider.Name, m.Provider.Company
		confidence, reason := certainty(m)
		f.raise(confidence, reason, Redirector)
	}
	leaked := false
	if k, ok := j.identity.find(&e.at); ok && !k.other {
		f.raise(Certain, k.reason)
		f.Token, leaked = k.text, true
	}
	if f.Confidence == "" {
		return f, false
	}
	f.Exposes = []Exposure{Click, OpenTime, IPAddress, Location, Device}
	if leaked {
		f.Exposes = append(f.Exposes, AddressLeaked)
	} else {
		f.Token = e.at.tokens().best.text
	}
	return f, true
}
