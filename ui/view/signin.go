package view

import (
	"context"
	"errors"
	"strings"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/discover"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/signin"
)

// Accounts are the mailboxes that were added, and the way to add one. Their methods may block.
type Accounts interface {
	List(ctx context.Context) ([]account.Settings, error)
	// LookUp asks around for the server of an address; only its domain is told to anybody.
	LookUp(ctx context.Context, address string) (discover.Found, error)
	// Registered reports whether this build may ask people to sign in with their browser there.
	Registered(o provider.OAuth) bool
	// Browser signs in with the system's browser, and returns what the account is then opened with. client is the secret of
	// the client ID in s, "" where it has none.
	Browser(ctx context.Context, s account.Settings, client imapsync.Secret, texts *translations.Texts) (account.Secrets, error)
	// Device is the same with a code that is entered on a page. show is called with both, from any goroutine.
	Device(ctx context.Context, s account.Settings, client imapsync.Secret, show func(signin.Code)) (account.Secrets, error)
	// Add logs in, and keeps the account when that works.
	Add(ctx context.Context, s account.Settings, secrets account.Secrets) error
	// Mailboxes asks the server of an account that is kept which mailboxes there are.
	Mailboxes(ctx context.Context, address string) (account.Choice, error)
	// Choose keeps which of them are scanned.
	Choose(ctx context.Context, address string, choice account.Choice) error
	// Test logs in to an account that is kept.
	Test(ctx context.Context, address string) error
	// Remove removes an account with all that was found in it.
	Remove(ctx context.Context, address string) error
	// Lasts reports whether passwords outlive this run of the program.
	Lasts() bool
}

// SignInStep is how far adding a mailbox is.
type SignInStep int

// The steps.
const (
	AskAddress   SignInStep = iota // the address is asked for
	AskLookUp                      // its server is not known; whether it may be looked up is asked
	LookingUp                      // the server is looked up
	AskPassword                    // the server is known, and the password or the browser's turn is next
	AskServer                      // the same, and the server is given by hand
	SigningIn                      // the server is asked
	AskMailboxes                   // the account is added, and what is scanned of it is next
)

// SignIn is the model of adding a mailbox. Nothing that was typed is lost by an error, and the password is in no error.
type SignIn struct {
	app      *App
	step     SignInStep
	settings account.Settings
	provider provider.Provider
	found    bool // the server was found, rather than given by hand
	doubtful bool // the server has another domain than the address, and nobody vouches for it
	problem  *Problem
	cancel   context.CancelFunc
	try      int             // answers to earlier tries come to nothing
	secrets  askSecrets      // for the last try
	client   imapsync.Secret // of the client ID in the settings
	code     signin.Code     // that the user has to enter on a page
	again    bool            // the account is there already
	choice   *MailboxChoice
}

// askSecrets asks for what an account is opened with, wherever that comes from.
type askSecrets func(ctx context.Context) (account.Secrets, error)

// NewSignIn begins to add a mailbox.
func (a *App) NewSignIn() *SignIn { return &SignIn{app: a} }

// SignInAgain begins to sign in to a mailbox that was added: its password has changed, or is not kept here. Everything
// else about it stays.
func (a *App) SignInAgain(address string) *SignIn {
	s := a.NewSignIn()
	for _, known := range a.accounts.settings {
		if known.Address == address {
			s.settings, s.found, s.again, s.step = known, true, true, AskPassword
			s.provider, _ = provider.Named(known.Provider)
			return s
		}
	}
	s.SetAddress(address)
	return s
}

// Again reports whether the mailbox was added before.
func (s *SignIn) Again() bool { return s.again }

// Step is how far it is.
func (s *SignIn) Step() SignInStep { return s.step }

// Busy reports whether somebody is being asked, and the user has to wait.
func (s *SignIn) Busy() bool { return s.step == LookingUp || s.step == SigningIn }

// Problem is what went wrong last, nil when nothing did.
func (s *SignIn) Problem() *Problem { return s.problem }

// Address is the address that is being added.
func (s *SignIn) Address() string { return s.settings.Address }

// SetAddress takes the address and finds its server, by what the program knows alone.
func (s *SignIn) SetAddress(address string) {
	address = strings.TrimSpace(address)
	s.stop()
	s.secrets, s.client, s.again = nil, "", false
	s.settings, s.provider, s.found, s.doubtful = account.Settings{Address: address, User: address}, provider.Provider{}, false, false
	found, err := discover.Preset(address)
	switch {
	case errors.Is(err, discover.ErrUnknown):
		s.step, s.problem = AskLookUp, nil
	case err != nil:
		s.step, s.problem = AskAddress, newProblem(problemAddress, err)
	default:
		s.use(found)
	}
	s.changed()
}

// Domain is the domain of the address.
func (s *SignIn) Domain() string {
	return s.settings.Address[strings.LastIndexByte(s.settings.Address, '@')+1:]
}

func (s *SignIn) use(found discover.Found) {
	s.settings = account.SettingsFor(s.settings.Address, found)
	s.provider, s.found, s.doubtful = found.Provider, true, found.Unconfirmed
	s.step, s.problem = AskPassword, nil
	if has, only := s.HasBrowser(); only && !has {
		s.problem = newProblem(problemAccount, &imapsync.Error{Problem: imapsync.NoClientID, Doing: s.settings.Server.Host, Provider: s.provider})
	}
}

// LookUp asks around for the server.
func (s *SignIn) LookUp() {
	address := s.settings.Address
	s.ask(LookingUp, func(ctx context.Context) func() {
		found, err := s.app.p.Accounts.LookUp(ctx, address)
		return func() {
			switch {
			case err == nil:
				s.use(found)
			case errors.Is(err, discover.ErrUnknown):
				s.step, s.problem = AskServer, newProblem(problemLookUp, err)
			default:
				s.step, s.problem = AskLookUp, newProblem(problemLookUp, err)
			}
		}
	})
}

// ByHand has the user name the server.
func (s *SignIn) ByHand() {
	s.step, s.found = AskServer, false
	s.changed()
}

// Server is the server as people may write it, empty while there is none.
func (s *SignIn) Server() string {
	if s.settings.Server.Host == "" {
		return ""
	}
	return s.settings.Server.URL()
}

// User is the name to log in with.
func (s *SignIn) User() string { return s.settings.User }

// Found says whose server was found, and whether that is doubtful; empty where the user names it.
func (s *SignIn) Found() string {
	texts := s.app.texts
	switch {
	case !s.found:
		return ""
	case s.doubtful:
		return texts.T("window.signin.doubtful", args("Server", s.settings.Server.Host, "Domain", s.Domain()))
	case s.provider.Name != "":
		return texts.T("window.signin.provider", args("Provider", s.provider.Name, "Server", s.settings.Server.Host))
	}
	return texts.T("window.signin.server", args("Server", s.settings.Server.Host))
}

// HowTo says which password is wanted, and page is where people get it; both may be empty.
func (s *SignIn) HowTo() (text, page string) {
	if !s.found || s.provider.Name == "" {
		return "", ""
	}
	return strings.Join(s.provider.Explain(s.app.texts), "\n"), s.provider.Page
}

// Memory says where the password is kept.
func (s *SignIn) Memory() string {
	if s.app.p.Accounts.Lasts() {
		return s.app.texts.T("window.signin.keyring")
	}
	return s.app.texts.T("window.signin.no-keyring")
}

// HasBrowser reports whether people can sign in with their browser there; only, that they must.
func (s *SignIn) HasBrowser() (has, only bool) {
	o := s.settings.OAuth
	return o != nil && (s.settings.ClientID != "" || s.app.p.Accounts.Registered(*o)), s.provider.Password == provider.None
}

// HasCode reports whether people can sign in with a code, on this device or another one.
func (s *SignIn) HasCode() bool {
	has, _ := s.HasBrowser()
	return has && s.settings.OAuth.Device != ""
}

// Code is what the user has to enter on a page now; both are empty while there is nothing to enter.
func (s *SignIn) Code() (code, page string) { return s.code.Code, s.code.Page }

// TakesClient reports whether people may sign in as a program that they have registered themselves; needs, that there is
// no other way to sign in with the browser.
func (s *SignIn) TakesClient() (takes, needs bool) {
	o := s.settings.OAuth
	return o != nil, o != nil && !s.app.p.Accounts.Registered(*o)
}

// Client is the client ID of the user's own, "" while there is none.
func (s *SignIn) Client() string { return s.settings.ClientID }

// SetClient takes a client ID of the user's own, and its secret where it has one.
func (s *SignIn) SetClient(id, secret string) {
	s.settings.ClientID, s.client = strings.TrimSpace(id), imapsync.Secret(strings.TrimSpace(secret))
	if s.problem != nil && imapsync.ProblemOf(s.problem.err) == imapsync.NoClientID {
		s.problem = nil
	}
	s.changed()
}

// Start signs in with a password and, when that works, opens the mailbox and scans it. server and user are those that
// were found, or what the user has put in their place.
func (s *SignIn) Start(server, user, password string) {
	if s.Busy() {
		return
	}
	if err := s.setServer(server, user); err != nil {
		s.problem = newProblem(problemServer, err)
		s.changed()
		return
	}
	if password == "" {
		s.problem = newProblem(problemNoPassword, errors.New("no password"))
		s.changed()
		return
	}
	s.settings.Browser = false
	secrets := account.Secrets{Secret: imapsync.Secret(password)}
	s.add(func(context.Context) (account.Secrets, error) { return secrets, nil })
}

func (s *SignIn) setServer(server, user string) error {
	server, user = strings.TrimSpace(server), strings.TrimSpace(user)
	if server == s.Server() && server != "" && user != "" {
		s.settings.User = user
		return nil
	}
	if !strings.Contains(server, "://") {
		server = "imaps://" + server
	}
	parsed, user, _, err := imapsync.ParseServer(server, user, false)
	if err != nil {
		return err
	}
	if parsed != s.settings.Server {
		s.settings.Fingerprint, s.found, s.provider = "", false, provider.Provider{}
		s.settings.Provider, s.settings.OAuth, s.settings.ClientID = "", nil, ""
	}
	s.settings.Server, s.settings.User = parsed, user
	return nil
}

// add logs in with the secrets that are asked for, and keeps the account.
func (s *SignIn) add(ask askSecrets) {
	settings, before, again := s.settings, s.step, s.again
	s.secrets = ask
	s.ask(SigningIn, func(ctx context.Context) func() {
		secrets, err := ask(ctx)
		if err == nil {
			err = s.app.p.Accounts.Add(ctx, settings, secrets)
		}
		if err != nil {
			return func() { s.step, s.problem = before, newProblem(problemAccount, err) }
		}
		var choice account.Choice
		if !again {
			// Where the server does not say what there is, there is nothing to choose, and the scan will tell why.
			choice, _ = s.app.p.Accounts.Mailboxes(ctx, settings.Address)
		}
		return func() { s.added(choice) }
	})
}

// added goes on with the mailboxes of the account, where there is something to choose.
func (s *SignIn) added(choice account.Choice) {
	s.secrets, s.client = nil, ""
	s.app.ReadAccounts()
	if len(choice.Mailboxes) < 2 {
		s.step = AskAddress
		s.app.OpenMailboxes()
		return
	}
	s.step = AskMailboxes
	s.choice = &MailboxChoice{app: s.app, address: s.settings.Address, choice: choice, fresh: true}
}

// Mailboxes are what can be scanned, once the account is added.
func (s *SignIn) Mailboxes() *MailboxChoice { return s.choice }

// StartInBrowser signs in with the browser instead of a password.
func (s *SignIn) StartInBrowser() {
	texts := s.app.texts
	s.startOAuth(func(ctx context.Context, settings account.Settings, client imapsync.Secret) (account.Secrets, error) {
		return s.app.p.Accounts.Browser(ctx, settings, client, texts)
	})
}

// StartWithCode signs in with a code that the user enters on a page, see [SignIn.Code].
func (s *SignIn) StartWithCode() {
	s.startOAuth(func(ctx context.Context, settings account.Settings, client imapsync.Secret) (account.Secrets, error) {
		return s.app.p.Accounts.Device(ctx, settings, client, func(c signin.Code) {
			s.app.post(func() {
				if ctx.Err() == nil {
					s.code = c
					s.changed()
				}
			})
		})
	})
}

func (s *SignIn) startOAuth(get func(context.Context, account.Settings, imapsync.Secret) (account.Secrets, error)) {
	if has, _ := s.HasBrowser(); s.Busy() || !has {
		return
	}
	s.settings.Browser = true
	settings, client := s.settings, s.client
	s.add(func(ctx context.Context) (account.Secrets, error) { return get(ctx, settings, client) })
}

// Fingerprint is that of a certificate which the user may decide to trust, empty while there is none.
func (s *SignIn) Fingerprint() string {
	if s.problem == nil {
		return ""
	}
	e, ok := errors.AsType[*imapsync.Error](s.problem.err)
	if !ok {
		return ""
	}
	return e.Fingerprint
}

// DoubtsServer reports whether what went wrong last may be due to a wrong server rather than a wrong password.
func (s *SignIn) DoubtsServer() bool {
	if s.problem == nil {
		return false
	}
	switch imapsync.ProblemOf(s.problem.err) {
	case imapsync.UnknownHost, imapsync.Refused, imapsync.Unreachable, imapsync.NoTLS, imapsync.Silence, imapsync.Misunderstood:
		return true
	}
	return s.problem.kind == problemServer || s.problem.kind == problemLookUp
}

// Trust trusts the certificate with that fingerprint, for this account only, and signs in again.
func (s *SignIn) Trust() {
	if f := s.Fingerprint(); f != "" && !s.Busy() {
		s.settings.Fingerprint = f
		s.add(s.secrets)
	}
}

// Cancel stops asking.
func (s *SignIn) Cancel() {
	if !s.Busy() {
		return
	}
	s.stop()
	switch {
	case s.step == LookingUp:
		s.step = AskLookUp
	case s.found:
		s.step = AskPassword
	default:
		s.step = AskServer
	}
	s.changed()
}

func (s *SignIn) stop() {
	s.try++
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
}

// ask does something that takes time, in a step in which the user waits.
func (s *SignIn) ask(step SignInStep, f func(ctx context.Context) func()) {
	s.stop()
	s.step, s.problem, s.code = step, nil, signin.Code{}
	try := s.try
	ctx, cancel := context.WithCancel(s.app.ctx)
	s.cancel = cancel
	s.app.background(func(context.Context) func() {
		defer cancel()
		apply := f(ctx)
		return func() {
			if s.try == try {
				apply()
				s.changed()
			}
		}
	})
	s.changed()
}

func (s *SignIn) changed() { s.app.p.Changed(SignInChanged) }
