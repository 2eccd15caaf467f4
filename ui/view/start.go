package view

import "pixelwacht/assets/translations"

// Promises are what the program will and will not do, in short lines.
func Promises(texts *translations.Texts) []string {
	return []string{
		texts.T("window.promise.local"),
		texts.T("window.promise.no-pictures"),
		texts.T("window.promise.read-only"),
		texts.T("window.promise.password"),
	}
}
