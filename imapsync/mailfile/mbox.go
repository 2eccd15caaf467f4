package mailfile

import (
	"bufio"
	"bytes"
	"io"
	"iter"
)

// split yields the messages of an mbox file in order, with File empty.
//
// go-mbox gives the content of each message without saying where it stands. A message that is blocked in place, and
// evidence that can be checked, need the octets; hence a splitter of our own. It keeps one buffer, however long the
// file or a line.
func split(r io.Reader) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		s := splitter{r: bufio.NewReaderSize(r, 64<<10)}
		m := Message{Mbox: true}
		open := false
		for {
			line, whole, err := s.line()
			if s.afterEmpty && whole && bytes.HasPrefix(line, []byte("From ")) {
				line = bytes.Clone(line) // looking ahead moves the buffer
				next, _ := s.r.Peek(1 << 10)
				if !isSeparator(line, next) {
					s.advance(line, whole)
					continue
				}
				if open {
					m.Length = s.contentEnd(m.Offset) - m.Offset
					if !yield(m, nil) {
						return
					}
					m.Index++
				}
				open = true
				m.Offset = s.pos + int64(len(line))
			}
			s.advance(line, whole)
			if err == io.EOF {
				break
			}
			if err != nil {
				yield(Message{Mbox: true, Index: m.Index}, err)
				return
			}
		}
		if open {
			m.Length = s.contentEnd(m.Offset) - m.Offset
			yield(m, nil)
		}
	}
}

type splitter struct {
	r          *bufio.Reader
	pos        int64 // of the next line
	started    bool  // something was read
	lineStart  bool  // the next octet begins a line
	afterEmpty bool  // the line before is empty, or there is none
	emptyStart int64 // where the line before began, if it was empty
}

// line returns the next line with its line break. whole is false when the line is longer than the buffer, and for
// the rest of such a line.
func (s *splitter) line() (line []byte, whole bool, err error) {
	if !s.started {
		s.started, s.lineStart, s.afterEmpty, s.emptyStart = true, true, true, -1
	}
	line, err = s.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		return line, false, nil
	}
	return line, s.lineStart, err
}

func (s *splitter) advance(line []byte, whole bool) {
	empty := whole && (string(line) == "\n" || string(line) == "\r\n")
	if empty {
		s.emptyStart = s.pos
	}
	if len(line) > 0 {
		s.afterEmpty = empty
		s.lineStart = line[len(line)-1] == '\n'
	}
	s.pos += int64(len(line))
}

// contentEnd is where the message that began at start ends: the empty line before the next separator is mbox's.
func (s *splitter) contentEnd(start int64) int64 {
	if s.afterEmpty && s.emptyStart >= start {
		return s.emptyStart
	}
	return s.pos
}

// unquote removes one ">" from each body line that begins with any number of ">" and "From ", as mboxrd has it.
func unquote(raw []byte) []byte {
	if !bytes.Contains(raw, []byte("\n>")) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		end := bytes.IndexByte(raw, '\n') + 1
		if end == 0 {
			end = len(raw)
		}
		line := raw[:end]
		if quoted := bytes.TrimLeft(line, ">"); len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) {
			line = line[1:]
		}
		out = append(out, line...)
		raw = raw[end:]
	}
	return out
}
