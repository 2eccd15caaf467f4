package markup

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// ScanStyle calls emit for each reference in a style sheet of its own, like Scan.
func ScanStyle(src []byte, emit func(Reference)) {
	s := scanner{src: src, emit: emit}
	s.styleSheet(0, len(src), Standard, 0)
}

// styleSheet reads the content of a style element. In SVG and XHTML its character references are decoded first; that
// reading is taken, too.
func (s *scanner) styleSheet(start, end int, reading Reading, depth int) {
	like := Reference{Role: Loads, Reading: reading, Element: "style", Attribute: "style", Box: Box{Width: -1, Height: -1}}
	s.style(string(s.src[start:end]), func(from, to int) (int, int) { return start + from, start + to }, like)
	if value := decodeEntities(s.src[start:end]); len(value.shifts) > 0 {
		like.Reading = Naive
		s.style(value.text, func(from, to int) (int, int) { return start + value.offset(from), start + value.offset(to) }, like)
	}
	s.again(start, end, depth)
}

// styleAttribute reads a style attribute.
func (t tag) styleAttribute(a attribute) {
	value := decodeEntities(t.src[a.start:a.end])
	t.style(value.text, func(from, to int) (int, int) { return a.start + value.offset(from), a.start + value.offset(to) }, Reference{
		Role: Loads, Reading: t.reading, Element: t.name, Attribute: "style", Box: t.box,
	})
}

// style reports the references in a style sheet or declaration list, CSS Syntax Level 3. place maps a range of text to
// a range of the source; like is what all the references have in common.
func (s *scanner) style(text string, place func(from, to int) (int, int), like Reference) {
	lexer := css.NewLexer(parse.NewInputString(text))
	offset := 0
	property := ""            // the declaration or at-rule that we are in
	candidate := ""           // an identifier that a colon would make a property
	functions := []function{} // the open ones
	report := func(from, to, nameFrom, nameTo int, url string, syntax Syntax) {
		r := like
		r.Start, r.End = place(from, to)
		r.NameStart, r.NameEnd = place(nameFrom, nameTo)
		r.URL, r.Syntax, r.Property = cleanURL(unescape(url)), syntax, property
		if r.URL != "" {
			s.emit(r)
		}
	}
	propertyAt := span{}
	escapedEnd := 0 // up to where a URL in a url( ) spelt with escapes goes
	for {
		tt, data := lexer.Next()
		if tt == css.ErrorToken {
			if offset < len(text) { // the lexer gave up: nobody knows what the rest means
				r := like
				r.Start, r.End = place(offset, len(text))
				r.Role, r.Syntax = Maybe, OpaqueRegion
				s.emit(r)
			}
			return
		}
		start, end := offset, offset+len(data)
		offset = end
		switch tt {
		case css.URLToken, css.BadURLToken:
			open := bytes.IndexByte(data, '(') + 1
			from, to := start+open, end
			if data[len(data)-1] == ')' {
				to--
			}
			from, to = trimQuoted(text, from, to)
			report(from, to, start, start+open-1, text[from:to], StyleURL)
		case css.StringToken, css.BadStringToken:
			from, to := trimQuoted(text, start, end)
			switch inURL := len(functions) > 0 && functions[len(functions)-1].loads; {
			case inURL:
				name := functions[len(functions)-1].name
				report(from, to, name.start, name.end, text[from:to], StyleString)
			case property == "@import":
				report(from, to, propertyAt.start, propertyAt.end, text[from:to], StyleString)
			case property != "content" && property != "@namespace" && readsLikeURL(cleanURL(unescape(text[from:to]))):
				// A custom property can bring it to where it loads; mostly it is a selector.
				role := like.Role
				like.Role = Maybe
				report(from, to, propertyAt.start, propertyAt.end, text[from:to], StyleString)
				like.Role = role
			}
		case css.FunctionToken:
			name := strings.ToLower(unescape(strings.TrimSuffix(string(data), "(")))
			f := function{name: span{start, end - 1}, loads: loadsFunction(name)}
			if name == "url" && start >= escapedEnd { // spelt with escapes, which the lexer does not take for a URL
				to := len(text)
				if k := strings.IndexByte(text[end:], ')'); k >= 0 {
					to = end + k
				}
				escapedEnd = to
				from, to := trimQuoted(text, end, to)
				report(from, to, f.name.start, f.name.end, text[from:to], StyleURL)
			}
			if n := len(functions); n > 0 && functions[n-1].loads {
				f.loads = true
			}
			if len(functions) < maxOpen {
				functions = append(functions, f)
			}
		case css.LeftParenthesisToken:
			if len(functions) < maxOpen {
				functions = append(functions, function{})
			}
		case css.RightParenthesisToken:
			if n := len(functions); n > 0 {
				functions = functions[:n-1]
			}
		case css.AtKeywordToken:
			property, propertyAt, functions = strings.ToLower(unescape(string(data))), span{start, end}, functions[:0]
		case css.IdentToken, css.CustomPropertyNameToken:
			if property == "" {
				candidate, propertyAt = strings.ToLower(unescape(string(data))), span{start, end}
			}
		case css.ColonToken:
			if property == "" {
				property = candidate
			}
		case css.SemicolonToken, css.LeftBraceToken, css.RightBraceToken:
			property, candidate, functions = "", "", functions[:0]
		}
	}
}

// function is a CSS function that is open.
type function struct {
	name  span
	loads bool
}

type span struct{ start, end int }

// loadsFunction reports whether strings in a CSS function are URLs: CSS Images Level 4, CSS Values Level 5, and the
// filters of old Outlook and Internet Explorer.
func loadsFunction(name string) bool {
	switch name {
	case "url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "element", "paint", "expression":
		return true
	}
	return strings.HasPrefix(name, "progid") || strings.HasSuffix(name, "imageloader")
}

// readsLikeURL reports whether a string that stands anywhere could be taken for an absolute URL.
func readsLikeURL(s string) bool {
	return strings.Contains(s, "//") || strings.Contains(s, `\\`)
}

// trimQuoted narrows text[from:to] by white space and quotes at its ends.
func trimQuoted(text string, from, to int) (int, int) {
	for from < to && isSpace(text[from]) {
		from++
	}
	for to > from && isSpace(text[to-1]) {
		to--
	}
	if from < to && (text[from] == '"' || text[from] == '\'') {
		q := text[from]
		from++
		if to > from && text[to-1] == q {
			to--
		}
	}
	return from, to
}

// unescape undoes CSS escapes, CSS Syntax Level 3 section 4.3.7.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		i++
		n := 0
		for i+n < len(s) && n < 6 && isHex(s[i+n]) {
			n++
		}
		switch {
		case n > 0:
			v, _ := strconv.ParseUint(s[i:i+n], 16, 32)
			if v == 0 || v > 0x10ffff || v >= 0xd800 && v < 0xe000 {
				v = 0xfffd
			}
			b.WriteRune(rune(v))
			i += n
			if strings.HasPrefix(s[i:], "\r\n") {
				i += 2
			} else if i < len(s) && isSpace(s[i]) {
				i++
			}
		case i < len(s) && s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n':
			i += 2
		case i < len(s) && (s[i] == '\n' || s[i] == '\r' || s[i] == '\f'):
			i++
		case i < len(s):
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// applyStyle reads size and visibility from the declarations of a style attribute. A later declaration wins.
func (b *Box) applyStyle(style string) {
	if len(style) > 4096 {
		style = style[:4096]
	}
	for declaration := range strings.SplitSeq(strings.ToLower(style), ";") {
		name, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		switch strings.TrimSpace(name) {
		case "width":
			b.Width = pixels(value)
		case "height":
			b.Height = pixels(value)
		case "max-width":
			if n := pixels(value); n >= 0 && n <= 3 {
				b.Width = n
			}
		case "max-height":
			if n := pixels(value); n >= 0 && n <= 3 {
				b.Height = n
				b.Hidden = b.Hidden || n == 0
			}
		case "display":
			b.Hidden = b.Hidden || value == "none"
		case "visibility":
			b.Hidden = b.Hidden || value == "hidden" || value == "collapse"
		case "opacity":
			if f, err := strconv.ParseFloat(value, 64); err == nil && f < 0.05 {
				b.Hidden = true
			}
		case "left", "top", "text-indent", "margin-left", "margin-top":
			if strings.HasPrefix(value, "-") {
				if n := pixels(value[1:]); n >= 1000 {
					b.Hidden = true
				}
			}
		}
	}
}
