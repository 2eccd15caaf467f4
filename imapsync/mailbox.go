package imapsync

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"pixelwacht/imapsync/store"
)

// chosen are the names of the mailboxes that were chosen, each once.
func (p *Params) chosen() []string {
	var names []string
	for _, name := range p.Mailboxes {
		if strings.EqualFold(name, "INBOX") {
			name = "INBOX" // its name is case-insensitive, RFC 9051 section 5.1
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// mailboxes are the names of the mailboxes to scan: those that were chosen, else those of the account, INBOX first.
func (c *client) mailboxes(ctx context.Context, p *Params) ([]string, error) {
	names := p.chosen()
	if len(names) > 0 {
		return names, nil
	}
	all, err := c.list(ctx, p.All)
	for _, m := range all {
		if m.Scanned {
			names = append(names, m.Name)
		}
	}
	return names, err
}

// Mailbox is a mailbox that can be scanned.
type Mailbox struct {
	Name    string
	Scanned bool // where none is chosen: see [Params]
}

// Mailboxes asks the server which mailboxes there are that can be opened, INBOX first.
func (a *Account) Mailboxes(ctx context.Context) ([]Mailbox, error) {
	c, err := a.p.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.logout(ctx)
	return c.list(ctx, false)
}

// list are the mailboxes that can be opened, INBOX first; all says that every one is scanned.
func (c *client) list(ctx context.Context, all bool) ([]Mailbox, error) {
	var list []*imap.ListData
	err := c.run(ctx, "list mailboxes", func() (err error) {
		var options *imap.ListOptions
		if caps := c.imap.Caps(); caps.Has(imap.CapSpecialUse) && caps.Has(imap.CapListExtended) {
			options = &imap.ListOptions{ReturnSpecialUse: true} // without it, RFC 6154 lets a server keep them to itself
		}
		list, err = c.imap.List("", "*", options).Collect()
		return err
	})
	if err != nil {
		return nil, err
	}
	namePurposes(list)
	var mailboxes []Mailbox
	for _, data := range list {
		known := func(m Mailbox) bool { return m.Name == data.Mailbox }
		if isScanned(data, true) && !slices.ContainsFunc(mailboxes, known) {
			mailboxes = append(mailboxes, Mailbox{Name: data.Mailbox, Scanned: isScanned(data, all)})
		}
	}
	slices.SortFunc(mailboxes, func(a, b Mailbox) int {
		switch "INBOX" {
		case a.Name:
			return -1
		case b.Name:
			return 1
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return mailboxes, nil
}

// extents asks what mailboxes hold, all in one round trip. Those of which the server does not say it are missing.
func (c *client) extents(ctx context.Context, names []string) (map[string]store.Extent, error) {
	all := make(map[string]store.Extent)
	err := c.run(ctx, "look at mailboxes", func() error {
		var commands []*imapclient.StatusCommand
		for _, name := range names {
			commands = append(commands, c.imap.Status(name, &imap.StatusOptions{NumMessages: true, UIDNext: true, UIDValidity: true}))
		}
		for i, command := range commands {
			data, err := command.Wait()
			switch {
			case refused(err):
			case err != nil:
				return err
			case data.NumMessages != nil:
				all[names[i]] = store.Extent{UIDValidity: store.UIDValidity(data.UIDValidity), UIDNext: store.UID(data.UIDNext), Messages: int(*data.NumMessages)}
			}
		}
		return nil
	})
	return all, err
}

// isScanned reports whether a mailbox is scanned without being named: every one that can be opened (all), or only
// those with mail that was sent to be read. Mailboxes that show messages of other mailboxes again would cost time and
// tell nothing new.
func isScanned(mailbox *imap.ListData, all bool) bool {
	for _, attr := range mailbox.Attrs {
		switch {
		case is(attr, imap.MailboxAttrNoSelect), is(attr, imap.MailboxAttrNonExistent):
			return false
		case all || mailbox.Mailbox == "INBOX":
		case is(attr, imap.MailboxAttrTrash), is(attr, imap.MailboxAttrJunk), is(attr, imap.MailboxAttrDrafts),
			is(attr, imap.MailboxAttrAll), is(attr, imap.MailboxAttrFlagged), is(attr, imap.MailboxAttrImportant):
			return false
		}
	}
	return true
}

func is(attr, want imap.MailboxAttr) bool { return strings.EqualFold(string(attr), string(want)) }
