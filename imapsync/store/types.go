package store

import (
	"time"

	"pixelwacht/detector"
)

// AccountKind says where the messages of an account come from.
type AccountKind string

// The kinds of accounts.
const (
	IMAP  AccountKind = "imap"  // a mailbox on a server
	Files AccountKind = "files" // mail files on this machine
)

// Account is one source of messages.
type Account struct {
	ID   int64
	Kind AccountKind
	Name string // unique: the address or USER@HOST for IMAP, the path for files

	Settings string // how to reach it, JSON; "" where that is not kept
	Scanned  bool   // its mailboxes, as far as they are known, were scanned to the end; filled in by Accounts
}

// UIDValidity is the validity value of a mailbox, RFC 9051 section 2.3.1.1.
type UIDValidity uint32

// UID is a unique identifier of a message in a mailbox, RFC 9051 section 2.3.1.1.
type UID uint32

// MailboxState is how far a mailbox has been synchronised.
type MailboxState struct {
	ID          int64
	Account     int64
	Name        string // decoded, UTF-8
	UIDValidity UIDValidity
}

// Extent is what a mailbox held when all its messages had been scanned.
type Extent struct {
	UIDValidity UIDValidity
	UIDNext     UID // RFC 9051 section 2.3.1.1
	Messages    int
}

// Message is a message that was seen, and what was found in it.
type Message struct {
	ID          int64       `json:"-"`
	Account     int64       `json:"-"`
	Mailbox     string      `json:"mailbox"` // for files: ""
	UIDValidity UIDValidity `json:"-"`
	UID         UID         `json:"uid"`            // for files: 0
	File        string      `json:"file,omitempty"` // for files: the path
	Index       int         `json:"index,omitempty"`
	Offset      int64       `json:"offset,omitempty"` // of the message in File, octets
	Length      int64       `json:"length,omitempty"` // of the message in File, octets; 0: up to the end
	Gone        bool        `json:"gone,omitempty"`   // no longer on the server

	detector.Result
}

// Sender is what is known of one From address. A message that is in several mailboxes counts once.
type Sender struct {
	Address      string              `json:"address"`
	Name         string              `json:"name"`
	Organisation string              `json:"organisation"`
	Messages     int                 `json:"messages"`
	Tracked      int                 `json:"tracked"` // number of tracked messages
	Providers    []string            `json:"providers"`
	Exposes      []detector.Exposure `json:"exposes"`
	FirstSeen    time.Time           `json:"first_seen"`
	LastSeen     time.Time           `json:"last_seen"`

	LeaksAddress bool `json:"leaks_address"` // passes the recipient's address on in a loaded URL
	ReadReceipts int  `json:"read_receipts"` // number of messages that ask for one
	ClickLinks   int  `json:"click_links"`   // number of messages with links that report clicks

	Consent time.Time `json:"consent,omitzero"` // when the user gave it, the zero time when not
}

// Provider is what is known of one service.
type Provider struct {
	Name     string    `json:"name"`
	Company  string    `json:"company"`
	Messages int       `json:"messages"` // tracked messages that it is behind
	Senders  int       `json:"senders"`
	LastSeen time.Time `json:"last_seen"`
}

// Company is what is known of who runs services.
type Company struct {
	Name     string // the provider's where nobody knows who runs it
	Messages int    // tracked messages that it is behind
	Senders  int
}

// Filter narrows a query. The zero value matches everything.
type Filter struct {
	Account     int64     // 0: all
	Mailbox     string    // name; "": all
	Sender      *string   // From address (case-insensitive), "" for messages without one; nil: all
	Domain      string    // of the From address, with the "@" (case-insensitive); "": all
	Provider    string    // name as in detector.Result.Providers
	Company     string    // name as in Company
	Since       time.Time // messages of that time or later
	Until       time.Time // messages before that time; zero: all
	TrackedOnly bool
	LeaksOnly   bool // pass the recipient's address on

	// For senders only.
	ConsentOnly bool      // the user gave consent
	NewSince    time.Time // whose first message is of that time or later

	Limit int // 0: all
}

// Column is what a list of messages can be in the order of.
type Column int

// The columns.
const (
	ByDate Column = iota
	BySubject
	BySender // its name, then its address
)

// Order is the order of a list of messages. The zero value is the oldest first; messages without a date are older than
// all others.
type Order struct {
	Column     Column
	Descending bool
}

// Row is what a list shows of a message.
type Row struct {
	ID           int64
	Date         time.Time // the zero time when there is none
	Subject      string
	SenderName   string
	Sender       string // From address, lower case
	Organisation string
	Mailbox      string // for files: ""
	Gone         bool
	Tracked      bool
	LeaksAddress bool
	ReadReceipt  bool
	ClickLinks   bool
	Providers    []string
	Exposes      []detector.Exposure
}
