package imapsync

import (
	"errors"
	"net"
	"strings"
)

// maxDepth is how deep parentheses may be nested in what a server says. The client reads structures recursively, and
// a Go program cannot survive the end of its stack. Forwarding a message adds about three.
const maxDepth = 200

var errTooDeep = errors.New("the server nests what it says too deep")

// shallowConn is a connection that fails before its reader sees parentheses that are nested too deep.
type shallowConn struct {
	net.Conn
	depth depth
}

func (c *shallowConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.depth.read(b[:n]) {
		return 0, errTooDeep
	}
	return n, err
}

// depth follows what a server says, RFC 9051 section 9, closely enough to count parentheses: those in literals, in
// quoted strings and in text for people do not count. The zero value is at the start of a line.
type depth struct {
	place   place
	words   int    // that are complete, of the line
	tagged  bool   // it does not begin with "*"
	word    string // the one that is not complete
	open    int    // parentheses
	escaped bool   // the next octet of the quoted string is meant literally
	size    int64  // of a literal, in octets that are left
}

// place is where in a line a server is.
type place int

const (
	atStart   place = iota
	inData          // parentheses, strings and literals
	inQuoted        // a quoted string
	inSize          // the digits before a literal
	afterSize       // between them and the end of the line
	inLiteral
	beforeText // text for people, or the response code before it
	inCode
	inText
)

// read reports whether b may be read on: nothing in it is nested too deep, or breaks off where the client might
// understand something else.
func (d *depth) read(b []byte) bool {
	for len(b) > 0 {
		if d.place == inLiteral {
			n := min(d.size, int64(len(b)))
			b = b[n:]
			if d.size -= n; d.size == 0 {
				d.place = inData
			}
		} else if d.octet(b[0]) {
			b = b[1:]
		} else {
			return false
		}
	}
	return true
}

func (d *depth) octet(c byte) bool {
	switch d.place {
	case atStart:
		return d.start(c)
	case inData:
		return d.data(c)
	case inQuoted:
		switch {
		case d.escaped:
			d.escaped = false
		case c == '\\':
			d.escaped = true
		case c == '"':
			d.place = inData
		}
		return c != '\n'
	case inSize:
		if c == '}' {
			d.place = afterSize
			return true
		}
		d.size = 10*d.size + int64(c-'0')
		return '0' <= c && c <= '9' && d.size <= maxAnswer
	case afterSize:
		if c == '\n' && d.size > 0 {
			d.place = inLiteral
		} else if c == '\n' {
			d.place = inData
		}
		return c == '\n' || c == '\r' || c == ' '
	case beforeText:
		d.place = inText
		if c == '[' {
			d.place = inCode
		}
	case inCode:
		if c == ']' {
			d.place = inText
		}
		return c != '\n'
	}
	if c == '\n' {
		*d = depth{}
	}
	return true
}

// start finds out what a line is: "* 1 FETCH (…" and "* LIST(…" are data; "* OK [UIDVALIDITY 1] hello" and what
// follows a tag and a status are text.
func (d *depth) start(c byte) bool {
	const longest = 64 // octets; words that matter are shorter
	switch {
	case c == '\n':
		*d = depth{}
	case c != ' ' && (c != '(' || d.words == 0):
		d.word += string(rune(c))
	case d.words == 0 && d.word == "+":
		d.place = inText // or a challenge of SASL, in one long word
	case d.words == 0:
		d.words, d.tagged, d.word = 1, d.word != "*", ""
	case d.tagged || isStatus(d.word):
		d.place = beforeText
	default:
		d.place = inData
		return d.data(c)
	}
	return len(d.word) <= longest
}

func isStatus(word string) bool {
	switch strings.ToUpper(word) {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

func (d *depth) data(c byte) bool {
	switch c {
	case '(':
		d.open++
	case ')':
		d.open--
	case '"':
		d.place = inQuoted
	case '{':
		d.place, d.size = inSize, 0
	case '\n':
		*d = depth{}
	}
	return d.open <= maxDepth
}
