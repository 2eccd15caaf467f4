package imapsync

import (
	"context"
	"time"
)

// dailyShare is the share of what a provider lets all programs together fetch in a day that scans take, in percent. Who goes
// over the limit can be locked out for a day, with every program.
const dailyShare = 80

// spare counts what was read, and fails with DailyLimit where no more should be.
func (s *scan) spare(ctx context.Context) error {
	limit := int64(s.p.Provider.Daily) * 1_000_000 / 100 * dailyShare
	if limit == 0 {
		return nil
	}
	if err := s.count(ctx); err != nil {
		return err
	}
	read, err := s.p.Store.Traffic(ctx, s.account.ID, time.Now())
	if err == nil && read >= limit {
		err = &Error{Problem: DailyLimit, Doing: "fetch messages from " + s.p.Server.Host, Provider: s.p.Provider}
	}
	return err
}

// count remembers what was read since it was called last, where a provider limits that.
func (s *scan) count(ctx context.Context) error {
	if s.p.Provider.Daily == 0 {
		return nil
	}
	read := s.summary.BytesRead + s.client.wire.total.Load()
	err := s.p.Store.AddTraffic(ctx, s.account.ID, time.Now(), read-s.counted)
	s.counted = read
	return err
}
