package main

import (
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
		return nil, mailfile.ErrTooLarge
	}
	return raw, nil
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

// untilDone is what read returns, or ctx's error when ctx is done first. Nothing can interrupt the reading of a pipe or a
// terminal, so read is left behind then: the program ends, and with it what read waits for.
func untilDone(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type result struct {
		b   []byte
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
		return nil, ctx.Err()
	}
}
