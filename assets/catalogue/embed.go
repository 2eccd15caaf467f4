// Package catalogue has the provider catalogue as data: which URLs belong to which tracking service. The format is
// described in docs/catalogue.md; detector/catalogue reads it.
package catalogue

import (
	"embed"
	"io/fs"
)

//go:embed *.toml
var files embed.FS

// Files are the catalogue's TOML files.
func Files() fs.FS { return files }
