package mailfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-mbox"

	"pixelwacht/imapsync/mailfile"
)

const letter = "From: Ann <ann@example.test>\r\nTo: bob@example.test\r\nSubject: hello\r\n\r\nDear Bob\r\n"

// write makes a folder of files: name → content.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// walk returns what a walk yields, as lines of "file#index" or "file: error".
func walk(t testing.TB, dir, path string) []string {
	t.Helper()
	var got []string
	for m, err := range mailfile.Walk(t.Context(), path) {
		name, relErr := filepath.Rel(dir, m.File)
		if relErr != nil {
			t.Fatal(relErr)
		}
		name = filepath.ToSlash(name)
		switch {
		case mailfile.ProblemOf(err) != "":
			got = append(got, name+": "+string(mailfile.ProblemOf(err)))
		case err != nil:
			got = append(got, name+": "+err.Error())
		case m.Mbox:
			got = append(got, fmt.Sprintf("%s#%d", name, m.Index))
		default:
			got = append(got, name)
		}
	}
	return got
}

func TestWalkFindsMailByContentInSortedOrder(t *testing.T) {
	dir := write(t, map[string]string{
		"b.eml":                      letter,
		"a.txt":                      letter,
		"notes.md":                   "# Notes\n\nTo: do\n",
		"program.py":                 "from x import y\nsubject: z\n",
		"picture.png":                "\x89PNG\r\n\x1a\n\x00\x00",
		"empty.eml":                  "",
		"archive":                    "From ann@example.test Fri Jan  2 03:04:05 2026\n" + letter + "\nFrom - Sat Jan  3 03:04:05 2026\n" + letter,
		"z/deep/one":                 "\r\n" + letter,
		"Mail/cur/2.host:2,S":        letter,
		"Mail/cur/1.host:2,":         "From the beginning this was one message\n",
		"Mail/new/3.host":            letter,
		"Mail/tmp/4.host":            letter,
		"Mail/dovecot.index":         "\x01\x02",
		"Mail/.Archive/cur/5.h:2,RS": letter,
		"Mail/.Archive/new/6.h":      "",
	})
	if err := os.Symlink(filepath.Join(dir, "b.eml"), filepath.Join(dir, "link.eml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "z", "loop")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Mail/.Archive/cur/5.h:2,RS", "Mail/.Archive/new/6.h", "Mail/cur/1.host:2,", "Mail/cur/2.host:2,S", "Mail/new/3.host",
		"a.txt", "archive#0", "archive#1", "b.eml", "z/deep/one",
	}
	if got := walk(t, dir, dir); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWalkOfWhatAPersonNames(t *testing.T) {
	dir := write(t, map[string]string{"a.eml": letter, "notes.md": "# Notes\n", "empty.eml": "", "mail.pst": "!BDN\x00\x00\x00\x00SM"})
	if err := os.Symlink(filepath.Join(dir, "a.eml"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"a.eml":     "a.eml",
		"link":      "link", // a link that a person names is followed
		"notes.md":  "notes.md: not-mail",
		"empty.eml": "empty.eml: empty",
		"mail.pst":  "mail.pst: outlook-data",
	} {
		if got := walk(t, dir, filepath.Join(dir, path)); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	for _, err := range mailfile.Walk(t.Context(), filepath.Join(dir, "missing")) {
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("missing: %v", err)
		}
	}
}

func TestWalkGoesOnAfterAFileThatCannotBeRead(t *testing.T) {
	dir := write(t, map[string]string{"a.eml": letter, "c.eml": letter})
	// A folder that is taken away while it is walked cannot be read, whoever asks.
	if err := os.MkdirAll(filepath.Join(dir, "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	var got []string
	for m, err := range mailfile.Walk(t.Context(), dir) {
		got = append(got, fmt.Sprint(filepath.Base(m.File), err != nil))
		os.Remove(filepath.Join(dir, "b"))
	}
	if want := []string{"a.emlfalse", "btrue", "c.emlfalse"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWalkEndsWithItsContext(t *testing.T) {
	dir := write(t, map[string]string{"a.eml": letter, "b.eml": letter, "c.eml": letter})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	for _, err := range mailfile.Walk(ctx, dir) {
		cancel()
		last = err
		n++
	}
	if n != 2 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d items, last error %v", n, last)
	}
}

func TestWhatStandsBeforeAHeaderIsPassedOver(t *testing.T) {
	for _, before := range []string{"\xef\xbb\xbf", "\r\n", "\xef\xbb\xbf\r\n\n"} {
		n := 0
		for m, err := range mailfile.Walk(t.Context(), filepath.Join(write(t, map[string]string{"a.eml": before + letter}), "a.eml")) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if content, err := m.Content(); err != nil || string(content) != letter {
				t.Errorf("after %q: %q, %v", before, content, err)
			}
			if raw, err := m.Read(); err != nil || string(raw) != before+letter {
				t.Errorf("the bytes of the file are %q, %v", raw, err)
			}
		}
		if n != 1 {
			t.Errorf("after %q: %d messages", before, n)
		}
	}
}

func TestMboxOffsetsAreThoseOfTheMessages(t *testing.T) {
	const separator = "From ann@example.test Fri Jan  2 03:04:05 2026"
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"two":                {separator + "\nSubject: 1\n\none\n\n" + separator + "\nSubject: 2\n\ntwo\n", []string{"Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"}},
		"CRLF":               {separator + "\r\nSubject: 1\r\n\r\none\r\n\r\n" + separator + "\r\nSubject: 2\r\n\r\ntwo\r\n\r\n", []string{"Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"}},
		"quoted stays":       {separator + "\nSubject: 1\n\n>From me\n>>From you\n", []string{"Subject: 1\n\n>From me\n>>From you\n"}},
		"no empty line":      {separator + "\nSubject: 1\n\none\n" + separator + "\nnot a new message\n", []string{"Subject: 1\n\none\n" + separator + "\nnot a new message\n"}},
		"prose":              {separator + "\nSubject: 1\n\none\n\nFrom here on it is prose.\nReally.\n", []string{"Subject: 1\n\none\n\nFrom here on it is prose.\nReally.\n"}},
		"short separator":    {separator + "\nSubject: 1\n\none\n\nFrom bob\nSubject: 2\n\ntwo", []string{"Subject: 1\n\none\n", "Subject: 2\n\ntwo"}},
		"empty lines at end": {separator + "\nSubject: 1\n\none\n\n\n\n" + separator + "\nSubject: 2\n\n\n", []string{"Subject: 1\n\none\n\n\n", "Subject: 2\n\n"}},
		"long lines":         {separator + "\nSubject: 1\n\n" + strings.Repeat("x", 1<<20) + "\n\n" + separator + "\nSubject: 2\n\ntwo\n", []string{"Subject: 1\n\n" + strings.Repeat("x", 1<<20) + "\n", "Subject: 2\n\ntwo\n"}},
		"no message":         {separator + "\n", []string{""}},
	} {
		dir := write(t, map[string]string{"m": c.file})
		var got []string
		for m, err := range mailfile.Walk(t.Context(), filepath.Join(dir, "m")) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if m.Index != len(got) {
				t.Errorf("%s: index %d, want %d", name, m.Index, len(got))
			}
			raw, err := m.Read()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if at := c.file[m.Offset:]; !strings.HasPrefix(at, string(raw)) {
				t.Errorf("%s: offset %d is not that of the message", name, m.Offset)
			}
			got = append(got, string(raw))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %.200q\nwant %.200q", name, got, c.want)
		}
	}
}

// What go-mbox writes and reads is what the splitter finds; long files make every position of the buffer a border.
func TestMboxAgreesWithGoMbox(t *testing.T) {
	var file bytes.Buffer
	w := mbox.NewWriter(&file)
	for i := range 3000 {
		m, err := w.CreateMessage("ann@example.test", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(m, "Subject: %d\r\nFrom: ann@example.test\r\n\r\n%s\r\nFrom the start\r\n", i, strings.Repeat("y", i%97))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{"m": file.String()})
	theirs := mbox.NewReader(bytes.NewReader(file.Bytes()))
	n := 0
	for m, err := range mailfile.Walk(t.Context(), filepath.Join(dir, "m")) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := theirs.NextMessage()
		if err != nil {
			t.Fatalf("message %d: go-mbox has %v", n, err)
		}
		want, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Read()
		if err != nil {
			t.Fatal(err)
		}
		if norm(got) != norm(want) {
			t.Fatalf("message %d: got %q, want %q", n, norm(got), norm(want))
		}
		content, err := m.Content()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte("\nFrom the start")) {
			t.Fatalf("message %d: content is still quoted: %q", n, content)
		}
		n++
	}
	if n != 3000 {
		t.Errorf("%d messages", n)
	}
}

// norm leaves out in what mbox writers and readers may differ: the kind and number of line breaks at the end, and
// whether a ">" before "From " is the writer's.
func norm(b []byte) string {
	s := strings.TrimRight(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
	for strings.Contains(s, ">From ") {
		s = strings.ReplaceAll(s, ">From ", "From ")
	}
	return s
}

func TestReadRefusesWhatIsTooLarge(t *testing.T) {
	m := mailfile.Message{File: "x", Length: mailfile.MaxSize + 1}
	if _, err := m.Read(); mailfile.ProblemOf(err) != mailfile.TooLarge {
		t.Errorf("got %v", err)
	}
}

// Whatever a file holds, the messages of it do not overlap, are inside it, and in order.
func FuzzMbox(f *testing.F) {
	f.Add([]byte("From a Fri Jan  2 03:04:05 2026\nSubject: 1\n\none\n\nFrom b\nSubject: 2\n\ntwo\n"))
	f.Add([]byte("From \n:\n\nFrom \n:"))
	f.Add([]byte(letter))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(dir, "m")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		var end int64
		for m, err := range mailfile.Walk(t.Context(), path) {
			if p := mailfile.ProblemOf(err); p == mailfile.NotMail || p == mailfile.Empty {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if m.Offset < end || m.Length < 0 || m.Offset+m.Length > int64(len(file)) {
				t.Fatalf("message %d at %d+%d after %d of %d octets", m.Index, m.Offset, m.Length, end, len(file))
			}
			end = m.Offset + m.Length
			if _, err := m.Content(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
