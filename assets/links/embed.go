// Package links has what is known of links as data: the query parameters that follow readers from mail to web pages.
package links

import _ "embed"

// Parameters is the table of tracking parameters, in TOML; detector/redirect reads it.
//
//go:embed parameters.toml
var Parameters []byte
