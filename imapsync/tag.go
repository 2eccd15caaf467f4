package imapsync

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"pixelwacht/imapsync/store"
)

// Tracked is the keyword (RFC 9051 section 2.3.2) that marks tracked messages on the server, so that other mail programs
// show it.
const Tracked imap.Flag = "$Tracked"

// Tag marks the messages that the store knows as tracked with the keyword [Tracked], and takes it from those that are not
// tracked any more. It returns how many have changed. Nothing else in this package writes to the server; a mailbox in
// which nothing has to change is only read. The problem [NoKeywords] says that a mailbox takes no keywords.
func (a *Account) Tag(ctx context.Context) (changed int, err error) { return a.tag(ctx, true) }

// Untag takes the keyword [Tracked] from all messages. It returns from how many.
func (a *Account) Untag(ctx context.Context) (changed int, err error) { return a.tag(ctx, false) }

func (a *Account) tag(ctx context.Context, tracked bool) (changed int, err error) {
	account, err := a.p.Store.Account(ctx, store.IMAP, a.Name())
	if err != nil {
		return 0, err
	}
	c, err := a.p.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer c.logout(ctx)
	names, err := c.mailboxes(ctx, &a.p)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, name := range names {
		n, err := a.tagMailbox(ctx, c, account, name, tracked)
		changed += n
		if err != nil {
			failed = append(failed, err)
		}
		if err != nil && !refused(err) && ProblemOf(err) != NoKeywords {
			break
		}
	}
	return changed, errors.Join(failed...)
}

func (a *Account) tagMailbox(ctx context.Context, c *client, account store.Account, name string, tracked bool) (changed int, err error) {
	data, err := c.examine(ctx, name)
	if err != nil {
		return 0, err
	}
	tagged, err := c.uids(ctx, &imap.SearchCriteria{Flag: []imap.Flag{Tracked}}, data.NumMessages)
	if err != nil {
		return 0, err
	}
	remove, add := tagged, []store.UID(nil)
	if tracked {
		known, wanted, err := a.p.Store.TrackedUIDs(ctx, account.ID, name, store.UIDValidity(data.UIDValidity))
		if err != nil {
			return 0, err
		}
		add = without(wanted, tagged)
		remove = without(known, without(known, without(tagged, wanted))) // nothing is said of messages that are not known
	}
	if len(add)+len(remove) == 0 {
		return 0, nil
	}
	if err := c.open(ctx, name, data.UIDValidity); err != nil {
		return 0, err
	}
	if err := c.store(ctx, add, imap.StoreFlagsAdd); err != nil {
		return 0, err
	}
	return len(add) + len(remove), c.store(ctx, remove, imap.StoreFlagsDel)
}

// open opens a mailbox for writing, and makes sure that it takes keywords (RFC 9051 section 7.1, PERMANENTFLAGS).
func (c *client) open(ctx context.Context, name string, validity uint32) error {
	doing := "open a mailbox for tagging"
	c.selected = store.MailboxState{}
	var data *imap.SelectData
	err := c.run(ctx, doing, func() (err error) {
		data, err = c.imap.Select(name, nil).Wait()
		return err
	})
	if err != nil {
		return noMailbox(err, name)
	}
	takes := func(f imap.Flag) bool { return f == imap.FlagWildcard || strings.EqualFold(string(f), string(Tracked)) }
	if !slices.ContainsFunc(data.PermanentFlags, takes) {
		return &Error{Problem: NoKeywords, Doing: doing, Mailbox: name}
	}
	if data.UIDValidity != validity {
		return &Error{Problem: MessageGone, Doing: doing, Mailbox: name}
	}
	return nil
}

// store adds the keyword to messages of the mailbox that is open, or takes it from them.
func (c *client) store(ctx context.Context, uids []store.UID, op imap.StoreFlagsOp) error {
	for some := range slices.Chunk(uids, maxAsked) {
		var set imap.UIDSet
		for _, uid := range some {
			set.AddNum(imap.UID(uid))
		}
		err := c.run(ctx, "tag messages", func() error {
			return c.imap.Store(set, &imap.StoreFlags{Op: op, Silent: true, Flags: []imap.Flag{Tracked}}, nil).Close()
		})
		if err != nil {
			return err
		}
	}
	return nil
}
