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
)

// Accounts are the mailboxes that were added, and the way to add one. Their methods may block.
type Accounts interface {
	List(ctx context.Context) ([]account.Settings, error)
	// LookUp asks around for the server of an address; only its domain is told to anybody.
	LookUp(ctx context.Context, address string) (discover.Found, error)
	// Registered reports whether this build may ask people to sign in with their browser there.
	Registered(o provider.OAuth) bool
	// Browser signs in with the system's browser, and returns what the account is then opened with.
	Browser(ctx context.Context, s account.Settings, texts *translations.Texts) (account.Secrets, error)
	// Add logs in, and keeps the account when that works.
	Add(ctx context.Context, s account.Settings, secrets account.Secrets) error
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
	AskAddress  SignInStep = iota // the address is asked for
	AskLookUp                     // its server is not known; whether it may be looked up is asked
	LookingUp                     // the server is looked up
	AskPassword                   // the server is known, and the password or the browser's turn is next
	AskServer                     // the same, and the server is given by hand
	SigningIn                     // the server is asked
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
	try      int // answers to earlier tries come to nothing
	password imapsync.Secret
}

// NewSignIn begins to add a mailbox.
func (a *App) NewSignIn() *SignIn { return &SignIn{app: a} }

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
	return s.settings.OAuth != nil && s.app.p.Accounts.Registered(*s.settings.OAuth), s.provider.Password == provider.None
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
	s.password = imapsync.Secret(password)
	s.add(account.Secrets{Secret: s.password})
}

func (s *SignIn) setServer(server, user string) error {
	server = strings.TrimSpace(server)
	if !strings.Contains(server, "://") {
		server = "imaps://" + server
	}
	parsed, user, _, err := imapsync.ParseServer(server, strings.TrimSpace(user), false)
	if err != nil {
		return err
	}
	if parsed != s.settings.Server {
		s.settings.Fingerprint, s.found, s.provider = "", false, provider.Provider{}
		s.settings.Provider, s.settings.OAuth = "", nil
	}
	s.settings.Server, s.settings.User = parsed, user
	return nil
}

func (s *SignIn) add(secrets account.Secrets) {
	settings := s.settings
	before := s.step
	s.ask(SigningIn, func(ctx context.Context) func() {
		err := s.app.p.Accounts.Add(ctx, settings, secrets)
		return func() { s.added(before, err) }
	})
}

func (s *SignIn) added(before SignInStep, err error) {
	if err != nil {
		s.step, s.problem = before, newProblem(problemAccount, err)
		return
	}
	s.password = ""
	s.step = AskAddress
	s.app.OpenMailboxes()
}

// StartInBrowser signs in with the browser instead of a password.
func (s *SignIn) StartInBrowser() {
	if s.Busy() || s.settings.OAuth == nil {
		return
	}
	s.settings.Browser = true
	settings, texts, before := s.settings, s.app.texts, s.step
	s.ask(SigningIn, func(ctx context.Context) func() {
		secrets, err := s.app.p.Accounts.Browser(ctx, settings, texts)
		if err == nil {
			err = s.app.p.Accounts.Add(ctx, settings, secrets)
		}
		return func() { s.added(before, err) }
	})
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

// Trust trusts the certificate with that fingerprint, for this account only, and signs in again.
func (s *SignIn) Trust() {
	if f := s.Fingerprint(); f != "" && !s.Busy() {
		s.settings.Fingerprint = f
		s.add(account.Secrets{Secret: s.password})
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
	s.step, s.problem = step, nil
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
