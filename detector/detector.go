// Package detector finds what in a message reports back to its sender when the message is opened.
//
// It is pure: a message goes in, findings come out; no network, disk, clock or globals. The scanner (package markup)
// yields references, this package judges them, package block stops them.
//
// A verdict weighs all evidence on one URL together: whether the catalogue knows it, what an address or token in it
// says, how large and visible the picture is, what its path says it is for, and what else the message loads from
// there. Confidence is Certain only for facts (the catalogue's host and path, the recipient's own address), Likely for
// structure that ordinary pictures do not have, and Possible where an ordinary picture would look the same.
package detector

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

// Detector judges messages by a catalogue of tracking services. It may be used from many goroutines.
type Detector struct {
	catalogue *catalogue.Catalogue
}

// New returns a detector that names services by c.
func New(c *catalogue.Catalogue) *Detector { return &Detector{catalogue: c} }

// Scan says what m reports, and to whom. The addresses that m was sent to are read from its header; own adds
// further addresses of the recipient (the account's).
func (d *Detector) Scan(m *message.Message, own ...string) Result {
	h := m.Header()
	r := Result{
		MessageID: h.Value("Message-ID"), Date: h.Date(), Subject: h.Text("Subject"), Recipients: recipients(h),
		Findings: []Finding{}, Encrypted: m.Encrypted, Errors: append([]string{}, m.Errors...), Digest: m.Digest(),
	}
	if from := append(h.Addresses("From"), h.Addresses("Sender")...); len(from) > 0 {
		r.From = newAddress(&from[0])
	}
	j := judge{
		catalogue: d.catalogue, named: d.catalogue.ByHeader(h.Values), byURL: map[string]*evidence{},
		identity: newIdentity(append(slices.Clone(r.Recipients), own...), authors(h)),
	}
	for _, part := range m.Parts {
		if part.Stray || part.Disposition == "attachment" || !part.IsHTML() {
			continue
		}
		j.read(part)
	}
	r.Remote = j.remote()
	r.Findings = append(r.Findings, receipts(h)...)
	r.Findings = append(r.Findings, j.findings()...)
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(rank(a), rank(b)) })
	r.Tracked = slices.ContainsFunc(r.Findings, Finding.Tracks)
	return r
}

// The header fields that Scan reads, by what they are for.
var (
	authorFields    = []string{"From", "Sender", "Reply-To"}
	recipientFields = []string{"To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"}
	otherFields     = []string{"Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}
)

// HeaderFields are the names of the header fields that Scan reads: a message with just these in its header has the
// same result as the complete one. Names differ in more than case; the slice is the caller's.
func (d *Detector) HeaderFields() []string {
	return slices.Concat(authorFields, recipientFields, otherFields, message.ReceiptFields, d.catalogue.HeaderFields())
}

// rank orders findings: what tracks first, then by confidence.
func rank(f Finding) int {
	n := slices.Index([]Confidence{Certain, Likely, Possible}, f.Confidence)
	if f.Kind == ClickLink {
		n += 3
	}
	return n
}

// recipients are the addresses that the message was sent to, lower case and sorted.
func recipients(h message.Header) []string {
	set := map[string]bool{}
	for _, name := range recipientFields {
		for _, a := range h.Addresses(name) {
			set[strings.ToLower(a.Address)] = true
		}
	}
	return append([]string{}, slices.Sorted(maps.Keys(set))...)
}

// authors are the addresses that the message says it is from.
func authors(h message.Header) []string {
	var all []string
	for _, name := range authorFields {
		for _, a := range h.Addresses(name) {
			all = append(all, a.Address)
		}
	}
	return all
}

// receipts are the header fields that ask for a read receipt.
func receipts(h message.Header) []Finding {
	var all []Finding
	for _, name := range message.ReceiptFields {
		if v := h.Text(name); v != "" {
			all = append(all, Finding{
				Kind: ReadReceipt, URL: v, Confidence: Certain, Reasons: []Reason{Requested}, Exposes: []Exposure{OpenTime},
				Where: name, Width: -1, Height: -1, Count: 1,
			})
		}
	}
	return all
}

// judge collects the references of one message by URL, and judges each URL.
type judge struct {
	catalogue *catalogue.Catalogue
	identity  identity
	named     []*catalogue.Provider // by the header fields: who sent the message on the sender's behalf
	urls      []*evidence           // in order of appearance
	byURL     map[string]*evidence
}

// evidence is what is known of one URL of a message.
type evidence struct {
	url       string
	at        location
	role      markup.Role
	element   string
	where     string
	part      string
	alt       string
	count     int
	box       markup.Box // of the least visible occurrence
	visible   bool       // an occurrence is visible and larger than a few pixels
	onlyStyle bool       // only style sheets refer to it
}

// read collects the references of a part.
func (j *judge) read(part *message.Part) {
	body := part.Decode()
	if !part.ASCIICompatible() {
		body = []byte(part.Text())
	}
	markup.Scan(body, func(r markup.Reference) {
		if r.Role == markup.Maybe || r.Reading == markup.Naive {
			return
		}
		at, ok := locate(r.URL)
		if !ok {
			return
		}
		e := j.byURL[r.URL]
		if e == nil || e.role == markup.Link && r.Role == markup.Loads {
			at.split()
			e = &evidence{
				url: strings.ToValidUTF8(r.URL, "�"), at: at, role: r.Role, element: r.Element, where: r.Where(), part: part.Section,
				alt: r.Alt, box: r.Box, onlyStyle: true,
			}
			j.byURL[r.URL] = e
			j.urls = append(j.urls, e)
		}
		if r.Role != e.role {
			return
		}
		e.count++
		e.onlyStyle = e.onlyStyle && r.Attribute == "style"
		e.visible = e.visible || isVisible(r.Box)
		if area(r.Box) < area(e.box) {
			e.box = r.Box
		}
	})
}

func isVisible(b markup.Box) bool {
	return !b.Hidden && !b.HiddenParent && (b.Width > tinySide || b.Height > tinySide)
}

// tinySide is the largest side, in CSS pixels, of a picture that nobody sees.
const tinySide = 3

// area orders boxes by how much of the picture can be seen; undeclared sizes come last.
func area(b markup.Box) int {
	switch {
	case b.Width < 0 && b.Height < 0:
		return 1 << 40
	case b.Width < 0:
		return b.Height * 1000
	case b.Height < 0:
		return b.Width * 1000
	}
	return b.Width * b.Height
}

// remote counts what the message loads.
func (j *judge) remote() Remote {
	var n Remote
	hosts := map[string]bool{}
	for _, e := range j.urls {
		if e.role == markup.Loads {
			n.References += e.count
			hosts[e.at.host] = true
		}
	}
	n.Hosts = len(hosts)
	return n
}

// findings judges every URL.
func (j *judge) findings() []Finding {
	perHost := map[string]int{}
	for _, e := range j.urls {
		if e.role == markup.Loads {
			perHost[e.at.host]++
		}
	}
	var all []Finding
	for _, e := range j.urls {
		var f Finding
		var ok bool
		if e.role == markup.Link {
			f, ok = j.link(e)
		} else {
			f, ok = j.loaded(e, perHost[e.at.host] == 1)
		}
		if !ok {
			continue
		}
		f.URL, f.Host, f.Part, f.Where, f.Target = e.url, e.at.host, e.part, e.where, e.at.target()
		f.Width, f.Height, f.Count = e.box.Width, e.box.Height, e.count
		all = append(all, f)
	}
	return all
}

// name finds the provider of a URL, or of the URL inside it.
func (j *judge) name(at location, forms ...catalogue.Form) (catalogue.Match, bool) {
	candidates := j.catalogue.Match(at.host, at.path, at.query)
	if strings.HasSuffix(at.host, "googleusercontent.com") {
		if inner, ok := locate(at.target()); ok {
			candidates = append(j.catalogue.Match(inner.host, inner.path, inner.query), candidates...)
		}
	}
	candidates = slices.DeleteFunc(slices.Clone(candidates), func(m catalogue.Match) bool { return !slices.Contains(forms, m.Form) })
	if len(candidates) == 0 {
		return catalogue.Match{}, false
	}
	// A shape that several services share is theirs whose marks the header bears.
	for _, m := range candidates {
		if m.ByHost || slices.Contains(j.named, m.Provider) {
			return m, true
		}
	}
	return candidates[0], true
}

// owner names whom a host belongs to, which says nothing about tracking.
func (j *judge) owner(at location) (provider, company string) {
	if p, ok := j.catalogue.Owner(at.host); ok {
		return p.Name, p.Company
	}
	return "", ""
}

// link judges a link that is only followed on a click.
func (j *judge) link(e *evidence) (Finding, bool) {
	f := Finding{Kind: ClickLink, Exposes: []Exposure{Click, OpenTime, IPAddress, Location, Device}}
	// Some services use one path for pixels and links, so any form of theirs is a redirector when it is a link.
	if m, ok := j.name(e.at, catalogue.Click, catalogue.Host, catalogue.Open); ok {
		f.Provider, f.Company = m.Provider.Name, m.Provider.Company
		if m.ByHost {
			f.Confidence, f.Reasons = Certain, []Reason{KnownProvider, Redirector}
		} else {
			f.Confidence, f.Reasons = Likely, []Reason{PathShape, Redirector}
		}
	}
	if k, ok := j.identity.find(e.at); ok && !k.other {
		f.Confidence = Certain
		f.Reasons = append(f.Reasons, k.reason)
		f.Exposes = append(f.Exposes, AddressLeaked)
		f.Token = k.text
	}
	if f.Token == "" && f.Confidence != "" {
		f.Token, _ = e.at.token(false)
	}
	return f, f.Confidence != ""
}
