package provider_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync/provider"
)

func TestFor(t *testing.T) {
	for address, want := range map[string]string{
		"a@gmail.com":              "Gmail",
		"A.B@GoogleMail.com":       "Gmail",
		"a@hotmail.nl":             "Outlook.com",
		"a@school.onmicrosoft.com": "Microsoft 365",
		"a@xs4all.nl":              "KPN",
		"a@user.xs4all.nl":         "KPN",
		"a@chello.nl":              "Ziggo",
		"a@freedom.nl":             "Freedom Internet",
		"a@skynet.be":              "Proximus",
		"a@t-online.de":            "T-Online",
		"a@tuta.io":                "Tuta",
		`"a@b"@posteo.net`:         "Posteo",
		"a@gmail.com.":             "Gmail",
		"a@notgmail.com":           "",
		"a@example.org":            "",
		"a@com":                    "",
		"gmail.com":                "",
		"@gmail.com":               "",
		"":                         "",
	} {
		p, ok := provider.For(address)
		if p.Name != want || ok != (want != "") {
			t.Errorf("%s: got %q, want %q", address, p.Name, want)
		}
	}
}

func TestForMX(t *testing.T) {
	for host, want := range map[string]string{
		"aspmx.l.google.com.":                      "Gmail",
		"uni-example.mail.protection.outlook.com.": "Microsoft 365",
		"eur.olc.protection.outlook.com":           "Outlook.com",
		"in1-smtp.messagingengine.com":             "Fastmail",
		"mx.example.org":                           "",
		"com.":                                     "",
		"":                                         "",
	} {
		if p, _ := provider.ForMX(host); p.Name != want {
			t.Errorf("%s: got %q, want %q", host, p.Name, want)
		}
	}
}

func TestTheUserOfAnAddress(t *testing.T) {
	for address, want := range map[string]string{"a.b@icloud.com": "a.b", "a@gmail.com": "a@gmail.com"} {
		if p, _ := provider.For(address); p.UserOf(address) != want {
			t.Errorf("%s logs in as %q", address, p.UserOf(address))
		}
	}
}

// The data says what the program can use, and nothing twice.
func TestTheProvidersAreWellFormed(t *testing.T) {
	domain := regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
	kinds := []provider.Password{provider.Own, provider.Separate, provider.App, provider.AppIfTwoStep, provider.Bridge, provider.None}
	all := provider.All()
	if len(all) < 60 {
		t.Errorf("only %d providers", len(all))
	}
	names, domains, hosts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range all {
		once := func(seen map[string]bool, values ...string) {
			for _, v := range values {
				if seen[v] || v == "" {
					t.Errorf("%s: %q is there twice, or empty", p.Name, v)
				}
				seen[v] = true
			}
		}
		once(names, p.Name)
		once(domains, p.Domains...)
		once(hosts, p.MX...)
		for _, d := range slices.Concat(p.Domains, p.MX) {
			if !domain.MatchString(d) {
				t.Errorf("%s: %q is no domain in lower case", p.Name, d)
			}
		}
		if len(p.Domains) == 0 || p.User != "" && p.User != "local" || p.Daily < 0 {
			t.Errorf("%s: %+v", p.Name, p)
		}
		if p.HasIMAP() != slices.Contains(kinds, p.Password) {
			t.Errorf("%s: password %q with IMAP server %q", p.Name, p.Password, p.IMAP)
		}
		if p.HasIMAP() {
			u, err := url.Parse(p.IMAP)
			if err != nil || u.Scheme != "imaps" && u.Scheme != "imap" || u.Hostname() == "" || u.User != nil || u.Path != "" {
				t.Errorf("%s: server %q, %v", p.Name, p.IMAP, err)
			}
		}
		if p.Password == provider.None && p.OAuth == nil {
			t.Errorf("%s: there is no way to sign in", p.Name)
		}
		needsPage := p.Password != provider.Own // something has to be done there
		if !strings.HasPrefix(p.Page, "https://") && (p.Page != "" || needsPage) {
			t.Errorf("%s: page %q", p.Name, p.Page)
		}
		if p.SwitchOn != "" && !strings.HasPrefix(p.SwitchOn, "https://") {
			t.Errorf("%s: page %q", p.Name, p.SwitchOn)
		}
		if named, ok := provider.Named(p.Name); !ok || named.IMAP != p.IMAP {
			t.Errorf("%s is not found by its name", p.Name)
		}
		if o := p.OAuth; o != nil {
			for _, endpoint := range []string{o.Auth, o.Token, o.Device} {
				if endpoint != "" && !strings.HasPrefix(endpoint, "https://") {
					t.Errorf("%s: endpoint %q", o.Name, endpoint)
				}
			}
			if o.Auth == "" || o.Token == "" || len(o.Scopes) == 0 {
				t.Errorf("%s: %+v", o.Name, o)
			}
		}
	}
}

// People meet Google's page without app passwords when they have no two-step verification.
func TestAppPasswordsThatTakeTwoStepVerification(t *testing.T) {
	texts := translations.New("en")
	for address, want := range map[string]bool{"a@gmail.com": true, "a@icloud.com": true, "a@yahoo.com": false} {
		p, _ := provider.For(address)
		if got := strings.Contains(strings.Join(p.Explain(texts), " "), "two-step verification"); got != want {
			t.Errorf("%s: %q", address, p.Explain(texts))
		}
	}
}
