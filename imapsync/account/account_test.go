package account_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/discover"
	"pixelwacht/imapsync/keyring"
	"pixelwacht/imapsync/servertest"
	"pixelwacht/imapsync/signin"
	"pixelwacht/imapsync/signin/signintest"
	"pixelwacht/imapsync/store"
)

// home are accounts in a data folder of their own.
type home struct {
	*account.Accounts
	dir     string
	store   *store.Store
	keyring keyring.Keyring
}

func open(t *testing.T, dir string, k keyring.Keyring) home {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := detector.New(catalogue.Builtin())
	return home{account.New(account.Params{Store: s, Detector: d, Keyring: k}), dir, s, k}
}

// holdsNone fails where one of the secrets is in the data folder.
func (h home) holdsNone(t *testing.T, secrets []string) {
	t.Helper()
	err := filepath.WalkDir(h.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, secret := range secrets {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds a secret", path)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// visit does what a browser does: it goes where it is sent, and shows what is there.
func visit(t *testing.T) func(url string) error {
	return func(url string) error {
		go func() {
			response, err := http.Get(url)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if _, err := io.ReadAll(response.Body); err != nil {
				t.Error(err)
			}
		}()
		return nil
	}
}

// The life of a sign-in with a real server that asks a token server: login, expiry, refresh, revocation, and again.
func TestOAuth(t *testing.T) {
	for _, mechanism := range []string{"oauthbearer", "xoauth2"} {
		t.Run(mechanism, func(t *testing.T) {
			const user = "me@reader.example"
			tokens := signintest.Start(t, user)
			server := servertest.DovecotWith(t, servertest.DovecotOptions{Mechanisms: mechanism, Introspection: tokens.URL + "/introspect"}, nil)
			h := open(t, t.TempDir(), keyring.NewMemory())
			o := tokens.OAuth()
			s := account.Settings{
				Address: user, User: user, Browser: true, OAuth: &o, ClientID: signintest.ClientID,
				Server: imapsync.Server{Host: server.Host, Port: server.Port, Security: imapsync.Plaintext},
			}
			signIn := func() {
				refresh, err := signin.Browser(t.Context(), h.SignIn(s, ""), translations.New("en"), visit(t))
				if err != nil {
					t.Fatal(err)
				}
				if err := h.Add(t.Context(), s, account.Secrets{Secret: refresh}); err != nil {
					t.Fatal(err)
				}
			}
			signIn()
			opened, err := h.Open(t.Context(), user, imapsync.Params{})
			if err != nil {
				t.Fatal(err)
			}
			check := func(want imapsync.Problem, requests int) {
				t.Helper()
				before := tokens.Requests()
				err := opened.Check(t.Context())
				if imapsync.ProblemOf(err) != want || (err == nil) != (want == "") {
					t.Errorf("error is %v, want %q", err, want)
				}
				if got := tokens.Requests() - before; got != requests {
					t.Errorf("%d tokens were asked for, want %d", got, requests)
				}
				for _, secret := range tokens.Issued() {
					if err != nil && strings.Contains(err.Error(), secret) {
						t.Errorf("the error holds a token: %v", err)
					}
				}
			}
			check("", 1)
			check("", 0) // the access token is still valid
			tokens.ExpireAccess()
			check("", 1)
			tokens.Rotate()
			tokens.ExpireAccess()
			check("", 1)
			// The refresh token that came with it is what the next run begins with.
			if opened, err = h.Open(t.Context(), user, imapsync.Params{}); err != nil {
				t.Fatal(err)
			}
			check("", 1)
			// Another one that is open already takes it over.
			other, err := h.Open(t.Context(), user, imapsync.Params{})
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Check(t.Context()); err != nil {
				t.Error(err)
			}
			tokens.ExpireAccess()
			check("", 1)
			tokens.Revoke()
			check(imapsync.SignInAgain, 1)
			signIn()
			if opened, err = h.Open(t.Context(), user, imapsync.Params{}); err != nil {
				t.Fatal(err)
			}
			check("", 1)
			h.holdsNone(t, tokens.Issued())
		})
	}
}

func settings(server *servertest.Server, address string) account.Settings {
	return account.Settings{
		Address: address, User: server.User,
		Server: imapsync.Server{Host: server.Host, Port: server.Port, Security: imapsync.Plaintext},
	}
}

func TestAccounts(t *testing.T) {
	server := servertest.Dovecot(t, nil)
	h := open(t, t.TempDir(), keyring.NewMemory())
	ctx := t.Context()
	first, second := settings(server, "first@reader.example"), settings(server, "second@reader.example")
	first.Mailboxes, first.Own = []string{"INBOX"}, []string{"alias@reader.example"}
	for _, s := range []account.Settings{first, second} {
		if err := h.Add(ctx, s, account.Secrets{Secret: imapsync.Secret(server.Password)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Add(ctx, settings(server, "third@reader.example"), account.Secrets{Secret: "wr0ng"}); imapsync.ProblemOf(err) != imapsync.WrongPassword {
		t.Errorf("error is %v", err)
	}
	list, err := h.List(ctx)
	if err != nil || fmt.Sprint(list) != fmt.Sprint([]account.Settings{first, second}) {
		t.Errorf("%+v, %v", list, err)
	}
	if !h.HasSecret("first@reader.example") || h.HasSecret("third@reader.example") {
		t.Error("the wrong secrets are kept")
	}
	opened, err := h.Open(ctx, "First@Reader.example", imapsync.Params{})
	if err != nil || opened.Name() != "first@reader.example" {
		t.Fatalf("%v, %v", opened, err)
	}
	if _, err := opened.Scan(ctx, func(imapsync.Progress) {}); err != nil {
		t.Error(err)
	}
	if _, err := h.Open(ctx, "third@reader.example", imapsync.Params{}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("error is %v", err)
	}

	// In the next run of a machine without a keyring, the password is gone and the rest is there.
	next := open(t, h.dir, keyring.NewMemory())
	if _, err := next.Open(ctx, "first@reader.example", imapsync.Params{}); imapsync.ProblemOf(err) != imapsync.NoPassword {
		t.Errorf("error is %v", err)
	}
	if err := next.Keep("first@reader.example", account.Secrets{Secret: imapsync.Secret(server.Password)}); err != nil {
		t.Fatal(err)
	}
	if opened, err = next.Open(ctx, "first@reader.example", imapsync.Params{}); err != nil {
		t.Fatal(err)
	}
	if err := opened.Check(ctx); err != nil {
		t.Error(err)
	}

	if err := h.Remove(ctx, "first@reader.example"); err != nil {
		t.Error(err)
	}
	if err := h.Remove(ctx, "first@reader.example"); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("error is %v", err)
	}
	if h.HasSecret("first@reader.example") || !h.HasSecret("second@reader.example") {
		t.Error("the wrong secrets are kept")
	}
	if err := h.RemoveAll(ctx); err != nil {
		t.Error(err)
	}
	if list, err := h.List(ctx); err != nil || len(list) > 0 || h.HasSecret("second@reader.example") {
		t.Errorf("%+v are left, %v", list, err)
	}
	h.holdsNone(t, []string{server.Password, "wr0ng", "@reader.example"})
}

// What is chosen is kept so that mailboxes which are new on the server are scanned where that is meant.
func TestChosenMailboxes(t *testing.T) {
	server := servertest.Dovecot(t, nil)
	for _, name := range []string{"News", "Trash"} {
		server.Deliver(t, name, []byte("Subject: x\r\n\r\n"))
	}
	h := open(t, t.TempDir(), keyring.NewMemory())
	ctx := t.Context()
	const address = "me@reader.example"
	s := settings(server, address)
	s.Mailboxes = []string{"inbox"}
	if err := h.Add(ctx, s, account.Secrets{Secret: imapsync.Secret(server.Password)}); err != nil {
		t.Fatal(err)
	}
	choice, err := h.Mailboxes(ctx, address)
	if err != nil || !slices.Equal(choice.Chosen, []string{"INBOX"}) {
		t.Fatalf("%+v, %v", choice, err)
	}
	for _, c := range []struct{ chosen, kept string }{
		{"INBOX News", ""}, {"INBOX", "INBOX"}, {"INBOX Trash", "INBOX Trash"}, {"INBOX News Trash", "all"}, {"News", "News"},
	} {
		choice.Chosen = strings.Fields(c.chosen)
		if err := h.Choose(ctx, address, choice); err != nil {
			t.Fatal(err)
		}
		again, err := h.Mailboxes(ctx, address)
		if err != nil || !slices.Equal(again.Chosen, choice.Chosen) {
			t.Errorf("chosen %q, then %q, %v", choice.Chosen, again.Chosen, err)
		}
		kept, err := h.Find(ctx, address)
		if got := strings.Join(kept.Mailboxes, " "); err != nil || got != c.kept && !(c.kept == "all" && kept.All && got == "") {
			t.Errorf("chosen %q: kept %q, all %v, %v", c.chosen, got, kept.All, err)
		}
	}
}

func TestSettingsForWhatWasFound(t *testing.T) {
	for address, want := range map[string]account.Settings{
		"a@icloud.com":  {Address: "a@icloud.com", User: "a", Provider: "iCloud Mail"},
		"a@outlook.com": {Address: "a@outlook.com", User: "a@outlook.com", Provider: "Outlook.com", Browser: true},
		"a@gmail.com":   {Address: "a@gmail.com", User: "a@gmail.com", Provider: "Gmail"},
	} {
		found, err := discover.Preset(address)
		if err != nil {
			t.Fatal(err)
		}
		got := account.SettingsFor(address, found)
		if got.Address != want.Address || got.User != want.User || got.Provider != want.Provider || got.Browser != want.Browser || got.Server.Host == "" {
			t.Errorf("%s: %+v", address, got)
		}
	}
}

// Without a client ID nobody can sign in, and nobody is asked.
func TestWithoutAClientID(t *testing.T) {
	h := open(t, t.TempDir(), keyring.NewMemory())
	found, err := discover.Preset("a@outlook.com")
	if err != nil {
		t.Fatal(err)
	}
	p := h.SignIn(account.SettingsFor("a@outlook.com", found), "")
	_, err = signin.Browser(t.Context(), p, translations.New("nl"), func(string) error { return errors.New("opened") })
	if imapsync.ProblemOf(err) != imapsync.NoClientID {
		t.Errorf("error is %v", err)
	}
	if _, err = signin.NewSource(p, nil).Token(context.Background(), ""); imapsync.ProblemOf(err) != imapsync.NoClientID {
		t.Errorf("error is %v", err)
	}
}
