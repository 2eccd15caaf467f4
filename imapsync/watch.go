package imapsync

import (
	"context"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Event is what happens while accounts are watched: [Scanning], [Scanned], [Watching], [Reconnecting] or [Ended].
type Event interface{ event() }

// Scanning says that messages are being scanned.
type Scanning struct{ Progress Progress }

// Scanned says that a scan has come to its end, of what there was at first or of what has arrived.
type Scanned struct {
	Summary Summary
	Err     error // what could not be scanned; nil: nothing
}

// Watching says that the account is up to date, and new mail is waited for.
type Watching struct {
	Every   time.Duration // the server does not tell of new mail, so it is asked so often; 0: it does
	Instead string        // the mailbox that it tells of, where the first that was chosen cannot be opened, else ""
}

// Reconnecting says that the server cannot be reached, and when it is tried again. A change of the network or waking from
// sleep makes that earlier.
type Reconnecting struct {
	At      time.Time
	Offline bool // the trouble is with this machine's network rather than with the server
	Err     error
}

// Ended says that an account is not watched any more, before all that are watched together have come to their end.
type Ended struct{ Err error }

func (Scanning) event()     {}
func (Scanned) event()      {}
func (Watching) event()     {}
func (Reconnecting) event() {}
func (Ended) event()        {}

const (
	// idleFor is how long the server is left to tell of news before it is asked whether it is still there, and all
	// mailboxes are looked at. RFC 2177 allows 29 minutes; many routers forget silent connections much earlier.
	idleFor = 9 * time.Minute
	// pollEvery is how often a server is asked that does not tell of news.
	pollEvery = 3 * time.Minute
	// lookAround is how often it is checked whether the machine has slept, or changed its network.
	lookAround = 15 * time.Second
)

// Watch scans the account, goes on to scan mail as it arrives, and calls tell from one goroutine at a time, until ctx is
// done. It makes broken connections anew, for as long as it takes. It returns early only with a problem that needs
// the user, such as a wrong password.
//
// Where the server can (IDLE, RFC 2177) it tells of new mail in the first mailbox on a connection of its own; the others
// are looked at every few minutes. When that mailbox cannot be opened (any more), the next one that can takes its place,
// or else INBOX. Mailboxes that are gone end the watch only where that is so from the beginning, for all of them.
func (a *Account) Watch(ctx context.Context, tell func(Event)) error {
	w := &watch{account: a, tell: tell}
	defer w.hangUp(ctx)
	for failures := 0; ; {
		err := w.round(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			failures = 0
			continue
		}
		w.hangUp(ctx)
		if needsUser(err) {
			return err
		}
		wait := min(5*time.Second<<failures, 5*time.Minute)
		failures = min(failures+1, 10)
		problem := ProblemOf(err)
		if problem == Throttled || problem == DailyLimit {
			wait = time.Hour // providers count by the day
		}
		w.tell(Reconnecting{At: time.Now().Add(wait), Offline: problem == UnknownHost || problem == Unreachable, Err: err})
		if err := w.rest(ctx, wait); err != nil {
			return err
		}
	}
}

// needsUser reports whether trying again is of no use before somebody has changed something.
func needsUser(err error) bool {
	switch ProblemOf(err) {
	case Silence, Disconnected, Unreachable, Refused, UnknownHost, ServerRefusal, Misunderstood, Throttled, DailyLimit:
		return false
	}
	return true
}

// watch is one Watch. Its goroutine owns the connection.
type watch struct {
	account *Account
	tell    func(Event)
	client  *client // on which the server tells of news, nil while there is none
	idles   bool    // the server can
	instead string  // see [Watching]
	scanned bool    // there was a mailbox to scan
}

func (w *watch) hangUp(ctx context.Context) {
	if w.client != nil {
		w.client.logout(context.WithoutCancel(ctx))
		w.client = nil
	}
}

// drop ends the connection while it waits for news, when nothing else can be said on it. There may be nobody at the other
// end any more.
func (w *watch) drop() {
	w.client.close()
	w.client = nil
}

// round scans, and waits until there may be something new to scan.
func (w *watch) round(ctx context.Context) error {
	// The connection is there before the scan, so that the server tells of what arrives meanwhile.
	if err := w.connect(ctx); err != nil {
		return err
	}
	summary, err := w.account.Scan(ctx, func(p Progress) { w.tell(Scanning{p}) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.scanned = w.scanned || summary.Mailboxes > 0
	switch problem := ProblemOf(err); {
	case transient(err), problem == Throttled, problem == DailyLimit:
		return err
	case problem == UnknownMailbox && w.scanned: // it may come back, and there may be others
	case err != nil && summary.Mailboxes == 0 && needsUser(err):
		return err
	}
	w.tell(Scanned{summary, err})
	return w.wait(ctx)
}

// connect makes sure of the connection on which the server is to tell of news, where it can, with the mailbox open of which
// it is to tell.
func (w *watch) connect(ctx context.Context) error {
	if w.client == nil {
		c, err := w.account.p.connect(ctx)
		if err != nil {
			return err
		}
		w.client = c
		err = c.run(ctx, "ask what the server can", func() error {
			w.idles = c.imap.Caps().Has(imap.CapIdle)
			return nil
		})
		if err != nil || !w.idles {
			w.hangUp(ctx)
			return err
		}
	}
	names := w.account.p.chosen()
	if !slices.Contains(names, "INBOX") {
		names = append(names, "INBOX")
	}
	w.instead = ""
	var err error
	for i, name := range names {
		if _, err = w.client.examine(ctx, name); err == nil && i > 0 {
			w.instead = name
		}
		if !refused(err) {
			break
		}
	}
	return err
}

// listen makes the server's unasked news of the mailbox known.
func (c *client) listen() *imapclient.UnilateralDataHandler {
	c.news = make(chan struct{}, 1)
	note := func() {
		select {
		case c.news <- struct{}{}:
		default: // it is known already that there are some
		}
	}
	return &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				note()
			}
		},
		Expunge: func(uint32) { note() },
	}
}

// wait returns when there may be news.
func (w *watch) wait(ctx context.Context) error {
	if w.client == nil {
		w.tell(Watching{Every: pollEvery})
		return w.rest(ctx, pollEvery)
	}
	var idle interface {
		Close() error
		Wait() error
	}
	err := w.client.run(ctx, "wait for mail", func() (err error) {
		idle, err = w.client.imap.Idle()
		return err
	})
	if err != nil {
		return err
	}
	w.tell(Watching{Instead: w.instead})
	timer := time.NewTimer(idleFor)
	defer timer.Stop()
	around := newSurroundings(w.client)
	defer around.stop()
	for waiting := true; waiting; {
		select {
		case <-ctx.Done():
			w.drop()
			return ctx.Err()
		case <-timer.C:
			waiting = false
		case <-w.client.news:
			waiting = false
		case <-w.client.imap.Closed():
			waiting = false // which stopping finds out, and why
		case <-around.ticker.C:
			if around.changed() {
				w.drop()
				return nil
			}
		}
	}
	return w.client.run(ctx, "stop waiting for mail", func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
}

// rest waits for d, or less where the surroundings change.
func (w *watch) rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	around := newSurroundings(nil)
	defer around.stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case <-around.ticker.C:
			if around.changed() {
				return nil
			}
		}
	}
}

// surroundings notice that the machine has slept, or is in another network.
type surroundings struct {
	ticker    *time.Ticker
	last      time.Time
	addresses []string // of this machine
	own       string   // the one of the connection, "" while there is none
}

func newSurroundings(c *client) *surroundings {
	s := &surroundings{ticker: time.NewTicker(lookAround), last: time.Now(), addresses: localAddresses()}
	if c != nil {
		if local, ok := c.wire.LocalAddr().(*net.TCPAddr); ok {
			s.own = local.IP.String()
		}
	}
	return s
}

func (s *surroundings) stop() { s.ticker.Stop() }

// changed reports whether a connection that was there before may be dead, or one that failed may work now.
func (s *surroundings) changed() bool {
	now, addresses := time.Now(), localAddresses()
	defer func() { s.last, s.addresses = now, addresses }()
	if slept(now.Round(0).Sub(s.last.Round(0)), now.Sub(s.last)) {
		return true
	}
	if s.own != "" {
		return !slices.Contains(addresses, s.own) && slices.Contains(s.addresses, s.own)
	}
	return !slices.Equal(addresses, s.addresses)
}

// slept reports whether the machine has slept: the wall clock goes on meanwhile, the one for durations does not.
func slept(wall, monotonic time.Duration) bool { return wall-monotonic > lookAround }

// localAddresses are the IP addresses of this machine, sorted.
func localAddresses() []string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var addresses []string
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok {
			addresses = append(addresses, n.IP.String())
		}
	}
	slices.Sort(addresses)
	return addresses
}
