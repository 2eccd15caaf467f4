package detector

import (
	"strings"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/redirect"
)

// link judges the link j.urls[i], which is only followed on a click.
func (j *judge) link(i int, f *Finding) bool {
	e := j.urls[i]
	f.Kind, f.Exposes = ClickLink, following
	// Some services use one path for pixels and links, so any form of theirs is a redirector when it is a link.
	if m, ok := j.name(e, catalogue.Click, catalogue.Host, catalogue.Open); ok {
		f.Provider, f.Company = m.Provider.Name, m.Provider.Company
		if m.ByHost {
			f.raise(Certain, KnownProvider, Redirector)
		} else {
			f.raise(Likely, PathShape, Redirector)
		}
	}
	k, leaks := j.identity.find(&e.at)
	leaks = leaks && !k.other
	if leaks {
		f.raise(Certain, k.reason)
		f.Token = k.text
	}
	if f.Confidence == "" {
		j.followed(e, f)
	}
	if f.Confidence == "" {
		return false
	}
	if f.Provider == "" {
		f.Provider, f.Company = e.owner()
	}
	if leaks {
		f.Exposes = append(f.Exposes, AddressLeaked)
	} else if f.Token == "" {
		f.Token = e.at.tokens().best.text
	}
	return true
}

// following is what a sender learns from a link that is followed.
var following = []Exposure{Click, OpenTime, IPAddress, Location, Device}

// followed judges a link that nothing but its make-up speaks for: it carries a parameter that tells its site who comes,
// or is there to be told of a click, or leads to another place by way of a site that takes note of a code, or all links of
// the message go that way.
func (j *judge) followed(e *evidence, f *Finding) {
	if value := j.readerParameter(&e.at); value != "" {
		f.raise(Likely, RecipientToken)
		f.Token = value
		return
	}
	t := e.at.tokens()
	if t.best.strength == noToken || t.static() {
		return
	}
	if e.isPing() {
		f.raise(Likely, RecipientToken)
		return
	}
	if len(e.layers) > 0 && e.layers[0].Kind != redirect.Gateway && e.layers[0].Kind != redirect.Proxy {
		f.raise(Likely, Redirector, RecipientToken)
		return
	}
	word, strong := e.at.clickWord(), t.best.strength == strongToken
	switch through := j.redirection(e); {
	case through == codedRedirector && strong, through == someRedirector && word > noWord, word == plainWord && strong,
		word > noWord && (e.countsOpens() || e.isService()):
		if opens := e.use.opens; opens != nil {
			f.Provider, f.Company = opens.Provider, opens.Company
		}
		f.raise(Likely, Redirector, RecipientToken)
	}
}

// countsOpens reports whether the host is one that the message has an open pixel of, and no web site: the services that
// count both do so on one host, which the sender names for them.
func (e *evidence) countsOpens() bool {
	return e.use.opens != nil && !isWebsite(e.at.host)
}

// isService reports whether the host belongs to a service that sends newsletters, and is not the service's web site.
func (e *evidence) isService() bool {
	p, ok := e.use.known.Owner()
	return ok && p.Kind == "newsletter" && !isWebsite(e.at.host)
}

// isWebsite reports whether the host is named like a web site.
func isWebsite(host string) bool {
	return strings.HasPrefix(host, "www.") || Organisation(host) == host
}

// readerParameter returns the code behind a query key by which services hand over who has clicked.
func (j *judge) readerParameter(at *location) string {
	if at.query == "" {
		return ""
	}
	for p := range at.parameters() {
		if !p.inPath && !strings.HasPrefix(p.key, "utm_") && j.parameters.IsParameter(p.key) && measure(p.value) > noToken {
			return p.value
		}
	}
	return ""
}

// redirection says whether the links of a message to one host go through it or to it.
type redirection uint8

const (
	unknownLinks    redirection = iota // not looked at yet
	directLinks                        // to pages of the host, as far as one can see
	someRedirector                     // most links of the message are there, and have short codes
	codedRedirector                    // … or long ones
)

// redirection looks at the links to a host. Links that go through a counter have a code each, and nearly all links of
// the message do; pages have names. A web site's own host is no sign, however its pages are numbered.
func (j *judge) redirection(e *evidence) redirection {
	use := e.use
	if use.redirects != unknownLinks {
		return use.redirects
	}
	use.redirects = directLinks
	if use.links < 3 || use.links*2 < j.links || isWebsite(e.at.host) {
		return directLinks
	}
	seen, short, long := 0, 0, 0
	for next := use.lastClick; next >= 0 && seen < maxCompared; next = j.urls[next].next {
		seen++
		t := j.urls[next].at.tokens()
		if t.file || t.best.strength == noToken {
			continue
		}
		short++
		if t.best.strength == strongToken {
			long++
		}
	}
	switch {
	case long >= 3 && long*4 >= seen*3:
		use.redirects = codedRedirector
	case short >= 3 && short*4 >= seen*3:
		use.redirects = someRedirector
	}
	return use.redirects
}
