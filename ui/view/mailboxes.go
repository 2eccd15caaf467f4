package view

import (
	"context"
	"slices"
	"strings"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync/account"
)

// MailboxChoice is the model of choosing which mailboxes of an account are scanned.
type MailboxChoice struct {
	app     *App
	address string
	choice  account.Choice
	fresh   bool // the account was added just now, and nothing of it is scanned yet
	busy    bool
	problem *Problem
}

// MailboxRow is a mailbox that can be scanned.
type MailboxRow struct {
	Name   string
	Chosen bool
}

// MailboxWord is what people call a mailbox. Only INBOX has a name that every server must have (RFC 9051 section 5.1); the
// others are as their owner or the server named them.
func MailboxWord(texts *translations.Texts, name string) string {
	if strings.EqualFold(name, "INBOX") {
		return texts.T("window.mailbox.inbox")
	}
	return name
}

// MailboxesOf asks the server of an account which mailboxes there are.
func (a *App) MailboxesOf(address string) *MailboxChoice {
	c := &MailboxChoice{app: a, address: address}
	c.Ask()
	return c
}

// Ask asks the server again.
func (c *MailboxChoice) Ask() {
	c.work(func(ctx context.Context) (func(), error) {
		choice, err := c.app.p.Accounts.Mailboxes(ctx, c.address)
		return func() { c.choice = choice }, err
	})
}

// work does something that takes time, and then what that returns, unless it fails.
func (c *MailboxChoice) work(f func(ctx context.Context) (func(), error)) {
	if c.busy {
		return
	}
	c.busy, c.problem = true, nil
	c.app.background(func(ctx context.Context) func() {
		done, err := f(ctx)
		return func() {
			c.busy = false
			if err != nil {
				c.problem = newProblem(problemAccount, &account.Error{Address: c.address, Err: err})
			} else {
				done()
			}
			c.app.p.Changed(AccountsChanged)
		}
	})
	c.app.p.Changed(AccountsChanged)
}

// Address is the account's.
func (c *MailboxChoice) Address() string { return c.address }

// Busy reports whether the server is being asked, or the choice is being kept.
func (c *MailboxChoice) Busy() bool { return c.busy }

// Problem is what went wrong last, nil when nothing did.
func (c *MailboxChoice) Problem() *Problem { return c.problem }

// Rows are the mailboxes, INBOX first.
func (c *MailboxChoice) Rows() []MailboxRow {
	rows := make([]MailboxRow, 0, len(c.choice.Mailboxes))
	for _, m := range c.choice.Mailboxes {
		rows = append(rows, MailboxRow{m.Name, slices.Contains(c.choice.Chosen, m.Name)})
	}
	return rows
}

// Toggle chooses the mailbox of a row, or no longer.
func (c *MailboxChoice) Toggle(row int) {
	var chosen []string
	for i, r := range c.Rows() {
		if r.Chosen != (i == row) {
			chosen = append(chosen, r.Name)
		}
	}
	c.choice.Chosen = chosen
	c.app.p.Changed(AccountsChanged)
}

// Text says how many are chosen.
func (c *MailboxChoice) Text() string {
	texts, chosen := c.app.texts, len(c.choice.Chosen)
	switch {
	case c.busy && len(c.choice.Mailboxes) == 0:
		return texts.T("window.mailboxes.asking")
	case chosen == 0:
		return texts.T("window.mailboxes.none")
	}
	return texts.N("window.mailboxes.chosen", len(c.choice.Mailboxes),
		args("Chosen", c.app.number(chosen), "Total", c.app.number(len(c.choice.Mailboxes))))
}

// CanKeep reports whether something is chosen.
func (c *MailboxChoice) CanKeep() bool { return !c.busy && len(c.choice.Chosen) > 0 }

// Keep keeps the choice, and scans what was chosen.
func (c *MailboxChoice) Keep() {
	if !c.CanKeep() {
		return
	}
	choice := c.choice
	c.work(func(ctx context.Context) (func(), error) {
		return c.scan, c.app.p.Accounts.Choose(ctx, c.address, choice)
	})
}

// Leave is for a user who does not want to choose: an account that was added just now is scanned as it is without a choice.
func (c *MailboxChoice) Leave() {
	if c.fresh && !c.busy {
		c.scan()
	}
}

func (c *MailboxChoice) scan() {
	c.fresh = false
	c.app.OpenMailboxes()
}
