package view

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/discover"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/signin"
	"pixelwacht/imapsync/store"
)

// accounts are mailboxes whose servers answer as they are told.
type accounts struct {
	found   discover.Found
	looked  error
	answer  func(s account.Settings, secrets account.Secrets) error
	kept    []account.Settings
	asked   int
	foreign bool // nobody has registered this build
	choice  account.Choice
	code    signin.Code // that has to be entered
	client  imapsync.Secret
	hold    chan struct{} // adding waits for it; nil does not wait
}

func (a *accounts) List(context.Context) ([]account.Settings, error) { return a.kept, nil }
func (a *accounts) Lasts() bool                                      { return true }
func (a *accounts) Test(context.Context, string) error               { return nil }
func (a *accounts) Remove(context.Context, string) error             { a.kept = nil; return nil }

func (a *accounts) Registered(provider.OAuth) bool { return !a.foreign }

func (a *accounts) LookUp(context.Context, string) (discover.Found, error) {
	a.asked++
	return a.found, a.looked
}

func (a *accounts) Browser(_ context.Context, _ account.Settings, client imapsync.Secret, _ *translations.Texts) (account.Secrets, error) {
	a.client = client
	return account.Secrets{Secret: "refresh"}, nil
}

func (a *accounts) Device(ctx context.Context, _ account.Settings, client imapsync.Secret, show func(signin.Code)) (account.Secrets, error) {
	show(a.code)
	select {
	case <-a.hold:
		return account.Secrets{Secret: "refresh", Client: client}, nil
	case <-ctx.Done():
		return account.Secrets{}, ctx.Err()
	}
}

func (a *accounts) Mailboxes(context.Context, string) (account.Choice, error) { return a.choice, nil }

func (a *accounts) Choose(_ context.Context, _ string, choice account.Choice) error {
	a.choice = choice
	return nil
}

func (a *accounts) Add(ctx context.Context, s account.Settings, secrets account.Secrets) error {
	if a.hold != nil {
		select {
		case <-a.hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := a.answer(s, secrets); err != nil {
		return err
	}
	a.kept = append(slices.DeleteFunc(a.kept, func(k account.Settings) bool { return k.Address == s.Address }), s)
	return nil
}

func signsIn(t *testing.T, a *accounts) (*owner, *SignIn) {
	t.Helper()
	if a.answer == nil {
		a.answer = func(account.Settings, account.Secrets) error { return nil }
	}
	o := newOwner(t, Params{Accounts: a, OpenStored: func(ctx context.Context) (Opened, error) {
		s, err := store.Open(ctx, t.TempDir())
		if err != nil {
			return Opened{}, err
		}
		return Opened{Source: &source{store: s, messages: mailbox()}, Store: s, Close: s.Close}, nil
	}})
	return o, o.app.NewSignIn()
}

func (o *owner) signedIn(s *SignIn) {
	o.t.Helper()
	o.until("sign-in", func() bool { return !s.Busy() })
}

func TestSignInToAKnownProvider(t *testing.T) {
	a := &accounts{}
	o, s := signsIn(t, a)
	s.SetAddress(" someone@gmail.com ")
	if s.Step() != AskPassword || !strings.Contains(s.Found(), "Gmail") || s.Server() != "imaps://imap.gmail.com" && s.Server() != "imaps://imap.gmail.com:993" {
		t.Fatalf("step %d, found %q, server %q", s.Step(), s.Found(), s.Server())
	}
	if text, page := s.HowTo(); !strings.Contains(text, "app password") || !strings.HasPrefix(page, "https://") {
		t.Errorf("how to: %q, page %q", text, page)
	}
	if a.asked > 0 {
		t.Error("somebody was asked about an address that the program knows")
	}
	s.Start(s.Server(), s.User(), "secret")
	o.scanned()
	if len(a.kept) != 1 || a.kept[0].Address != "someone@gmail.com" || a.kept[0].Provider == "" {
		t.Errorf("kept %+v", a.kept)
	}
	if got := o.app.Accounts(); len(got) != 1 || got[0].Address != "someone@gmail.com" {
		t.Errorf("accounts %+v", got)
	}
	if o.app.Scan().Summary.Messages == 0 {
		t.Error("the mailbox was not scanned")
	}
}

// Who cancels the first scan sees that there is more to do.
func TestAnAccountThatIsNotScannedYetSaysSo(t *testing.T) {
	a := &accounts{}
	o, s := signsIn(t, a)
	s.SetAddress("someone@gmail.com")
	s.Start(s.Server(), s.User(), "secret")
	o.scanned()
	row := func() string { return o.app.Accounts()[0].Result }
	if !strings.Contains(row(), "Not scanned to the end") {
		t.Errorf("the account says %q", row())
	}
	a.kept[0].Scanned = true // in the store, by a scan
	o.app.Rescan()
	o.scanned()
	o.until("accounts", func() bool { return row() == "" })
}

func TestNobodyIsAskedWithoutLeave(t *testing.T) {
	a := &accounts{found: discover.Found{
		Server: imapsync.Server{Host: "mail.elsewhere.example", Port: 993}, User: "someone@small.example", Unconfirmed: true,
	}}
	o, s := signsIn(t, a)
	s.SetAddress("someone@small.example")
	if s.Step() != AskLookUp || a.asked != 0 || s.Domain() != "small.example" {
		t.Fatalf("step %d, asked %d times, domain %q", s.Step(), a.asked, s.Domain())
	}
	s.LookUp()
	o.signedIn(s)
	if s.Step() != AskPassword || !strings.Contains(s.Found(), "mail.elsewhere.example") || !strings.Contains(s.Found(), "small.example") {
		t.Errorf("step %d, found %q: the user has to be told that another domain gets the password", s.Step(), s.Found())
	}
}

func TestUnknownServerIsGivenByHand(t *testing.T) {
	a := &accounts{looked: discover.ErrUnknown}
	o, s := signsIn(t, a)
	s.SetAddress("someone@small.example")
	s.LookUp()
	o.signedIn(s)
	if s.Step() != AskServer || s.Problem() == nil {
		t.Fatalf("step %d, problem %v", s.Step(), s.Problem())
	}
	s.Start("", "someone", "secret")
	if s.Problem() == nil || s.Busy() {
		t.Error("signing in without a server")
	}
	s.Start("mail.small.example", "someone", "")
	if s.Problem() == nil || s.Busy() {
		t.Error("signing in without a password")
	}
	s.Start("mail.small.example", "someone", "secret")
	o.scanned()
	if len(a.kept) != 1 || a.kept[0].Server.Host != "mail.small.example" || a.kept[0].User != "someone" {
		t.Errorf("kept %+v", a.kept)
	}
}

func TestWhatIsNoAddress(t *testing.T) {
	_, s := signsIn(t, &accounts{})
	for _, text := range []string{"", "someone", "@", "someone@localhost"} {
		s.SetAddress(text)
		if s.Step() != AskAddress || s.Problem() == nil {
			t.Errorf("%q: step %d, problem %v", text, s.Step(), s.Problem())
		}
	}
}

func TestRefusedPasswordLosesNothing(t *testing.T) {
	right := imapsync.Secret("right")
	a := &accounts{answer: func(_ account.Settings, secrets account.Secrets) error {
		if secrets.Secret != right {
			return &imapsync.Error{Problem: imapsync.WrongPassword, Doing: "log in"}
		}
		return nil
	}}
	o, s := signsIn(t, a)
	s.SetAddress("someone@gmail.com")
	server := s.Server()
	s.Start(server, s.User(), "wrong-password")
	o.signedIn(s)
	if s.Step() != AskPassword || s.Problem() == nil || s.Server() != server || s.Found() == "" || len(a.kept) != 0 {
		t.Fatalf("step %d, problem %v, server %q, kept %v", s.Step(), s.Problem(), s.Server(), a.kept)
	}
	if strings.Contains(s.Problem().Details()+s.Problem().What(o.app.texts), "wrong-password\"") || o.app.IsOpen() {
		t.Errorf("problem %q", s.Problem().Details())
	}
	s.Start(server, s.User(), string(right))
	o.scanned()
	if len(a.kept) != 1 || s.secrets != nil {
		t.Errorf("kept %v; the password is still in the form: %v", a.kept, s.secrets != nil)
	}
}

func TestCertificateIsTrustedOnlyByItsFingerprint(t *testing.T) {
	const fingerprint = "AA:BB"
	a := &accounts{answer: func(s account.Settings, secrets account.Secrets) error {
		if s.Fingerprint != fingerprint {
			return &imapsync.Error{Problem: imapsync.Certificate, Doing: "connect", Fingerprint: fingerprint}
		}
		if secrets.Secret != "secret" {
			return errors.New("the password was lost")
		}
		return nil
	}}
	o, s := signsIn(t, a)
	s.SetAddress("someone@small.example")
	s.ByHand()
	s.Start("mail.small.example", "someone", "secret")
	o.signedIn(s)
	if s.Fingerprint() != fingerprint {
		t.Fatalf("fingerprint %q, problem %v", s.Fingerprint(), s.Problem())
	}
	s.Start("mail.small.example", "someone", "secret")
	o.signedIn(s)
	if s.Fingerprint() == "" {
		t.Fatal("the certificate is trusted although nobody said so")
	}
	s.Trust()
	o.scanned()
	if len(a.kept) != 1 || a.kept[0].Fingerprint != fingerprint {
		t.Errorf("kept %+v, problem %v", a.kept, s.Problem())
	}
}

func TestTrustEndsWithTheServer(t *testing.T) {
	a := &accounts{answer: func(account.Settings, account.Secrets) error {
		return &imapsync.Error{Problem: imapsync.Certificate, Doing: "connect", Fingerprint: "AA:BB"}
	}}
	o, s := signsIn(t, a)
	s.SetAddress("someone@small.example")
	s.ByHand()
	s.Start("mail.small.example", "someone", "secret")
	o.signedIn(s)
	s.Trust()
	o.signedIn(s)
	s.Start("other.small.example", "someone", "secret")
	if s.settings.Fingerprint != "" {
		t.Error("another server is trusted with the certificate of the first")
	}
	o.signedIn(s)
}

func TestCancelledSignIn(t *testing.T) {
	a := &accounts{hold: make(chan struct{})}
	o, s := signsIn(t, a)
	s.SetAddress("someone@gmail.com")
	s.Start(s.Server(), s.User(), "secret")
	if !s.Busy() {
		t.Fatal("nothing is going on")
	}
	s.Cancel()
	if s.Busy() || s.Step() != AskPassword || s.Problem() != nil || s.User() != "someone@gmail.com" {
		t.Errorf("after cancelling: step %d, problem %v, user %q", s.Step(), s.Problem(), s.User())
	}
	if len(a.kept) != 0 || o.app.IsOpen() {
		t.Error("the mailbox was added anyway")
	}
}

func TestSignInWithTheBrowser(t *testing.T) {
	a := &accounts{answer: func(s account.Settings, secrets account.Secrets) error {
		if !s.Browser || secrets.Secret != "refresh" {
			return errors.New("not with the browser")
		}
		return nil
	}}
	o, s := signsIn(t, a)
	s.SetAddress("someone@outlook.com")
	if has, only := s.HasBrowser(); !has || !only {
		t.Fatalf("browser %v, only %v", has, only)
	}
	s.StartInBrowser()
	o.scanned()
	if len(a.kept) != 1 {
		t.Errorf("kept %+v, problem %v", a.kept, s.Problem())
	}
}

// Many universities have Microsoft 365, which takes no passwords: who cannot sign in there is told at once what else to do.
func TestBrowserWithoutRegistration(t *testing.T) {
	o, s := signsIn(t, &accounts{foreign: true})
	s.SetAddress("someone@outlook.com")
	if has, only := s.HasBrowser(); has || !only {
		t.Errorf("browser %v, only %v", has, only)
	}
	if p := s.Problem(); p == nil || !strings.Contains(p.Next(o.app.texts), "files") {
		t.Errorf("problem %v", p)
	}
	s.SetAddress("someone@gmail.com")
	if has, only := s.HasBrowser(); has || only || s.Problem() != nil {
		t.Errorf("with a password: browser %v, only %v, problem %v", has, only, s.Problem())
	}
}

func TestMailboxesAreChosenAfterSigningIn(t *testing.T) {
	a := &accounts{choice: account.Choice{
		Mailboxes: []imapsync.Mailbox{{Name: "INBOX", Scanned: true}, {Name: "News", Scanned: true}, {Name: "Trash"}},
		Chosen:    []string{"INBOX", "News"},
	}}
	o, s := signsIn(t, a)
	s.SetAddress("someone@gmail.com")
	s.Start(s.Server(), s.User(), "secret")
	o.signedIn(s)
	if s.Step() != AskMailboxes || o.app.IsOpen() {
		t.Fatalf("step %d; scanned before anything was chosen: %v", s.Step(), o.app.IsOpen())
	}
	c := s.Mailboxes()
	if got := c.Rows(); len(got) != 3 || !got[0].Chosen || !got[1].Chosen || got[2].Chosen {
		t.Errorf("rows %+v", got)
	}
	if got := c.Text(); got != "2 of 3 folders are scanned." {
		t.Errorf("text %q", got)
	}
	c.Toggle(0)
	c.Toggle(1)
	if c.CanKeep() {
		t.Error("nothing at all can be chosen")
	}
	c.Keep()
	c.Toggle(2)
	c.Toggle(0)
	c.Keep()
	o.scanned()
	if !slices.Equal(a.choice.Chosen, []string{"INBOX", "Trash"}) {
		t.Errorf("chosen %q", a.choice.Chosen)
	}
}

// Who goes elsewhere instead of choosing has the account scanned all the same, once.
func TestLeavingTheChoiceOfMailboxesScansAsUsual(t *testing.T) {
	before := account.Choice{Mailboxes: []imapsync.Mailbox{{Name: "INBOX", Scanned: true}, {Name: "Trash"}}, Chosen: []string{"INBOX"}}
	a := &accounts{choice: before}
	o, s := signsIn(t, a)
	s.SetAddress("someone@gmail.com")
	s.Start(s.Server(), s.User(), "secret")
	o.signedIn(s)
	c := s.Mailboxes()
	c.Toggle(1)
	c.Leave()
	o.scanned()
	if !reflect.DeepEqual(a.choice, before) {
		t.Errorf("chosen %+v although nobody said so", a.choice)
	}
	c.Leave()
	if o.app.Opening() {
		t.Error("opened a second time")
	}
}

func TestMailboxesAreChosenLater(t *testing.T) {
	a := &accounts{choice: account.Choice{Mailboxes: []imapsync.Mailbox{{Name: "INBOX", Scanned: true}}, Chosen: []string{"INBOX"}}}
	o, _ := signsIn(t, a)
	c := o.app.MailboxesOf("someone@gmail.com")
	if !c.Busy() || c.CanKeep() || c.Text() == "" {
		t.Errorf("nothing says that the server is being asked: %q", c.Text())
	}
	o.until("the mailboxes", func() bool { return !c.Busy() })
	if len(c.Rows()) != 1 || !c.CanKeep() {
		t.Errorf("rows %+v", c.Rows())
	}
}

// Signing in again changes the password of an account and nothing else.
func TestSignInAgain(t *testing.T) {
	kept := account.Settings{
		Address: "me@uni.example", User: "u1234", Fingerprint: "AA:BB", Mailboxes: []string{"INBOX"}, Own: []string{"alias@uni.example"},
		Server: imapsync.Server{Host: "127.0.0.1", Port: 1143, Security: imapsync.Plaintext},
	}
	a := &accounts{kept: []account.Settings{kept}, choice: account.Choice{Mailboxes: make([]imapsync.Mailbox, 3)}}
	var secret imapsync.Secret
	a.answer = func(_ account.Settings, secrets account.Secrets) error { secret = secrets.Secret; return nil }
	o, _ := signsIn(t, a)
	o.app.ReadAccounts()
	o.until("accounts", func() bool { return len(o.app.Accounts()) == 1 })
	s := o.app.SignInAgain(kept.Address)
	if s.Step() != AskPassword || s.Address() != kept.Address || s.User() != kept.User || s.Found() == "" {
		t.Fatalf("step %d, %q as %q, found %q", s.Step(), s.Address(), s.User(), s.Found())
	}
	s.Start(s.Server(), s.User(), "new")
	o.scanned()
	if secret != "new" || len(a.kept) != 1 || !reflect.DeepEqual(a.kept[0], kept) {
		t.Errorf("signed in with %q, kept %+v", secret, a.kept)
	}
}

func TestWhichProblemsLeadToSigningIn(t *testing.T) {
	for problem, want := range map[imapsync.Problem]string{
		imapsync.WrongPassword: "me@uni.example", imapsync.NoPassword: "me@uni.example", imapsync.SignInAgain: "me@uni.example",
		imapsync.CertificateChanged: "me@uni.example", imapsync.Unreachable: "", imapsync.Throttled: "",
	} {
		server := &imapsync.Error{Problem: problem, Doing: "log in"}
		p := newProblem(problemScan, errors.Join(errors.New("other"), &account.Error{Address: "me@uni.example", Err: server}))
		if got := p.SignIn(); got != want {
			t.Errorf("%s: sign in to %q, want %q", problem, got, want)
		}
		if got := p.What(translations.New("en")); !strings.HasPrefix(got, "me@uni.example: ") {
			t.Errorf("%s: %q does not say which account", problem, got)
		}
		if got := newProblem(problemScan, server).SignIn(); got != "" {
			t.Errorf("%s of no account: sign in to %q", problem, got)
		}
	}
}

func TestSignInWithACode(t *testing.T) {
	a := &accounts{foreign: true, code: signin.Code{Code: "ABCD", Page: "https://sign.example/device"}, hold: make(chan struct{})}
	var secrets account.Secrets
	a.answer = func(_ account.Settings, s account.Secrets) error { secrets = s; return nil }
	o, s := signsIn(t, a)
	s.SetAddress("someone@outlook.com")
	if takes, needs := s.TakesClient(); !takes || !needs || s.HasCode() {
		t.Fatalf("client ID: takes %v, needs %v; a code without one: %v", takes, needs, s.HasCode())
	}
	s.SetClient(" 1234 ", " hush ")
	if has, _ := s.HasBrowser(); !has || !s.HasCode() || s.Problem() != nil {
		t.Fatalf("with a client ID: browser %v, code %v, problem %v", has, s.HasCode(), s.Problem())
	}
	s.StartWithCode()
	o.until("the code", func() bool { code, _ := s.Code(); return code != "" })
	if code, page := s.Code(); code != "ABCD" || page != "https://sign.example/device" || !s.Busy() {
		t.Errorf("code %q on %q, busy %v", code, page, s.Busy())
	}
	close(a.hold)
	o.scanned()
	if len(a.kept) != 1 || a.kept[0].ClientID != "1234" || !a.kept[0].Browser || secrets.Client != "hush" {
		t.Errorf("kept %+v", a.kept)
	}
}
