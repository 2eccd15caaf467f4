package discover_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/discover"
)

// world is the DNS and the web that a finder asks. It remembers what it was asked.
type world struct {
	srv   map[string][]*net.SRV // "imaps example.org"
	mx    map[string][]*net.MX
	files map[string]string // URL → file

	mu    sync.Mutex
	asked []string
}

func (w *world) ask(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, what)
}

func (w *world) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	w.ask("SRV " + service + " " + proto + " " + name)
	if records, ok := w.srv[service+" "+name]; ok {
		return "", records, nil
	}
	return "", nil, &net.DNSError{IsNotFound: true}
}

func (w *world) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	w.ask("MX " + name)
	if records, ok := w.mx[name]; ok {
		return records, nil
	}
	return nil, &net.DNSError{IsNotFound: true}
}

// RoundTrip answers a request for a file.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	w.ask(r.URL.String())
	recorder := httptest.NewRecorder()
	file, ok := w.files[r.URL.String()]
	switch {
	case !ok:
		return nil, errors.New("no such host")
	case strings.HasPrefix(file, "http"):
		http.Redirect(recorder, r, file, http.StatusFound)
	default:
		_, _ = recorder.WriteString(file)
	}
	response := recorder.Result()
	response.Request = r
	return response, nil
}

func (w *world) finder() discover.Finder {
	return discover.Finder{Resolver: w, HTTP: &http.Client{Transport: w}}
}

func config(servers ...string) string {
	return `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x">` + strings.Join(servers, "") + `</emailProvider></clientConfig>`
}

func incoming(kind, host, port, socket, user string) string {
	return fmt.Sprintf(`<incomingServer type=%q><hostname>%s</hostname><port>%s</port><socketType>%s</socketType><username>%s</username>`+
		`<authentication>password-cleartext</authentication></incomingServer>`, kind, host, port, socket, user)
}

func TestLookUp(t *testing.T) {
	const (
		autoconfig = "https://autoconfig.reader.example/mail/config-v1.1.xml"
		wellKnown  = "https://reader.example/.well-known/autoconfig/mail/config-v1.1.xml"
		database   = "https://autoconfig.thunderbird.net/v1.1/reader.example"
		plain      = "http://autoconfig.reader.example/mail/config-v1.1.xml"
	)
	good := config(incoming("pop3", "pop.reader.example", "995", "SSL", "x"), incoming("imap", "mail.reader.example", "143", "STARTTLS", "%EMAILLOCALPART%"),
		incoming("imap", "mail.%EMAILDOMAIN%", "993", "SSL", "%EMAILADDRESS%"))
	elsewhere := config(incoming("imap", "mail.host.example", "993", "SSL", "%EMAILADDRESS%"))
	for name, c := range map[string]struct {
		world *world
		want  string // server, user, source
	}{
		"nobody knows": {&world{}, ""},
		"SRV": {&world{srv: map[string][]*net.SRV{
			"imaps reader.example": {{Target: "Mail.reader.example.", Port: 1993}}, "imap reader.example": {{Target: "other.reader.example.", Port: 143}},
		}}, "imaps://mail.reader.example:1993 me@reader.example dns"},
		"SRV with STARTTLS": {&world{srv: map[string][]*net.SRV{"imap reader.example": {{Target: "mail.reader.example.", Port: 143}}}},
			"imap://mail.reader.example me@reader.example dns"},
		"SRV to a stranger": {&world{srv: map[string][]*net.SRV{"imaps reader.example": {{Target: "mail.stranger.example.", Port: 993}}}},
			"imaps://mail.stranger.example me@reader.example dns unconfirmed"},
		"SRV to a provider": {&world{srv: map[string][]*net.SRV{"imaps reader.example": {{Target: "imap.fastmail.com.", Port: 993}}}},
			"imaps://imap.fastmail.com me@reader.example dns Fastmail"},
		"SRV says there is none": {&world{srv: map[string][]*net.SRV{"imaps reader.example": {{Target: ".", Port: 0}}}, files: map[string]string{autoconfig: good}},
			"imaps://mail.reader.example me@reader.example autoconfig"},
		"at the domain":         {&world{files: map[string]string{autoconfig: good}}, "imaps://mail.reader.example me@reader.example autoconfig"},
		"at a well-known place": {&world{files: map[string]string{wellKnown: elsewhere}}, "imaps://mail.host.example me@reader.example autoconfig"},
		"in the database":       {&world{files: map[string]string{database: elsewhere}}, "imaps://mail.host.example me@reader.example database"},
		"only STARTTLS":         {&world{files: map[string]string{autoconfig: config(incoming("imap", "mail.reader.example", "143", "STARTTLS", "%EMAILLOCALPART%"))}}, "imap://mail.reader.example me autoconfig"},
		"without protection":    {&world{files: map[string]string{autoconfig: config(incoming("imap", "mail.reader.example", "143", "plain", "x"))}}, ""},
		"from a page without protection": {&world{files: map[string]string{plain: elsewhere}},
			"imaps://mail.host.example me@reader.example autoconfig unconfirmed"},
		"from such a page, same owner": {&world{files: map[string]string{plain: good}}, "imaps://mail.reader.example me@reader.example autoconfig"},
		"no way back to http":          {&world{files: map[string]string{autoconfig: "http://stranger.example/", "http://stranger.example/": elsewhere}}, ""},
		"a redirect":                   {&world{files: map[string]string{autoconfig: "https://host.example/x", "https://host.example/x": elsewhere}}, "imaps://mail.host.example me@reader.example autoconfig"},
		"broken":                       {&world{files: map[string]string{autoconfig: "<clientConfig><emailProvider>", wellKnown: "hello", database: good}}, "imaps://mail.reader.example me@reader.example database"},
		"a bad port":                   {&world{files: map[string]string{autoconfig: config(incoming("imap", "mail.reader.example", "99999", "SSL", "x"))}}, ""},
		"a bad host":                   {&world{files: map[string]string{autoconfig: config(incoming("imap", "a@b/c", "993", "SSL", "x"))}}, ""},
		"endless":                      {&world{files: map[string]string{autoconfig: "<clientConfig>" + strings.Repeat("<x>", 1<<20)}}, ""},
		"MX of a provider": {&world{mx: map[string][]*net.MX{"reader.example": {{Host: "reader-example.mail.protection.outlook.com."}}}},
			"imaps://outlook.office365.com me@reader.example mx Microsoft 365"},
		"MX of a host in the database": {&world{mx: map[string][]*net.MX{"reader.example": {{Host: "mx1.host.example."}}},
			files: map[string]string{"https://autoconfig.thunderbird.net/v1.1/host.example": elsewhere}}, "imaps://mail.host.example me@reader.example database"},
		"MX of its own": {&world{mx: map[string][]*net.MX{"reader.example": {{Host: "mx1.reader.example."}}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := c.world.finder().LookUp(t.Context(), "me@reader.example")
			got := ""
			if err == nil {
				got = strings.Join([]string{found.Server.URL(), found.User, string(found.Source)}, " ")
				if found.Provider.Name != "" {
					got += " " + found.Provider.Name
				}
				if found.Unconfirmed {
					got += " unconfirmed"
				}
			} else if !errors.Is(err, discover.ErrUnknown) {
				t.Error(err)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			for _, question := range c.world.asked {
				if strings.Contains(question, "me@") || strings.Contains(question, "me%40") {
					t.Errorf("the address is sent: %s", question)
				}
			}
		})
	}
}

// What is known is not asked for.
func TestPreset(t *testing.T) {
	var w world
	for _, c := range []struct{ address, server, user string }{
		{"a.b@icloud.com", "imaps://imap.mail.me.com", "a.b"},
		{"a@hotmail.nl", "imaps://outlook.office365.com", "a@hotmail.nl"},
		{"a@proton.me", "imap://127.0.0.1:1143", "a@proton.me"},
	} {
		found, err := w.finder().LookUp(t.Context(), c.address)
		if err != nil || found.Server.URL() != c.server || found.User != c.user || found.Source != discover.Builtin || found.Unconfirmed {
			t.Errorf("%s: %+v, %v", c.address, found, err)
		}
	}
	if _, err := w.finder().LookUp(t.Context(), "a@tuta.com"); imapsync.ProblemOf(err) != imapsync.NoIMAP {
		t.Errorf("error is %v", err)
	}
	for _, address := range []string{"", "a", "@gmail.com", "a@b", "a@ex ample.org"} {
		if _, err := w.finder().LookUp(t.Context(), address); !errors.Is(err, discover.ErrAddress) {
			t.Errorf("%q: error is %v", address, err)
		}
	}
	if len(w.asked) > 0 {
		t.Errorf("it asks %q", w.asked)
	}
}

func TestLookUpIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := new(world).finder().LookUp(ctx, "me@reader.example"); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func FuzzConfiguration(f *testing.F) {
	f.Add(config(incoming("imap", "mail.%EMAILDOMAIN%", "993", "SSL", "%EMAILADDRESS%")))
	f.Add("<clientConfig><emailProvider><incomingServer type='imap'>")
	f.Fuzz(func(t *testing.T, file string) {
		w := world{files: map[string]string{"https://autoconfig.reader.example/mail/config-v1.1.xml": file}}
		found, err := w.finder().LookUp(t.Context(), "me@reader.example")
		if err == nil && (found.Server.Host == "" || found.Server.Security == imapsync.Plaintext || found.User == "") {
			t.Errorf("%+v", found)
		}
	})
}
