package message

import (
	"bytes"
	"io"
)

// source is the bytes of a message: in memory, or in a file of which only what is looked at is read. A message in a
// file is parsed as one in memory is; attachments are never loaded, only searched for delimiters.
type source struct {
	raw    []byte      // nil for a file
	file   io.ReaderAt // nil in memory
	window int         // how much of a file is searched at a time, in octets
	size   int
	err    error // the first error of reading the file; what could not be read counts as missing
}

// windowSize is the usual window of a source.
const windowSize = 256 << 10

// bytes are the bytes from start to end. They must not change.
func (s *source) bytes(start, end int) []byte {
	if s.file == nil {
		return s.raw[start:end]
	}
	b := make([]byte, end-start)
	return s.read(b, start)
}

func (s *source) read(b []byte, start int) []byte {
	n, err := s.file.ReadAt(b, int64(start))
	if n < len(b) && s.err == nil {
		s.err = err
	}
	return b[:n]
}

// windows calls look with the bytes from start to end, in memory at once and of a file in pieces that overlap, until it
// returns false. The bytes are only valid during the call.
func (s *source) windows(start, end, overlap int, look func(offset int, b []byte) bool) {
	if s.file == nil {
		look(start, s.raw[start:end])
		return
	}
	buffer := make([]byte, min(max(s.window, 2*overlap), end-start))
	for pos := start; pos < end; {
		b := s.read(buffer[:min(len(buffer), end-pos)], pos)
		if !look(pos, b) || len(b) == 0 || pos+len(b) == end {
			return
		}
		pos += max(len(b)-overlap, 1)
	}
}

// lineStarts calls yield with the offset of each line from start to end that begins with prefix, until it returns
// false.
func (s *source) lineStarts(start, end int, prefix []byte, yield func(pos int) bool) {
	next := start // where the search goes on, behind what was found
	s.windows(start, end, len(prefix), func(offset int, b []byte) bool {
		for pos := next - offset; pos < len(b); {
			i := bytes.Index(b[pos:], prefix)
			if i < 0 {
				break
			}
			pos += i
			if offset+pos == start || s.isLineStart(offset, b, pos) {
				if !yield(offset + pos) {
					return false
				}
			}
			pos++
			next = offset + pos
		}
		next = max(next, offset+len(b)-len(prefix)+1)
		return true
	})
}

// isLineStart reports whether a line break stands before b[pos], which is at offset+pos.
func (s *source) isLineStart(offset int, b []byte, pos int) bool {
	if pos > 0 {
		return isBreak(b[pos-1])
	}
	before := s.bytes(offset-1, offset)
	return len(before) == 1 && isBreak(before[0])
}

// isBlank reports whether there is only white space from start to end.
func (s *source) isBlank(start, end int) bool {
	blank := true
	s.windows(start, end, 0, func(_ int, b []byte) bool {
		blank = len(bytes.TrimSpace(b)) == 0
		return blank
	})
	return blank
}

// header reads the header section at start, and returns the offset of the body. Of a file it is read with as much of
// what follows as decides on its end.
func (s *source) header(start, end int) (Header, int) {
	limit := min(end-start, maxHeader)
	size := limit
	if s.file != nil {
		size = min(limit, 64<<10)
	}
	for {
		b := s.bytes(start, start+size)
		h, body := parseHeader(b)
		if size < limit && body > len(b)-lookahead && len(b) == size {
			size = min(limit, 4*size)
			continue
		}
		h.Start, h.End = start, start+body
		if h.raw = b[:body]; s.file != nil {
			h.raw = bytes.Clone(h.raw) // and not what follows
		}
		return h, start + body
	}
}

// Limits of header sections, in octets.
const (
	maxHeader = MaxDocument
	lookahead = 32 << 10 // how far behind a line that is no field others are looked for
)
