package message

import (
	"bytes"

	"pixelwacht/detector/markup"
)

// Markdown (RFC 7763, CommonMark 0.31) is text to most programs. To those that render it, it is HTML with a shorter way to
// write pictures.

// scanMarkdown finds the URLs of pictures. Links are text, and so is a URL between angle brackets.
func scanMarkdown(body []byte, emit func(markup.Reference)) {
	markup.Scan(body, func(r markup.Reference) {
		if !r.IsImagined() {
			emit(r)
		}
	})
	load := func(s span) {
		if url := string(s.Decode(body)); isRemote(url) {
			emit(markup.Reference{Start: s.start, End: s.end, URL: url, Role: markup.Loads, Element: "markdown", Box: markup.Box{Width: -1, Height: -1}})
		}
	}
	defined := false
	for pos := 0; ; {
		i := bytes.Index(body[pos:], []byte("!["))
		if i < 0 {
			break
		}
		pos += i + len("![")
		if end := bracketEnd(body, pos); end < len(body) && body[end] == '(' {
			load(destination(body, end+1))
		} else {
			defined = true
		}
	}
	for pos := 0; defined; {
		i := bytes.Index(body[pos:], []byte("]:"))
		if i < 0 {
			break
		}
		pos += i + len("]:")
		load(destination(body, pos))
	}
}

// bracketEnd returns the offset behind the bracket that ends the description of a picture, CommonMark section 6.4. A
// description that is longer than anybody writes has no end.
func bracketEnd(b []byte, pos int) int {
	const longest = 2000
	for depth, end := 1, min(len(b), pos+longest); pos < end; pos++ {
		switch b[pos] {
		case '\\':
			pos++
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return pos + 1
			}
		}
	}
	return len(b)
}

// destination is the URL at pos, CommonMark section 6.3.
func destination(b []byte, pos int) span {
	for pos < len(b) && bytes.IndexByte([]byte(" \t\r\n<"), b[pos]) >= 0 {
		pos++
	}
	end := pos
	for end < len(b) && bytes.IndexByte([]byte(" \t\r\n<>)"), b[end]) < 0 {
		end++
	}
	return span{pos, end}
}
