// Package preview turns a message into plain text that is safe to show: what a person would read, and nothing that
// could be loaded. Pictures appear as their text alternative in brackets.
//
// It does not lay out: tables become lines, styles are ignored except for what hides text.
package preview

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"pixelwacht/detector/message"
)

// maxRunes bounds the preview; nobody reads on in a preview, and text widgets are slow with long texts.
const maxRunes = 100_000

// Text returns the text of m as people read it, lines separated by "\n", without control characters and characters
// that change the direction of text. picture labels a picture that has a text alternative: it is followed by that.
func Text(m *message.Message, picture string) string {
	rich := map[string]bool{} // the multiparts with an HTML part, by the start of their section numbers
	for _, p := range m.Parts {
		if p.IsHTML() && isShown(p) {
			rich[parent(p.Section)] = true
		}
	}
	w := writer{picture: picture}
	for _, p := range m.Parts {
		if w.runes >= maxRunes {
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
	return strings.TrimSpace(w.b.String())
}

func isShown(p *message.Part) bool { return !p.Stray && !p.Opaque && p.Disposition != "attachment" }

func parent(section string) string {
	return section[:strings.LastIndexByte(section, '.')+1]
}

// writer collects lines: runs of white space become one space, blocks start on a new line.
type writer struct {
	b       strings.Builder
	runes   int
	breaks  int  // line breaks to write before the next text
	space   bool // white space to write before the next text
	picture string
}

func (w *writer) text(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u200b' || r == '\u200c' || r == '\u034f' || r == '\u00ad' || r == '\ufeff':
			w.space = true // newsletters pad their preview line with characters that nobody sees
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
		default:
			w.rune(r)
		}
	}
}

func (w *writer) rune(r rune) {
	if w.runes >= maxRunes {
		return
	}
	if w.b.Len() > 0 {
		for ; w.breaks > 0; w.breaks-- {
			w.b.WriteByte('\n')
			w.space = false
		}
		if w.space {
			w.b.WriteByte(' ')
		}
	}
	w.breaks, w.space = 0, false
	w.b.WriteRune(r)
	w.runes++
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
		w.text(line)
	}
}

// html writes the text of markup.
func (w *writer) html(s string) {
	z := html.NewTokenizer(strings.NewReader(s))
	skip := atom.Atom(0) // the element whose content is not shown
	var hidden []string  // the open elements inside of one that is not displayed, outermost first
	for w.runes < maxRunes {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if skip == 0 && len(hidden) == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if skip != 0 {
				continue
			}
			if n := len(hidden); n > 0 && hidden[n-1] == "p" && isBlock(t.DataAtom) {
				hidden = hidden[:n-1] // a paragraph ends where the next block starts
			}
			if !isVoid(t.DataAtom) && (len(hidden) > 0 || isHidden(t)) {
				if len(hidden) < 1000 {
					hidden = append(hidden, t.Data)
				}
				continue
			}
			switch t.DataAtom {
			case atom.Style, atom.Script, atom.Title, atom.Head, atom.Template:
				if t.DataAtom != atom.Head {
					skip = t.DataAtom
				}
			case atom.Img:
				w.image(t)
			case atom.Br:
				w.breaks = min(2, w.breaks+1)
			case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.Blockquote, atom.Ul, atom.Ol, atom.Hr:
				w.paragraph()
			case atom.Li:
				w.newline()
				w.text("• ")
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
			case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.Blockquote, atom.Ul, atom.Ol:
				w.paragraph()
			case atom.Div, atom.Tr, atom.Table, atom.Li:
				w.newline()
			}
		}
	}
}

func (w *writer) image(t html.Token) {
	for _, a := range t.Attr {
		if alt := strings.TrimSpace(a.Val); a.Key == "alt" && alt != "" {
			w.text(" [" + w.picture + ": " + alt + "] ")
		}
	}
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
