// Package preview turns a message into what a person would read, in a form that is safe to show: paragraphs of text, the
// links in them, and for each picture what is known of it. Nothing in it can be loaded; the bytes of pictures are there
// only where the message itself carries them.
//
// It does not lay out: tables become lines, styles are ignored except for what hides text.
package preview

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"pixelwacht/detector/message"
)

// Limits of one preview: text widgets are slow with much more, and nobody reads on.
const (
	maxRunes     = 12_000
	maxParagraph = 1_500 // runes
	maxPictures  = 200
	maxData      = 4 << 20 // octets of a picture that the message carries
)

// Block is a paragraph, or a row of pictures.
type Block struct {
	Spans    []Span // of a paragraph; lines are separated by "\n"
	Heading  bool
	Pictures []Picture
}

// Span is text of one kind, without control characters and characters that change the direction of text.
type Span struct {
	Text string
	Link string // where a click leads, "" when it is no link
}

// Picture is a picture that the message shows, or has its reader load.
type Picture struct {
	URL           string // as it stands
	Alt           string // its text alternative, one line
	Width, Height int    // declared in CSS pixels, -1 where not
	Hidden        bool   // not displayed
	Data          []byte // the picture, where the message carries it; nil for one that is elsewhere
}

// Read returns the blocks of m. cut reports that there was more than a preview shows.
func Read(m *message.Message) (blocks []Block, cut bool) {
	rich := map[string]bool{} // the multiparts with an HTML part, by the start of their section numbers
	for _, p := range m.Parts {
		if p.IsHTML() && isShown(p) {
			rich[parent(p.Section)] = true
		}
	}
	w := writer{m: m}
	for _, p := range m.Parts {
		if w.isFull() {
			break
		}
		switch {
		case !isShown(p) || !p.IsHTML() && rich[parent(p.Section)]: // its plain alternative
		case p.IsHTML():
			w.html(p.Text())
			w.paragraph()
		case p.MediaType == "text/plain":
			w.plain(p.Text())
			w.paragraph()
		}
	}
	w.flush()
	return w.blocks, w.isFull()
}

func isShown(p *message.Part) bool { return !p.Stray && !p.Opaque && p.Disposition != "attachment" }

func parent(section string) string {
	return section[:strings.LastIndexByte(section, '.')+1]
}

// writer collects blocks: runs of white space become one space, paragraphs start a new block.
type writer struct {
	m        *message.Message
	blocks   []Block
	current  Block
	text     strings.Builder // of the span that is being written
	link     string          // its link
	length   int             // runes of the current block
	runes    int             // of all blocks
	pictures int
	breaks   int  // line breaks to write before the next text
	space    bool // white space to write before the next text
}

func (w *writer) isFull() bool { return w.runes >= maxRunes }

func (w *writer) write(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u200b' || r == '\u200c' || r == '\u034f' || r == '\u00ad' || r == '\ufeff':
			w.space = true // newsletters pad their preview line with characters that nobody sees
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar:
		default:
			w.rune(r)
		}
	}
}

func (w *writer) rune(r rune) {
	if w.isFull() {
		return
	}
	if w.breaks >= 2 || len(w.current.Pictures) > 0 || w.length >= maxParagraph {
		w.flush()
	}
	if w.length > 0 {
		switch {
		case w.breaks > 0:
			w.text.WriteByte('\n')
		case w.space:
			w.text.WriteByte(' ')
		}
	}
	w.breaks, w.space = 0, false
	w.text.WriteRune(r)
	w.length++
	w.runes++
}

// endSpan ends the span that is being written.
func (w *writer) endSpan() {
	if w.text.Len() > 0 {
		w.current.Spans = append(w.current.Spans, Span{w.text.String(), w.link})
		w.text.Reset()
	}
}

// flush ends the block that is being written.
func (w *writer) flush() {
	w.endSpan()
	if len(w.current.Spans) > 0 || len(w.current.Pictures) > 0 {
		w.blocks = append(w.blocks, w.current)
	}
	w.current = Block{}
	w.length, w.breaks, w.space = 0, 0, false
}

// follow makes what is written next lead to link.
func (w *writer) follow(link string) {
	if link == w.link {
		return
	}
	if w.space && w.length > 0 && w.breaks == 0 { // the space before a link is not part of it
		w.text.WriteByte(' ')
		w.space = false
	}
	w.endSpan()
	w.link = link
}

func (w *writer) newline()   { w.breaks = max(w.breaks, 1) }
func (w *writer) paragraph() { w.breaks = 2 }

// plain writes text/plain, keeping its lines.
func (w *writer) plain(s string) {
	empty := 0
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) == "" {
			empty++
			continue
		}
		w.breaks = min(2, max(w.breaks, empty+1))
		empty = 0
		for i, word := range strings.Fields(line) {
			w.space = w.space || i > 0
			if isWeb(word) {
				w.follow(word)
				w.write(word)
				w.follow("")
			} else {
				w.write(word)
			}
		}
	}
}

func isWeb(url string) bool {
	lower := strings.ToLower(url[:min(len(url), 8)])
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// html writes the text of markup.
func (w *writer) html(s string) {
	z := html.NewTokenizer(strings.NewReader(s))
	skip := atom.Atom(0) // the element whose content is not shown
	var hidden []string  // the open elements inside of one that is not displayed, outermost first
	for !w.isFull() {
		switch z.Next() {
		case html.ErrorToken:
			w.follow("")
			return
		case html.TextToken:
			if skip == 0 && len(hidden) == 0 {
				w.write(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if skip != 0 {
				continue
			}
			if n := len(hidden); n > 0 && hidden[n-1] == "p" && isBlock(t.DataAtom) {
				hidden = hidden[:n-1] // a paragraph ends where the next block starts
			}
			if t.DataAtom == atom.Img {
				w.picture(t, len(hidden) > 0)
				continue
			}
			if !isVoid(t.DataAtom) && (len(hidden) > 0 || isHidden(t)) {
				if len(hidden) < 1000 {
					hidden = append(hidden, t.Data)
				}
				continue
			}
			switch t.DataAtom {
			case atom.Style, atom.Script, atom.Title, atom.Template:
				skip = t.DataAtom
			case atom.A:
				if link := strings.TrimSpace(attribute(t, "href")); !strings.HasPrefix(link, "#") {
					w.follow(link)
				}
			case atom.Br:
				w.breaks = min(2, w.breaks+1)
			case atom.H1, atom.H2, atom.H3, atom.H4:
				w.paragraph()
				w.flush()
				w.current.Heading = true
			case atom.P, atom.Blockquote, atom.Ul, atom.Ol, atom.Hr:
				w.paragraph()
			case atom.Li:
				w.newline()
				w.write("• ")
			case atom.Td, atom.Th:
				w.space = true
			case atom.Div, atom.Tr, atom.Table, atom.Center, atom.Section, atom.Article:
				w.newline()
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if skip != 0 {
				if a == skip {
					skip = 0
				}
				continue
			}
			for i := len(hidden) - 1; i >= 0; i-- {
				if hidden[i] == string(name) {
					hidden = hidden[:i]
					break
				}
			}
			switch a {
			case atom.A:
				w.follow("")
			case atom.H1, atom.H2, atom.H3, atom.H4:
				w.flush()
			case atom.P, atom.Blockquote, atom.Ul, atom.Ol:
				w.paragraph()
			case atom.Div, atom.Tr, atom.Table, atom.Li:
				w.newline()
			}
		}
	}
}

// picture adds a picture: to the row that was begun, if nothing was written since.
func (w *writer) picture(t html.Token, hidden bool) {
	src := strings.TrimSpace(attribute(t, "src"))
	if w.pictures++; src == "" || w.pictures > maxPictures {
		return
	}
	if len(w.current.Pictures) == 0 {
		w.flush()
		w.current.Heading = false
	}
	w.current.Pictures = append(w.current.Pictures, Picture{
		URL: src, Alt: oneLine(attribute(t, "alt")), Width: pixels(attribute(t, "width")), Height: pixels(attribute(t, "height")),
		Hidden: hidden || isHidden(t), Data: w.data(src),
	})
}

// data is the picture that a URL names, where the message carries it: as another part (RFC 2392) or in the URL itself
// (RFC 2397).
func (w *writer) data(src string) []byte {
	scheme, rest, _ := strings.Cut(src, ":")
	switch strings.ToLower(scheme) {
	case "cid":
		id, err := url.PathUnescape(rest)
		if err != nil {
			return nil
		}
		for _, p := range w.m.Parts {
			if !p.Opaque && strings.Trim(p.Header.Value("Content-ID"), " <>") == id && len(p.Raw()) <= 2*maxData {
				return p.Decode()
			}
		}
	case "data":
		kind, encoded, _ := strings.Cut(rest, ",")
		if !strings.HasSuffix(strings.ToLower(kind), ";base64") || len(encoded) > 2*maxData {
			return nil
		}
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(encoded), ""))
		if err != nil {
			return nil
		}
		return data
	}
	return nil
}

func attribute(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// pixels is the value of a width or height attribute, -1 where it says nothing.
func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// oneLine is s as one line of text.
func oneLine(s string) string {
	var w writer
	w.write(s)
	return w.text.String()
}

func isHidden(t html.Token) bool {
	for _, a := range t.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Table, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.Blockquote, atom.Hr, atom.Center:
		return true
	}
	return false
}

func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}
