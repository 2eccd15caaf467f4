package markup

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// cssToken is what a piece of a style sheet is, CSS Syntax Level 3 section 4. Numbers, percentages, hashes and whatever
// else does not matter here are words or single characters.
type cssToken uint8

const (
	cssEnd       cssToken = iota
	cssSpace              // white space
	cssComment            // with its delimiters
	cssString             // with its quotes; up to the line end where the closing one is missing
	cssURL                // url( without quotes, up to and including the closing parenthesis
	cssWord               // an identifier, number or dimension
	cssFunction           // a name with its opening parenthesis
	cssAtKeyword          // with its @
	cssDelimiter          // one character
)

// lexer takes a style sheet apart without copying it.
type lexer struct {
	text []byte
	pos  int
}

// next returns the next token and where it stands. Every byte is in one token.
func (l *lexer) next() (t cssToken, start, end int) {
	start = l.pos
	if start >= len(l.text) {
		return cssEnd, start, start
	}
	t = l.read()
	return t, start, l.pos
}

func (l *lexer) read() cssToken {
	text, c := l.text, l.text[l.pos]
	switch {
	case isSpace(c):
		for l.pos < len(text) && isSpace(text[l.pos]) {
			l.pos++
		}
		return cssSpace
	case c == '/' && l.pos+1 < len(text) && text[l.pos+1] == '*':
		l.pos += 2
		if k := bytes.Index(text[l.pos:], []byte("*/")); k >= 0 {
			l.pos += k + 2
		} else {
			l.pos = len(text)
		}
		return cssComment
	case c == '"' || c == '\'':
		l.pos++
		l.string(c)
		return cssString
	case c == '@' && l.pos+1 < len(text) && isName(text, l.pos+1):
		l.pos++
		l.word()
		return cssAtKeyword
	case isName(text, l.pos):
		start := l.pos
		l.word()
		if l.pos >= len(text) || text[l.pos] != '(' {
			return cssWord
		}
		name := text[start:l.pos]
		l.pos++
		if isURLFunction(name) && l.url() {
			return cssURL
		}
		return cssFunction
	}
	l.pos++
	return cssDelimiter
}

// string reads the rest of a string, section 4.3.5.
func (l *lexer) string(quote byte) {
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == quote:
			l.pos++
			return
		case c == '\n' || c == '\r' || c == '\f':
			return
		case c == '\\':
			l.escape()
		default:
			l.pos++
		}
	}
}

// escape skips a backslash and the character behind it, which can be the two of a line break.
func (l *lexer) escape() {
	rest := l.text[l.pos+1:]
	switch {
	case len(rest) == 0:
		l.pos++
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
		l.pos += 3
	default:
		l.pos += 2
	}
}

// word reads the rest of a name or number. A number is read up to its unit's end.
func (l *lexer) word() {
	for l.pos < len(l.text) && isName(l.text, l.pos) {
		if l.text[l.pos] == '\\' {
			l.wordEscape()
		} else {
			l.pos++
		}
	}
}

// wordEscape skips an escape in a name, with the white space that ends it.
func (l *lexer) wordEscape() {
	n := 0
	for l.pos+1+n < len(l.text) && n < 6 && isHex(l.text[l.pos+1+n]) {
		n++
	}
	if n == 0 {
		l.pos = min(l.pos+2, len(l.text))
		return
	}
	l.pos += 1 + n
	switch rest := l.text[l.pos:]; {
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
		l.pos += 2
	case len(rest) > 0 && isSpace(rest[0]):
		l.pos++
	}
}

// url reads the rest of a url( without quotes, section 4.3.6, also where it is broken; false when it has quotes.
func (l *lexer) url() bool {
	i := l.pos
	for i < len(l.text) && isSpace(l.text[i]) {
		i++
	}
	if i < len(l.text) && (l.text[i] == '"' || l.text[i] == '\'') {
		return false
	}
	for l.pos = i; l.pos < len(l.text); {
		switch l.text[l.pos] {
		case ')':
			l.pos++
			return true
		case '\\':
			l.escape()
		default:
			l.pos++
		}
	}
	return true
}

func isURLFunction(name []byte) bool {
	if bytes.IndexByte(name, '\\') >= 0 {
		name = unescape(name)
	}
	return len(name) == 3 && name[0]|0x20 == 'u' && name[1]|0x20 == 'r' && name[2]|0x20 == 'l'
}

// isName reports whether the character at i is part of a name or number, section 4.2.
func isName(text []byte, i int) bool {
	return nameBytes[text[i]] || text[i] == '\\' && i+1 < len(text) && text[i+1] != '\n' && text[i+1] != '\r' && text[i+1] != '\f'
}

// nameBytes are the bytes that are part of a name or number as they stand.
var nameBytes = func() (table [256]bool) {
	for i := range table {
		c := byte(i)
		table[i] = isLetter(c) || isDigit(c) || c == '-' || c == '_' || c >= 0x80 || c == 0
	}
	return table
}()

// unescape undoes CSS escapes, CSS Syntax Level 3 section 4.3.7. Without any it returns s itself.
func unescape(s []byte) []byte {
	if bytes.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b = append(b, s[i])
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
			v, _ := strconv.ParseUint(string(s[i:i+n]), 16, 32)
			if v == 0 || v > 0x10ffff || v >= 0xd800 && v < 0xe000 {
				v = 0xfffd
			}
			b = utf8.AppendRune(b, rune(v))
			i += n
			if bytes.HasPrefix(s[i:], []byte("\r\n")) {
				i += 2
			} else if i < len(s) && isSpace(s[i]) {
				i++
			}
		case i < len(s) && s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n':
			i += 2
		case i < len(s) && (s[i] == '\n' || s[i] == '\r' || s[i] == '\f'):
			i++
		case i < len(s):
			b = append(b, s[i])
			i++
		}
	}
	return b
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
