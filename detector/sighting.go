package detector

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

// Visibility says what can be seen of a picture.
type Visibility string

// The visibilities.
const (
	Unseen   Visibility = "unseen"   // nothing
	Small    Visibility = "small"    // too little to show something
	Sizeless Visibility = "sizeless" // the message does not say
	Layout   Visibility = "layout"   // it is seen, and of the sort that stays as it is: a logo, a background
	Seen     Visibility = "seen"
)

// visibility says what the message shows of the picture.
func (e *evidence) visibility() Visibility {
	switch {
	case !e.visible && (e.isTiny() || e.isHidden()):
		return Unseen
	case e.isSmall():
		return Small
	case e.isLayout():
		return Layout
	case e.isSizeless(), !e.visible && e.isBare():
		return Sizeless
	}
	return Seen
}

// isLayout reports whether the picture is one of those that are the same in all messages of a sender.
func (e *evidence) isLayout() bool {
	if strings.Contains(e.where, "background") {
		return true
	}
	name := strings.ToLower(path.Base(e.at.path))
	return slices.ContainsFunc([]string{"logo", "icon", "footer", "facebook", "instagram", "linkedin", "twitter", "youtube"}, func(s string) bool {
		return strings.HasPrefix(name, s)
	})
}

// Candidate is a [Finding] that is none: a reference that could be a finding if other messages of the sender spoke for
// it (Confidence is "" then), or one that they spoke against.
type Candidate struct {
	Kind       Kind       `json:"kind"`
	URL        string     `json:"url"`
	Host       string     `json:"host"`
	Provider   string     `json:"provider,omitempty"`
	Company    string     `json:"company,omitempty"`
	Confidence Confidence `json:"confidence,omitempty"`
	Reasons    []Reason   `json:"reasons,omitempty"`
	Exposes    []Exposure `json:"exposes,omitempty"` // empty: what every loaded picture exposes
	Part       string     `json:"part"`
	Where      string     `json:"where"`
	Target     string     `json:"target,omitempty"`
	Width      int        `json:"width"`
	Height     int        `json:"height"`
	Count      int        `json:"count"`
	Token      string     `json:"token,omitempty"`
	Visibility Visibility `json:"visibility,omitempty"`
	Messages   int        `json:"messages,omitempty"`
	Alone      Confidence `json:"alone,omitempty"`
	Overruled  Confidence `json:"overruled,omitempty"`
}

// unfounded stands in [Finding.Alone] for a reference that would be no finding.
const unfounded Confidence = "none"

// newCandidate is f as a candidate.
func newCandidate(f Finding) Candidate {
	if slices.Equal(f.Exposes, loading) {
		f.Exposes = nil
	}
	return Candidate(f)
}

// finding is c as a finding.
func (c Candidate) finding() Finding {
	f := Finding(c)
	if f.Exposes == nil {
		f.Exposes = loading
	}
	return f
}

// loading is what a sender learns from a picture that is loaded, of which the rest is more.
var loading = []Exposure{OpenTime, OpenCount, IPAddress, Location, Device}

var (
	loadingCode        = append(slices.Clip(loading), Forwarded)
	loadingAddress     = append(slices.Clip(loading), AddressLeaked)
	loadingAddressCode = append(slices.Clip(loadingAddress), Forwarded)
)

// loadingExposes is what a sender learns from a picture whose URL has an address, a code for each reader, both or neither.
func loadingExposes(address, code bool) []Exposure {
	switch {
	case address && code:
		return loadingAddressCode
	case address:
		return loadingAddress
	case code:
		return loadingCode
	}
	return loading
}

const (
	maxCandidates   = 4    // of one message that are no findings
	maxCandidateURL = 1024 // octets
)

// candidate makes f of the loaded URL j.urls[i], which is no finding by itself, but could become one. It reports false
// where nothing in the URL could tell messages apart, and for ordinary pictures: they differ between messages as their
// content does. So do logos and backgrounds that have their folder in common with other pictures, and one of several
// pictures with codes.
func (j *judge) candidate(i int, f *Finding) bool {
	e := j.urls[i]
	v := e.visibility()
	if e.role != markup.Loads || v == Seen && e.at.query == "" || e.isContent() || e.opaque || len(e.url) > maxCandidateURL || len(j.candidates) == maxCandidates ||
		e.at.path == "/" && e.at.query == "" {
		return false
	}
	t := e.at.tokens()
	switch v {
	case Sizeless:
		if t.file && t.best.strength == noToken || t.static() {
			return false
		}
	case Layout:
		if t.best.strength == noToken && (e.at.query == "" || strings.Contains(e.at.query, "=")) || t.best.strength > noToken && j.isShared(i, t.best.text) {
			return false
		}
	case Seen:
		if t.best.strength < strongToken || t.best.inPath || j.hasSiblings(i) {
			return false
		}
	}
	*f = Finding{Kind: OpenPixel, Exposes: loading, Token: t.best.text}
	if f.Token == "" && v == Unseen {
		f.Token = t.name.text
	}
	if e.isShown() || v == Layout {
		f.Kind = UniqueImage
	}
	f.Provider, f.Company = e.owner()
	e.describe(f, &clues{alone: e.use.loads == 1})
	return true
}

// Sighting is what one message shows of the URLs of one template: in hashes, so that it holds no address, token or name.
type Sighting struct {
	Scope     int64  // the sender and the template
	Message   int64  // the message; equal for copies
	Recipient uint32 // whom the copy is for, 0 when unknown
	Day       int32  // of the message, since 1970; 0 when unknown
	Positions int    // of the template
	// Values has a row of Positions+2 for each URL: the hash of the whole URL in two numbers, and one of the value
	// at each position. 0 stands for "several": of many URLs only one row is kept.
	Values []uint32
}

const (
	maxSightings = 24 // of one message
	maxRows      = 24 // of one sighting of loaded URLs
)

// subject is one finding or candidate that is compared.
type subject struct {
	*Finding      // set by [History.JudgeComparable], to what it changes
	index    int  // of the finding in [Comparable.alone]
	link     bool // it is no picture
	static   bool // the URL reads like a file that is the same for everybody
	asset    bool // its host or path is a store of pictures by its name; not for links
	template template
	scope    int64
	row      []uint32
}

func newSubject(sender string, kind Kind, url string) (s subject, ok bool) {
	if kind == ReadReceipt || sender == "" {
		return s, false
	}
	e := evidence{url: url}
	if e.at, ok = locate(url); !ok {
		return s, false
	}
	if kind != ClickLink {
		e.unwrap()
	}
	s = subject{link: kind == ClickLink, static: hasPictureExtension(e.at.path) && e.at.tokens().static(), template: newTemplate(&e.at)}
	form := "link"
	if !s.link {
		form, s.asset = "loaded", e.at.isAsset()
	}
	s.scope = int64(fingerprint("scope", form, sender, s.template.shape))
	texts := append(make([]string, 0, maxPositions+1), "url")
	for _, p := range s.template.values {
		texts = append(texts, p.value)
	}
	whole := fingerprint(texts...)
	s.row = append(make([]uint32, 0, len(s.template.values)+2), uint32(whole>>32)|1, uint32(whole))
	for _, p := range s.template.values {
		s.row = append(s.row, uint32(fingerprint("value", p.value))|1)
	}
	return s, true
}

// isAsset reports whether host or path call themselves a store of pictures.
func (l *location) isAsset() bool {
	if l.store() > noStore {
		return true
	}
	for p := range l.parameters() {
		if !p.inPath {
			return false
		}
		for word := range strings.FieldsFuncSeq(strings.ToLower(p.value), func(r rune) bool { return r == '-' || r == '_' }) {
			if storeWords[word] > noStore {
				return true
			}
		}
	}
	return false
}

// Sightings are what r contributes to the [History] of its sender. There are none when it is not known which message r
// is about, or who sent it.
func Sightings(r Result) []Sighting { return NewComparable(r).Sightings }

// Comparable is a result with its URLs taken apart, which is most of the work of comparing it. It is for those who need
// its sightings and then judge it; it never changes, and may be used by many goroutines.
type Comparable struct {
	Sightings []Sighting // what [Sightings] returns for the result

	result   Result
	subjects []subject // those of its findings and candidates that are compared
}

// NewComparable prepares r.
func NewComparable(r Result) *Comparable {
	c := &Comparable{result: r, subjects: make([]subject, 0, len(r.Findings)+len(r.Candidates))}
	sender := r.From.Correspondent()
	for i := range r.Findings {
		c.compare(i, sender, r.Findings[i].Kind, r.Findings[i].URL)
	}
	for i := range r.Candidates {
		c.compare(len(r.Findings)+i, sender, r.Candidates[i].Kind, r.Candidates[i].URL)
	}
	c.Sightings = sightings(r, c.subjects)
	return c
}

// compare adds the finding or candidate at an index to those that are compared, where it can be.
func (c *Comparable) compare(index int, sender string, kind Kind, url string) {
	if s, ok := newSubject(sender, kind, url); ok {
		s.index = index
		c.subjects = append(c.subjects, s)
	}
}

// alone is the findings, and behind them the candidates, as the message alone shows them, without the user's verdicts.
func (c *Comparable) alone() []Finding {
	all := make([]Finding, 0, len(c.result.Findings)+len(c.result.Candidates))
	for _, f := range c.result.Findings {
		all = append(all, f.accepted().uncompared())
	}
	for _, f := range c.result.Candidates {
		all = append(all, f.finding().accepted().uncompared())
	}
	return all
}

func sightings(r Result, subjects []subject) []Sighting {
	id := r.Identity()
	if id == 0 {
		return nil
	}
	rows := map[int64][][]uint32{}
	links := map[int64]bool{}
	for _, s := range subjects {
		rows[s.scope] = append(rows[s.scope], s.row)
		links[s.scope] = s.link
	}
	var all []Sighting
	for scope, found := range rows {
		slices.SortFunc(found, slices.Compare)
		found = slices.CompactFunc(found, slices.Equal)
		most := maxRows
		if links[scope] {
			most = 1
		}
		if len(found) > most {
			found = [][]uint32{united(found)}
		}
		all = append(all, Sighting{
			Scope: scope, Message: id, Recipient: hash32(r.Recipient), Day: day(r.Date), Positions: len(found[0]) - 2,
			Values: slices.Concat(found...),
		})
	}
	slices.SortFunc(all, func(a, b Sighting) int {
		switch {
		case links[a.Scope] == links[b.Scope]:
			return cmp.Compare(a.Scope, b.Scope)
		case links[a.Scope]:
			return 1
		}
		return -1
	})
	return all[:min(len(all), maxSightings)]
}

// united is one row for many: what differs between them is 0.
func united(rows [][]uint32) []uint32 {
	one := slices.Clone(rows[0])
	for _, row := range rows[1:] {
		for i := range one {
			if one[i] != row[i] {
				one[i] = 0
			}
		}
	}
	one[0], one[1] = 0, 0
	return one
}

// hash32 is a hash of a text, 0 for none.
func hash32(text string) uint32 {
	if text == "" {
		return 0
	}
	return uint32(fingerprint("text", text)) | 1
}

func day(t time.Time) int32 {
	if t.IsZero() {
		return 0
	}
	return int32(t.Unix() / (24 * 60 * 60))
}

// Identity tells messages apart, as Sighting.Message; copies of a message are the same. A newsletter that comes to two
// addresses of one person is two messages, even where the sender gives both the same Message-ID. It is 0 for a message
// without a Message-ID and a digest.
func (r Result) Identity() int64 {
	switch {
	case r.MessageID != "":
		return int64(fingerprint("message", r.MessageID, r.Recipient))
	case r.Digest != "":
		return int64(fingerprint("digest", r.Digest))
	}
	return 0
}

// Correspondent is whose messages are compared with each other: those of the organisation, and of one address where the
// organisation is a mail service for everybody. An address has an "@" and an organisation none.
func (a Address) Correspondent() string {
	if slices.Contains(mailServices, a.Organisation) {
		return a.Address
	}
	return a.Organisation
}

// mailServices are domains below which everybody can have an address.
var mailServices = []string{
	"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.nl", "live.com", "live.nl", "msn.com", "yahoo.com", "yahoo.co.uk", "ymail.com",
	"aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de", "freenet.de",
	"mail.com", "mail.ru", "yandex.ru", "proton.me", "protonmail.com", "tutanota.com", "posteo.de", "mailbox.org", "zoho.com",
	"ziggo.nl", "kpnmail.nl", "xs4all.nl", "telenet.be", "skynet.be", "orange.fr", "free.fr", "libero.it", "qq.com", "163.com",
}

// deliveredTo says whom this copy of the message is for: the address that it was delivered to, or the only one that it was
// sent to, or the only one that is the account's own. It is "" when that is not clear.
func deliveredTo(h message.Header, all, own []string) string {
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To"} {
		for _, a := range h.Addresses(name) {
			return strings.ToLower(a.Address)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	mine := slices.DeleteFunc(slices.Clone(all), func(a string) bool {
		return !slices.ContainsFunc(own, func(o string) bool { return strings.EqualFold(strings.TrimSpace(o), a) })
	})
	if len(mine) == 1 {
		return mine[0]
	}
	return ""
}
