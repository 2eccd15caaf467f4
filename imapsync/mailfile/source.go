package mailfile

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"strings"

	"pixelwacht/detector"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// batchSize is how many messages are saved in one transaction.
const batchSize = 200

// Source is mail files as a source of messages. It may be used from many goroutines.
type Source struct {
	Paths    []string // files, archives, folders
	Title    string   // the name of the account, "" for the paths
	Store    *store.Store
	Detector *detector.Detector
	Own      []string // addresses of the recipient beside those that messages name
}

// Name is what people call the source: its title, or the names of its files without their folders.
func (s *Source) Name() string {
	if s.Title != "" {
		return s.Title
	}
	names := make([]string, len(s.Paths))
	for i, path := range s.Paths {
		names[i] = filepath.Base(path)
	}
	return strings.Join(names, ", ")
}

// Account returns the account in the store: what has the same title is one, and without a title the paths together are.
func (s *Source) Account(ctx context.Context) (store.Account, error) {
	if s.Title != "" {
		return s.Store.Account(ctx, store.Files, s.Title)
	}
	paths, err := s.absolute()
	if err != nil {
		return store.Account{}, err
	}
	return s.Store.Account(ctx, store.Files, strings.Join(paths, string(filepath.ListSeparator)))
}

// absolute are the paths without the working directory, which the store outlives.
func (s *Source) absolute() ([]string, error) {
	paths := make([]string, len(s.Paths))
	for i, p := range s.Paths {
		var err error
		if paths[i], err = filepath.Abs(p); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// Scan scans all messages of the paths into the store. Files that cannot be read do not stop it; their errors are
// joined in the one that it returns at the end.
func (s *Source) Scan(ctx context.Context, progress func(imapsync.Progress)) (imapsync.Summary, error) {
	var summary imapsync.Summary
	paths, err := s.absolute()
	if err != nil {
		return summary, err
	}
	account, err := s.Account(ctx)
	if err != nil {
		return summary, err
	}
	total := 0 // a person wants to know how much is to come
	for _, err := range everything(ctx, paths) {
		if err == nil {
			total++
		}
	}
	if err := ctx.Err(); err != nil {
		return summary, err
	}
	var failed []error
	saver, batch := s.Store.Saver(), []store.Message(nil)
	save := func(at string) error {
		// What was scanned is kept when ctx has ended.
		if err := saver.Save(context.WithoutCancel(ctx), account, 0, batch); err != nil {
			return err
		}
		progress(imapsync.Progress{Mailbox: at, Done: summary.Messages, Total: total, New: batch})
		batch = nil // the receiver may still be reading the old one
		return nil
	}
	progress(imapsync.Progress{Mailbox: s.Name(), Total: total})
	for m, err := range scanOnce(ctx, s.Detector, everything(ctx, paths), s.Own) {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		batch = append(batch, m)
		summary.Messages++
		summary.BytesRead += m.Length
		if m.Tracked {
			summary.Tracked++
		}
		if len(batch) == batchSize {
			if err := save(m.File); err != nil {
				return summary, err
			}
		}
	}
	if len(batch) > 0 {
		if err := save(batch[len(batch)-1].File); err != nil {
			return summary, err
		}
	}
	if err := ctx.Err(); err != nil {
		return summary, err
	}
	if _, err := s.Store.Compare(ctx); err != nil {
		failed = append(failed, err)
	}
	return summary, errors.Join(failed...)
}

// Raw returns the bytes of a message as they stand in its file, unpacked and in the form of RFC 5322, or fails with the problem
// [Changed].
func (s *Source) Raw(_ context.Context, m store.Message) ([]byte, error) {
	place, err := reopen(Message{File: m.File, Index: m.Index, Offset: m.Offset, Length: m.Length})
	if err != nil {
		return nil, err
	}
	content, err := place.Content()
	if err != nil {
		return nil, err
	}
	if m.Digest != "" && s.Detector.Scan(message.Parse(content), s.Own...).Digest != m.Digest {
		return nil, &Error{Problem: Changed, File: m.File}
	}
	if place.form != asSent {
		return content, nil
	}
	return place.Read()
}

// everything is the messages of all paths, but for those in mailboxes that a scan over IMAP leaves out as well.
func everything(ctx context.Context, paths []string) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for _, path := range paths {
			none := true
			for m, err := range WalkAll(ctx, path) {
				if err == nil && isDiscarded(path, m.File) {
					continue
				}
				none = false
				if !yield(m, err) {
					return
				}
			}
			if none && !yield(Message{File: path}, &Error{Problem: NoMail, File: path}) {
				return
			}
		}
	}
}
