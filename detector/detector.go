// Package detector finds what in a message reports back to its sender when the message is opened.
//
// It is pure: a message goes in, findings come out; no network, disk, clock or globals. The scanner (package markup)
// yields references, this package judges them, package block stops them.
//
// A verdict weighs all evidence on one URL together: whether the catalogue knows it, what an address or token in it
// says, how large and visible the picture is, what its path says it is for, and what else the message has of that host.
// Confidence is Certain only for facts (the catalogue's host and path, the recipient's own address), Likely for
// structure that ordinary pictures do not have, and Possible where an ordinary picture would look the same. Structure
// is judged by points for and against (see clues), so that no single sign, such as a declared size, decides alone.
package detector

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
	"pixelwacht/detector/redirect"
)

// Detector judges messages by a catalogue of tracking services. It may be used from many goroutines.
type Detector struct {
	catalogue  *catalogue.Catalogue
	parameters *redirect.Cleaner
	overrides  Overrides
	workspaces *sync.Pool
}

// New returns a detector that names services by c.
func New(c *catalogue.Catalogue) *Detector {
	return &Detector{catalogue: c, parameters: redirect.Builtin(), workspaces: newWorkspaces()}
}

// Overruled returns a detector whose verdicts o overrules.
func (d *Detector) Overruled(o Overrides) *Detector {
	other := *d
	other.overrides = o
	return &other
}

// Overrides are what overrules the verdicts.
func (d *Detector) Overrides() Overrides { return d.overrides }

// Scan says what m reports, and to whom. The addresses that m was sent to are read from its header; own adds
// further addresses of the recipient (the account's).
func (d *Detector) Scan(m *message.Message, own ...string) Result {
	h := m.Header()
	to := spelled(h)
	r := Result{
		MessageID: h.Value("Message-ID"), Date: h.Date(), Subject: h.Text("Subject"), Recipients: recipients(to),
		Encrypted: m.Encrypted, Errors: append([]string{}, m.Errors...), Digest: m.Digest(),
	}
	authors := append(h.Addresses("From"), h.Addresses("Sender")...)
	if len(authors) > 0 {
		r.From = newAddress(&authors[0])
	}
	authors = append(authors, h.Addresses("Reply-To")...)
	w := d.workspaces.Get().(*workspace)
	j := judge{
		parameters: d.parameters, named: d.catalogue.ByHeader(h.Values),
		identity: newIdentity(append(to, own...), authors), collection: newCollection(d.catalogue, w),
	}
	for _, section := range m.Sections {
		section.Scan(func(r markup.Reference) { j.note(r, "") })
	}
	for _, part := range m.Parts {
		if part.Stray || part.Disposition == "attachment" && !isEnvelope(part) || !part.HasDocuments() {
			continue
		}
		for _, d := range part.Documents(part.Raw()) {
			if !d.Mistaken {
				j.read(d, part.Body(d), part.Section)
			}
		}
	}
	j.index()
	r.Remote = j.remote()
	if n := j.left.urls; n > 0 {
		r.Errors = append(r.Errors, fmt.Sprintf("%d further URLs are not judged", n))
	}
	j.judge(receipts(h))
	r.Findings, r.Candidates, r.Recipient = j.findings, j.candidates, deliveredTo(h, r.Recipients, own)
	if w.isSmall() {
		r.Findings = append([]Finding{}, j.findings...)
		w.reset()
		d.workspaces.Put(w)
	}
	r.finish()
	return d.overrides.Apply(r)
}

// isEnvelope reports whether a part holds what the message says, or what programs show with it, even where it is declared
// an attachment, as it mostly is: an Outlook message in TNEF, a signed message (RFC 8551 section 3.5.3.1), an invitation.
func isEnvelope(p *message.Part) bool {
	switch p.MediaType {
	case "application/ms-tnef", "application/vnd.ms-tnef", "application/pkcs7-mime", "application/x-pkcs7-mime", "text/calendar":
		return true
	}
	return p.Filename == "winmail.dat" || p.Filename == "smime.p7m"
}

// finish orders the findings, surest first, and draws the conclusion.
func (r *Result) finish() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(a.rank(), b.rank()) })
	r.Tracked = len(r.Findings) > 0 && r.Findings[0].Tracks() // none of the others does if the first does not
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
	return slices.Concat(authorFields, recipientFields, otherFields, message.ReceiptFields, message.LoadingFields, d.catalogue.HeaderFields())
}

// rank orders findings: what tracks first, then by confidence.
func (f *Finding) rank() int {
	n := 2
	switch f.Confidence {
	case Certain:
		n = 0
	case Likely:
		n = 1
	}
	if f.Kind == ClickLink {
		n += 3
	}
	return n
}

// recipients are the addresses that the message was sent to, lower case and sorted.
func recipients(spelled []string) []string {
	all := make([]string, 0, len(spelled))
	for _, a := range spelled {
		all = append(all, strings.ToLower(a))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// spelled are the addresses that the message was sent to, as its header spells them: some services make a hash of just
// that.
func spelled(h message.Header) []string {
	var all []string
	for _, name := range recipientFields {
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

// judge judges the URLs of one message.
type judge struct {
	collection
	parameters *redirect.Cleaner // knows the query keys that tell a web site who comes
	identity   *identity
	named      []*catalogue.Provider // by the header fields: who sent the message on the sender's behalf

	candidates []Candidate
}

// judge judges every URL, and notes findings, beside those of the header, and candidates. What is loaded comes first, since
// it says which hosts count.
func (j *judge) judge(header []Finding) {
	j.findings = append(slices.Grow(j.findings, len(header)+j.loads+j.links), header...)
	j.each(markup.Loads, j.loaded)
	for i := range j.findings {
		f := &j.findings[i]
		if t, ok := locate(f.URL); ok && f.Tracks() && j.hosts[t.host] != nil {
			j.hosts[t.host].opens = f
		}
	}
	j.each(markup.Link, j.link)
}

// each judges the URLs with a role.
func (j *judge) each(role markup.Role, verdict func(i int, f *Finding) bool) {
	for i, e := range j.urls {
		if e.count == 0 || e.role != role {
			continue
		}
		n := len(j.findings)
		j.findings = append(j.findings, Finding{}) // made in its place: it is large, and there are many
		switch f := &j.findings[n]; {
		case verdict(i, f):
			e.place(f)
			continue
		case j.candidate(i, f):
			e.place(f)
			j.candidates = append(j.candidates, newCandidate(*f))
		}
		j.findings[n] = Finding{}
		j.findings = j.findings[:n]
	}
}

// place says of f where in the message it is.
func (e *evidence) place(f *Finding) {
	if n := len(e.layers); n > 0 {
		f.Target = e.layers[n-1].URL
	}
	f.URL, f.Host, f.Part, f.Where = e.url, e.host, e.part, e.where
	f.Width, f.Height, f.Count = e.box.Width, e.box.Height, e.count
	if e.role == markup.Loads {
		f.Visibility = e.visibility()
	}
}

// name finds the provider of a URL that is judged.
func (j *judge) name(e *evidence, forms ...catalogue.Form) (catalogue.Match, bool) {
	var first catalogue.Match
	for _, m := range e.use.known.Match(e.at.path, e.at.query) {
		if !slices.Contains(forms, m.Form) {
			continue
		}
		// A shape that several services share is theirs whose marks the header bears.
		if m.ByHost || slices.Contains(j.named, m.Provider) {
			return m, true
		}
		if first.Provider == nil {
			first = m
		}
	}
	return first, first.Provider != nil
}

// owner names whom the host of a URL that is judged belongs to, which says nothing about tracking.
func (e *evidence) owner() (provider, company string) {
	if p, ok := e.use.known.Owner(); ok {
		return p.Name, p.Company
	}
	return "", ""
}
