package mailfile

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// mailFields are header fields of which a message has at least one, and other files that consist of "name: value"
// lines (HTTP logs, configuration, package descriptions) rarely have.
var mailFields = []string{
	"from", "to", "cc", "subject", "date", "sender", "reply-to", "message-id", "received", "return-path",
	"mime-version", "delivered-to", "x-original-to", "envelope-to", "dkim-signature", "arc-seal",
	"authentication-results", "received-spf", "content-type", "content-transfer-encoding", "resent-from",
}

// looksLikeMessage reports whether a file that begins with start looks like one message: its first lines are header
// fields (RFC 5322 section 2.2), and some of them are mail's own.
func looksLikeMessage(start []byte) bool {
	start = bytes.TrimPrefix(start, []byte("\xef\xbb\xbf"))
	start = bytes.TrimLeft(start, "\r\n") // QUIRK: some programs save an empty line first
	known := 0
	for first := true; len(start) > 0; first = false {
		line, rest, more := bytes.Cut(start, []byte("\n"))
		start = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if first {
				return false
			}
			continue
		}
		name, ok := fieldName(line)
		if !ok {
			// The line may be cut by the end of what was read, or the header be broken below a good beginning.
			if !more || known >= 2 || bytes.HasPrefix(line, []byte(">From ")) {
				continue
			}
			return false
		}
		if slices.Contains(mailFields, strings.ToLower(name)) {
			known++
		}
	}
	return known > 0
}

// fieldName returns the name of the header field that line begins, RFC 5322 section 3.6.8.
func fieldName(line []byte) (string, bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return "", false
	}
	name := bytes.TrimRight(line[:i], " \t") // RFC 5322 section 4.5.3
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return "", false
		}
	}
	return string(name), len(name) > 0
}

// isMbox reports whether a file that begins with start is an mbox file.
func isMbox(start []byte) bool {
	line, rest, ok := bytes.Cut(start, []byte("\n"))
	return ok && isSeparator(line, rest)
}

// isSeparator reports whether line, which follows an empty line or the beginning of the file, begins a message; next
// is what follows it.
//
// RFC 4155 and mboxo would take any line that begins with "From ". Programs that count octets instead (mboxcl2) leave
// such lines in bodies as they are, so a separator also has to have a time of day and a year, or a header field below.
func isSeparator(line, next []byte) bool {
	if !bytes.HasPrefix(line, []byte("From ")) {
		return false
	}
	below, _, _ := bytes.Cut(next, []byte("\n"))
	if _, ok := fieldName(below); ok {
		return true
	}
	clock, year := false, false
	for _, f := range bytes.Fields(line) {
		digits := len(bytes.TrimLeft(f, "0123456789")) == 0
		clock = clock || len(f) >= 5 && f[2] == ':' && f[0] >= '0' && f[0] <= '2'
		year = year || digits && len(f) == 4
	}
	return clock && year
}

// appleMail returns where the message is in a file of Apple Mail (.emlx) that begins with start: the first line is its
// length in octets, and a property list is behind it.
func appleMail(start []byte) (offset, length int64, ok bool) {
	line, rest, ok := bytes.Cut(start, []byte("\n"))
	if !ok || len(line) > 20 {
		return 0, 0, false
	}
	length, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
	return int64(len(line) + 1), length, err == nil && length > 0 && looksLikeMessage(rest)
}

// whyNot is the problem of a file that begins with start and is no mail file.
func whyNot(start []byte) Problem {
	switch {
	case len(start) == 0:
		return Empty
	case bytes.HasPrefix(start, []byte("!BDN")): // [MS-PST] section 2.2.2.6
		return OutlookData
	}
	return NotMail
}

// isThunderbirdProfile reports whether the folder path is a profile of Thunderbird.
func isThunderbirdProfile(path string) bool {
	for _, name := range []string{"ImapMail", "Mail"} {
		if info, err := os.Lstat(filepath.Join(path, name)); err == nil && info.IsDir() {
			info, err = os.Lstat(filepath.Join(path, "prefs.js"))
			return err == nil && info.Mode().IsRegular()
		}
	}
	return false
}
