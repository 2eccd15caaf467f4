package imapsync_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pixelwacht/imapsync"
)

func TestParseServer(t *testing.T) {
	for _, c := range []struct {
		url, user string
		plaintext bool
		want      string // host:port security user mailbox
	}{
		{"imaps://anna@mail.example", "", false, "mail.example:993 tls anna "},
		{"IMAPS://anna@mail.example:1993/", "", false, "mail.example:1993 tls anna "},
		{"imap://anna@mail.example", "", false, "mail.example:143 starttls anna "},
		{"imaps://anna%40uni.example@mail.example/INBOX", "", false, "mail.example:993 tls anna@uni.example INBOX"},
		{"imaps://anna@uni.example@mail.example", "", false, "mail.example:993 tls anna@uni.example "},
		{"imaps://anna;AUTH=*@mail.example", "", false, "mail.example:993 tls anna "},
		{"imaps://mail.example/Nieuws%2FReclame", "anna@uni.example", false, "mail.example:993 tls anna@uni.example Nieuws/Reclame"},
		{"imaps://mail.example/Entw%C3%BCrfe;UIDVALIDITY=12", "a", false, "mail.example:993 tls a Entwürfe"},
		{"imaps://a@mail.example/A/B/C", "a", false, "mail.example:993 tls a A/B/C"},
		{"imaps://a@[2001:db8::1]:993", "", false, "[2001:db8::1]:993 tls a "},
		{"imap://a@127.0.0.1:1143", "", true, "127.0.0.1:1143 plaintext a "},
		{"imap://a@[::1]:1143", "", true, "[::1]:1143 plaintext a "},
		{"imap://a@localhost", "", true, "localhost:143 plaintext a "},
	} {
		server, user, mailbox, err := imapsync.ParseServer(c.url, c.user, c.plaintext)
		got := fmt.Sprintf("%s %s %s %s", server.Address(), server.Security, user, mailbox)
		if err != nil || got != c.want {
			t.Errorf("%s\ngot  %q, %v\nwant %q", c.url, got, err, c.want)
		}
	}
}

func TestParseServerRefuses(t *testing.T) {
	for url, want := range map[string]string{
		"imaps://anna:s3cret@mail.example":         "password",
		"imaps://anna:s3cret%zz@mail.example":      "not of the form",
		"https://anna@mail.example":                "imaps://",
		"mail.example":                             "imaps://",
		"imaps://anna@":                            "host",
		"imaps://mail.example":                     "user",
		"imaps://a@mail.example:0":                 "port",
		"imaps://a@mail.example:99999":             "port",
		"imaps://a@mail.example/INBOX?SUBJECT%20x": "%3F",
		"imaps://a@mail.example/INBOX#x":           "%23",
		"imaps://a@mail.example/INBOX/;UID=20":     "no message",
		"imaps://a@mail.example/IN%0D%0ABOX":       "control",
		"imaps://a%0A@mail.example":                "control",
	} {
		_, _, _, err := imapsync.ParseServer(url, "", false)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want one with %q", url, err, want)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error tells the password: %v", url, err)
		}
	}
	for _, url := range []string{"imap://a@mail.example", "imaps://a@127.0.0.1", "imap://a@127.0.0.1.mail.example", "imap://a@10.0.0.1"} {
		if _, _, _, err := imapsync.ParseServer(url, "", true); err == nil {
			t.Errorf("%s: plaintext was accepted", url)
		}
	}
	if _, _, _, err := imapsync.ParseServer("imaps://a@mail.example", "b", false); err == nil {
		t.Error("two users were accepted")
	}
}

func TestASecretIsNotShown(t *testing.T) {
	const text = "hunter2"
	secret := imapsync.Secret(text)
	params := struct {
		Password imapsync.Secret
		Map      map[string]imapsync.Secret
	}{secret, map[string]imapsync.Secret{"password": secret}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v"} {
		fmt.Fprintf(&out, strings.TrimPrefix(verb, "%T ")+"\n", secret)
		fmt.Fprintf(&out, "%v %+v %#v\n", params, params, &params)
	}
	if err := json.NewEncoder(&out).Encode(params); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "password", secret, "params", params)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "password", secret, "params", params)
	if strings.Contains(out.String(), text) || strings.Contains(out.String(), fmt.Sprintf("%x", text)) {
		t.Errorf("it is shown:\n%s", out.String())
	}
	if string(secret) != text {
		t.Error("it is lost")
	}
}
