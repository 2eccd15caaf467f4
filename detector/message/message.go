// Package message reads a message as a tree of parts over its raw bytes.
package message

// Message is a message, or what was fetched of one.
type Message struct {
	Header Header
	Parts  []*Part // the leaves that can hold text, in order, nested messages included
}

// Header is a header section as raw bytes.
type Header struct{ raw []byte }

// Part is one leaf part.
type Part struct {
	Section string // section number, RFC 9051 section 6.4.5: "1", "2.1"
}

// Parse reads a whole message. It never fails: what is broken is in Errors.
func Parse(raw []byte) *Message { return &Message{} }

// HeaderFields are the names of the header fields that the detector reads: what a sync has to fetch.
var HeaderFields = []string{"From", "To"}

// Fetched is one part as an IMAP server gives it.
type Fetched struct {
	Section  string // section number
	Type     string // media type, lower case: "text/html"
	Charset  string // charset parameter, as it stands
	Encoding string // content-transfer-encoding, as it stands
	Body     []byte // still transfer-encoded
}

// Assemble makes a message of a header section (complete or only HeaderFields) and some of its parts.
func Assemble(header []byte, parts []Fetched, encrypted bool) *Message { return &Message{} }
