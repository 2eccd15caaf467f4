// Package demo has the messages of the demo mailbox: made up from the first word to the last, between people,
// companies and towns that do not exist. They are addressed to sanne.devries@student.example.
//
// Each folder is a mailbox, each .eml file a message as it travels (header, encoded parts), but for two things:
//
//   - Lines end in LF. Whoever loads a message makes CRLF of them.
//
//   - Time stands in placeholders, so that the mailbox is always six months old. Days count from today, "-12d" is
//     twelve days ago:
//
//     {{date -12d 09:14}}   a field body of Date, RFC 5322 section 3.3
//     {{day nl -9d}}        a day in words: "14 november" (en: "14 November")
//     {{month nl -40d}}     the month of that day: "oktober" (en: "October")
//
// Placeholders do not work inside base64, nor in a header field with encoded words (RFC 2047). A Date lies at
// least a day and at most 183 days back.
//
// Senders are under .example and .test (RFC 2606) only. The pixels and redirectors carry the hosts of real services
// in their real forms, with made-up tokens: a message must therefore never be rendered with remote content on, nor
// be saved unblocked. As with the real services, the codes differ from message to message, while the part of them that
// stands for the reader stays the same.
//
// A new message needs a line in imapsync/demo/testdata/want.tsv that says what is true of it.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed INBOX Archive Newsletters Shopping
var files embed.FS

// Files are the messages, one folder for each mailbox.
func Files() fs.FS { return files }
