package imapsync

import (
	"context"
	"errors"
	"fmt"

	"pixelwacht/imapsync/store"
)

// RawAll hands the bytes of messages to yield, one after the other over one connection, as [Account.Raw] does for one.
// A message that is not on the server any more, or too large, comes with that as its error. It ends with the first
// other error, and with that of yield. Where a provider limits what may be read in a day it ends with DailyLimit when most
// of that was read.
func (a *Account) RawAll(ctx context.Context, messages []store.Message, yield func(m store.Message, raw []byte, err error) error) (err error) {
	if len(messages) == 0 {
		return nil
	}
	c, err := a.p.connect(ctx)
	if err != nil {
		return err
	}
	defer c.logout(ctx)
	read := meter{p: &a.p, account: messages[0].Account}
	defer func() { err = errors.Join(err, read.count(context.WithoutCancel(ctx), c.wire.total.Load())) }()
	mailbox, examined := "", false
	for _, m := range messages {
		if err := read.spare(ctx, c.wire.total.Load()); err != nil {
			return err
		}
		if !examined || m.Mailbox != mailbox {
			if _, err := c.examine(ctx, m.Mailbox); err != nil {
				return err
			}
			mailbox, examined = m.Mailbox, true
		}
		raw, err := c.raw(ctx, m)
		if p := ProblemOf(err); err != nil && p != MessageGone && p != TooLarge {
			return err
		}
		if err := yield(m, raw, err); err != nil {
			return err
		}
	}
	return nil
}

// raw is a message of the mailbox that is open.
func (c *client) raw(ctx context.Context, m store.Message) ([]byte, error) {
	gone := &Error{Problem: MessageGone, Doing: fmt.Sprintf("fetch a message of mailbox %q", m.Mailbox)}
	if c.selected.UIDValidity != m.UIDValidity {
		return nil, gone
	}
	raw, ok, err := c.whole(ctx, m.UID, maxRaw)
	if err == nil && !ok {
		return nil, gone
	}
	return raw, err
}
