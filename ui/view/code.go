package view

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pixelwacht/detector"
	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

// maxCode is how much of the source of a message is shown, in octets.
const maxCode = 4 << 20

// CodeLine is one line of the source of a message, as wide as the list that shows it.
type CodeLine struct {
	Title  bool // names the part that begins here
	Pieces []CodePiece
}

// CodePiece is text of the source; a finding is behind it where Finding says which.
type CodePiece struct {
	Text    string
	Finding int // index into the message's findings, -1 for none
	State   State
}

// codePart is a part of the message whose source is shown: the header, or an HTML document.
type codePart struct {
	section string // "" for the header
	pieces  []CodePiece
	cut     bool
}

// readCode reads the source of the header and of the HTML of m, with the findings in it.
func readCode(m *message.Message, findings []detector.Finding) []codePart {
	room := maxCode
	var all []codePart
	add := func(section string, body []byte, marks []codeMark, text func([]byte) string) {
		part := codePart{section: section, cut: len(body) > room}
		body = body[:min(len(body), room)]
		room -= len(body)
		at := 0
		piece := func(end, finding int) {
			if end = min(end, len(body)); end > at {
				p := CodePiece{Text: text(body[at:end]), Finding: finding}
				if finding >= 0 {
					p.State = messageState(detector.Result{Findings: findings[finding : finding+1]})
				}
				part.pieces = append(part.pieces, p)
				at = end
			}
		}
		for _, k := range marks {
			if k.start >= at {
				piece(k.start, -1)
				piece(k.end, k.finding)
			}
		}
		piece(len(body), -1)
		all = append(all, part)
	}

	header := m.Header()
	add("", header.Raw(), headerMarks(header, findings), asUTF8)
	for _, part := range m.Parts {
		if part.Stray || part.Opaque || part.Disposition == "attachment" {
			continue
		}
		for _, d := range part.Documents(part.Raw()) {
			if d.Kind != message.HTML || room <= 0 {
				continue
			}
			body := part.Body(d)
			text := d.Text
			if utf8.Valid(body) {
				text = asUTF8
			}
			add(part.Section, body, marks(d, body, part.Section, findings), text)
		}
	}
	return all
}

func asUTF8(b []byte) string { return strings.ToValidUTF8(string(b), "�") }

// codeMark is where a finding stands in the source.
type codeMark struct{ start, end, finding int }

// headerMarks are the header fields that findings are about.
func headerMarks(h message.Header, findings []detector.Finding) []codeMark {
	var all []codeMark
	for _, field := range h.Fields {
		for i, f := range findings {
			if f.Part == "" && strings.HasSuffix(strings.ToLower(f.Where), field.Name) {
				all = append(all, codeMark{field.Start, field.End, i})
				break
			}
		}
	}
	return all
}

// marks are the URLs of a document that findings are about, in order.
func marks(d message.Document, body []byte, section string, findings []detector.Finding) []codeMark {
	index := make(map[string]int)
	for i, f := range findings {
		if _, ok := index[f.URL]; !ok && f.Part == section {
			index[f.URL] = i
		}
	}
	var all []codeMark
	if len(index) > 0 {
		d.Scan(body, func(r markup.Reference) {
			if i, ok := index[r.URL]; ok {
				all = append(all, codeMark{r.Start, r.End, i})
			}
		})
	}
	slices.SortFunc(all, func(a, b codeMark) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	return all
}

// Code is the source of the message in lines of at most so many characters, once it was read. Lines that are longer in
// the message go on in the next.
func (p *MessagePage) Code(columns int) []CodeLine {
	if p.content == nil {
		return nil
	}
	texts := p.app.texts
	var lines []CodeLine
	for _, part := range p.content.code {
		title := texts.T("window.code.header")
		if part.section != "" {
			title = texts.T("window.code.part", args("Part", part.section))
		}
		lines = append(lines, CodeLine{Title: true, Pieces: []CodePiece{{Text: title, Finding: -1}}})
		lines = append(lines, wrap(part.pieces, max(columns, 20))...)
		if part.cut {
			lines = append(lines, CodeLine{Title: true, Pieces: []CodePiece{{Text: texts.T("window.code.cut"), Finding: -1}}})
		}
	}
	return lines
}

// wrap breaks pieces into lines.
func wrap(pieces []CodePiece, columns int) []CodeLine {
	var lines []CodeLine
	var line CodeLine
	width := 0
	end := func() {
		lines = append(lines, line)
		line, width = CodeLine{}, 0
	}
	for _, p := range pieces {
		for i, text := range strings.Split(strings.ReplaceAll(p.Text, "\r\n", "\n"), "\n") {
			if i > 0 {
				end()
			}
			for text = strings.TrimRight(codeText(text), "\r"); text != ""; {
				if width == columns {
					end()
				}
				head, n := firstRunes(text, columns-width)
				line.Pieces = append(line.Pieces, CodePiece{Text: head, Finding: p.Finding, State: p.State})
				width += n
				text = text[len(head):]
			}
		}
	}
	if len(line.Pieces) > 0 {
		end()
	}
	return lines
}

// firstRunes are the first characters of s, at most n.
func firstRunes(s string, n int) (head string, count int) {
	for i := range s {
		if count == n {
			return s[:i], count
		}
		count++
	}
	return s, count
}

// codeText is a line of the source with what does not belong into a line made visible.
func codeText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return '·'
		}
		return r
	}, s)
}

// FindingLine is the first line in which a finding stands, -1 for one that is in none of them.
func FindingLine(lines []CodeLine, finding int) int {
	return slices.IndexFunc(lines, func(l CodeLine) bool {
		return slices.ContainsFunc(l.Pieces, func(p CodePiece) bool { return p.Finding == finding })
	})
}
