package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
)

func (p *program) restoreCommand() *cobra.Command {
	r := restoring{program: p}
	cmd := &cobra.Command{
		Use:   "restore --undo FILE PATH",
		Short: p.texts.T("cli.restore.short"),
		Long:  p.texts.T("cli.restore.long"),
		Args:  p.paths(1, 1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			r.path = paths[0]
			return r.run(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&r.out, "output", "o", "", p.flag("output", "OUT"))
	cmd.Flags().StringVar(&r.undo, "undo", "", p.flag("undo-in", "FILE"))
	cmd.Flags().BoolVar(&r.force, "force", false, p.texts.T("cli.flag.force"))
	return cmd
}

// restoring is one run of the command restore.
type restoring struct {
	*program
	path, out, undo string
	force           bool
	failed          error
}

func (r *restoring) run(ctx context.Context) error {
	if r.undo == "" {
		return r.usage("cli.error.no-undo")
	}
	if err := r.refuseOverlap(r.out, r.path); err != nil {
		return err
	}
	if same, err := sameFile(r.out, r.undo); err != nil || same {
		return orElse(err, r.usage("cli.error.undo-output"))
	}
	records, err := readRecords(r.undo)
	if err != nil {
		return r.hint(err, "cli.hint.undo")
	}
	info, err := os.Stat(r.path)
	switch {
	case r.path == standard:
	case err != nil:
		return err
	case info.IsDir():
		return r.folder(ctx, records)
	}
	one, err := r.only(records)
	if err != nil {
		return err
	}
	return r.file(ctx, r.path, r.out, one)
}

// readRecords reads an undo file: file → its records, sorted by offset.
func readRecords(name string) (map[string][]record, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records := make(map[string][]record)
	d := json.NewDecoder(bufio.NewReader(f))
	for n := 1; ; n++ {
		var r record
		err := d.Decode(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("undo file %s: record %d: %w", name, n, err)
		}
		if r.File != standard && !isLocal(r.File) || r.Offset < 0 || r.Length < 0 {
			return nil, fmt.Errorf("undo file %s: record %d: not an undo record", name, n)
		}
		records[r.File] = append(records[r.File], r)
	}
	for _, rs := range records {
		slices.SortFunc(rs, func(a, b record) int { return cmp.Compare(a.Offset, b.Offset) })
	}
	return records, nil
}

// only is the records of the one file that is restored: it may have been renamed since, if the undo file has no other.
func (r *restoring) only(records map[string][]record) ([]record, error) {
	var found [][]record
	for name, rs := range records {
		if len(records) == 1 || path.Base(name) == filepath.Base(r.path) {
			found = append(found, rs)
		}
	}
	if len(found) != 1 {
		return nil, r.fail("cli.error.no-record", args{"Path": r.path, "Undo": r.undo})
	}
	return found[0], nil
}

// file restores the messages of one file. Everything is checked before anything is written.
func (r *restoring) file(ctx context.Context, path, out string, records []record) error {
	blocked, size, err := r.open(ctx, path)
	if err != nil {
		return err
	}
	defer blocked.Close()
	end := int64(0)
	for _, rec := range records {
		if rec.Offset < end || rec.Length > size-rec.Offset {
			return r.fail("cli.error.mismatch", args{"Path": path})
		}
		if err := rec.Check(io.NewSectionReader(blocked, rec.Offset, rec.Length), rec.Length); err != nil {
			r.logger().Info("restore refused", "file", path, "error", err)
			return r.fail("cli.error.mismatch", args{"Path": path})
		}
		end = rec.Offset + rec.Length
	}
	o, err := r.create(out, r.force)
	if err != nil {
		return err
	}
	defer o.abandon()
	written := int64(0)
	for _, rec := range records {
		_, err := io.Copy(o, io.NewSectionReader(blocked, written, rec.Offset-written))
		if err == nil {
			err = rec.Apply(o, io.NewSectionReader(blocked, rec.Offset, rec.Length))
		}
		if err != nil {
			return err
		}
		written = rec.Offset + rec.Length
	}
	if _, err := io.Copy(o, io.NewSectionReader(blocked, written, size-written)); err != nil {
		return err
	}
	return o.commit()
}

// readerAtCloser is a file, or what was read from standard input.
type readerAtCloser interface {
	io.ReaderAt
	Close() error
}

// open opens a blocked copy, and returns its size in octets.
func (r *restoring) open(ctx context.Context, path string) (readerAtCloser, int64, error) {
	if path == standard {
		in, err := r.spool(ctx)
		if err != nil {
			return nil, 0, err
		}
		return in, in.size, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// folder restores the files that the undo file has records of. It goes on after one that fails.
func (r *restoring) folder(ctx context.Context, records map[string][]record) error {
	if r.out == "" || r.out == standard {
		return r.usage("cli.error.folder-output")
	}
	if err := os.MkdirAll(r.out, 0o700); err != nil {
		return err
	}
	if err := keepMaildir(r.path, r.out); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(records)) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		in, out := filepath.Join(r.path, filepath.FromSlash(name)), filepath.Join(r.out, filepath.FromSlash(name))
		if err := r.inFolder(ctx, in, out, records[name]); err != nil {
			r.reportError(err)
			r.failed = errReported
		}
	}
	return r.failed
}

func (r *restoring) inFolder(ctx context.Context, in, out string, records []record) error {
	if err := r.refuseOverlap(out, r.path); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o700); err != nil {
		return err
	}
	if err := keepMaildir(filepath.Dir(filepath.Dir(in)), filepath.Dir(filepath.Dir(out))); err != nil {
		return err
	}
	return r.file(ctx, in, out, records)
}
