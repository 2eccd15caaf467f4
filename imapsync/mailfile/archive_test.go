package mailfile_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
)

func zipped(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(files[name]))})
		if err == nil {
			_, err = w.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// walkAll is walk of everything, with the subject of each message behind it.
func walkAll(t testing.TB, dir string) []string {
	t.Helper()
	var got []string
	for m, err := range mailfile.WalkAll(t.Context(), dir) {
		name, relErr := filepath.Rel(dir, m.File)
		if relErr != nil {
			t.Fatal(relErr)
		}
		name = filepath.ToSlash(name)
		if err != nil {
			got = append(got, name+": error")
			continue
		}
		content, err := m.Content()
		if err != nil {
			got = append(got, name+": error")
			continue
		}
		_, subject, _ := strings.Cut(string(content), "Subject: ")
		subject, _, _ = strings.Cut(subject, "\r\n")
		got = append(got, fmt.Sprintf("%s#%d %s", name, m.Index, subject))
	}
	return got
}

// numbered is a message with a subject.
func numbered(subject string) string {
	return strings.Replace(letter, "Subject: hello", "Subject: "+subject+"\r\nMessage-ID: <"+subject+"@example.test>", 1)
}

const separator = "From ann@example.test Fri Jan  2 03:04:05 2026\r\n"

// takeout is what Google hands out.
func takeout() map[string]string {
	return map[string]string{
		"Takeout/archive_browser.html":                        "<html>",
		"Takeout/Mail/All mail Including Spam and Trash.mbox": separator + "X-Gmail-Labels: Inbox\r\n" + numbered("one") + "\r\n" + separator + numbered("two"),
		"Takeout/Mail/single.eml":                             numbered("three"),
		"Takeout/Mail/saved.emlx":                             apple(numbered("four")),
	}
}

// apple is a message as Apple Mail keeps it.
func apple(message string) string {
	return fmt.Sprintf("%-10d\n%s<?xml version=\"1.0\"?><plist><dict></dict></plist>\n", len(message), message)
}

func everyKind(t testing.TB) string {
	return write(t, map[string]string{
		"a.zip":     zipped(t, takeout()),
		"b.tgz":     tarred(t, takeout()),
		"c.emlx":    apple(numbered("five")),
		"d.msg":     string(compound(offer())),
		"e.zip":     zipped(t, takeout())[:700], // the end is missing
		"f.zip":     zipped(t, map[string]string{"x/offer.msg": string(compound(offer()))}),
		"notes.txt": "no mail",
	})
}

func TestWhatIsPackedOrInAnotherFormIsFound(t *testing.T) {
	in := func(archive string) []string {
		return []string{
			archive + "/Takeout/Mail/All mail Including Spam and Trash.mbox#0 one", archive + "/Takeout/Mail/All mail Including Spam and Trash.mbox#1 two",
			archive + "/Takeout/Mail/saved.emlx#0 four", archive + "/Takeout/Mail/single.eml#0 three",
		}
	}
	want := slices.Concat(in("a.zip"), in("b.tgz"), []string{"c.emlx#0 five", "d.msg#0 Offer", "e.zip: error", "f.zip/x/offer.msg#0 Offer"})
	dir := everyKind(t)
	if got := walkAll(t, dir); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for m, err := range mailfile.Walk(t.Context(), dir) {
		t.Errorf("not as it stands in the file: %+v, %v", m, err)
	}
}

func TestStoredMessagesAreFoundAgainWhereverTheyAre(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	dir := everyKind(t)
	if err := os.Remove(filepath.Join(dir, "e.zip")); err != nil {
		t.Fatal(err)
	}
	s := &mailfile.Source{Paths: []string{dir}, Title: "Old mail", Store: db, Detector: detector.New(catalogue.Builtin())}
	summary, err := s.Scan(t.Context(), func(imapsync.Progress) {})
	if err != nil || summary.Messages != 11 {
		t.Fatalf("%+v, %v", summary, err)
	}
	accounts, err := db.Accounts(t.Context())
	if err != nil || len(accounts) != 1 || accounts[0].Name != "Old mail" || accounts[0].Kind != store.Files {
		t.Errorf("%+v, %v", accounts, err)
	}
	all, err := db.Messages(t.Context(), store.Filter{})
	if err != nil || len(all) != 6 { // copies count once
		t.Fatalf("%d, %v", len(all), err)
	}
	for _, m := range all {
		raw, err := s.Raw(t.Context(), m)
		if err != nil || !bytes.Contains(raw, []byte("Subject: "+m.Subject)) {
			t.Errorf("%s: %q, %v", m.File, raw, err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "a.zip")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Raw(t.Context(), all[len(all)-1]); err == nil {
		t.Error("a message is read from an archive that is not there")
	}
}

func TestThunderbirdProfiles(t *testing.T) {
	dir := write(t, map[string]string{
		"prefs.js": "user_pref()", "notes.eml": numbered("not mail of the profile"), "global-messages-db.sqlite": "SQLite format 3",
		"Mail/Local Folders/Archive":                "From - Fri Jan  2 03:04:05 2026\r\nX-Mozilla-Status: 0001\r\n" + numbered("one") + "\r\nFrom \r\nX-Mozilla-Status: 0009\r\n" + numbered("deleted") + "\r\nFrom \r\n" + numbered("two"),
		"Mail/Local Folders/Archive.msf":            "// <!-- <mdb:mork:z v=\"1.4\"/> -->",
		"Mail/Local Folders/Archive.sbd/2025":       "From - Fri Jan  2 03:04:05 2026\r\n" + numbered("three"),
		"ImapMail/imap.example.test/INBOX":          "From - Fri Jan  2 03:04:05 2026\r\n" + numbered("four"),
		"ImapMail/imap.example.test/filters.dat":    "version=\"9\"",
		"ImapMail/imap.example.test/Junk/cur/1.eml": numbered("five"),
	})
	want := []string{
		"ImapMail/imap.example.test/INBOX#0 four", "ImapMail/imap.example.test/Junk/cur/1.eml#0 five",
		"Mail/Local Folders/Archive#0 one", "Mail/Local Folders/Archive#2 two", "Mail/Local Folders/Archive.sbd/2025#0 three",
	}
	if got := walkAll(t, dir); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Takeout has one mbox file for all mail, "including Spam and Trash": labels tell them apart, in the account's language.
func TestTakeoutLabels(t *testing.T) {
	for labels, want := range map[string]bool{
		"Inbox,Important,Unread": true,
		"Spam,Unread":            false,
		"Trash":                  false,
		"\"Trash\",Opened":       false,
		"Drafts,Opened":          false,
		"Category Promotions,Anti-Spam,Trash collection": true,
		"=?UTF-8?Q?Ge=C3=B6ffnet,Papierkorb?=":           false,
		"=?UTF-8?Q?Entw=C3=BCrfe?=":                      false,
		"Inbox,\r\n Prullenbak":                          false,
		"Inbox,\r\n Belangrijk\r\nX-Note: a\r\n Spam":    true,
		"=?UTF-8?Q?broken":                               true,
	} {
		got := walkAll(t, write(t, map[string]string{"a": separator + "X-Gmail-Labels: " + labels + "\r\n" + numbered("one") + "\r\n" + separator + numbered("two")}))
		if one := slices.Contains(got, "a#0 one"); one != want || !slices.Contains(got, "a#1 two") {
			t.Errorf("labels %q: %q", labels, got)
		}
	}
}

// In mboxcl2, nothing is quoted: only Content-Length says where a message ends.
func TestContentLengthDecidesWhereItIsRight(t *testing.T) {
	body := "Hello\r\n\r\n" + separator + "Subject: quoted\r\n\r\nx\r\n"
	right := separator + fmt.Sprintf("Subject: one\r\nContent-Length: %d\r\n\r\n%s", len(body), body) + "\r\n" + separator + numbered("two")
	wrong := strings.Replace(right, "Content-Length: ", "Content-Length: 1", 1)
	last := separator + numbered("two") + "\r\n" + separator + fmt.Sprintf("Subject: one\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	for content, want := range map[string][]string{
		right: {"a#0 one", "a#1 two"},
		wrong: {"a#0 one", "a#1 quoted", "a#2 two"},
		last:  {"a#0 two", "a#1 one"},
	} {
		if got := walkAll(t, write(t, map[string]string{"a": content})); !slices.Equal(got, want) {
			t.Errorf("%q\ngot  %q\nwant %q", content, got, want)
		}
	}
}

func FuzzArchive(f *testing.F) {
	f.Add([]byte(zipped(f, takeout())))
	f.Add([]byte(tarred(f, takeout())))
	f.Add([]byte(apple(numbered("x"))))
	f.Add([]byte(inUTF16(binary.LittleEndian, numbered("x"))))
	f.Add([]byte(onMac(separator + numbered("x") + "\r\n" + separator + numbered("y"))))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\x1f\x8b\x08"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "a")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for m, err := range mailfile.WalkAll(t.Context(), path) {
			if err == nil {
				_, err = m.Content()
			}
			_ = err // what is damaged is an error, and nothing more
		}
	})
}
