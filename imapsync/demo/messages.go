package demo

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/mail"
	"path"
	"slices"
	"strings"
	"time"

	assets "pixelwacht/assets/demo"
)

// Recipient is the address that the demo's messages are sent to.
const Recipient = "sanne.devries@student.example"

// Message is one message of the demo mailbox.
type Message struct {
	File    string    // its file below assets/demo: "INBOX/bank-1.eml"
	Mailbox string    // "INBOX"
	Date    time.Time // of its Date field, and its internal date
	Raw     []byte    // as it travels, lines end in CRLF
}

// Messages returns the messages of the demo as they read at now, oldest first. Dates are in the time zone of now,
// between one and 183 days back.
func Messages(now time.Time) ([]Message, error) {
	files, err := fs.Glob(assets.Files(), "*/*.eml")
	if err != nil {
		return nil, fmt.Errorf("demo messages: %w", err)
	}
	messages := make([]Message, 0, len(files))
	for _, file := range files {
		m, err := load(file, now)
		if err != nil {
			return nil, fmt.Errorf("demo message %s: %w", file, err)
		}
		messages = append(messages, m)
	}
	slices.SortStableFunc(messages, func(a, b Message) int {
		if c := a.Date.Compare(b.Date); c != 0 {
			return c
		}
		return strings.Compare(a.File, b.File)
	})
	return messages, nil
}

func load(file string, now time.Time) (Message, error) {
	raw, err := fs.ReadFile(assets.Files(), file)
	if err != nil {
		return Message{}, err
	}
	if raw, err = expand(raw, now); err != nil {
		return Message{}, err
	}
	raw = bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))

	// Only the header is read: one of the messages has a body that is broken on purpose.
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Message{}, err
	}
	date, err := parsed.Header.Date()
	if err != nil {
		return Message{}, err
	}
	return Message{File: file, Mailbox: path.Dir(file), Date: date, Raw: raw}, nil
}
