// Package markup finds every place in HTML and CSS that makes a mail program load something: the references.
//
// It is the one scanner behind detection and blocking: what the one sees, the other stops. It reads bytes of any
// charset in which ASCII characters stand for themselves, and says of each reference which bytes it stands in.
//
// What counts is the union of how mail programs parse. The first reading is that of the HTML standard (tokenization,
// section 13.2.5, with scripts off). Whatever it takes for opaque (comments, raw text, CDATA, attribute values that hold
// tags) is read again as if each "<" in it could start a tag, to a fixed depth; deeper nesting is reported as one
// opaque region. So the cost is linear in the input, and no buffer grows with it.
//
// What is reported is decided by what is not: visible text, links, and the text of alt, title, data- and aria- attributes
// without tags in it. Anything else that a reader could take for a URL is a reference or part of an opaque region.
//
// Size and visibility follow attributes, style attributes and the style sheets of the document, as far as single
// elements and their ancestors tell. It does not lay out, build a tree, run scripts, or know what a tracker is.
package markup

import (
	"strings"
	"sync"
)

// Reading says which reader takes the bytes for a reference.
type Reading uint8

// The readings.
const (
	Standard    Reading = iota // the HTML standard's
	Conditional                // Outlook's: inside of a conditional comment
	Foreign                    // the standard's inside of SVG and MathML, where no element holds raw text: style, title … (section 13.2.6.5)
	Naive                      // only a reader that takes tags where the standard sees comments or raw text
)

// Syntax says what surrounds a value, and so what may be written in its place.
type Syntax uint8

// The syntaxes.
const (
	Attribute    Syntax = iota // a whole attribute value
	Candidate                  // one URL of several in an attribute value: srcset, ping
	StyleURL                   // inside of url( ), in a style sheet or style attribute
	StyleString                // a string in a style sheet or style attribute, without its quotes
	RefreshURL                 // the URL in the content of a meta refresh
	HeaderField                // the body of a header field whose name makes it a reference
	OpaqueRegion               // bytes that are not looked into: a script, a document in an attribute, nesting beyond the limit
)

// Role says what becomes of a URL.
type Role uint8

// The roles.
const (
	Loads   Role = iota // requested when the message is shown
	Link                // requested when the reader follows it
	Maybe               // no known program requests it, and nothing says that none does: blocked, never judged
	Receipt             // asks for a receipt, which is sent when the message is shown
)

// Box is what is known of the size and visibility of an element.
type Box struct {
	Width, Height int  // declared, in CSS pixels; -1 when not declared
	Hidden        bool // not rendered visibly: display:none, visibility:hidden, opacity:0, moved out of what is shown …
	HiddenParent  bool // an ancestor is not rendered visibly
}

// Reference is one place that holds a URL.
type Reference struct {
	Start, End         int    // the byte range of the value, without quotes
	NameStart, NameEnd int    // the byte range of the name of the attribute, property or function that makes it a reference; empty when there is none
	URL                string // decoded: character references and CSS escapes undone, white space at the ends and line breaks removed; resolved against the base element unless it is Maybe
	Role               Role
	Syntax             Syntax
	Reading            Reading
	Element            string // lower case
	Attribute          string // lower case; for style sheets "style"
	Property           string // CSS property or at-rule, lower case, "" outside of CSS
	Rel                string // the rel of a link element, lower case
	HasAlt             bool   // the picture has a text alternative
	Box                Box
}

// Where names the place for people and for the jsonl line: "img src", "td style background-image", "style @import".
func (r Reference) Where() string {
	where := r.Element
	if r.Attribute != "" && r.Attribute != r.Element {
		where += " " + r.Attribute
	}
	if r.Property != "" {
		where += " " + r.Property
	}
	return where
}

// IsImagined reports whether no known program loads r where text can look like tags: where a program that takes the charset
// for another sees them begin in the middle of a letter, and where a URL stands between angle brackets. The words and links
// behind are their attributes, and are text and links to all others. They can stay where the tag is of no known element; what
// is loaded on whatever element it stands cannot.
func (r Reference) IsImagined() bool {
	return elements.find([]byte(r.Element)) == nil && (r.Attribute == "href" || r.Role == Maybe && r.Reading == Naive)
}

// Scan calls emit for each reference in src, in no particular order; the same bytes can be reported by two readings.
func Scan(src []byte, emit func(Reference)) {
	s := scanners.Get().(*scanner)
	*s = scanner{src: src, emit: emit, open: s.open[:0], attrs: s.attrs[:0], budget: 1<<20 + 8*len(src), room: minRoom + len(src)}
	s.collect()
	s.scan(0, len(src), context{})
	s.src, s.emit, s.sheet = nil, nil, sheet{}
	scanners.Put(s)
}

// scanners are left from earlier scans: the stacks of a scanner have bounds, and need not be made anew.
var scanners = sync.Pool{New: func() any { return new(scanner) }}

// maxReadings is how often the same bytes are read again because a reader could take them for markup.
const maxReadings = 4

// lower returns b in lower case as a string, cut to a length that any name of HTML has.
func lower(b []byte) string {
	return strings.ToLower(string(b[:min(len(b), 64)]))
}
