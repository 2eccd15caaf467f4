package detector

import (
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Kind says what a finding is.
type Kind string

// The kinds of findings.
const (
	OpenPixel   Kind = "open-pixel"   // exists only to report that the message was opened
	UniqueImage Kind = "unique-image" // a visible picture whose URL is unique to recipient or message
	ReadReceipt Kind = "read-receipt" // a header field that asks for a receipt
	ClickLink   Kind = "click-link"   // a link through a redirector, or with a recipient token
)

// Confidence says how sure a finding is. Only Certain and Likely findings make a message tracked.
type Confidence string

// The levels of confidence, most sure first.
const (
	Certain  Confidence = "certain"  // catalogue match on host and path, or the recipient's address in a loaded URL
	Likely   Confidence = "likely"   // strong structure
	Possible Confidence = "possible" // worth showing, not worth an alarm
)

// Reason is one short stable word that says why something is a finding.
type Reason string

// The reasons. Their sentences are in assets/translations under "reason.<word>".
const (
	KnownProvider     Reason = "known-provider"      // the catalogue knows the host
	PathShape         Reason = "path-shape"          // the catalogue knows the shape of the path, on any host
	Tiny              Reason = "tiny"                // declared or styled at most a few pixels in size
	Hidden            Reason = "hidden"              // not rendered visibly
	DeclaredSize      Reason = "declared-size"       // declares no size or an odd one, like pixels that dodge the rule for tiny pictures
	RecipientToken    Reason = "recipient-token"     // a part of the URL identifies the recipient or the message
	AddressPlain      Reason = "address"             // an address of the recipient stands in the URL
	AddressBase64     Reason = "address-base64"      // … in base64
	AddressHex        Reason = "address-hex"         // … in hexadecimal
	AddressMD5        Reason = "address-md5"         // … as its MD5 hash
	AddressSHA1       Reason = "address-sha1"        // … as its SHA-1 hash
	AddressSHA256     Reason = "address-sha256"      // … as its SHA-256 hash
	AddressSHA512     Reason = "address-sha512"      // … as its SHA-512 hash
	AddressROT13      Reason = "address-rot13"       // … with its letters shifted by half of the alphabet
	AddressReversed   Reason = "address-reversed"    // … written backwards
	OtherAddress      Reason = "other-address"       // the address found is not one that the message was sent to
	DiffersPerMessage Reason = "differs-per-message" // a part of the URL is another one in each message of the sender
	SameForRecipient  Reason = "same-for-recipient"  // a part of the URL is the same in all messages of the sender for a recipient, and another one for each recipient
	SameEverywhere    Reason = "same-everywhere"     // the URL is the same in several messages of the sender: this speaks against a tracker
	OnlyImageOfHost   Reason = "only-image-of-host"  // nothing else in the message comes from that host
	TrackingWord      Reason = "tracking-word"       // the path says what it is for: open, track, beacon …
	Redirector        Reason = "redirector"          // a link that goes through another site first
	Requested         Reason = "requested"           // a header field asks for it in plain words
	OwnVerdict        Reason = "own-verdict"         // the user has said what it is, see [Overrides]
)

// Exposure is one thing a sender can learn.
type Exposure string

// The exposures. Their words are in assets/translations under "exposes.<word>".
const (
	OpenTime      Exposure = "open-time"
	OpenCount     Exposure = "open-count"
	IPAddress     Exposure = "ip-address"
	Location      Exposure = "location"
	Device        Exposure = "device"
	AddressLeaked Exposure = "address"
	Click         Exposure = "click"
	Forwarded     Exposure = "forwarded"
)

// Finding is a reference, link or header field that reports on the recipient.
type Finding struct {
	Kind       Kind       `json:"kind"`
	URL        string     `json:"url"`      // as a client would request it: entities, transfer encoding and CSS escapes decoded; for a read receipt, the field body
	Host       string     `json:"host"`     // lower case, without port; empty for a read receipt
	Provider   string     `json:"provider"` // the service behind it, empty when unknown
	Company    string     `json:"company"`  // who runs the service
	Confidence Confidence `json:"confidence"`
	Reasons    []Reason   `json:"reasons"`
	Exposes    []Exposure `json:"exposes"`
	Part       string     `json:"part"`   // section number of the part (RFC 9051 section 6.4.5), "" for the header
	Where      string     `json:"where"`  // element and attribute, CSS property, or header field: "img src"
	Target     string     `json:"target"` // the URL inside URL where it wraps one
	Width      int        `json:"width"`  // in CSS pixels as declared, -1 when it is not
	Height     int        `json:"height"`
	Count      int        `json:"count"`                // how often the same URL occurs in the message
	Token      string     `json:"token,omitempty"`      // the part of URL that identifies the recipient or message
	Visibility Visibility `json:"visibility,omitempty"` // of what is loaded
	Messages   int        `json:"messages,omitempty"`   // how many messages of the sender were compared, with this one, for DiffersPerMessage, SameForRecipient or SameEverywhere; 0: none of these
	Alone      Confidence `json:"alone,omitempty"`      // what the confidence was before messages were compared, where that has changed it
	Overruled  Confidence `json:"overruled,omitempty"`  // what the confidence was before the user's own verdict, where there is one
}

// Tracks reports whether the finding makes its message a tracked one.
func (f Finding) Tracks() bool {
	return f.Kind != ClickLink && (f.Confidence == Certain || f.Confidence == Likely)
}

// asked is the host that the request ends at: behind the reader's own mail gateway or picture proxy, which asks it.
func (f *Finding) asked() string {
	e := evidence{url: f.URL, at: location{host: f.Host}}
	e.unwrap()
	return e.at.host
}

// Address is a mailbox address of a header field.
type Address struct {
	Name         string `json:"name"`
	Address      string `json:"address"`      // lower case
	Organisation string `json:"organisation"` // the registrable domain, by the public suffix list
}

// Remote counts what a message loads from elsewhere when it is opened.
type Remote struct {
	References int `json:"references"`
	Hosts      int `json:"hosts"`
}

// Result is what the detector has to say about one message.
type Result struct {
	MessageID  string      `json:"message_id"` // with angle brackets, "" when there is none
	Date       time.Time   `json:"date"`       // UTC; the zero time when there is none
	Subject    string      `json:"subject"`
	From       Address     `json:"from"`
	Recipients []string    `json:"recipients"` // lower case, sorted
	Tracked    bool        `json:"tracked"`
	Findings   []Finding   `json:"findings"` // surest first
	Remote     Remote      `json:"remote"`
	Encrypted  bool        `json:"encrypted"`            // has a part that cannot be inspected
	Errors     []string    `json:"errors"`               // what was broken in the message; the rest was scanned
	Recipient  string      `json:"recipient,omitempty"`  // the one whose copy of the message this is, "" when that is not clear
	Candidates []Candidate `json:"candidates,omitempty"` // what further messages of the sender could make a finding
	Digest     string      `json:"digest"`               // hexadecimal SHA-256 of the header fields and text that were scanned, in CRLF form: the same message elsewhere has the same digest
}

// Providers are the services behind the findings that make the message tracked, sorted. A tracker of an
// unknown service is named by its host's registrable domain.
func (r Result) Providers() []string {
	var names []string
	for _, f := range r.Findings {
		if !f.Tracks() {
			continue
		}
		name := f.Provider
		if name == "" {
			name = Organisation(f.asked())
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Exposes are the things the sender learns through the findings that make the message tracked, in the order
// of the constants.
func (r Result) Exposes() []Exposure {
	all := []Exposure{OpenTime, OpenCount, IPAddress, Location, Device, AddressLeaked, Click, Forwarded}
	return slices.DeleteFunc(all, func(e Exposure) bool {
		return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Tracks() && slices.Contains(f.Exposes, e) })
	})
}

func newAddress(a *mail.Address) Address {
	address := strings.ToLower(strings.TrimSpace(a.Address))
	organisation := ""
	if at := strings.LastIndexByte(address, '@'); at >= 0 { // a quoted local part can hold another
		organisation = Organisation(address[at+1:])
	}
	return Address{Name: a.Name, Address: address, Organisation: organisation}
}
