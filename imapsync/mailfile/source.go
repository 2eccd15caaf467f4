package mailfile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"

	"pixelwacht/detector"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// ErrChanged is the error for a message that is not any more where the scan has seen it.
var ErrChanged = errors.New("the file has changed since it was scanned")

// batchSize is how many messages are saved in one transaction.
const batchSize = 200

// Source is mail files as a source of messages. It may be used from many goroutines.
type Source struct {
	Paths    []string // files, mbox files, Maildirs, folders
	Store    *store.Store
	Detector *detector.Detector
	Own      []string // addresses of the recipient beside those that messages name
}

// Name is the paths.
func (s *Source) Name() string { return strings.Join(s.Paths, string(filepath.ListSeparator)) }

// Account returns the account in the store: the paths together are one.
func (s *Source) Account(ctx context.Context) (store.Account, error) {
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
	var found []located // places only: a person wants to know how much is to come
	for _, path := range paths {
		for m, err := range Walk(ctx, path) {
			found = append(found, located{m, err})
		}
	}
	if err := ctx.Err(); err != nil {
		return summary, err
	}
	var failed []error
	var batch []store.Message
	save := func(at string) error {
		// What was scanned is kept when ctx has ended.
		if err := s.Store.Save(context.WithoutCancel(ctx), account, 0, batch); err != nil {
			return err
		}
		progress(imapsync.Progress{Mailbox: at, Done: summary.Messages, Total: len(found), New: batch})
		batch = nil // the receiver may still be reading the old one
		return nil
	}
	progress(imapsync.Progress{Mailbox: s.Name(), Total: len(found)})
	for m, err := range scanOnce(ctx, s.Detector, all(found), s.Own) {
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

// Raw returns the bytes of a message as they stand in its file, or [ErrChanged].
func (s *Source) Raw(_ context.Context, m store.Message) ([]byte, error) {
	place := Message{File: m.File, Mbox: m.Offset > 0, Index: m.Index, Offset: m.Offset, Length: m.Length}
	content, err := place.Content()
	if err != nil {
		return nil, err
	}
	if m.Digest != "" && s.Detector.Scan(message.Parse(content), s.Own...).Digest != m.Digest {
		return nil, fmt.Errorf("%s: %w", m.File, ErrChanged)
	}
	return place.Read()
}

// located is what a walk yields.
type located struct {
	Message
	err error
}

func all(found []located) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for _, l := range found {
			if !yield(l.Message, l.err) {
				return
			}
		}
	}
}
