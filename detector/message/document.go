package message

import (
	"bytes"
	"slices"
	"strings"

	"pixelwacht/detector/markup"
)

// Limits of what is looked into in one part; what is beyond is closed as a whole.
const (
	// MaxDocument is the size of the largest document that is read, in octets, encoded or decoded.
	MaxDocument  = 16 << 20
	maxDocuments = 64
	maxEmbedding = 6 // levels of messages inside of encodings, files and signatures
)

// Kind says how a document is read.
type Kind uint8

// The kinds.
const (
	HTML         Kind = iota // HTML, XHTML, SVG, AMP
	StyleSheet               // CSS
	Enriched                 // text/enriched, RFC 1896
	ContentLines             // calendars and cards, RFC 5545 and RFC 6350, unfolded
	Instructions             // what an RTF document holds beside its text
	Fields                   // a header section, RFC 5322
	Markdown                 // CommonMark, RFC 7763
	Report                   // what makes a program report that the message is shown, as a whole
	Data                     // URLs that programs load, in a format of which nothing else is known
	Opaque                   // not looked into: nothing is known of it
)

// Document is bytes in a message that some mail program shows, or loads from, when it shows the message. It has a way
// from the region that it is in (a header section or the body of a leaf part, as it stands in the message) to those
// bytes, and edits go the same way back.
type Document struct {
	Kind Kind
	// Mapped is whether the bytes can be patched one by one. Where not (a charset that is not like ASCII, an encoding that
	// readers undo differently), what the document is in can only be closed as a whole.
	Mapped bool
	// Attachment is whether the document is, or is in, a part that is declared an attachment.
	Attachment bool
	// Mistaken is whether only a program that takes the charset for another reads the document.
	Mistaken bool

	charset string // lower case
	base    string // the URL that relative URLs are resolved against, "" when there is none
	path    path
	closing closing

	text []byte // what path leads to in the region; nil for what takes too much memory
}

// closing is what is closed as a whole when a document cannot be patched: an encoded body.
type closing struct {
	path      path
	encodings []Encoding
}

// Decode returns the bytes of the document in its region, which may have been patched.
func (d Document) Decode(region []byte) []byte { return d.path.decode(region) }

// Patch returns the region with edits of the document, in the same length. As for Encoding.Patch, no edit touches a
// line break.
func (d Document) Patch(region []byte, edits []Edit) []byte { return d.path.patch(region, edits) }

// Close returns the region with the encoded body, that the document is in, as overwrite makes it. Readers may undo any
// of the encodings.
func (d Document) Close(region []byte, overwrite func(encodings []Encoding, body []byte) []byte) []byte {
	body := d.closing.path.decode(region)
	return d.closing.path.patch(region, changes(body, overwrite(d.closing.encodings, body)))
}

// InQuotedPrintable reports whether the bytes of the document stand in quoted-printable.
func (d Document) InQuotedPrintable() bool { return slices.Contains(d.path, layer(QuotedPrintable)) }

// TakesASCII reports whether the document is a mapping of a charset in which only ASCII can be written, and only over ASCII
// to the octet.
func (d Document) TakesASCII() bool {
	return slices.ContainsFunc(d.path, func(l layer) bool {
		switch l.(type) {
		case utf16Text, japaneseText:
			return true
		}
		return false
	})
}

// IsISO2022 reports whether the charset is ISO-2022-JP, whose text can be decoded with certainty.
func (d Document) IsISO2022() bool { return isISO2022(d.charset) }

// ASCIICompatible reports whether offsets in the decoded bytes are offsets of characters, as in Part.ASCIICompatible.
func (d Document) ASCIICompatible(body []byte) bool { return asciiCompatible(d.charset, body) }

// Text is the decoded bytes as valid UTF-8.
func (d Document) Text(body []byte) string { return decodeCharset(body, charsetOf(d.charset, body)) }

// Scan calls emit for each reference in the decoded bytes of the document. Relative URLs are resolved where a header
// field says against what (RFC 2557 section 5), as long as that does not multiply the document: a long base for many short
// URLs would.
func (d Document) Scan(body []byte, emit func(markup.Reference)) {
	if d.base != "" {
		unresolved, room := emit, 1<<16+len(body)
		emit = func(r markup.Reference) {
			if room >= len(d.base) {
				if url := markup.Resolve(d.base, r.URL); len(url) > len(r.URL) {
					room -= len(d.base)
					r.URL = url
				}
			}
			unresolved(r)
		}
	}
	switch d.Kind {
	case HTML:
		markup.Scan(body, emit)
	case StyleSheet:
		markup.ScanStyle(body, emit)
	case Enriched:
		markup.Scan(body, emit)
		scanEnriched(body, emit)
	case Report:
		emit(markup.Reference{End: len(body), Role: markup.Receipt, Syntax: markup.OpaqueRegion, Element: "tnef", Box: markup.Box{Width: -1, Height: -1}})
	case Markdown:
		scanMarkdown(body, emit)
	case ContentLines:
		scanContentLines(body, emit)
	case Instructions:
		scanInstructions(body, emit)
	case Fields:
		h, _ := parseHeader(body)
		h.Scan(emit)
	}
}

// scanEnriched finds the URLs that are parameters of commands, RFC 1896 section 3.
func scanEnriched(body []byte, emit func(markup.Reference)) {
	lower := lowerASCII(body)
	for pos := 0; ; {
		i := bytes.Index(lower[pos:], []byte("<param>"))
		if i < 0 {
			return
		}
		start := pos + i + len("<param>")
		end := start
		for end < len(body) && body[end] != '<' {
			end++
		}
		text := body[start:end]
		start += len(text) - len(bytes.TrimLeft(text, " \t\r\n\""))
		if text = bytes.Trim(text, " \t\r\n\""); isRemote(string(text)) {
			emit(markup.Reference{
				Start: start, End: start + len(text), URL: string(text), Role: markup.Loads, Element: "param", Box: markup.Box{Width: -1, Height: -1},
			})
		}
		pos = end
	}
}

// Documents returns the header section as a document, where something in it loads or reports.
func (h Header) Documents([]byte) []Document {
	if !h.hasReferences() {
		return nil
	}
	return []Document{{Kind: Fields, Mapped: true}}
}

// Documents returns the documents in the part, whatever reading of it finds them. The region is its body as it stands
// in the message, or a patched copy.
func (p *Part) Documents(region []byte) []Document {
	c := collector{room: 2 * len(region)}
	c.part(p, region, place{})
	for i := range c.documents {
		c.documents[i].Attachment = p.Disposition == "attachment"
	}
	return c.documents
}

// place is where in a region the documents of a message are that is embedded there.
type place struct {
	path    path
	closing *closing // what to close for anything in there, nil when it is the encoded body of each part
	depth   int
}

// collector collects the documents of one region.
type collector struct {
	documents []Document
	room      int // how many more octets of decoded text they may keep
}

func (c *collector) add(d Document) {
	switch n := len(c.documents); {
	case n < maxDocuments:
		c.documents = append(c.documents, d)
	case n == maxDocuments:
		d.Kind, d.Mapped = Opaque, false
		c.documents = append(c.documents, d)
	}
}

// part adds the documents of a leaf part with the encoded body raw, that is at the place.
func (c *collector) part(p *Part, raw []byte, at place) {
	end := closing{at.path, p.encodings()}
	if at.closing != nil {
		end = *at.closing
	}
	if p.Opaque || len(raw) > MaxDocument && p.isDocument() {
		c.add(Document{Kind: Opaque, closing: end})
		return
	}
	if len(raw) > MaxDocument {
		return
	}
	said := p.description()
	for _, e := range p.encodings() {
		if len(raw) > headSize && said.kinds(nil) == 0 && said.kinds(e.Decode(raw[:headSize])) == 0 {
			continue // an attachment is not decoded as a whole
		}
		c.content(content{
			text: p.undo(e, raw), description: said, charset: p.label(), base: p.base,
			mapped: at.closing == nil && len(p.encodings()) == 1 && e.Regular(raw), closing: end,
			path: at.path.to(e), depth: at.depth,
		})
	}
}

// undo is e.Decode(raw). The body as it stands in the message is decoded once.
func (p *Part) undo(e Encoding, raw []byte) []byte {
	if own := p.source.raw; e == p.Encoding && len(raw) == p.size() && len(raw) > 0 && p.bodyStart < len(own) && &raw[0] == &own[p.bodyStart] {
		return p.Decode()
	}
	return e.Decode(raw)
}

// content is decoded bytes, and what is said of them.
type content struct {
	text []byte
	description
	charset, base string
	mapped        bool
	mistaken      bool // the charset is taken for another
	path          path
	closing       closing
	depth         int
}

// with is content inside of x, behind further layers.
func (x content) with(text []byte, layers ...layer) content {
	x.text, x.path = text, x.path.to(layers...)
	x.description = description{}
	x.depth++
	return x
}

// content adds the documents that x is, or holds.
func (c *collector) content(x content) {
	head := x.text[:min(len(x.text), headSize)]
	kinds := x.kinds(head)
	if x.depth > maxEmbedding && kinds != 0 {
		c.add(Document{Kind: Opaque, closing: x.closing})
		return
	}
	c.kinds(x, kinds&^holdsCharacters)
	readings := x.readings()
	for _, reading := range readings {
		c.kinds(reading, kinds&holdsCharacters)
	}
	if len(readings) == 0 {
		c.kinds(x, kinds&holdsCharacters)
	}
}

// readings are the ways in which programs turn the octets of x into characters, the likely one first; none where all
// read them as they stand.
func (x content) readings() []content {
	as := func(charset string, isMistaken bool, layers ...layer) content {
		x := x
		x.text, x.path, x.charset, x.mistaken = path(layers).decode(x.text), x.path.to(layers...), charset, isMistaken
		return x
	}
	if text, ok := utf16Of(x.charset, x.text); ok {
		return []content{
			as("utf-8", false, text), as("utf-8", true, text.other()),
			as("", true, span{markLength(x.text), len(x.text)}, withoutNUL{}),
		}
	}
	if isISO2022JP(x.charset, x.text) {
		return []content{as("euc-jp", false, japaneseText{}), as("", true)}
	}
	return nil
}

// kinds adds the documents that x is, or holds, as each of the kinds.
func (c *collector) kinds(x content, kinds holds) {
	for k := holds(1); k <= lastHolds; k <<= 1 {
		switch kinds & k {
		case holdsHTML:
			c.document(x, HTML)
		case holdsStyleSheet:
			c.document(x, StyleSheet)
		case holdsEnriched:
			c.document(x, Enriched)
		case holdsContentLines:
			c.contentLines(x)
		case holdsRTF:
			c.rtf(x)
		case holdsMessage:
			c.message(x)
		case holdsTNEF:
			c.tnef(x)
		case holdsCMS:
			c.cms(x)
		case holdsMarkdown:
			c.document(x, Markdown)
		case holdsData:
			c.document(x, Data)
		case holdsText:
			if bytes.Contains(x.text, []byte("begin ")) { // which nearly no text has, and both kinds of files
				c.files(x, uuencodedFiles(x.text))
				c.files(x, yEncodedFiles(x.text))
			}
		case holdsNothingKnown:
			c.add(Document{Kind: Opaque, closing: x.closing})
		}
	}
}

func (c *collector) document(x content, k Kind) {
	mapped := x.mapped && (k == Instructions || k == Report || asciiCompatible(x.charset, x.text))
	d := Document{Kind: k, Mapped: mapped, Mistaken: x.mistaken, charset: x.charset, base: x.base, path: x.path, closing: x.closing}
	if x.mistaken { // read by the blocker alone, in what it has patched
		c.add(d)
		return
	}
	if c.room -= len(x.text); c.room >= 0 {
		d.text = x.text
	}
	c.add(d)
}

func (c *collector) files(x content, files []embeddedFile) {
	for _, f := range files {
		c.file(x.with(f.layer.Decode(x.text), f.layer), f.name)
	}
}

// file adds the documents of an embedded file, of which nothing is known but its name.
func (c *collector) file(x content, name string) {
	x.name, x.mediaType, x.charset = name, "application/octet-stream", ""
	c.content(x)
}

// html adds HTML that is inside of another document.
func (c *collector) html(x content) {
	x.mediaType = "text/html"
	c.content(x)
}

func (c *collector) contentLines(x content) {
	lines := unfold(x.text)
	text := lines.Decode(x.text)
	unfolded := x.with(text, lines)
	c.document(unfolded, ContentLines)
	for _, value := range htmlValues(text) {
		c.html(unfolded.with(value.Decode(text), value))
	}
}

func (c *collector) rtf(x content) {
	hidden := hiddenText(x.text)
	if len(hidden.instructions) > 0 {
		c.document(x.with(hidden.instructions.Decode(x.text), hidden.instructions), Instructions)
	}
	if len(hidden.html) > 0 {
		c.html(x.with(hidden.html.Decode(x.text), hidden.html))
	}
}

func (c *collector) message(x content) {
	m := Parse(x.text)
	for _, h := range m.Sections {
		if h.HasDocuments() {
			c.add(Document{Kind: Fields, Mapped: x.mapped, path: x.path.to(span{h.Start, h.End}), closing: x.closing})
		}
	}
	at := place{depth: x.depth + 1}
	if !x.mapped {
		at.closing = &x.closing
	}
	for _, p := range m.Parts {
		at.path = x.path.to(span{p.Start, p.End})
		c.part(p, x.text[p.Start:p.End], at)
	}
}

func (c *collector) tnef(x content) {
	for _, item := range tnefItems(x.text) {
		inner := x.with(path(item.layer).decode(x.text), item.layer...)
		switch item.kind {
		case tnefHTML:
			inner.charset = ""
			c.html(inner)
		case tnefRTF:
			c.rtf(inner)
		case tnefFile:
			c.file(inner, item.name)
		case tnefReport:
			c.document(inner, Report)
		case tnefNested:
			inner.mediaType = "application/ms-tnef"
			c.content(inner)
		}
	}
}

func (c *collector) cms(x content) {
	kind, octets, oid := readCMS(x.text)
	var l layer = octets
	switch kind {
	case cmsCompressed:
		other := []byte(oidCompressedData)
		other[len(other)-1] = 0x7f // a content type that is not assigned
		l = sealed{content: func(raw []byte) []byte { return inflate(octets.Decode(raw)) }, seal: oid, with: other}
	case cmsSigned:
	default:
		return
	}
	inner := x.with(l.Decode(x.text), l)
	inner.mediaType = "message/rfc822"
	c.content(inner)
}

// fileType is the extension of a file name, in lower case, as programs take it.
func fileType(name string) string {
	name = strings.ToLower(strings.TrimRight(name, " \t\r\n\x00\"'."))
	return name[strings.LastIndexByte(name, '.')+1:]
}

// HasDocuments reports whether Documents finds any.
func (h Header) HasDocuments() bool { return h.hasReferences() }

// Raw is the bytes of the header section. They must not change.
func (h Header) Raw() []byte { return h.raw }

// Keeps reports that every patched copy is as long; a header section has no encoding.
func (h Header) Keeps([]byte) bool { return true }

// Whole is the header section as a document that is not looked into.
func (h Header) Whole() Document {
	return Document{Kind: Opaque, closing: closing{encodings: []Encoding{Identity}}}
}

// Keeps reports whether a patched copy of the body has its line breaks where they are, and decodes to as many octets.
func (p *Part) Keeps(region []byte) bool {
	for i, c := range p.Raw() {
		if c != region[i] && (isBreak(c) || isBreak(region[i])) {
			return false
		}
	}
	return len(p.Encoding.Decode(region)) == len(p.Decode())
}

// trimBreaks cuts the line breaks at the end of b.
func trimBreaks(b []byte) []byte {
	for len(b) > 0 && isBreak(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isBreak(c byte) bool { return c == '\r' || c == '\n' }

// Whole is the part as a document that is not looked into.
func (p *Part) Whole() Document {
	return Document{Kind: Opaque, closing: closing{encodings: p.encodings()}}
}
