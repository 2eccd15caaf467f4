package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// errOutputClosed is the error of writing results that nobody reads any more.
var errOutputClosed = errors.New("standard output is closed")

// standardOutput is where results go. Its errors tell a reader who has gone, which ends the program quietly, from a
// connection to a server that broke: to the system, both are the same.
type standardOutput struct{ file *os.File }

func (o standardOutput) Write(b []byte) (int, error) {
	n, err := o.file.Write(b)
	if brokenPipe(err) {
		err = fmt.Errorf("%w: %w", errOutputClosed, err)
	}
	return n, err
}

func brokenPipe(err error) bool {
	const errorBrokenPipe, errorNoData = syscall.Errno(109), syscall.Errno(232) // Windows' own numbers
	return errors.Is(err, syscall.EPIPE) || onWindows && (errors.Is(err, errorBrokenPipe) || errors.Is(err, errorNoData))
}

// diskFull reports whether err is that there is no room left on the disk.
func diskFull(err error) bool {
	const errorHandleDiskFull, errorDiskFull = syscall.Errno(39), syscall.Errno(112) // Windows' own numbers
	return errors.Is(err, syscall.ENOSPC) || onWindows && (errors.Is(err, errorHandleDiskFull) || errors.Is(err, errorDiskFull))
}

// output is a file that appears when it is complete, or standard output. It is for its owner only: it holds mail.
type output struct {
	io.Writer
	file *os.File // nil for standard output
	path string

	replaces bool // whether path is there already
}

// create begins the file path, "" or "-" being standard output. It refuses to replace a file unless force is set.
func (p *program) create(path string, force bool) (*output, error) {
	if path == "" || path == standard {
		return &output{Writer: p.stdout}, nil
	}
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, p.fail("cli.error.output-folder", args{"Path": path})
	case err == nil && !force:
		return nil, p.fail("cli.error.exists", args{"Path": path})
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".pixelwacht-*")
	if err != nil {
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			e.Path = filepath.Dir(path) // what is wrong is with the folder; the file's own name tells people nothing
		}
		return nil, err
	}
	return &output{Writer: f, file: f, path: path, replaces: info != nil}, nil
}

// size is how much of the file is written, in octets.
func (o *output) size() (int64, error) { return o.file.Seek(0, io.SeekCurrent) }

// truncate takes back what was written after the first size octets of the file.
func (o *output) truncate(size int64) error {
	_, err := o.file.Seek(size, io.SeekStart)
	return errors.Join(err, o.file.Truncate(size))
}

// commit makes the file appear. One that replaces another is on the disk before, or a power failure could lose both.
func (o *output) commit() error {
	if o.file == nil {
		return nil
	}
	var err error
	if o.replaces {
		err = o.file.Sync()
	}
	if err := errors.Join(err, o.file.Close()); err != nil {
		return errors.Join(err, os.Remove(o.file.Name()))
	}
	if err := os.Rename(o.file.Name(), o.path); err != nil {
		return errors.Join(err, os.Remove(o.file.Name()))
	}
	o.file = nil
	return nil
}

// abandon removes what commit has not made appear.
func (o *output) abandon() {
	if o.file != nil {
		_ = o.file.Close()
		_ = os.Remove(o.file.Name())
	}
}

// refuseOverlap refuses an output that is the input, or inside it: it would be read as input, or replace it.
func (p *program) refuseOverlap(out, in string) error {
	if out == "" || out == standard || in == standard {
		return nil
	}
	inside, err := isInside(out, in)
	if err != nil {
		return err
	}
	if inside {
		return p.fail("cli.error.overlap", args{"Output": out, "Input": in})
	}
	return nil
}

// sameFile reports whether the output out would be the file path. Neither needs to exist.
func sameFile(out, path string) (bool, error) {
	if out == "" || out == standard {
		return false, nil
	}
	out, err := resolve(out)
	if err != nil {
		return false, err
	}
	if path, err = resolve(path); err != nil || out == path {
		return err == nil, err
	}
	outInfo, outErr := os.Stat(out)
	pathInfo, pathErr := os.Stat(path)
	return outErr == nil && pathErr == nil && os.SameFile(outInfo, pathInfo), nil
}

// isInside reports whether path is folder or below it, after symbolic links. path need not exist.
func isInside(path, folder string) (bool, error) {
	path, err := resolve(path)
	if err != nil {
		return false, err
	}
	if folder, err = resolve(folder); err != nil {
		return false, err
	}
	target, err := os.Stat(folder)
	if err != nil {
		return false, err
	}
	for {
		// Not by name alone: there are file systems where several names mean the same file.
		if info, err := os.Stat(path); err == nil && os.SameFile(info, target) {
			return true, nil
		}
		parent := filepath.Dir(path)
		if parent == path {
			return false, nil
		}
		path = parent
	}
}

// resolve is the absolute path without symbolic links; its last parts need not exist.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	var missing []string
	for {
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			return filepath.Join(append([]string{real}, missing...)...), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		missing = append([]string{filepath.Base(path)}, missing...)
		path = filepath.Dir(path)
	}
}

// below is path relative to folder with slashes, as undo records have it.
func below(folder, path string) (string, error) {
	rel, err := filepath.Rel(folder, path)
	if err != nil {
		return "", err
	}
	return filepath.ToSlash(rel), nil
}

// isLocal reports whether a path of an undo record stays in the folder it is relative to.
func isLocal(rel string) bool {
	return filepath.IsLocal(filepath.FromSlash(rel)) && !strings.Contains(rel, "\\")
}
