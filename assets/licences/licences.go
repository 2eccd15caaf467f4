// Package licences has the licences of everything that is built into the program. The file is written by a test of the
// command, which knows what that is.
package licences

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed licences.json
var file []byte

// Licence is the licence of a module.
type Licence struct {
	Module string `json:"module"`
	Name   string `json:"name"` // its short name (https://spdx.org/licenses/), "" where we know none
	Text   string `json:"text"`
}

// All are the licences, in the order of the modules.
func All() []Licence {
	var all []Licence
	if err := json.Unmarshal(file, &all); err != nil {
		panic(fmt.Sprintf("embedded licences: %v", err))
	}
	return all
}
