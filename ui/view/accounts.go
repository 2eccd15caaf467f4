package view

import (
	"context"
	"errors"

	"pixelwacht/imapsync/account"
)

// AccountRow is a mailbox that was added.
type AccountRow struct {
	Address string
	Server  string
	Result  string // what came of testing it, or that it is not scanned yet; empty where there is nothing to say
	Failed  bool
}

// accountList is what is known of the mailboxes that were added.
type accountList struct {
	settings []account.Settings
	results  map[string]error // of tests, by address; nil is success
	testing  map[string]bool
}

// Accounts are the mailboxes that were added.
func (a *App) Accounts() []AccountRow {
	rows := make([]AccountRow, 0, len(a.accounts.settings))
	for _, s := range a.accounts.settings {
		row := AccountRow{Address: s.Address, Server: s.Server.Host}
		if !s.Scanned {
			row.Result = a.texts.T("window.accounts.unscanned")
		}
		if err, tested := a.accounts.results[s.Address]; tested {
			row.Result, row.Failed = a.texts.T("window.accounts.works"), err != nil
			if err != nil {
				p := newProblem(problemAccount, err)
				row.Result = p.What(a.texts) + " " + p.Next(a.texts)
			}
		}
		if a.accounts.testing[s.Address] {
			row.Result, row.Failed = a.texts.T("window.accounts.testing"), false
		}
		rows = append(rows, row)
	}
	return rows
}

// ReadAccounts reads which mailboxes were added, in the background.
func (a *App) ReadAccounts() {
	if a.p.Accounts == nil {
		return
	}
	a.background(func(ctx context.Context) func() {
		list, err := a.p.Accounts.List(ctx)
		return func() {
			if err != nil && !errors.Is(err, context.Canceled) {
				a.problem = newProblem(problemStore, err)
				a.p.Changed(ScanChanged)
			}
			a.accounts.settings = list
			a.p.Changed(AccountsChanged)
		}
	})
}

// TestAccount signs in to a mailbox, to see whether that works.
func (a *App) TestAccount(address string) {
	if a.accounts.testing[address] {
		return
	}
	if a.accounts.testing == nil {
		a.accounts.testing, a.accounts.results = make(map[string]bool), make(map[string]error)
	}
	a.accounts.testing[address] = true
	a.p.Changed(AccountsChanged)
	a.background(func(ctx context.Context) func() {
		err := a.p.Accounts.Test(ctx, address)
		return func() {
			delete(a.accounts.testing, address)
			a.accounts.results[address] = err
			a.p.Changed(AccountsChanged)
		}
	})
}

// RemoveAccount removes a mailbox with everything that was found in it, and its password.
func (a *App) RemoveAccount(address string) {
	a.CancelScan()
	a.background(func(ctx context.Context) func() {
		err := a.p.Accounts.Remove(ctx, address)
		return func() {
			if err != nil {
				a.problem = newProblem(problemStore, err)
				a.p.Changed(ScanChanged)
			}
			a.ReadAccounts()
			a.OpenStored()
		}
	})
}
