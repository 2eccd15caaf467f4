package view

import (
	"errors"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
)

// Problem is something that went wrong, in words for people: what happened, and what to do next.
type Problem struct {
	kind problemKind
	err  error
}

// problemKind is what was being done.
type problemKind int

const (
	problemStore problemKind = iota
	problemDemo
	problemFiles
	problemAccount
	problemScan
	problemPreview
	problemCopy
	problemOpenCopy
	problemAddress
	problemLookUp
	problemServer
	problemNoPassword
	problemExport
	problemDamaged // the error is where the damaged database is
)

// explained is an error that says itself what happened, and what to do next.
type explained interface {
	error
	Explain(texts *translations.Texts) (what, next string)
}

func newProblem(kind problemKind, err error) *Problem { return &Problem{kind: kind, err: err} }

// What says what happened.
func (p *Problem) What(texts *translations.Texts) string {
	what, _ := p.sentences(texts)
	return what
}

// Next says what to do.
func (p *Problem) Next(texts *translations.Texts) string {
	_, next := p.sentences(texts)
	return next
}

// Details is the error itself, as it would stand in a log.
func (p *Problem) Details() string { return p.err.Error() }

// SignIn is the address of the mailbox that the user has to sign in to again, "" where that would not help.
func (p *Problem) SignIn() string {
	of, ok := errors.AsType[*account.Error](p.err)
	if !ok {
		return ""
	}
	switch imapsync.ProblemOf(of) {
	case imapsync.WrongPassword, imapsync.AppPassword, imapsync.PasswordExpired, imapsync.NoPassword, imapsync.NoPasswords,
		imapsync.OAuthOnly, imapsync.NoClientID, imapsync.SignInAgain, imapsync.Certificate, imapsync.CertificateChanged:
		return of.Address
	}
	return ""
}

func (p *Problem) sentences(texts *translations.Texts) (what, next string) {
	// What a server was asked, or what is in a file, says more than what the window was doing.
	if e, ok := errors.AsType[explained](p.err); ok {
		what, next = e.Explain(texts)
		if of, ok := errors.AsType[*account.Error](p.err); ok {
			what = of.Address + ": " + what
		}
		return what, next
	}
	switch p.kind {
	case problemDemo:
		return texts.T("window.problem.demo"), texts.T("window.problem.demo.next")
	case problemFiles:
		return texts.T("window.problem.files"), texts.T("window.problem.files.next")
	case problemAccount:
		return texts.T("window.problem.account"), texts.T("window.problem.account.next")
	case problemScan:
		return texts.T("window.problem.scan"), texts.T("window.problem.scan.next")
	case problemPreview:
		return texts.T("window.problem.preview"), texts.T("window.problem.preview.next")
	case problemCopy:
		return texts.T("window.problem.copy"), texts.T("window.problem.copy.next")
	case problemOpenCopy:
		return texts.T("window.problem.open-copy"), texts.T("window.problem.open-copy.next")
	case problemAddress:
		return texts.T("window.problem.address"), texts.T("window.problem.address.next")
	case problemLookUp:
		return texts.T("window.problem.look-up"), texts.T("window.problem.look-up.next")
	case problemServer:
		return texts.T("window.problem.server"), texts.T("window.problem.server.next")
	case problemNoPassword:
		return texts.T("window.problem.no-password"), texts.T("window.problem.no-password.next")
	case problemExport:
		return texts.T("window.problem.export"), texts.T("window.problem.export.next")
	case problemDamaged:
		return texts.T("window.problem.damaged"), texts.T("window.problem.damaged.next", args("Path", p.err.Error()))
	default:
		return texts.T("window.problem.store"), texts.T("window.problem.store.next")
	}
}
