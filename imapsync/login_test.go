package imapsync_test

import (
	"context"
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/servertest"
)

// The strongest way that both sides know is taken, and a wrong password is told from other trouble in each.
func TestWaysToLogIn(t *testing.T) {
	for mechanisms, method := range map[string]string{
		"scram-sha-256":       "SCRAM-SHA-256",
		"plain":               "PLAIN",
		"login":               "LOGIN",
		"login plain":         "PLAIN",
		"plain scram-sha-256": "SCRAM-SHA-256",
	} {
		t.Run(mechanisms, func(t *testing.T) {
			t.Parallel()
			server := servertest.DovecotWith(t, servertest.DovecotOptions{Mechanisms: mechanisms}, nil)
			p := mailServer{host: server.Host, port: server.Port, user: server.User, password: server.Password}.params(t)
			if err := imapsync.NewAccount(p).Check(t.Context()); err != nil {
				t.Error(err)
			}
			p.Password = "wr0ng-pa55word"
			err := imapsync.NewAccount(p).Check(t.Context())
			if imapsync.ProblemOf(err) != imapsync.WrongPassword || strings.Contains(err.Error(), "wr0ng") {
				t.Errorf("error is %v", err)
			}
			log, err := os.ReadFile(server.Log)
			if err != nil {
				t.Fatal(err)
			}
			// Dovecot says how; the LOGIN command counts as PLAIN.
			if text := string(log); !strings.Contains(text, "method="+method) && !(method == "LOGIN" && strings.Contains(text, "method=PLAIN")) {
				t.Errorf("another way than %s:\n%s", method, log)
			}
		})
	}
}

// Where SCRAM is offered but does not work for this user, PLAIN still may.
func TestPlainAfterSCRAM(t *testing.T) {
	var commands []string
	p := startScript(t, func(p *peer) {
		p.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN] ready")
		for {
			tag, command, ok := p.hear()
			if !ok {
				return
			}
			commands = append(commands, command)
			switch {
			case strings.HasPrefix(command, "AUTHENTICATE SCRAM-SHA-256"):
				p.say(tag + " NO [AUTHENTICATIONFAILED] no such hash for you")
			default:
				p.say(tag + " OK done")
			}
		}
	})
	if err := imapsync.NewAccount(p).Check(t.Context()); err != nil {
		t.Error(err)
	}
	if len(commands) < 2 || !strings.HasPrefix(commands[1], "AUTHENTICATE PLAIN") {
		t.Errorf("commands are %q", commands)
	}
}

// A server cannot keep the program busy by asking for billions of hashes, nor can one that does not know the password
// pass for one that does.
func TestHostileSCRAM(t *testing.T) {
	for name, iterations := range map[string]string{"too many": "2000000000", "too few": "1", "no number": "x"} {
		t.Run(name, func(t *testing.T) {
			p := startScript(t, func(p *peer) {
				p.say("* OK [CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256 AUTH=PLAIN] ready")
				if _, _, ok := p.hear(); !ok {
					return
				}
				p.say("+ ")
				first, _, ok := p.hear() // a line of base64, all of it
				if !ok {
					return
				}
				_, nonce, _ := strings.Cut(decode64(t, first), ",r=")
				p.say("+ " + encode64("r="+nonce+"x,s=c2FsdA==,i="+iterations))
				p.untilHangup()
			})
			if err := imapsync.NewAccount(p).Check(t.Context()); err == nil {
				t.Error("it goes on")
			}
		})
	}
}

// What servers say, and what it means: one row a way in which providers refuse.
func TestRefusedLogins(t *testing.T) {
	for name, c := range map[string]struct {
		address  string
		password imapsync.Secret
		answer   string // without the tag
		want     imapsync.Problem
	}{
		"just wrong":                  {"me@reader.example", "x", "NO [AUTHENTICATIONFAILED] Authentication failed.", imapsync.WrongPassword},
		"no code":                     {"me@reader.example", "x", "NO Login failed", imapsync.WrongPassword},
		"Gmail, own password":         {"me@gmail.com", "my own one", "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", imapsync.AppPassword},
		"Gmail says it itself":        {"me@gmail.com", "abcd efgh ijkl mnop", "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)", imapsync.AppPassword},
		"Gmail, wrong app password":   {"me@gmail.com", "abcd efgh ijkl mnop", "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", imapsync.WrongPassword},
		"Gmail wants a browser":       {"me@gmail.com", "abcd efgh ijkl mnop", "NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)", imapsync.OAuthOnly},
		"Gmail, IMAP is off":          {"me@gmail.com", "abcdefghijklmnop", "NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page. (Failure)", imapsync.IMAPOff},
		"Gmail, too much":             {"me@gmail.com", "abcdefghijklmnop", "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", imapsync.Throttled},
		"Microsoft takes no password": {"me@outlook.com", "x", "NO LOGIN failed.", imapsync.OAuthOnly},
		"Microsoft, IMAP is off":      {"me@outlook.com", "x", "BAD User is authenticated but not connected.", imapsync.IMAPOff},
		"Yandex":                      {"me@yandex.com", "abcdefghijklmnop", "NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled", imapsync.IMAPOff},
		"Zoho":                        {"me@zoho.com", "x", "NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator", imapsync.IMAPOff},
		"Yahoo":                       {"me@yahoo.com", "my own one", "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials", imapsync.AppPassword},
		"expired":                     {"me@reader.example", "x", "NO [EXPIRED] That password isn't valid any more", imapsync.PasswordExpired},
		"its backend is away":         {"me@reader.example", "x", "NO [UNAVAILABLE] User's backend down for maintenance", imapsync.ServerRefusal},
		"no protection":               {"me@reader.example", "x", "NO [PRIVACYREQUIRED] Connection offers no privacy", imapsync.NoPasswords},
		"too many connections":        {"me@reader.example", "x", "NO [LIMIT] Too many simultaneous connections", imapsync.Throttled},
	} {
		t.Run(name, func(t *testing.T) {
			p := startScript(t, func(p *peer) {
				p.say("* OK [CAPABILITY IMAP4rev1] ready")
				for {
					tag, command, ok := p.hear()
					if !ok {
						return
					}
					if strings.HasPrefix(command, "LOGIN") {
						p.say(tag + " " + c.answer)
					} else {
						p.say(tag + " OK done")
					}
				}
			})
			p.Provider, _ = provider.For(c.address)
			p.Password = c.password
			if err := imapsync.NewAccount(p).Check(t.Context()); imapsync.ProblemOf(err) != c.want {
				t.Errorf("error is %v, want %s", err, c.want)
			}
		})
	}
}

// Nothing is sent that the server does not want, and people hear what it wants instead.
func TestWhatTheServerOffers(t *testing.T) {
	token := func(context.Context, imapsync.Secret) (imapsync.Secret, error) { return "t0ken", nil }
	for name, c := range map[string]struct {
		capabilities string
		token        imapsync.TokenSource
		want         imapsync.Problem
	}{
		"only tokens":              {"LOGINDISABLED AUTH=XOAUTH2", nil, imapsync.OAuthOnly},
		"nothing":                  {"LOGINDISABLED", nil, imapsync.NoPasswords},
		"only passwords":           {"AUTH=PLAIN", token, imapsync.NoOAuth},
		"a token, without success": {"SASL-IR AUTH=OAUTHBEARER", token, imapsync.SignInAgain},
	} {
		t.Run(name, func(t *testing.T) {
			p := startScript(t, func(p *peer) {
				p.say("* OK [CAPABILITY IMAP4rev1 " + c.capabilities + "] ready")
				for {
					tag, command, ok := p.hear()
					if !ok {
						return
					}
					if strings.HasPrefix(command, "LOGOUT") {
						p.say(tag + " OK bye")
						return
					}
					p.say(tag + " NO [AUTHENTICATIONFAILED] no")
				}
			})
			p.Token = c.token
			err := imapsync.NewAccount(p).Check(t.Context())
			if imapsync.ProblemOf(err) != c.want || strings.Contains(err.Error(), "t0ken") {
				t.Errorf("error is %v, want %s", err, c.want)
			}
		})
	}
}

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func decode64(t *testing.T, s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}
