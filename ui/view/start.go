package view

import (
	"strings"

	"pixelwacht/assets/translations"
)

// Promises are what the program will and will not do, in short lines.
func Promises(texts *translations.Texts) []string {
	return []string{
		texts.T("window.promise.local"),
		texts.T("window.promise.no-pictures"),
		texts.T("window.promise.read-only"),
		texts.T("window.promise.password"),
	}
}

// Missing says what still has to be filled in, and is empty when nothing is missing.
func (l Login) Missing(texts *translations.Texts) string {
	switch {
	case strings.TrimSpace(l.Server) == "":
		return texts.T("window.start.server.missing")
	case strings.TrimSpace(l.User) == "":
		return texts.T("window.start.user.missing")
	case l.Password == "":
		return texts.T("window.start.password.missing")
	}
	return ""
}
