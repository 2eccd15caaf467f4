// Package mailfile finds the messages in files: single messages, mbox files (RFC 4155 and its mboxo, mboxrd and mboxcl2
// relatives), Maildirs, and folders of these, such as the profiles of Thunderbird. What is packed or in another form it
// unpacks and converts: archives (.zip, .tgz) as Google Takeout makes them, messages of Apple Mail (.emlx) and of Outlook
// (.msg), and text that was saved in UTF-16 or with the line ends of old Macs.
//
// What a file is, its content says and not its name. Nothing is ever written, and symbolic links inside a folder are
// not followed, so that a walk stays in the folder that it was given.
package mailfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
)

// MaxSize is the size of the largest message that is read, in octets. Mail servers stop far below it; without a bound
// a file of another kind could ask for all memory.
const MaxSize = 256 << 20

// Message is the place of one message.
type Message struct {
	File   string // path, beginning with the path that was walked
	Mbox   bool   // File is an mbox file
	Index  int    // position among the messages of File, from 0
	Offset int64  // of the first octet of the header in File
	Length int64  // in octets, without mbox's "From " line and the empty line that ends a message there

	content []byte // of a message that is in no file, or in one that was unpacked
	form    form   // of File
}

// Given returns a message that is in no file: name stands in the place of one.
func Given(name string, content []byte) Message {
	return Message{File: name, Length: int64(len(content)), content: content}
}

// Read returns the bytes of the message as they stand in the file.
func (m Message) Read() ([]byte, error) {
	if m.content != nil {
		return m.content, nil
	}
	if m.Length > MaxSize {
		return nil, &Error{Problem: TooLarge, File: m.File}
	}
	f, err := os.Open(m.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw := make([]byte, m.Length)
	if _, err := io.ReadFull(io.NewSectionReader(f, m.Offset, m.Length), raw); err != nil {
		return nil, fmt.Errorf("read %s: %w", m.File, err)
	}
	return raw, nil
}

// Content returns the message in the form of RFC 5322, as it was before it was put into its file: in an mbox file, body
// lines that begin with "From " got a ">" in front, and some programs save something before the header. It is for reading only; its octets are not those of the file.
func (m Message) Content() ([]byte, error) {
	raw, err := m.Read()
	if err != nil {
		return nil, err
	}
	if raw, err = m.form.undo(raw); err != nil {
		return nil, &Error{Problem: Damaged, File: m.File, Err: err}
	}
	if m.Mbox {
		return unquote(raw), nil
	}
	// QUIRK: some programs save a byte order mark or an empty line before the header.
	return bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), "\r\n"), nil
}

// Walk yields the messages of path that stand in their files as they are, in the sorted order of file names and the order
// inside a file. An error is yielded beside a Message of which only File is set; it concerns that file alone, and the walk
// goes on after it, but for the error of ctx, which is the last.
func Walk(ctx context.Context, path string) iter.Seq2[Message, error] { return walk(ctx, path, false) }

// WalkAll is Walk with the messages that are packed or in another form, and without those that were deleted in Thunderbird,
// or that Google Takeout labels as spam, deleted or drafts. The File of a message in an archive is that of the archive with the name in there after a "/".
func WalkAll(ctx context.Context, path string) iter.Seq2[Message, error] {
	return walk(ctx, path, true)
}

func walk(ctx context.Context, path string, unpack bool) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		w := walker{ctx: ctx, unpack: unpack}
		w.yield = func(m Message, err error) bool {
			w.last = err
			return yield(m, err)
		}
		info, err := os.Stat(path) // the path that a person names may be a link
		switch {
		case err != nil:
			yield(Message{File: path}, err)
		case info.IsDir():
			w.folder(path)
		case !info.Mode().IsRegular():
			yield(Message{File: path}, &Error{Problem: NotMail, File: path})
		default:
			w.file(path, named)
		}
	}
}

// IsMaildir reports whether the folder path has the shape of a Maildir.
func IsMaildir(path string) bool {
	for _, name := range []string{"cur", "new"} {
		if info, err := os.Lstat(filepath.Join(path, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

type walker struct {
	ctx    context.Context
	yield  func(Message, error) bool
	unpack bool  // also what does not stand in its file as it is
	last   error // that was yielded, nil after a message
}

// damaged is what err, of reading a file or an entry of an archive, says of its content: what the system or the context
// says is not about that.
func (w *walker) damaged(name string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok || ProblemOf(err) != "" || err == w.ctx.Err() {
		return err
	}
	return &Error{Problem: Damaged, File: name, Err: err}
}

// trust is how much is known of a file before it is read.
type trust int

const (
	found   trust = iota // in a folder: it counts when it looks like mail
	named                // by the person: it is an error when it does not look like mail
	deliver              // in cur or new of a Maildir: it is one message, whatever it looks like
)

// folder visits the folder path, and returns false when the walk is over.
func (w *walker) folder(path string) bool {
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil && !w.yield(Message{File: path}, err) {
		return false
	}
	maildir, profile := IsMaildir(path), isThunderbirdProfile(path)
	for _, e := range entries {
		name := filepath.Join(path, e.Name())
		switch {
		case profile && e.Name() != "Mail" && e.Name() != "ImapMail": // settings, caches, indexes
		case maildir && e.Name() == "tmp": // deliveries that are not finished
		case maildir && e.IsDir() && (e.Name() == "cur" || e.Name() == "new"):
			if !w.delivered(name) {
				return false
			}
		case e.IsDir():
			if !w.folder(name) {
				return false
			}
		case e.Type().IsRegular():
			if !w.file(name, found) {
				return false
			}
		}
	}
	return true
}

func (w *walker) delivered(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil && !w.yield(Message{File: path}, err) {
		return false
	}
	for _, e := range entries {
		if e.Type().IsRegular() && !w.file(filepath.Join(path, e.Name()), deliver) {
			return false
		}
	}
	return true
}

// file visits one file, and returns false when the walk is over.
func (w *walker) file(path string, t trust) bool {
	if err := w.ctx.Err(); err != nil {
		w.yield(Message{File: path}, err)
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return w.yield(Message{File: path}, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return w.yield(Message{File: path}, err)
	}
	if t == deliver {
		return w.yield(Message{File: path, Length: info.Size()}, nil)
	}
	start := make([]byte, 16<<10)
	n, err := io.ReadFull(f, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return w.yield(Message{File: path}, err)
	}
	start = start[:n]
	form, text := asSent, start
	if w.unpack {
		form, text = formOf(start)
	}
	switch {
	case isMbox(text) && form != wide:
		s := splitter{r: form.lines(io.MultiReader(bytes.NewReader(start), f)), form: form, at: f, live: w.unpack}
		return w.mbox(path, s.messages)
	case form == outlook, looksLikeMessage(text):
		return w.yield(Message{File: path, Length: info.Size(), form: form}, nil)
	case w.unpack && isArchive(start):
		return w.archive(path, f, info.Size())
	}
	if offset, length, ok := appleMail(start); ok && w.unpack {
		return w.yield(Message{File: path, Offset: offset, Length: min(length, info.Size()-offset)}, nil)
	}
	if t == named {
		return w.yield(Message{File: path}, &Error{Problem: whyNot(start), File: path})
	}
	return true
}

// mbox yields the messages of an mbox file.
func (w *walker) mbox(path string, messages iter.Seq2[Message, error]) bool {
	for m, err := range messages {
		m.File = path
		if w.ctx.Err() != nil {
			err = w.ctx.Err()
		}
		if e, ok := errors.AsType[*Error](err); ok {
			e.File = path
		} else if err != nil {
			return w.yield(m, w.damaged(path, err)) && w.ctx.Err() == nil
		}
		if !w.yield(m, err) {
			return false
		}
	}
	return true
}
