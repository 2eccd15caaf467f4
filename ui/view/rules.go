package view

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
)

// ModeWord is what a mode of blocking does, as a choice.
func ModeWord(texts *translations.Texts, m block.Mode) string {
	switch m {
	case block.Trackers:
		return texts.T("window.mode.trackers")
	case block.Trust:
		return texts.T("window.mode.trust")
	default:
		return texts.T("window.mode.all")
	}
}

// RuleModes are the modes that can be chosen for one sender.
func RuleModes() []block.Mode { return []block.Mode{block.All, block.Trackers, block.Trust} }

// RuleRow is a rule for one sender, or for everybody at a domain.
type RuleRow struct {
	Sender string // the rule's key, see [block.Rules]
	Name   string // as people say it
	Mode   block.Mode
}

// Rules are the rules for single senders, in the order of their domains.
func (a *App) Rules() []RuleRow {
	rows := make([]RuleRow, 0, len(a.rules))
	for sender, mode := range a.rules {
		row := RuleRow{Sender: sender, Name: sender, Mode: mode}
		if domain, ok := strings.CutPrefix(sender, "@"); ok {
			row.Name = a.texts.T("window.rule.domain", args("Domain", domain))
		}
		rows = append(rows, row)
	}
	domain := func(sender string) string { return sender[strings.LastIndexByte(sender, '@')+1:] }
	slices.SortFunc(rows, func(x, y RuleRow) int {
		return cmp.Or(cmp.Compare(domain(x.Sender), domain(y.Sender)), cmp.Compare(x.Sender, y.Sender))
	})
	return rows
}

// Rule is the rule for an address or "@domain" itself, "" where there is none.
func (a *App) Rule(sender string) block.Mode {
	key, _ := block.Sender(sender)
	return a.rules[key]
}

// CanSetRules reports whether there is a place to keep rules in.
func (a *App) CanSetRules() bool { return a.opened != nil }

// SetRule makes mode the rule for a sender, an address or a domain; ok is false for anything else. The mode "" removes
// the rule.
func (a *App) SetRule(sender string, mode block.Mode) (ok bool) {
	key, ok := block.Sender(sender)
	if !ok || a.opened == nil {
		return false
	}
	o := a.opened
	a.using(o, func(ctx context.Context) func() {
		err := setRule(ctx, o.Store, key, mode)
		return func() {
			if err != nil {
				a.problem = newProblem(problemStore, err)
				a.p.Changed(ScanChanged)
			}
			a.readKept()
		}
	})
	return true
}

func setRule(ctx context.Context, s *store.Store, key string, mode block.Mode) error {
	if mode != "" {
		return s.SetRule(ctx, key, mode)
	}
	if err := s.RemoveRule(ctx, key); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// readKept reads from the open source's store what the pages about protection show.
func (a *App) readKept() {
	o := a.opened
	a.using(o, func(ctx context.Context) func() {
		rules, err := o.Store.Rules(ctx)
		blocked, blockedErr := o.Store.Blocked(ctx, time.Time{})
		return func() { a.haveKept(o, rules, blocked, errors.Join(err, blockedErr)) }
	})
}

func (a *App) haveKept(o *openSource, rules block.Rules, blocked store.Blocked, err error) {
	switch {
	case a.opened != o:
		return
	case err != nil && !errors.Is(err, context.Canceled):
		a.problem = newProblem(problemStore, err)
		a.p.Changed(ScanChanged)
	case err == nil:
		a.rules, a.blocked = rules, blocked
	}
	a.p.Changed(RulesChanged)
}

// blocker returns what makes blocked copies of the messages of o, by the user's choice, rules and own verdicts, and by the
// other messages of a sender, at the time when it is asked for. Messages of the demo carry the hosts of real services: whatever the rules say, they are blocked in full.
func (a *App) blocker(o *Opened) func(context.Context) (block.Blocker, error) {
	b := a.p.Blocker
	if o.Demo {
		b.Mode = block.All
		return func(context.Context) (block.Blocker, error) { return b, nil }
	}
	b.Mode = a.Settings().BlockMode()
	return func(ctx context.Context) (_ block.Blocker, err error) {
		// Another program may have changed them.
		if b.Rules, err = o.Store.Rules(ctx); err != nil || b.Mode != block.Trackers && len(b.Rules) == 0 {
			return b, err
		}
		own, err := o.Store.Overrides(ctx)
		b.Detector, b.Evidence = b.Detector.Overruled(own), o.Store.Evidence(ctx)
		return b, err
	}
}
