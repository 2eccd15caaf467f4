package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// binary is the terminal build, as people run it.
func binary() string { return filepath.Join(os.Getenv("PIXELWACHT_TEST_BIN"), "pixelwacht") }

// runAsEnv names what the test program is to be, where it is not to run tests: one of others.
const runAsEnv = "PIXELWACHT_TEST_AS"

// others are programs that a test runs beside itself and that are the same file.
var others = map[string]func() int{}

func TestMain(m *testing.M) {
	if other := others[os.Getenv(runAsEnv)]; other != nil {
		os.Exit(other())
	}
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pixelwacht-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-tags", "nogui", "-o", filepath.Join(dir, "pixelwacht"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	os.Setenv("PIXELWACHT_TEST_BIN", dir)
	return m.Run()
}

// result is what a run of the program left.
type result struct {
	status         int
	stdout, stderr string
}

// run runs the program in an environment of its own.
func run(t testing.TB, stdin string, arguments ...string) result {
	t.Helper()
	return runAs(t, nil, stdin, arguments...)
}

// runAs is run with further environment variables.
func runAs(t testing.TB, environment []string, stdin string, arguments ...string) result {
	t.Helper()
	c := command(t, arguments...)
	c.Env = append(c.Env, environment...)
	var stdout, stderr bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// command is a run of the program that is not started yet. It sees no display and no home but its own.
func command(t testing.TB, arguments ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), binary(), arguments...)
	home := t.TempDir()
	c.Env = []string{"HOME=" + home, "LANG=en_US.UTF-8", "TMPDIR=" + home}
	return c
}

// want checks the exit status, and that standard error holds each of the texts.
func (r result) want(t testing.TB, status int, stderr ...string) {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d\n%s", r.status, status, r.stderr)
	}
	for _, s := range stderr {
		if !strings.Contains(r.stderr, s) {
			t.Errorf("standard error lacks %q:\n%s", s, r.stderr)
		}
	}
	if strings.Contains(r.stdout+r.stderr, "⟨") {
		t.Errorf("a text is missing:\n%s%s", r.stdout, r.stderr)
	}
}

// files makes a folder of files: name → content. A name that ends with "/" is a folder.
func files(t testing.TB, all map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			mkdir(t, path)
			continue
		}
		mkdir(t, filepath.Dir(path))
		write(t, path, content)
	}
	return dir
}

func mkdir(t testing.TB, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// tree is every regular file below dir: name → content.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err == nil {
			all[filepath.ToSlash(rel)] = read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// tracked is a message with an open pixel of a known service, clean one without, as they travel.
var (
	tracked = crlf(`From: "Paper Lane" <news@paperlane.test>
To: reader@reader.test
Subject: =?utf-8?Q?Spring_offers_=E2=82=AC5?=
Date: Fri, 2 Jan 2026 04:04:05 +0100
Message-ID: <1@paperlane.test>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><body><p>Hello</p><img src="https://cdn.paperlane.test/logo.png" width="200" height="60">
<img src="https://paperlane.us1.list-manage.com/track/open.php?u=4f1c2b9a8d7e6f5a4b3c2d1e0&amp;id=0a1b2c3d4e&amp;e=9f8e7d6c5b" height="1" width="1" alt="">
</body></html>
`)
	clean = crlf(`From: Ann <ann@friends.test>
To: reader@reader.test
Subject: lunch?
Date: Sat, 3 Jan 2026 12:00:00 +0000
Message-ID: <2@friends.test>

Tomorrow at twelve?
`)
)

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// mbox is an mbox file of messages, with one body line quoted as mboxrd does.
func mbox(messages ...string) string {
	var b strings.Builder
	for i, m := range messages {
		fmt.Fprintf(&b, "From news@paperlane.test Fri Jan  2 03:04:%02d 2026\r\n%s>From here it was quoted.\r\n\r\n", i, m)
	}
	return b.String()
}

// firstLine reads one line of the output and closes the pipe, as head -1 does.
func firstLine(t testing.TB, c interface {
	StdoutPipe() (io.ReadCloser, error)
	Start() error
}) string {
	t.Helper()
	pipe, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var line []byte
	one := make([]byte, 1)
	for len(line) == 0 || line[len(line)-1] != '\n' {
		if _, err := io.ReadFull(pipe, one); err != nil {
			t.Fatalf("after %q: %v", line, err)
		}
		line = append(line, one[0])
	}
	if err := pipe.Close(); err != nil {
		t.Fatal(err)
	}
	return string(line)
}
