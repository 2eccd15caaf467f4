package mailfile

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// isArchive reports whether a file that begins with start is a .zip or .tgz.
func isArchive(start []byte) bool { return isZIP(start) || isGZIP(start) }

func isZIP(start []byte) bool  { return bytes.HasPrefix(start, []byte("PK\x03\x04")) }
func isGZIP(start []byte) bool { return bytes.HasPrefix(start, []byte("\x1f\x8b\x08")) }

// errStop ends a walk through an archive.
var errStop = errors.New("stop")

// archive yields the messages of an archive, in its own order. They are unpacked as they come, each into memory.
func (w *walker) archive(path string, f *os.File, size int64) bool {
	err := eachEntry(f, size, func(name string, r io.Reader, err error) error {
		if err == nil {
			err = w.ctx.Err()
		}
		if err == nil {
			var more bool
			if more, err = w.entry(path+"/"+name, r); !more {
				return errStop
			}
		}
		if err != nil && !w.yield(Message{File: path + "/" + name}, w.damaged(path+"/"+name, err)) {
			return errStop
		}
		return w.ctx.Err()
	})
	switch {
	case errors.Is(err, errStop):
		return false
	case w.ctx.Err() != nil:
		if err == nil || !errors.Is(err, w.ctx.Err()) {
			w.yield(Message{File: path}, w.ctx.Err())
		}
		return false
	case err != nil && !errors.Is(w.last, err): // else the entry in which the archive breaks off has said so
		return w.yield(Message{File: path}, w.damaged(path, err))
	}
	return true
}

// entry yields the messages of one file in an archive. What is not mail is passed over.
func (w *walker) entry(name string, r io.Reader) (more bool, err error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	start, err := buffered.Peek(16 << 10)
	if err != nil && err != io.EOF {
		return true, err
	}
	form, text := formOf(start)
	offset, length, apple := appleMail(start)
	switch {
	case isMbox(text) && form != wide:
		s := splitter{r: form.lines(buffered), form: form, keep: true, live: true}
		return w.mbox(name, s.messages), nil
	case !apple && form != outlook && !looksLikeMessage(text):
		return true, nil
	}
	raw, err := io.ReadAll(io.LimitReader(buffered, MaxSize+1))
	if err == nil && len(raw) > MaxSize {
		err = &Error{Problem: TooLarge, File: name}
	}
	if err != nil {
		return true, err
	}
	if apple {
		raw = raw[offset:min(offset+length, int64(len(raw)))]
	}
	return w.yield(Message{File: name, Offset: offset, Length: int64(len(raw)), content: raw, form: form}, nil), nil
}

// eachEntry calls f with the regular files in an archive, until f returns an error, which it returns then. An entry that
// cannot be opened is given to f with the error.
func eachEntry(f *os.File, size int64, entry func(name string, r io.Reader, err error) error) error {
	var start [4]byte
	if _, err := f.ReadAt(start[:], 0); err != nil {
		return err
	}
	if !isZIP(start[:]) {
		return eachTarred(io.NewSectionReader(f, 0, size), entry)
	}
	archive, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is written to any path
		return err
	}
	for _, e := range archive.File {
		if !e.Mode().IsRegular() {
			continue
		}
		r, err := e.Open()
		failed := entry(e.Name, r, err)
		if r != nil {
			_ = r.Close() // of what was read, the reading has said what was wrong
		}
		if failed != nil {
			return failed
		}
	}
	return nil
}

func eachTarred(r io.Reader, entry func(name string, r io.Reader, err error) error) error {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	archive := tar.NewReader(unzipped)
	for {
		e, err := archive.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return err
		case e.Typeflag != tar.TypeReg:
			continue
		}
		if err := entry(e.Name, archive, nil); err != nil {
			return err
		}
	}
}

// reopen is the message at the place where a walk has found it, whatever it is in.
func reopen(place Message) (Message, error) {
	path := place.File
	for {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.Mode().IsRegular() && path == place.File:
			start, err := beginning(path)
			place.recognise(start)
			return place, err
		case err == nil && info.Mode().IsRegular():
			return unpack(place, path, info.Size())
		case err == nil || path == filepath.Dir(path):
			return place, fmt.Errorf("%s: %w", place.File, os.ErrNotExist)
		}
		path = filepath.Dir(path)
	}
}

// recognise finds out what the file that begins with start is.
func (m *Message) recognise(start []byte) {
	form, text := formOf(start)
	m.form, m.Mbox = form, isMbox(text) && form != wide
}

func beginning(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 16<<10))
}

// unpack is the message at a place in an archive.
func unpack(place Message, archive string, size int64) (Message, error) {
	f, err := os.Open(archive)
	if err != nil {
		return place, err
	}
	defer f.Close()
	if place.Length > MaxSize || place.Length < 0 || place.Offset < 0 {
		return place, &Error{Problem: TooLarge, File: place.File}
	}
	inside := strings.TrimPrefix(filepath.ToSlash(place.File), filepath.ToSlash(archive)+"/")
	err = eachEntry(f, size, func(name string, r io.Reader, err error) error {
		if filepath.ToSlash(filepath.Clean(name)) != inside && name != inside {
			return nil
		}
		if err != nil {
			return err
		}
		buffered := bufio.NewReaderSize(r, 16<<10)
		start, err := buffered.Peek(16 << 10)
		if err != nil && err != io.EOF {
			return err
		}
		place.recognise(start)
		if _, err := io.CopyN(io.Discard, buffered, place.Offset); err != nil {
			return err
		}
		place.content = make([]byte, place.Length)
		if _, err := io.ReadFull(buffered, place.content); err != nil {
			return err
		}
		return errStop
	})
	switch {
	case err == nil:
		return place, fmt.Errorf("%s: %w", place.File, os.ErrNotExist)
	case !errors.Is(err, errStop):
		return place, fmt.Errorf("%s: %w", place.File, err)
	}
	return place, nil
}
