// Package publicbodies has the domains of public bodies, as data.
package publicbodies

import _ "embed" // the data file

// Domains is the table of domains, in TOML; detector/publicbody reads it: names under which only public bodies can register, and public bodies with
// domains of their own. Each says where that is stated.
//
//go:embed domains.toml
var Domains []byte
