package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pixelwacht/imapsync/servertest"
)

// mailServer is a real Dovecot with two messages in INBOX and one in Archive, and a password file for it.
func mailServer(t *testing.T) (server *servertest.Server, passwordFile string) {
	t.Helper()
	server = servertest.Dovecot(t, func(maildir string) {
		for _, folder := range []string{"cur", "new", "tmp", ".Archive/cur", ".Archive/new", ".Archive/tmp"} {
			mkdir(t, filepath.Join(maildir, folder))
		}
		write(t, filepath.Join(maildir, "cur", "1.host:2,S"), tracked)
		write(t, filepath.Join(maildir, "cur", "2.host:2,"), clean)
		write(t, filepath.Join(maildir, ".Archive", "cur", "3.host:2,S"), strings.Replace(tracked, "<1@", "<3@", 1))
	})
	passwordFile = filepath.Join(t.TempDir(), "password")
	write(t, passwordFile, server.Password+"\r\nnot the password\n")
	return server, passwordFile
}

func TestSyncAndWhatTheStoreKnows(t *testing.T) {
	server, passwordFile := mailServer(t)
	data := t.TempDir()
	sync := func(arguments ...string) result {
		return run(t, "", append([]string{"--data-dir", data, "sync", "--server", server.URL(), "--plaintext", "--password-file", passwordFile}, arguments...)...)
	}
	r := sync("--format", "jsonl", "--mailbox", "INBOX")
	r.want(t, 0, "2 messages scanned, 1 tracked.")
	all := lines(t, r.stdout)
	if len(all) != 2 {
		t.Fatalf("%d lines:\n%s", len(all), r.stdout)
	}
	for _, m := range all {
		if m["mailbox"] != "INBOX" || m["uid"].(float64) < 1 || m["file"] != "" {
			t.Errorf("line: %v", m)
		}
	}
	r = sync("--format", "jsonl")
	if r.want(t, 0); len(lines(t, r.stdout)) != 1 {
		t.Errorf("the second run scans what is known:\n%s", r.stdout)
	}
	r = sync()
	if r.want(t, 0, "Nothing new.\n"); r.stdout != "" {
		t.Errorf("without a format there is output: %s", r.stdout)
	}
	if r = sync("--format", "jsonl", "--full"); len(lines(t, r.stdout)) != 3 {
		t.Errorf("--full: %s", r.stdout)
	}
	if r = sync("--format", "jsonl", "--full", "--last", "1", "--mailbox", "INBOX"); len(lines(t, r.stdout)) != 1 {
		t.Errorf("--last: %s", r.stdout)
	}

	query := func(arguments ...string) []map[string]any {
		r := run(t, "", append([]string{"--data-dir", data}, append(arguments, "--format", "json")...)...)
		r.want(t, 0)
		var all []map[string]any
		if err := json.Unmarshal([]byte(r.stdout), &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	senders := query("senders")
	if len(senders) != 2 || senders[0]["address"] != "news@paperlane.test" || fmt.Sprint(senders[0]["providers"]) != "[Mailchimp]" {
		t.Errorf("senders: %v", senders)
	}
	for _, key := range []string{"address", "name", "organisation", "messages", "tracked", "providers", "exposes", "first_seen", "last_seen"} {
		if _, ok := senders[0][key]; !ok {
			t.Errorf("no key %q", key)
		}
	}
	if got := query("senders", "--sender", "ann@friends.test"); len(got) != 1 || got[0]["tracked"] != 0.0 {
		t.Errorf("--sender: %v", got)
	}
	if got := query("messages", "--since", "2026-01-03"); len(got) != 1 || got[0]["subject"] != "lunch?" {
		t.Errorf("--since: %v", got)
	}
	for _, c := range []struct{ name, format, says string }{
		{"senders", "table", "Nothing matches"}, {"messages", "table", "Nothing matches"}, {"messages", "json", ""},
	} {
		r := run(t, "", "--data-dir", data, c.name, "--format", c.format, "--sender", "nobody@friends.test")
		if r.want(t, 0, c.says); c.says == "" && r.stderr != "" {
			t.Errorf("%s as %s: said %q", c.name, c.format, r.stderr)
		}
	}
	if got := query("providers"); len(got) != 1 || got[0]["name"] != "Mailchimp" || got[0]["company"] != "Intuit" {
		t.Errorf("providers: %v", got)
	}
}

func TestSyncFailsInPlainWords(t *testing.T) {
	server, right := mailServer(t)
	wrong := filepath.Join(t.TempDir(), "password")
	write(t, wrong, "wr0ng-pa55word\n")
	empty := filepath.Join(t.TempDir(), "empty")
	write(t, empty, "\r\nnot the first line\n")
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arguments []string
		status    int
		says      []string
	}{
		{[]string{"--server", server.URL(), "--plaintext", "--password-file", wrong}, 1, []string{"refuses this user and password. The server says: ", "password made for this program"}},
		{[]string{"--server", server.URL(), "--plaintext", "--password-file", right, "--mailbox", "Nowhere", "--mailbox", "Else where"}, 1,
			[]string{"Mailbox Nowhere: There is no such mailbox", "Mailbox Else where: There is no such mailbox", "choose none"}},
		{[]string{"--server", "imap://me@" + nobody, "--plaintext", "--password-file", wrong}, 1, []string{"Nothing answers on that port"}},
		{[]string{"--server", "imap://me@" + nobody, "--plaintext"}, 1, []string{"no password", "--password-file"}},
		{[]string{"--server", "imap://me@mail.test", "--plaintext", "--password-file", wrong}, 2, []string{"only made to this machine itself"}},
		{[]string{"--server", server.URL(), "--plaintext", "--password-file", wrong + ".missing"}, 1, []string{"does not exist"}},
		{[]string{"--server", server.URL(), "--plaintext", "--password-file", empty}, 1, []string{"empty holds no password", "first line"}},
		{[]string{"--server", server.URL(), "--plaintext", "--password-file", wrong, "--lang", "nl"}, 1, []string{"deze gebruiker en dit wachtwoord. De server zegt: "}},
	} {
		r := run(t, "", append([]string{"-v", "sync"}, c.arguments...)...)
		r.want(t, c.status, c.says...)
		if strings.Contains(r.stderr, "scanned,") {
			t.Errorf("%q: a summary of nothing: %s", c.arguments, r.stderr)
		}
		if strings.Contains(r.stderr, "wr0ng") {
			t.Errorf("%q: the password is shown: %s", c.arguments, r.stderr)
		}
	}
}

func TestSyncWithoutAnAccountSaysHowToAddOne(t *testing.T) {
	run(t, "", "sync").want(t, 2, "no account yet", "pixelwacht account add ADDRESS")
	run(t, "", "sync", "--plaintext").want(t, 2, "--server is missing", "--server imaps://imap.example.org --user you@example.org")
}

func TestWrongServersAreExplainedInTheLanguageAskedFor(t *testing.T) {
	for _, c := range []struct{ server, flag, says string }{
		{"imaps://a@mail.test:x", "", "heeft niet de vorm"},
		{"mail.test", "", "met imaps:// beginnen"},
		{"imaps://a:secret@mail.test", "", "geen wachtwoord"},
		{"imaps://a@mail.test/INBOX#1", "", "%23"},
		{"imaps://a@", "", "heeft geen naam"},
		{"imaps://a@mail.test:0", "", "poort 0 ligt niet"},
		{"imaps://a@127.0.0.1", "--plaintext", "betekent TLS"},
		{"imap://a@mail.test", "--plaintext", "niet met mail.test"},
		{"imaps://mail.test", "", "geen gebruiker"},
		{"imaps://a@mail.test", "--user=b", "--user een andere"},
		{"imaps://a@mail.test/INBOX/;UID=20", "", "geen bericht daarin"},
		{"imaps://a@mail.test/IN%0ABOX", "", "stuurteken"},
	} {
		arguments := []string{"--lang", "nl", "sync", "--server", c.server}
		if c.flag != "" {
			arguments = append(arguments, c.flag)
		}
		run(t, "", arguments...).want(t, 2, c.says, "Bijvoorbeeld:")
	}
}

// A run that is interrupted says so, and ends.
func TestInterruptedSync(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	loggingIn := make(chan error, 1)
	go func() { // a server that falls silent at the log-in
		conn, err := l.Accept()
		if err != nil {
			loggingIn <- err
			return
		}
		fmt.Fprint(conn, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n")
		_, err = bufio.NewReader(conn).ReadString('\n')
		loggingIn <- err
	}()
	password := filepath.Join(t.TempDir(), "password")
	write(t, password, "secret\n")
	c := command(t, "sync", "--server", "imap://me@"+l.Addr().String(), "--plaintext", "--password-file", password)
	var stderr strings.Builder
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if err := <-loggingIn; err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("%v, want status 130\n%s", err, stderr.String())
	}
	if !strings.Contains(stderr.String(), "What was scanned is kept") {
		t.Errorf("%s", stderr.String())
	}
}

// With --watch a run goes on, says what it waits for, and scans what arrives.
func TestSyncWatch(t *testing.T) {
	server, password := mailServer(t)
	c := command(t, "sync", "--watch", "--format", "jsonl", "--server", server.URL(), "--plaintext", "--password-file", password, "--mailbox", "INBOX")
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stdout strings.Builder
	c.Stdout = &stdout
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(stderr)
	until := func(text string) {
		t.Helper()
		for said.Scan() {
			if strings.Contains(said.Text(), text) {
				return
			}
		}
		t.Errorf("it never said %q", text)
	}
	until("2 messages scanned, 1 tracked.")
	until("waiting for new mail")
	server.Deliver(t, "INBOX", []byte(strings.Replace(tracked, "<1@", "<9@", 1)))
	until("1 message scanned, 1 tracked.")
	until("waiting for new mail")
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	until("What was scanned is kept")
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("%v, want status 130", err)
	}
	if all := lines(t, stdout.String()); len(all) != 3 {
		t.Errorf("%d lines:\n%s", len(all), stdout.String())
	}
}

func TestQueriesOfAnEmptyStore(t *testing.T) {
	for _, name := range []string{"senders", "messages", "providers"} {
		r := run(t, "", name, "--format", "json")
		if r.want(t, 0, "Nothing has been scanned yet"); r.stdout != "[]\n" {
			t.Errorf("%s: %q", name, r.stdout)
		}
	}
}

func TestDemoAsText(t *testing.T) {
	c := command(t, "demo")
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	rows := strings.Count(string(out), "\n") - 1
	if rows < 20 || !strings.HasPrefix(string(out), "Sender ") || !strings.Contains(string(out), "IP address") {
		t.Errorf("%d rows:\n%s", rows, out)
	}
	if !strings.Contains(stderr.String(), "senders track their readers") {
		t.Errorf("%s", stderr.String())
	}
	for _, v := range c.Env {
		if home, ok := strings.CutPrefix(v, "HOME="); ok {
			if left := tree(t, home); len(left) > 0 {
				t.Errorf("the demo left files behind: %v", left)
			}
		}
	}
}
