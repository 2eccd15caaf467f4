package imapsync

import (
	"context"
	"time"
)

// dailyShare is the share of what a provider lets all programs together fetch in a day that this one takes, in percent. Who
// goes over the limit can be locked out for a day, with every program. A single message that somebody wants to see is fetched
// all the same, and counts.
const dailyShare = 80

// meter counts what is read from the server of an account, where a provider limits that.
type meter struct {
	p       *Params
	account int64
	counted int64 // octets of those that were read
}

// count remembers how many octets were read so far.
func (m *meter) count(ctx context.Context, read int64) error {
	if m.p.Provider.Daily == 0 {
		return nil
	}
	err := m.p.Store.AddTraffic(ctx, m.account, time.Now(), read-m.counted)
	m.counted = read
	return err
}

// spare counts, and fails with DailyLimit where no more should be read.
func (m *meter) spare(ctx context.Context, read int64) error {
	limit := int64(m.p.Provider.Daily) * 1_000_000 / 100 * dailyShare
	if limit == 0 {
		return nil
	}
	if err := m.count(ctx, read); err != nil {
		return err
	}
	sum, err := m.p.Store.Traffic(ctx, m.account, time.Now())
	if err == nil && sum >= limit {
		err = &Error{Problem: DailyLimit, Doing: "fetch messages from " + m.p.Server.Host, Provider: m.p.Provider}
	}
	return err
}
