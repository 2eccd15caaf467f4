package mailfile

import (
	"path/filepath"
	"strings"

	"pixelwacht/imapsync"
)

// isDiscarded reports whether file, which was found in the folder or archive root, belongs to such a mailbox, or is marked
// as deleted or a draft in a Maildir. What a person names is never discarded for its own name.
func isDiscarded(root, file string) bool {
	inside, err := filepath.Rel(root, file)
	if err != nil || inside == "." {
		return false
	}
	path := strings.Split(filepath.ToSlash(inside), "/")
	for _, name := range path {
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".sbd"), ".mbox") // of Thunderbird, Apple Mail and Takeout
		if strings.HasPrefix(name, ".") {
			name = name[strings.LastIndexByte(name, '.')+1:] // Maildir++: .Parent.Child
		}
		if imapsync.IsDiscardName(name) {
			return true
		}
	}
	return filepath.Base(filepath.Dir(file)) == "cur" && strings.ContainsAny(maildirFlags(filepath.Base(file)), "TD")
}

// maildirFlags are the flags in the name of a message in a Maildir, https://cr.yp.to/proto/maildir.html. Where a colon cannot
// be in the name of a file, programs write another sign.
func maildirFlags(name string) string {
	i := strings.LastIndex(name, "2,")
	if i < 1 || !strings.ContainsRune(":;!", rune(name[i-1])) {
		return ""
	}
	return name[i+2:]
}
