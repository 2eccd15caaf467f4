package mailfile

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// form is what has to be undone so that messages are as they were sent.
type form int

const (
	asSent  form = iota
	outlook      // a message of Outlook, [MS-OXMSG]
	wide         // text that a program has saved in UTF-16
	oldMac       // lines that end with CR alone
)

// formOf returns the form of a file that begins with start, and start without it where it is text.
func formOf(start []byte) (form, []byte) {
	switch {
	case isOutlook(start):
		return outlook, start
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return wide, fromUTF16(start)
	case bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0:
		return oldMac, withLF(bytes.Clone(start))
	}
	return asSent, start
}

// undo returns a message as it was sent.
func (f form) undo(raw []byte) ([]byte, error) {
	switch f {
	case outlook:
		return convertOutlook(raw)
	case wide:
		return fromUTF16(raw), nil
	case oldMac:
		return withLF(bytes.Clone(raw)), nil
	}
	return raw, nil
}

// fromUTF16 is text with a byte order mark, in UTF-8 and without the mark. What is no UTF-16 becomes U+FFFD.
func fromUTF16(raw []byte) []byte {
	text, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(raw) // it has no error
	return text
}

// withLF puts an LF in the place of each CR, in raw itself.
func withLF(raw []byte) []byte {
	for i, c := range raw {
		if c == '\r' {
			raw[i] = '\n'
		}
	}
	return raw
}

// lines reads an mbox file with LF line ends. Octets keep their places.
func (f form) lines(r io.Reader) *bufio.Reader {
	if f == oldMac {
		r = macReader{r}
	}
	return bufio.NewReaderSize(r, 64<<10)
}

type macReader struct{ r io.Reader }

func (m macReader) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	withLF(b[:n])
	return n, err
}
