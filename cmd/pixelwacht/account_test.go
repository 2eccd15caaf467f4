package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pixelwacht/imapsync/servertest"
)

var trustFlag = regexp.MustCompile(`--trust ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})`)

// From the address to the results and back: the account of a server with a certificate of its own is added, tested, scanned
// and forgotten. There is no keyring here, so the password is given each time.
func TestAnAccountFromBeginningToEnd(t *testing.T) {
	server, passwordFile := mailServer(t)
	data := t.TempDir()
	do := func(arguments ...string) result {
		return run(t, "", append([]string{"--data-dir", data}, arguments...)...)
	}
	add := []string{"account", "add", server.User, "--server", fmt.Sprintf("imaps://127.0.0.1:%d", server.TLSPort), "--password-file", passwordFile}

	r := do(add...)
	r.want(t, 1, server.User+": The server cannot prove", "compare the fingerprint")
	trust := trustFlag.FindStringSubmatch(r.stderr)
	if trust == nil {
		t.Fatalf("no fingerprint: %s", r.stderr)
	}
	do("account", "list").want(t, 0, "no accounts yet")
	other := strings.Replace(trust[1], trust[1][:1], map[bool]string{true: "0", false: "1"}[trust[1][0] != '0'], 1)
	do(append(add, "--trust", other)...).want(t, 1, "another certificate than the one you trusted")
	do(append(add, "--trust", "12:34")...).want(t, 2, "not a SHA-256 fingerprint")
	do(append(add, "--trust", strings.ToLower(strings.ReplaceAll(trust[1], ":", "")))...).
		want(t, 0, "no keyring here", "me@reader.example is added")

	r = do("account", "list", "--format", "json")
	r.want(t, 0)
	var list []map[string]any
	if err := json.Unmarshal([]byte(r.stdout), &list); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"address": server.User, "server": fmt.Sprintf("imaps://127.0.0.1:%d", server.TLSPort), "user": server.User, "browser": false, "scanned": false}
	for key, value := range want {
		if len(list) != 1 || list[0][key] != value {
			t.Errorf("%s is not %v: %s", key, value, r.stdout)
		}
	}
	listed := do("account", "list")
	if listed.want(t, 0); !strings.Contains(listed.stdout, "not yet") {
		t.Errorf("before the first scan: %s", listed.stdout)
	}
	do("account", "test").want(t, 1, "no password")
	do("account", "test", server.User, "--password-file", passwordFile).want(t, 0, "signing in works")
	do("sync", "nobody@reader.example").want(t, 1, "nobody@reader.example is not an account here", "account list")
	do("sync", server.User, "--password-file", passwordFile).want(t, 0, "3 messages scanned, 2 tracked.")
	do("sync", "--password-file", passwordFile).want(t, 0, "Nothing new.")
	listed = do("account", "list")
	if listed.want(t, 0); strings.Contains(listed.stdout, "not yet") {
		t.Errorf("after a scan: %s", listed.stdout)
	}

	do("forget", server.User).want(t, 1, "nothing was removed", "--yes")
	do("forget").want(t, 2, "nothing is named")
	do("forget", "--yes", "nobody@reader.example").want(t, 1, "is not an account here")
	do("account", "remove", "--yes", server.User).want(t, 0, "me@reader.example is forgotten")
	do("senders").want(t, 0, "Nothing has been scanned yet")
	do("account", "list").want(t, 0, "no accounts yet")
	for path, content := range tree(t, data) {
		if strings.Contains(content, "paperlane.test") || strings.Contains(content, server.User) {
			t.Errorf("what was forgotten is still in %s", path)
		}
	}
}

func TestForgetAll(t *testing.T) {
	server, passwordFile := mailServer(t)
	data := t.TempDir()
	run(t, "", "--data-dir", data, "sync", "--server", server.URL(), "--plaintext", "--password-file", passwordFile).want(t, 0)
	run(t, "", "--data-dir", data, "rules", "set", "paperlane.test", "trust").want(t, 0)
	run(t, "", "--data-dir", data, "forget", "--all").want(t, 1, "nothing was removed")
	run(t, "", "--data-dir", data, "forget", "--all", "--yes").want(t, 0, "Everything is forgotten")
	for path, content := range tree(t, data) {
		if strings.Contains(content, "paperlane.test") || strings.Contains(content, server.User) {
			t.Errorf("what was forgotten is still in %s", path)
		}
	}
}

// One account that fails does not keep the others from being scanned.
func TestSyncOfSeveralAccounts(t *testing.T) {
	server, passwordFile := mailServer(t)
	data := t.TempDir()
	for _, address := range []string{"first@reader.example", "second@reader.example"} {
		run(t, "", "--data-dir", data, "account", "add", address, "--user", server.User, "--plaintext", "--password-file", passwordFile,
			"--server", fmt.Sprintf("imap://127.0.0.1:%d", server.Port)).want(t, 0)
	}
	r := run(t, "", "--data-dir", data, "sync")
	r.want(t, 1, "no password")
	run(t, "", "--data-dir", data, "sync", "--password-file", passwordFile).want(t, 2, "one account")
	run(t, "", "--data-dir", data, "sync", "second@reader.example", "--password-file", passwordFile).want(t, 0, "3 messages scanned")
}

func TestAddingAnAccountFailsInPlainWords(t *testing.T) {
	_, passwordFile := mailServer(t)
	for name, c := range map[string]struct {
		arguments []string
		status    int
		says      []string
	}{
		"no address":            {nil, 2, []string{"no address is given"}},
		"not an address":        {[]string{"paperlane"}, 2, []string{"paperlane is not an e-mail address"}},
		"unknown provider":      {[]string{"me@reader.example"}, 1, []string{"the mail server of me@reader.example is not known", "--look-up"}},
		"no IMAP":               {[]string{"me@tuta.com"}, 1, []string{"Tuta lets no other program read the mailbox", "as files", "https://tuta.com/"}},
		"no client ID":          {[]string{"me@outlook.com"}, 1, []string{"needs a client ID", "Outlook.com", "as files"}},
		"no sign-in server":     {[]string{"me@reader.example", "--server", "imaps://mail.reader.example", "--client-id", "x"}, 1, []string{"--issuer"}},
		"a password in the URL": {[]string{"me@reader.example", "--server", "imaps://me:secret@mail.reader.example"}, 2, []string{"must not hold a password"}},
		"Bridge is not running": {[]string{"me@proton.me", "--password-file", passwordFile}, 1, []string{"Start Proton Mail Bridge"}},
		"in Dutch":              {[]string{"--lang", "nl", "me@tuta.com"}, 1, []string{"laat geen ander programma de mailbox lezen", "als bestanden"}},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, "", append([]string{"account", "add"}, c.arguments...)...).want(t, c.status, c.says...)
		})
	}
}

// A password is nowhere but in the keyring: not in the data folder, in no output and in no error.
func TestThePasswordIsNowhere(t *testing.T) {
	server := servertest.Dovecot(t, nil)
	data, folder := t.TempDir(), t.TempDir()
	right, wrong := filepath.Join(folder, "right"), filepath.Join(folder, "wrong")
	write(t, right, server.Password)
	write(t, wrong, "wr0ng-pa55word")
	url := fmt.Sprintf("imap://127.0.0.1:%d", server.Port)
	for _, arguments := range [][]string{
		{"account", "add", server.User, "--server", url, "--plaintext", "--password-file", wrong},
		{"account", "add", server.User, "--server", url, "--plaintext", "--password-file", right},
		{"account", "test", server.User, "--password-file", right},
		{"account", "test", server.User, "--password-file", wrong},
		{"account", "list", "--format", "json"},
		{"sync", server.User, "--password-file", right},
		{"sync", server.User, "--password-file", wrong},
	} {
		r := run(t, "", append([]string{"-v", "--data-dir", data}, arguments...)...)
		for _, secret := range []string{server.Password, "wr0ng-pa55word"} {
			if strings.Contains(r.stdout+r.stderr, secret) {
				t.Errorf("%v shows the password:\n%s%s", arguments, r.stdout, r.stderr)
			}
		}
	}
	found := tree(t, data)
	if len(found) == 0 {
		t.Error("the data folder is empty")
	}
	for path, content := range found {
		if strings.Contains(content, server.Password) || strings.Contains(content, "wr0ng-pa55word") {
			t.Errorf("%s holds the password", path)
		}
	}
}
