package view

import "pixelwacht/assets/translations"

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
)

func newProblem(kind problemKind, err error) *Problem { return &Problem{kind: kind, err: err} }

// What says what happened.
func (p *Problem) What(texts *translations.Texts) string {
	switch p.kind {
	case problemDemo:
		return texts.T("window.problem.demo")
	case problemFiles:
		return texts.T("window.problem.files")
	case problemAccount:
		return texts.T("window.problem.account")
	case problemScan:
		return texts.T("window.problem.scan")
	case problemPreview:
		return texts.T("window.problem.preview")
	case problemCopy:
		return texts.T("window.problem.copy")
	default:
		return texts.T("window.problem.store")
	}
}

// Next says what to do.
func (p *Problem) Next(texts *translations.Texts) string {
	switch p.kind {
	case problemDemo:
		return texts.T("window.problem.demo.next")
	case problemFiles:
		return texts.T("window.problem.files.next")
	case problemAccount:
		return texts.T("window.problem.account.next")
	case problemScan:
		return texts.T("window.problem.scan.next")
	case problemPreview:
		return texts.T("window.problem.preview.next")
	case problemCopy:
		return texts.T("window.problem.copy.next")
	default:
		return texts.T("window.problem.store.next")
	}
}

// Details is the error itself, as it would stand in a log.
func (p *Problem) Details() string { return p.err.Error() }
