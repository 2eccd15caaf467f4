package imapsync

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"pixelwacht/imapsync/provider"
)

// login authenticates (RFC 9051 sections 6.2.2 and 6.2.3) in the strongest way that both sides know.
func (c *client) login(ctx context.Context, p *Params) error {
	if c.imap.State() == imap.ConnStateAuthenticated {
		return nil // PREAUTH
	}
	var caps imap.CapSet
	err := c.run(ctx, "ask what the server can do", func() error {
		caps = c.imap.Caps()
		return nil
	})
	if err != nil {
		return err
	}
	if p.Token != nil {
		return c.loginByToken(ctx, p, caps)
	}
	return c.loginByPassword(ctx, p, caps)
}

// loginByPassword tries SCRAM, PLAIN and LOGIN, in this order. What the server refuses is not tried again in another
// way, except that SCRAM needs a server that keeps passwords in a certain form, and not all have it for all users.
func (c *client) loginByPassword(ctx context.Context, p *Params, caps imap.CapSet) error {
	user, password := p.User, string(p.Password)
	if caps.Has(imap.AuthCap(scramSHA256)) {
		if client, err := newSCRAM(user, password); err == nil {
			err := c.run(ctx, "log in", func() error { return c.imap.Authenticate(client) })
			if !refused(err) || !caps.Has(imap.AuthCap(sasl.Plain)) {
				return p.explainLogin(err)
			}
		}
	}
	var way func() error
	switch {
	case caps.Has(imap.AuthCap(sasl.Plain)):
		way = func() error { return c.imap.Authenticate(sasl.NewPlainClient("", user, password)) }
	case !caps.Has(imap.CapLoginDisabled):
		way = func() error { return c.imap.Login(user, password).Wait() }
	case caps.Has(imap.AuthCap(sasl.Login)):
		way = func() error { return c.imap.Authenticate(sasl.NewLoginClient(user, password)) }
	case caps.Has(imap.AuthCap(sasl.OAuthBearer)), caps.Has(imap.AuthCap(xoauth2)):
		return p.loginError(OAuthOnly, nil)
	default:
		return p.loginError(NoPasswords, nil)
	}
	return p.explainLogin(c.run(ctx, "log in", way))
}

// loginByToken tries an access token, and a new one where the server refuses the first: it may have expired early.
func (c *client) loginByToken(ctx context.Context, p *Params, caps imap.CapSet) error {
	mechanism := ""
	switch {
	case caps.Has(imap.AuthCap(sasl.OAuthBearer)):
		mechanism = sasl.OAuthBearer
	case caps.Has(imap.AuthCap(xoauth2)):
		mechanism = xoauth2
	default:
		return p.loginError(NoOAuth, nil)
	}
	var token Secret
	for {
		next, err := p.Token(ctx, token)
		if err != nil {
			return err
		}
		again := token != ""
		token = next
		client := &bearer{mechanism: mechanism, user: p.User, server: p.Server, token: token}
		err = c.run(ctx, "log in", func() error { return c.imap.Authenticate(client) })
		if !refused(err) {
			return err
		}
		if again || temporary(err) {
			explained := p.explainLogin(err)
			if e, ok := errors.AsType[*Error](explained); ok && e.Said == "" {
				e.Said = client.status
			}
			return explained
		}
	}
}

func (p *Params) loginError(problem Problem, err error) *Error {
	return &Error{Problem: problem, Doing: "log in to " + p.Server.Host, Err: err, Provider: p.Provider}
}

// explainLogin says what it means that a server refuses to log a user in.
func (p *Params) explainLogin(err error) error {
	var no *imap.Error
	if err == nil || !errors.As(err, &no) || no.Type == imap.StatusResponseTypeBye {
		return err
	}
	e := p.loginError(p.loginProblem(no), err)
	e.Said = Printable(no.Text)
	return e
}

// What servers say when the password is not to blame.
var (
	wantsAppPassword = regexp.MustCompile(`(?i)app(lication)?[- ]?(specific )?password|anwendungsspezifisch`) // Gmail, GMX, WEB.DE
	wantsBrowser     = regexp.MustCompile(`(?i)log in via your web browser|web login required`)               // Gmail
	hasIMAPOff       = regexp.MustCompile(`(?i)imap (access |use )?(is )?(not |un|dis|de)(enabled|abled|activated|allowed|available)|` +
		`not enabled for imap|enable imap|authenticated but not connected`) // Gmail, Zoho, Yandex, Microsoft
	takesOnlyTokens = regexp.MustCompile(`(?i)basic ?auth`)                                                                                 // Microsoft
	isThrottled     = regexp.MustCompile(`(?i)bandwidth limit|throttl|rate limit|too many (simultaneous )?(connections|commands|requests)`) // Gmail, Microsoft, Yahoo
)

// loginProblem says why a server refuses to log a user in, by its response code (RFC 5530 section 3), its words, and what
// is known of the provider.
func (p *Params) loginProblem(no *imap.Error) Problem {
	switch no.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeContactAdmin, imap.ResponseCodeInUse, imap.ResponseCodeServerBug:
		return refusalProblem(no)
	case imap.ResponseCodePrivacyRequired:
		return NoPasswords
	case imap.ResponseCodeExpired:
		return PasswordExpired
	}
	switch problem := refusalProblem(no); {
	case problem != ServerRefusal:
		return problem
	case wantsAppPassword.MatchString(no.Text):
		return AppPassword
	case wantsBrowser.MatchString(no.Text), takesOnlyTokens.MatchString(no.Text):
		return OAuthOnly
	case no.Type != imap.StatusResponseTypeNo:
		return ServerRefusal // BAD: it does not understand
	case p.Token != nil:
		return SignInAgain
	}
	switch {
	case p.Provider.Password == provider.None:
		return OAuthOnly
	case p.Provider.Password == provider.App && !looksLikeAppPassword(string(p.Password)):
		return AppPassword
	}
	return WrongPassword
}

// refusalProblem says what the refusal of any command means.
func refusalProblem(no *imap.Error) Problem {
	switch {
	case no.Code == "THROTTLED", no.Code == imap.ResponseCodeOverQuota, isThrottled.MatchString(no.Text):
		return Throttled
	case hasIMAPOff.MatchString(no.Text):
		return IMAPOff
	}
	return ServerRefusal
}

// looksLikeAppPassword reports whether a password could be one that providers make: 16 or more letters and digits, in
// groups or not.
func looksLikeAppPassword(password string) bool {
	letters := strings.NewReplacer(" ", "", "-", "").Replace(password)
	return len(letters) >= 16 && !strings.ContainsFunc(letters, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}
