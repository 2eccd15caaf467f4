package mailfile

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"strconv"
	"strings"

	"pixelwacht/imapsync"
)

// messages yields the messages of the file in order, with File empty, in errors as well. It may be called once.
func (s *splitter) messages(yield func(Message, error) bool) {
	m := Message{Mbox: true, form: s.form}
	open := false
	finish := func() bool {
		m.Length = s.contentEnd(m.Offset) - m.Offset
		switch {
		case s.live && s.discarded:
			return true
		case s.tooLarge:
			return yield(Message{Mbox: true, Index: m.Index, Offset: m.Offset}, &Error{Problem: TooLarge})
		case s.keep:
			m.content = bytes.Clone(s.kept[:m.Length])
		}
		return yield(m, nil)
	}
	for {
		line, whole, err := s.line()
		if s.afterEmpty && whole && s.pos >= s.counted && bytes.HasPrefix(line, []byte("From ")) {
			line = bytes.Clone(line) // looking ahead moves the buffer
			next, _ := s.r.Peek(1 << 10)
			if !isSeparator(line, next) {
				s.advance(line, whole)
				continue
			}
			if open {
				if !finish() {
					return
				}
				m.Index++
			}
			open = true
			m.Offset = s.pos + int64(len(line))
			s.advance(line, whole)
			s.begin()
		} else {
			s.advance(line, whole)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			yield(Message{Mbox: true, Index: m.Index}, err)
			return
		}
	}
	if open {
		finish()
	}
}

// splitter finds the messages of an mbox file.
//
// go-mbox gives the content of each message without saying where it stands. A message that is blocked in place, and
// evidence that can be checked, need the octets; hence a splitter of our own. It keeps one buffer, however long the
// file or a line.
type splitter struct {
	r    *bufio.Reader
	form form        // of the file
	at   io.ReaderAt // the same octets, where they can be read out of order; may be nil
	keep bool        // keep the octets of messages
	live bool        // leave out deleted messages that the program has not removed yet, spam and drafts

	pos        int64 // of the next line
	started    bool  // something was read
	lineStart  bool  // the next octet begins a line
	afterEmpty bool  // the line before is empty, or there is none
	emptyStart int64 // where the line before began, if it was empty

	// Of the message that was begun last.
	header    bool   // the next line is in its header
	labels    bool   // the line before is of its labels
	length    int64  // its Content-Length, 0 without one
	counted   int64  // where it ends by its Content-Length, 0 when that is not known or wrong
	discarded bool   // it is deleted, spam, or a draft
	kept      []byte // what was read of it
	tooLarge  bool   // there was more than MaxSize
}

// begin is called before the header of a message.
func (s *splitter) begin() {
	s.header, s.labels, s.length, s.counted, s.discarded, s.kept, s.tooLarge = true, false, 0, 0, false, s.kept[:0], false
}

// field looks at a line of a header.
func (s *splitter) field(line []byte) {
	if s.labels = s.labels && bytes.IndexByte([]byte(" \t"), line[0]) >= 0; s.labels {
		s.discarded = s.discarded || hasDiscardLabel(line)
		return
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	value = bytes.TrimSpace(value)
	switch {
	case !ok:
	case bytes.EqualFold(name, []byte("X-Gmail-Labels")):
		s.labels, s.discarded = true, s.discarded || hasDiscardLabel(value)
	case bytes.EqualFold(name, []byte("Content-Length")):
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil && n > 0 {
			s.length = n
		}
	case bytes.EqualFold(name, []byte("X-Mozilla-Status")):
		const expunged = 0x0008 // nsMsgMessageFlags::Expunged
		n, err := strconv.ParseUint(string(value), 16, 16)
		s.discarded = s.discarded || err == nil && n&expunged != 0
	}
}

// hasDiscardLabel looks for the label of spam, deleted messages or drafts in a line of X-Gmail-Labels: names separated by
// commas, in encoded words where they are not ASCII, in the language of the account.
func hasDiscardLabel(line []byte) bool {
	text, err := new(mime.WordDecoder).DecodeHeader(string(line))
	if err != nil {
		return false
	}
	for label := range strings.SplitSeq(text, ",") {
		if imapsync.IsDiscardName(strings.Trim(label, " \t\r\n\"")) {
			return true
		}
	}
	return false
}

// count believes the Content-Length of a message (mboxcl, mboxcl2) where it leads to the next separator or to the end:
// what looks like a separator before that is text. The line that comes next is the first of the body.
func (s *splitter) count() {
	if s.length == 0 || s.at == nil || s.length > MaxSize {
		return
	}
	var behind [16]byte
	n, err := s.at.ReadAt(behind[:], s.pos+s.length)
	after := bytes.TrimLeft(behind[:n], "\r\n")
	if bytes.HasPrefix(after, []byte("From ")) || len(after) == 0 && err == io.EOF {
		s.counted = s.pos + s.length
	}
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
	switch {
	case s.keep && len(s.kept)+len(line) > MaxSize:
		s.tooLarge = true
	case s.keep:
		s.kept = append(s.kept, line...)
	}
	switch {
	case s.header && empty:
		s.header = false
		s.count()
	case s.header && whole:
		s.field(line)
	}
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
