//go:build !nogui

package main

import (
	"context"
	"errors"
	"net/url"
	"sync"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/discover"
	"pixelwacht/imapsync/keyring"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/signin"
	"pixelwacht/imapsync/store"
)

// mailAccounts are the accounts of the data folder for the window. Each call opens the database for itself: it may be in
// the hands of other programs, or gone after the user had everything forgotten.
type mailAccounts struct {
	*program
	keyring  keyring.Keyring
	detector *detector.Detector
	open     func(*url.URL) error // shows a page in the system's browser
}

func (m mailAccounts) in(s *store.Store) *account.Accounts {
	return account.New(account.Params{Store: s, Detector: m.detector, Keyring: m.keyring, Clients: clients()})
}

func (m mailAccounts) with(ctx context.Context, f func(*account.Accounts) error) error {
	s, err := m.openStore(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(m.in(s)), s.Close())
}

func (m mailAccounts) List(ctx context.Context) (list []account.Settings, err error) {
	err = m.with(ctx, func(a *account.Accounts) (err error) {
		list, err = a.List(ctx)
		return err
	})
	return list, err
}

func (m mailAccounts) LookUp(ctx context.Context, address string) (discover.Found, error) {
	return discover.Finder{}.LookUp(ctx, address)
}

func (m mailAccounts) Registered(o provider.OAuth) bool { return clients()[o.Name].ID != "" }

func (m mailAccounts) Browser(ctx context.Context, s account.Settings, client imapsync.Secret, texts *translations.Texts) (secrets account.Secrets, err error) {
	secrets.Client = client
	err = m.with(ctx, func(a *account.Accounts) (err error) {
		secrets.Secret, err = signin.Browser(ctx, a.SignIn(s, client), texts, func(page string) error {
			u, err := url.Parse(page)
			if err != nil {
				return err
			}
			return m.open(u)
		})
		return err
	})
	return secrets, err
}

func (m mailAccounts) Device(ctx context.Context, s account.Settings, client imapsync.Secret, show func(signin.Code)) (secrets account.Secrets, err error) {
	secrets.Client = client
	err = m.with(ctx, func(a *account.Accounts) (err error) {
		secrets.Secret, err = signin.Device(ctx, a.SignIn(s, client), show)
		return err
	})
	return secrets, err
}

func (m mailAccounts) Add(ctx context.Context, s account.Settings, secrets account.Secrets) error {
	return m.with(ctx, func(a *account.Accounts) error { return a.Add(ctx, s, secrets) })
}

func (m mailAccounts) Mailboxes(ctx context.Context, address string) (choice account.Choice, err error) {
	err = m.with(ctx, func(a *account.Accounts) (err error) {
		choice, err = a.Mailboxes(ctx, address)
		return err
	})
	return choice, err
}

func (m mailAccounts) Choose(ctx context.Context, address string, choice account.Choice) error {
	return m.with(ctx, func(a *account.Accounts) error { return a.Choose(ctx, address, choice) })
}

func (m mailAccounts) Test(ctx context.Context, address string) error {
	return m.with(ctx, func(a *account.Accounts) error {
		opened, err := a.Open(ctx, address, imapsync.Params{})
		if err != nil {
			return err
		}
		return opened.Check(ctx)
	})
}

func (m mailAccounts) Remove(ctx context.Context, address string) error {
	return m.with(ctx, func(a *account.Accounts) error { return a.Remove(ctx, address) })
}

func (m mailAccounts) Lasts() bool { return m.keyring.Lasts() }

// removeAll removes everything that is known, passwords as well.
func (m mailAccounts) removeAll(ctx context.Context) error {
	return m.with(ctx, func(a *account.Accounts) error { return a.RemoveAll(ctx) })
}

// mailboxes are all mailboxes that were added as one source, and the files that were scanned.
type mailboxes struct {
	accounts *account.Accounts
	store    *store.Store
	detector *detector.Detector
	texts    *translations.Texts
	list     []account.Settings
}

// Name is the address of the one mailbox, or how many there are.
func (m *mailboxes) Name() string {
	if len(m.list) == 1 {
		return m.list[0].Address
	}
	return m.texts.N("window.source.mailboxes", len(m.list))
}

// each opens every mailbox and has it work at the same time as the others: one that fails stops none, and failed is told of
// it at once.
func (m *mailboxes) each(ctx context.Context, work func(i int, a *imapsync.Account) error, failed func(error)) error {
	all := make([]error, len(m.list))
	var working sync.WaitGroup
	for i, s := range m.list {
		working.Go(func() {
			opened, err := m.accounts.Open(ctx, s.Address, imapsync.Params{})
			if err == nil {
				err = work(i, opened)
			}
			if err != nil {
				all[i] = m.of(i, err)
				failed(all[i])
			}
		})
	}
	working.Wait()
	return errors.Join(all...)
}

// of is err with the address of mailbox i.
func (m *mailboxes) of(i int, err error) error {
	return &account.Error{Address: m.list[i].Address, Err: err}
}

// Scan brings the store up to date with all mailboxes.
func (m *mailboxes) Scan(ctx context.Context, progress func(imapsync.Progress)) (imapsync.Summary, error) {
	var (
		mu      sync.Mutex
		sum     imapsync.Summary
		reached = make([]imapsync.Progress, len(m.list))
	)
	err := m.each(ctx, func(i int, a *imapsync.Account) error {
		summary, err := a.Scan(ctx, func(p imapsync.Progress) {
			mu.Lock()
			defer mu.Unlock()
			reached[i] = p
			all := imapsync.Progress{Mailbox: p.Mailbox, New: p.New, Pause: p.Pause}
			for _, r := range reached {
				all.Done += r.Done
				all.Total += r.Total
			}
			progress(all)
		})
		mu.Lock()
		defer mu.Unlock()
		sum.Mailboxes += summary.Mailboxes
		sum.Messages += summary.Messages
		sum.Tracked += summary.Tracked
		sum.Gone += summary.Gone
		sum.BytesRead += summary.BytesRead
		return err
	}, func(error) {})
	return sum, err
}

// Watch watches all mailboxes. It says so when one of them cannot be watched any more; the others are.
func (m *mailboxes) Watch(ctx context.Context, tell func(imapsync.Event)) error {
	var mu sync.Mutex
	one := func(e imapsync.Event) {
		mu.Lock()
		defer mu.Unlock()
		tell(e)
	}
	return m.each(ctx, func(i int, a *imapsync.Account) error {
		return a.Watch(ctx, func(e imapsync.Event) {
			if scanned, ok := e.(imapsync.Scanned); ok && scanned.Err != nil {
				scanned.Err = m.of(i, scanned.Err)
				e = scanned
			}
			one(e)
		})
	}, func(err error) {
		if ctx.Err() == nil {
			one(imapsync.Ended{Err: err})
		}
	})
}

// Raw returns a message of any mailbox or file.
func (m *mailboxes) Raw(ctx context.Context, message store.Message) ([]byte, error) {
	if message.File != "" {
		return (&mailfile.Source{Store: m.store, Detector: m.detector}).Raw(ctx, message)
	}
	a, err := m.open(ctx, message.Account)
	if err != nil {
		return nil, err
	}
	return a.Raw(ctx, message)
}

// RawAll hands out many messages, those of a mailbox over one connection.
func (m *mailboxes) RawAll(ctx context.Context, messages []store.Message, yield func(store.Message, []byte, error) error) error {
	byAccount := make(map[int64][]store.Message)
	for _, message := range messages {
		if message.File == "" {
			byAccount[message.Account] = append(byAccount[message.Account], message)
			continue
		}
		raw, err := m.Raw(ctx, message)
		if err := yield(message, raw, err); err != nil {
			return err
		}
	}
	for id, those := range byAccount {
		a, err := m.open(ctx, id)
		if err != nil {
			return err
		}
		if err := a.RawAll(ctx, those, yield); err != nil {
			return err
		}
	}
	return nil
}

// open opens the account with an ID of the store.
func (m *mailboxes) open(ctx context.Context, id int64) (*imapsync.Account, error) {
	all, err := m.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.ID == id {
			return m.accounts.Open(ctx, a.Name, imapsync.Params{})
		}
	}
	return nil, account.ErrNotFound
}
