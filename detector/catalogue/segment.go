package catalogue

import "strings"

// match reports whether text as a whole is what s describes. A literal at the end is taken first. A placeholder takes as
// much as it can and gives nothing back, * takes as little as it can (all there is when it is the last piece before the
// end): the cost is linear in text.
func (s segment) match(text string) bool {
	if last := len(s) - 1; last > 0 && s[last].class == literal {
		rest, ok := strings.CutSuffix(text, s[last].literal)
		if !ok {
			return false
		}
		s, text = s[:last], rest
	}
	for i, p := range s {
		switch p.class {
		case literal:
			rest, ok := strings.CutPrefix(text, p.literal)
			if !ok {
				return false
			}
			text = rest
		case anything:
			if i == len(s)-1 {
				return true
			}
			next := s[i+1].literal // the parser lets only a literal follow
			at := strings.Index(text, next)
			if at < 0 {
				return false
			}
			text = text[at:]
		default:
			n := p.class.run(text)
			if n < p.min || (p.class == token && !looksRandom(text[:n])) {
				return false
			}
			text = text[n:]
		}
	}
	return text == ""
}

// shortest is the length of the shortest text that match accepts, or less.
func (s segment) shortest() int {
	n := 0
	for _, p := range s {
		n += len(p.literal) + p.min
	}
	return n
}

// isLiteral reports whether s is one fixed text, and which.
func (s segment) isLiteral() (string, bool) {
	switch {
	case len(s) == 0:
		return "", true
	case len(s) == 1 && s[0].class == literal:
		return s[0].literal, true
	}
	return "", false
}

// run is the length of the longest beginning of text that consists of the class's characters.
func (c class) run(text string) int {
	members := &members[c]
	for i := range len(text) {
		if !members[text[i]] {
			return i
		}
	}
	return len(text)
}

func (c class) has(b byte) bool { return members[c][b] }

// members are the characters of each class.
var members = func() (table [classes][256]bool) {
	const (
		digits = "0123456789"
		alpha  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	)
	for c, set := range map[class]string{
		number:      digits,
		hexadecimal: digits + "abcdefABCDEF",
		letters:     alpha,
		identifier:  digits + alpha + "-_",
		// base64, base64url, percent-encoding, and what services put between the parts of a token
		token: digits + alpha + "-_~=%+:!,$@*",
	} {
		for _, b := range []byte(set) {
			table[c][b] = true
		}
	}
	for b := range table[anything] {
		table[anything][b] = true
	}
	return table
}()

// looksRandom tells a token from words: it has letters and digits (or both cases), and changes between them often.
// A capital that begins a word and signs between words do not count, so file names change once in ten characters or
// less, base64 and hexadecimal about every other one.
func looksRandom(text string) bool {
	const (
		lower = 1 << iota
		upper
		digit
	)
	changes, seen, last := 0, 0, 0
	for i := range len(text) {
		kind := last
		switch b := text[i]; {
		case 'a' <= b && b <= 'z':
			kind = lower
		case 'A' <= b && b <= 'Z':
			kind = upper
		case '0' <= b && b <= '9':
			kind = digit
		}
		if kind != last && last != 0 && (last != upper || kind != lower) {
			changes++
		}
		seen |= kind
		last = kind
	}
	mixed := seen&digit != 0 && seen&(lower|upper) != 0 || seen&lower != 0 && seen&upper != 0
	return mixed && changes*6 >= len(text)
}
