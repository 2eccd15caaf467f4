package report

import (
	"io"
	"strconv"
	"strings"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// message is one scanned message as programs read it. Keys may be added, and are never renamed or dropped.
type message struct {
	File       string             `json:"file"`    // "" for a message of a mailbox
	Mailbox    string             `json:"mailbox"` // "" for a message in a file
	UID        store.UID          `json:"uid"`     // 0 for a message in a file
	Index      *int               `json:"index,omitempty"`
	Offset     *int64             `json:"offset,omitempty"`
	MessageID  string             `json:"message_id"`
	Date       string             `json:"date"` // RFC 3339 in UTC, "" when there is none
	Subject    string             `json:"subject"`
	From       detector.Address   `json:"from"`
	Recipients []string           `json:"recipients"`
	Tracked    bool               `json:"tracked"`
	Findings   []detector.Finding `json:"findings"`
	Remote     detector.Remote    `json:"remote"`
	Encrypted  bool               `json:"encrypted"`
	Errors     []string           `json:"errors"`
	Digest     string             `json:"digest"`
}

func newMessage(m store.Message) message {
	line := message{
		File: m.File, Mailbox: m.Mailbox, UID: m.UID, MessageID: m.MessageID, Date: timestamp(m.Date), Subject: m.Subject,
		From: m.From, Recipients: some(m.Recipients), Tracked: m.Tracked, Findings: make([]detector.Finding, len(m.Findings)),
		Remote: m.Remote, Encrypted: m.Encrypted, Errors: some(m.Errors), Digest: m.Digest,
	}
	if m.Offset > 0 { // in an mbox file, each message has a line before it
		line.Index, line.Offset = &m.Index, &m.Offset
	}
	for i, f := range m.Findings {
		f.Reasons, f.Exposes = some(f.Reasons), some(f.Exposes)
		line.Findings[i] = f
	}
	return line
}

// some is s, and never null in JSON.
func some[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// MessageWriter writes messages one after the other, as they come.
type MessageWriter struct {
	w       io.Writer
	o       Options
	array   array
	csv     csvWriter
	columns []column
	begun   bool
}

// NewMessageWriter returns a writer of messages to w. The caller closes it, and w.
func NewMessageWriter(w io.Writer, o Options) *MessageWriter {
	return &MessageWriter{w: w, o: o, array: array{w: w}}
}

// Write writes one message.
func (w *MessageWriter) Write(m store.Message) error {
	switch w.o.Format {
	case JSONL:
		return writeLine(w.w, newMessage(m))
	case JSON:
		return w.array.write(newMessage(m))
	case CSV:
		w.begin()
		w.csv.write(messageCells(m))
		return w.csv.flush()
	default:
		var b strings.Builder
		if !w.begun {
			w.columns = messageColumns(w.o)
			titles := make([]string, len(w.columns))
			for i, c := range w.columns {
				titles[i] = c.title
			}
			writeRow(&b, w.columns, titles, w.o.Width > 0)
			w.begun = true
		}
		writeRow(&b, w.columns, messageRow(w.o, m), w.o.Width > 0)
		if w.o.Explain {
			writeExplanations(&b, w.o, m)
		}
		_, err := io.WriteString(w.w, b.String())
		return err
	}
}

// Close ends what was written. Without messages, JSON is an empty array and CSV its header line.
func (w *MessageWriter) Close() error {
	switch w.o.Format {
	case JSON:
		return w.array.close()
	case CSV:
		w.begin()
		return w.csv.flush()
	}
	return nil
}

func (w *MessageWriter) begin() {
	if !w.begun {
		w.csv = newCSV(w.w, []string{
			"file", "mailbox", "uid", "date", "from_name", "from_address", "organisation", "subject", "tracked", "providers",
			"exposes", "kinds", "remote_references", "remote_hosts", "encrypted", "errors", "message_id",
		})
		w.begun = true
	}
}

func messageCells(m store.Message) []string {
	uid := ""
	if m.UID != 0 {
		uid = strconv.FormatUint(uint64(m.UID), 10)
	}
	var kinds []string
	for _, f := range m.Findings {
		kinds = append(kinds, string(f.Kind))
	}
	return []string{
		m.File, m.Mailbox, uid, timestamp(m.Date), m.From.Name, m.From.Address, m.From.Organisation, m.Subject,
		strconv.FormatBool(m.Tracked), strings.Join(m.Providers(), "; "), joined(m.Exposes(), "; "), strings.Join(kinds, "; "),
		strconv.Itoa(m.Remote.References), strconv.Itoa(m.Remote.Hosts), strconv.FormatBool(m.Encrypted),
		strings.Join(m.Errors, "; "), m.MessageID,
	}
}

func joined[T ~string](all []T, separator string) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, separator)
}

// messageColumns are as wide as Width allows. Lines are written before the next message is known, so the widths do not
// follow the content.
func messageColumns(o Options) []column {
	t := o.Texts
	verdict := cells(t.T("cli.column.verdict"))
	for _, word := range []string{t.T("cli.verdict.tracked"), t.T("cli.verdict.clean"), t.T("cli.verdict.encrypted"), t.T("cli.verdict.damaged")} {
		verdict = max(verdict, cells(word))
	}
	rest := max(o.Width, 110) // without a terminal, longer texts overflow and nothing is lost
	if o.Width > 0 {
		rest = max(o.Width, 60)
	}
	rest -= verdict + 10 + 5*len(gap)
	return []column{
		{title: t.T("cli.column.verdict"), width: verdict},
		{title: t.T("cli.column.date"), width: 10},
		{title: t.T("cli.column.sender"), width: rest * 28 / 100},
		{title: t.T("cli.column.subject"), width: rest * 30 / 100},
		{title: t.T("cli.column.through"), width: rest * 22 / 100},
		{title: t.T("cli.column.where"), width: rest - rest*28/100 - rest*30/100 - rest*22/100, tail: true},
	}
}

func messageRow(o Options, m store.Message) []string {
	verdict := o.Texts.T("cli.verdict.clean")
	switch {
	case m.Tracked:
		verdict = o.Texts.T("cli.verdict.tracked")
	case m.Encrypted:
		verdict = o.Texts.T("cli.verdict.encrypted")
	case len(m.Errors) > 0:
		verdict = o.Texts.T("cli.verdict.damaged")
	}
	place := m.File
	switch {
	case place == "":
		place = m.Mailbox + ":" + strconv.FormatUint(uint64(m.UID), 10)
	case m.Offset > 0:
		place += "#" + strconv.Itoa(m.Index)
	}
	return []string{
		verdict, orDash(date(m.Date)), orDash(m.From.Address), orDash(m.Subject), orDash(strings.Join(m.Providers(), ", ")), place,
	}
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Messages writes messages that are all there.
func Messages(w io.Writer, o Options, messages []store.Message) error {
	if (o.Format == Table || o.Format == "") && !o.Explain {
		return list(w, o, messages, fields[store.Message]{
			columns:    unsized(messageColumns(o)),
			tableCells: func(m store.Message) []string { return messageRow(o, m) },
		})
	}
	mw := NewMessageWriter(w, o)
	for _, m := range messages {
		if err := mw.Write(m); err != nil {
			return err
		}
	}
	return mw.Close()
}

// unsized lets columns be as narrow as a few words.
func unsized(columns []column) []column {
	for i := range columns {
		columns[i].least = min(columns[i].width, 16)
	}
	return columns
}
