package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"golang.org/x/term"

	"pixelwacht/imapsync/mailfile"
)

// readMessage reads one message from standard input. When ctx is done first, it returns ctx's error.
func (p *program) readMessage(ctx context.Context) ([]byte, error) {
	raw, err := untilDone(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(p.stdin, mailfile.MaxSize+1)) })
	if err != nil {
		return nil, err
	}
	if len(raw) > mailfile.MaxSize {
		return nil, &mailfile.Error{Problem: mailfile.TooLarge, File: standard}
	}
	return raw, nil
}

// spooled is a message that was read from standard input: in memory, or where it is large in a temporary file, which
// only its owner can read, and which is gone when the program ends, however it ends.
type spooled struct {
	io.ReaderAt
	size int64
	file *os.File // nil in memory
}

// Close removes the temporary file.
func (s *spooled) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	_ = os.Remove(s.file.Name()) // where an open file could not be removed
	return err
}

// inMemory is the size of the largest message on standard input that is held in memory, in octets.
const inMemory = 4 << 20

// spool reads one message from standard input. When ctx is done first, it returns ctx's error.
func (p *program) spool(ctx context.Context) (*spooled, error) {
	start, err := untilDone(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(p.stdin, inMemory+1)) })
	if err != nil {
		return nil, err
	}
	if len(start) <= inMemory {
		return &spooled{ReaderAt: bytes.NewReader(start), size: int64(len(start))}, nil
	}
	f, err := os.CreateTemp("", "pixelwacht-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // the open file stays readable where the system allows that, and Close removes it elsewhere
	s := &spooled{ReaderAt: f, file: f}
	s.size, err = untilDone(ctx, func() (int64, error) { return io.Copy(f, io.MultiReader(bytes.NewReader(start), p.stdin)) })
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// readPassword reads a line from the terminal without showing it. When ctx is done first, it returns ctx's error. In
// either case the terminal is left as it was.
func readPassword(ctx context.Context, terminal *os.File) (password []byte, err error) {
	fd := int(terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, term.Restore(fd, before)) }()
	return untilDone(ctx, func() ([]byte, error) { return term.ReadPassword(fd) })
}

// readLine reads a line that a person types.
func readLine(ctx context.Context, terminal *os.File) (string, error) {
	return untilDone(ctx, func() (string, error) {
		line, err := bufio.NewReader(terminal).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil // nobody answers
		}
		return line, err
	})
}

// terminal is where a person can be asked; ok is false where there is none.
func (p *program) terminal() (f *os.File, ok bool) {
	f, ok = p.stdin.(*os.File)
	return f, ok && isTerminal(f)
}

// untilDone is what read returns, or ctx's error when ctx is done first. Nothing can interrupt the reading of a pipe or a
// terminal, so read is left behind then: the program ends, and with it what read waits for.
func untilDone[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		b   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		b, err := read()
		done <- result{b, err}
	}()
	select {
	case r := <-done:
		return r.b, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
