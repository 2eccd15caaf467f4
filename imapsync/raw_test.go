package imapsync_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"reflect"
	"slices"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

func TestRawAll(t *testing.T) {
	inbox := mails(20)
	eachServer(t, inbox, func(t *testing.T, server mailServer) {
		before := server.state(t, "INBOX")
		p := server.params(t)
		scan(t, p)
		all, err := p.Store.Messages(t.Context(), store.Filter{})
		if err != nil || len(all) != len(inbox) {
			t.Fatalf("%d messages, %v", len(all), err)
		}
		vanished, renumbered := all[0], all[1]
		vanished.UID, renumbered.UIDValidity = 99, renumbered.UIDValidity+1
		wanted := slices.Insert(slices.Clone(all), 10, vanished, renumbered)

		var wire recorder
		connections := 0
		p.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			connections++
			return wire.dial(ctx, network, address)
		}
		account := imapsync.NewAccount(p)
		var got []store.Message
		err = account.RawAll(t.Context(), wanted, func(m store.Message, raw []byte, err error) error {
			got = append(got, m)
			switch {
			case m.UID == vanished.UID || m.UIDValidity == renumbered.UIDValidity:
				if imapsync.ProblemOf(err) != imapsync.MessageGone {
					t.Errorf("message %d, which is gone: %v", m.UID, err)
				}
			case err != nil || !bytes.Equal(raw, inbox[m.UID-1]):
				t.Errorf("message %d: %d octets, %v", m.UID, len(raw), err)
			}
			return nil
		})
		if err != nil || !reflect.DeepEqual(got, wanted) || connections != 1 {
			t.Errorf("%v: %d of %d messages over %d connections", err, len(got), len(wanted), connections)
		}

		enough, n := errors.New("enough"), 0
		err = account.RawAll(t.Context(), all, func(store.Message, []byte, error) error {
			if n++; n == 3 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || n != 3 {
			t.Errorf("it ends after %d messages with %v", n, err)
		}
		if err := account.RawAll(t.Context(), nil, nil); err != nil || connections != 2 {
			t.Errorf("nothing is asked for: %v, %d connections", err, connections)
		}
		if after := server.state(t, "INBOX"); !reflect.DeepEqual(after, before) {
			t.Error("the mailbox has changed")
		}
		wire.check(t)
	})
}
