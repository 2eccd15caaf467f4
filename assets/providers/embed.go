// Package providers has what is known of mail providers, as data: where their IMAP server is, and what kind of password
// it wants. Package pixelwacht/imapsync/provider reads it and says what the keys mean.
//
// The facts come from the providers' own help pages, which the key page points to, and from Thunderbird's autoconfig
// database (https://github.com/thunderbird/autoconfig).
package providers

import (
	"embed"
	"io/fs"
)

//go:embed *.toml
var files embed.FS

// Files are the TOML files.
func Files() fs.FS { return files }
