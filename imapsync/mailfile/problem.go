package mailfile

import (
	"errors"

	"pixelwacht/assets/translations"
)

// Problem is one short stable word for why there is no mail to be had from a file. It is the end of the keys of its texts:
// "file.WORD" says what happened, "file.WORD.next" what to do.
type Problem string

// The problems.
const (
	NotMail     Problem = "not-mail"     // it is something else
	Empty       Problem = "empty"        // there is nothing in it
	NoMail      Problem = "no-mail"      // a folder or archive without messages that are scanned
	OutlookData Problem = "outlook-data" // where Outlook keeps whole mailboxes (.pst, .ost)
	Damaged     Problem = "damaged"      // it is not whole, or not what it begins as
	TooLarge    Problem = "too-large"    // a message of more than MaxSize octets
	Changed     Problem = "changed"      // the message is not any more where the scan has seen it
)

// Problems are all problems.
func Problems() []Problem {
	return []Problem{NotMail, Empty, NoMail, OutlookData, Damaged, TooLarge, Changed}
}

// Error is a file that no mail is to be had from.
type Error struct {
	Problem Problem
	File    string
	Err     error // what went wrong, may be nil
}

func (e *Error) Error() string {
	text := e.File + ": " + string(e.Problem)
	if e.Err != nil {
		text += " (" + e.Err.Error() + ")"
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Explain says in the language of texts what happened, and what to do next.
func (e *Error) Explain(texts *translations.Texts) (what, next string) {
	key := "file." + string(e.Problem)
	return texts.T(key, translations.Args{"File": e.File}), texts.T(key + ".next")
}

// ProblemOf returns the problem behind err, "" when it is none with the content of a file.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return ""
}
