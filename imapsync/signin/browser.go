package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"html"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/oauth2"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync"
)

// browserTime is how long people may take to sign in.
const browserTime = 10 * time.Minute

// Browser has the user sign in with the browser, and returns the refresh token. open shows a URL in the system's browser; it
// must not be one inside of the program, which could read along (RFC 8252 section 8.12). The page that people come back to is
// in the language of texts.
func Browser(ctx context.Context, p Params, texts *translations.Texts, open func(url string) error) (imapsync.Secret, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, browserTime)
	defer cancel()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return "", p.problem(imapsync.SignInFailed, "", err)
	}
	redirect := p.OAuth.Redirect
	if redirect == "" {
		redirect = "http://127.0.0.1"
	}
	redirect += ":" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)

	back := &comeBack{state: rand.Text(), texts: texts, answers: make(chan url.Values, 1)}
	server := &http.Server{Handler: back, ReadHeaderTimeout: answerTime, MaxHeaderBytes: 64 << 10}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // ends with the server
	}()
	defer func() {
		// The page is still on its way to the browser.
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
		_ = server.Close()
		<-served
	}()

	verifier := oauth2.GenerateVerifier()
	httpCtx, config := p.config(ctx, redirect)
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if p.Address != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", p.Address))
	}
	for name, value := range p.OAuth.Parameters {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	if err := open(config.AuthCodeURL(back.state, options...)); err != nil {
		return "", p.problem(imapsync.SignInFailed, "", err)
	}
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return "", p.problem(imapsync.SignInFailed, "", errors.New("nobody came back from the browser"))
		}
		return "", ctx.Err()
	case answer := <-back.answers:
		if code := answer.Get("error"); code != "" {
			return "", p.refused(imapsync.SignInFailed, code, answer.Get("error_description"))
		}
		return p.refreshToken(config.Exchange(httpCtx, answer.Get("code"), oauth2.VerifierOption(verifier)))
	}
}

// comeBack is the page that the browser is sent back to.
type comeBack struct {
	state   string
	texts   *translations.Texts
	answers chan url.Values // the first one that belongs to the sign-in
}

func (b *comeBack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := r.URL.Query()
	// Other programs on this machine, and pages in the browser, can come here too: only who knows the state counts.
	if r.Method != http.MethodGet || r.URL.Path != "/" || subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(b.state)) != 1 ||
		answer.Get("code") == "" && answer.Get("error") == "" {
		http.Error(w, "", http.StatusNotFound)
		return
	}
	select {
	case b.answers <- answer:
	default: // the browser asks again
	}
	title, text := b.texts.T("signin.done"), b.texts.T("signin.done.next")
	if answer.Get("error") != "" {
		title, text = b.texts.T("problem.sign-in-failed"), b.texts.T("signin.failed.next")
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'")
	_, _ = w.Write([]byte("<!doctype html><meta charset=utf-8><title>Pixelwacht</title><h1>" + html.EscapeString(title) + "</h1><p>" + html.EscapeString(text) + "</p>\n"))
}
