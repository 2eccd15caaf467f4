package signin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/signin"
	"pixelwacht/imapsync/signin/signintest"
)

const user = "me@reader.example"

func params(s *signintest.Server) signin.Params {
	return signin.Params{OAuth: s.OAuth(), Client: signin.Client{ID: signintest.ClientID}, Address: user}
}

func get(t *testing.T, url string) (status int, page string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(b)
}

func TestBrowser(t *testing.T) {
	s := signintest.Start(t, user)
	pages := make(chan string, 1)
	refresh, err := signin.Browser(t.Context(), params(s), translations.New("nl"), func(at string) error {
		go func() {
			_, page := get(t, at)
			pages <- page
		}()
		return nil
	})
	if err != nil || refresh == "" {
		t.Fatalf("%v, %v", refresh, err)
	}
	if page := <-pages; !strings.Contains(page, "U bent aangemeld") || strings.Contains(page, "http") {
		t.Errorf("the page is %s", page)
	}
}

// Whoever does not know the state has no say in the sign-in, and does not end it.
func TestOthersHaveNoSay(t *testing.T) {
	s := signintest.Start(t, user)
	_, err := signin.Browser(t.Context(), params(s), translations.New("en"), func(at string) error {
		go func() {
			u, err := url.Parse(at)
			if err != nil {
				t.Error(err)
				return
			}
			redirect := u.Query().Get("redirect_uri")
			if !strings.HasPrefix(redirect, "http://127.0.0.1:") {
				t.Errorf("the browser comes back to %s", redirect)
			}
			for _, query := range []string{"?code=x", "?code=x&state=", "?code=x&state=guessed", "?error=access_denied", "?state=" + u.Query().Get("state"), "elsewhere?code=x&state=" + u.Query().Get("state")} {
				if status, _ := get(t, redirect+"/"+query); status != http.StatusNotFound {
					t.Errorf("%s: status %d", query, status)
				}
			}
			get(t, at)
		}()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// What a sign-in server refuses, and what people can do about it.
func TestRefusedSignIn(t *testing.T) {
	for name, c := range map[string]struct {
		code, description string
		want              imapsync.Problem
	}{
		"the user says no": {"access_denied", "The user has denied access", imapsync.SignInFailed},
		"an administrator has to agree": {"access_denied",
			"AADSTS65001: The user or administrator has not consented to use the application with ID '…'.", imapsync.AdminConsent},
		"an administrator has to agree (2)": {"access_denied", "AADSTS90094: An administrator of Example has set a policy", imapsync.AdminConsent},
		"in words":                          {"consent_required", "Need admin approval", imapsync.AdminConsent},
		"trouble at their place":            {"temporarily_unavailable", "", imapsync.ServerRefusal},
	} {
		t.Run(name, func(t *testing.T) {
			s := signintest.Start(t, user)
			s.Refuse(c.code, c.description)
			p := params(s)
			p.Provider = provider.Provider{Name: "Example"}
			_, err := signin.Browser(t.Context(), p, translations.New("en"), func(at string) error {
				go get(t, at)
				return nil
			})
			e, ok := errors.AsType[*imapsync.Error](err)
			if !ok || e.Problem != c.want || e.Provider.Name != "Example" || !strings.Contains(e.Said, c.description) {
				t.Errorf("error is %v, want %s", err, c.want)
			}
		})
	}
}

func TestCancelledSignIn(t *testing.T) {
	s := signintest.Start(t, user)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := signin.Browser(ctx, params(s), translations.New("en"), func(string) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	_, err = signin.Browser(t.Context(), params(s), translations.New("en"), func(string) error { return errors.New("no browser") })
	if imapsync.ProblemOf(err) != imapsync.SignInFailed {
		t.Errorf("error is %v", err)
	}
}

func TestDevice(t *testing.T) {
	s := signintest.Start(t, user)
	var shown signin.Code
	refresh, err := signin.Device(t.Context(), params(s), func(c signin.Code) { shown = c })
	if err != nil || refresh == "" || shown.Code != "ABCD-EFGH" || shown.Page != s.URL+"/enter" {
		t.Errorf("%v, %v, %+v", refresh, err, shown)
	}
	p := params(s)
	p.OAuth.Device = ""
	if _, err := signin.Device(t.Context(), p, nil); imapsync.ProblemOf(err) != imapsync.SignInFailed || p.HasDevice() {
		t.Errorf("error is %v", err)
	}
}

func TestIssuer(t *testing.T) {
	s := signintest.Start(t, user)
	o, err := signin.Issuer(t.Context(), nil, s.URL+"/")
	if err != nil || o.Auth != s.URL+"/authorize" || o.Token != s.URL+"/token" || o.Device != s.URL+"/device" ||
		strings.Join(o.Scopes, " ") != "openid offline_access" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, issuer := range []string{"", "login.example.org", "http://login.example.org", "https://a:b@login.example.org", "https://login.example.org/?x", s.URL + "/nothing"} {
		if _, err := signin.Issuer(t.Context(), nil, issuer); err == nil {
			t.Errorf("%q is an issuer", issuer)
		}
	}
}
