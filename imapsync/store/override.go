package store

import (
	"context"
	"database/sql"
	"strings"

	"pixelwacht/detector"
)

// Overrides returns the user's own verdicts.
func (s *Store) Overrides(ctx context.Context) (detector.Overrides, error) {
	var all detector.Overrides
	err := s.view(ctx, "read verdicts from", func(tx *sql.Tx) (err error) {
		all, err = readOverrides(ctx, tx)
		return err
	})
	return all, err
}

// SetOverride makes v the user's verdict on a pattern, "" takes it back, and judges the messages that it concerns again. It
// returns how many results have changed.
func (s *Store) SetOverride(ctx context.Context, p detector.Pattern, v detector.Verdict) (changed int, err error) {
	err = s.update(ctx, "set verdict in", func(tx *sql.Tx) (err error) {
		if v == "" {
			_, err = tx.ExecContext(ctx, "DELETE FROM overrides WHERE correspondent = ? AND template = ?", p.Correspondent, p.Template)
		} else {
			_, err = tx.ExecContext(ctx, `INSERT INTO overrides (correspondent, template, verdict) VALUES (?1, ?2, ?3)
				ON CONFLICT (correspondent, template) DO UPDATE SET verdict = ?3`, p.Correspondent, p.Template, v)
		}
		if err != nil {
			return err
		}
		return compareLater(ctx, tx, p.Correspondent)
	})
	if err != nil {
		return 0, err
	}
	return s.Compare(ctx)
}

// ReadOverrides returns the user's own verdicts in the database in the folder dir, as [ReadRules] does the rules.
func ReadOverrides(ctx context.Context, dir string) (detector.Overrides, error) {
	var all detector.Overrides
	err := peek(ctx, dir, "overrides", func(db *sql.DB) (err error) {
		all, err = readOverrides(ctx, db)
		return err
	})
	return all, err
}

func readOverrides(ctx context.Context, db queryer) (detector.Overrides, error) {
	all := detector.Overrides{}
	rows, err := db.QueryContext(ctx, "SELECT correspondent, template, verdict FROM overrides")
	err = each(rows, err, func(rows *sql.Rows) error {
		var p detector.Pattern
		var v detector.Verdict
		err := rows.Scan(&p.Correspondent, &p.Template, &v)
		all[p] = v
		return err
	})
	return all, err
}

// DisputeReport is a text by which the user can tell others of a verdict that is wrong. It names the finding's pattern and
// service, why it was taken for what it was, and what the user says; there is no address, token, subject or date in it.
func DisputeReport(from detector.Address, f detector.Finding, v detector.Verdict) string {
	p, ok := detector.PatternOf(from, f)
	if !ok {
		return ""
	}
	if strings.Contains(p.Correspondent, "@") {
		p.Correspondent = "(a person)"
	}
	confidence := f.Confidence
	var reasons []string
	for _, r := range f.Reasons {
		if r != detector.OwnVerdict {
			reasons = append(reasons, string(r))
		}
	}
	if f.Overruled != "" {
		confidence = f.Overruled
	}
	lines := []string{
		"sender: " + p.Correspondent, "template: " + p.Template, "where: " + f.Where, "provider: " + f.Provider, "kind: " + string(f.Kind),
		"confidence: " + string(confidence), "reasons: " + strings.Join(reasons, " "), "user's verdict: " + string(v),
	}
	return strings.Join(lines, "\n") + "\n"
}
