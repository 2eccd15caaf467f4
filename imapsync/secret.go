package imapsync

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that must not be shown: it prints as "•••" in every format, log and encoding. The text itself is
// string(s).
type Secret string

const hidden = "•••"

// Format prints "•••" for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String returns "•••".
func (Secret) String() string { return hidden }

// LogValue returns "•••".
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns "•••"; encodings of structures use it.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
