package imapsync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/sync/errgroup"

	"pixelwacht/imapsync/store"
)

// Scan brings the store up to date with the server: it scans the messages that the store does not know, newest first,
// and marks as gone those that vanished. It calls progress from one goroutine at a time. When ctx is done it returns
// early with ctx's error; what was scanned until then is in the store, and the next Scan goes on from there. The verdicts
// that it reports are provisional: those in the store improve with the mail that is scanned after them.
//
// A connection that breaks is made anew a few times. A message that cannot be read is stored with an error, unless the
// trouble may pass: then it is left for the next Scan. Such messages, and a mailbox that cannot be opened (any more),
// do not keep the others from being scanned; their errors are returned in the end.
func (a *Account) Scan(ctx context.Context, progress func(Progress)) (Summary, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &scan{p: &a.p, progress: progress, batches: make(chan batch, 1)}
	account, err := a.p.Store.Account(ctx, store.IMAP, a.Name())
	if err != nil {
		return s.summary, err
	}
	s.account, s.meter = account, meter{p: &a.p, account: account.ID}
	defer s.hangUp(ctx)
	if s.client, err = a.p.connect(ctx); err != nil {
		return s.summary, err
	}

	var judges sync.WaitGroup
	scanned := make(chan scannedBatch)
	judges.Go(func() { s.detectAll(scanned) })
	judges.Go(func() {
		// What was fetched is scanned and saved even when ctx is done meanwhile.
		if err := s.save(context.WithoutCancel(ctx), scanned); err != nil {
			cancel(err)
			for range scanned { // is of no use any more
			}
		}
	})
	err = s.fetchAll(ctx)
	err = errors.Join(err, s.meter.count(context.WithoutCancel(ctx), s.read()))
	close(s.batches)
	judges.Wait()
	s.summary.BytesRead = s.read()
	if cause := context.Cause(ctx); cause != nil {
		return s.summary, cause
	}
	for _, w := range s.complete { // not before, for its last messages may have been on their way to the store
		if failed := s.p.Store.SetUIDNext(ctx, w.mailbox.ID, w.uidNext); failed != nil {
			return s.summary, errors.Join(err, failed)
		}
	}
	_, failed := s.p.Store.Compare(ctx)
	return s.summary, errors.Join(err, failed)
}

// scan is one run over an account. The goroutine of Scan owns the connection; one more scans what it fetched, and another
// one saves that.
type scan struct {
	p        *Params
	account  store.Account
	progress func(Progress)
	client   *client
	failures int    // since the last batch that was fetched
	pauses   int    // that the server wanted since then
	lost     error  // why there is no connection any more
	shut     error  // why the mailbox that is fetched cannot be opened any more
	waiting  int    // messages of that mailbox that are still to be fetched
	left     int    // messages of that mailbox that are left for the next scan
	leftFor  error  // why the first of them is
	complete []work // mailboxes with nothing left
	batches  chan batch
	meter    meter

	total   atomic.Int64 // messages to scan
	summary Summary      // the counts of messages belong to save, the others to fetchAll, until both are done
}

// batch are messages of one mailbox.
type batch struct {
	mailbox  store.MailboxState
	messages []*fetched
	pause    time.Duration // that the server wants before the next ones
}

// work is what is to be done in a mailbox.
type work struct {
	mailbox store.MailboxState
	uids    []store.UID // newest first
	uidNext store.UID   // of the mailbox before they were listed, 0 where the server does not say
}

// read is how many octets were read.
func (s *scan) read() int64 { return s.summary.BytesRead + s.client.wire.total.Load() }

// hangUp ends the connection, politely where there is still one.
func (s *scan) hangUp(ctx context.Context) {
	if s.client != nil {
		s.client.logout(ctx)
	}
}

// fetchAll brings one mailbox after the other up to date, so that the first results do not wait for the last mailbox.
func (s *scan) fetchAll(ctx context.Context) error {
	names, err := s.client.mailboxes(ctx, s.p)
	if err != nil {
		return err
	}
	before, now, err := s.extents(ctx, names)
	if err != nil {
		return err
	}
	var todo []string
	expected := map[string]int{}
	for _, name := range names {
		if e, known := before[name]; known && e.UIDNext > 0 && e == now[name] && !s.p.Full {
			s.summary.Mailboxes++
			continue
		}
		expected[name] = s.expect(before[name], now[name])
		s.total.Add(int64(expected[name]))
		todo = append(todo, name)
	}
	if err := s.report(ctx, batch{}); err != nil { // says the total
		return err
	}
	var failed []error
	stop := func(err error) error { return errors.Join(slices.Insert(failed, 0, err)...) } // what ended the scan is told first
	for _, name := range todo {
		w, err := s.lookUntil(ctx, name)
		s.total.Add(int64(len(w.uids) - expected[name]))
		if e := now[name]; w.uidNext == 0 && e.UIDValidity == w.mailbox.UIDValidity {
			w.uidNext = e.UIDNext // QUIRK: Courier says it only when it is asked for it
		}
		if problem := ProblemOf(err); problem == UnknownMailbox || problem == ServerRefusal {
			failed = append(failed, err)
			continue
		} else if err != nil {
			return stop(err)
		}
		s.summary.Mailboxes++
		err = s.fetchMailbox(ctx, w)
		if s.left > 0 {
			failed = append(failed, fmt.Errorf("mailbox %q: messages left for the next scan: %d: %w", name, s.left, s.leftFor))
		}
		switch {
		case err != nil && s.shut == nil:
			return stop(err)
		case err != nil:
			failed = append(failed, err)
		case s.left == 0 && !s.p.bounded():
			s.complete = append(s.complete, w)
		}
	}
	return errors.Join(failed...)
}

// report hands a batch over.
func (s *scan) report(ctx context.Context, b batch) error {
	select {
	case s.batches <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// extents are what the mailboxes held that the store knows, and what all of them hold now. Where the two are the same there
// is nothing new in a mailbox, and nothing gone: a message that is new has a UID of UIDNEXT or above, and changes that, and
// one that is gone changes how many there are. Flags may have changed, which is of no interest, so that HIGHESTMODSEQ
// (RFC 7162) would say nothing more.
func (s *scan) extents(ctx context.Context, names []string) (before, now map[string]store.Extent, err error) {
	if before, err = s.p.Store.Extents(ctx, s.account.ID); err != nil {
		return nil, nil, err
	}
	now, err = s.client.extents(ctx, names)
	return before, now, err
}

// expect is about how many messages of a mailbox there are to scan.
func (s *scan) expect(before, now store.Extent) int {
	n := now.Messages
	if !s.p.Full && before.UIDValidity == now.UIDValidity {
		n = max(n-before.Messages, 0)
	}
	switch {
	case !s.p.Since.IsZero():
		return 0 // only a search can tell
	case s.p.Last > 0:
		return min(n, s.p.Last)
	}
	return n
}

// lookUntil is look on a connection that may have been lost meanwhile, and may be lost again.
func (s *scan) lookUntil(ctx context.Context, name string) (work, error) {
	for {
		var w work
		err := s.connected(ctx)
		if err == nil {
			w, err = s.look(ctx, name)
		}
		problem := ProblemOf(err)
		if err == nil || problem == Misunderstood || refused(err) && problem != Throttled || s.summary.Mailboxes == 0 {
			return w, err
		}
		if !refused(err) {
			s.client.close()
		}
		if err := s.giveUp(ctx, err); err != nil {
			return w, err
		}
	}
}

// look opens a mailbox, marks as gone what vanished, and lists what is to be scanned.
func (s *scan) look(ctx context.Context, name string) (work, error) {
	data, err := s.client.examine(ctx, name)
	if err != nil {
		return work{}, err
	}
	state, err := s.p.Store.Mailbox(ctx, s.account.ID, name, store.UIDValidity(data.UIDValidity))
	if err != nil {
		return work{}, err
	}
	present, err := s.client.uids(ctx, &imap.SearchCriteria{}, data.NumMessages)
	if err != nil {
		return work{}, err
	}
	known, err := s.p.Store.KnownUIDs(ctx, state.ID)
	if err != nil {
		return work{}, err
	}
	gone := without(known, present)
	if err := s.p.Store.MarkGone(ctx, state.ID, gone); err != nil {
		return work{}, err
	}
	s.summary.Gone += len(gone)

	if !s.p.Since.IsZero() && len(present) > 0 {
		if present, err = s.client.uids(ctx, &imap.SearchCriteria{Since: s.p.Since}, data.NumMessages); err != nil {
			return work{}, err
		}
	}
	if n := len(present) - s.p.Last; s.p.Last > 0 && n > 0 {
		present = present[n:]
	}
	uids := present
	if !s.p.Full {
		uids = without(present, known)
	}
	slices.Reverse(uids)
	return work{mailbox: state, uids: uids, uidNext: store.UID(data.UIDNext)}, nil
}

// without returns the UIDs of a that are not in b. Both are ascending.
func without(a, b []store.UID) []store.UID {
	var rest []store.UID
	for _, uid := range a {
		if _, found := slices.BinarySearch(b, uid); !found {
			rest = append(rest, uid)
		}
	}
	return rest
}

// fetchMailbox reads the messages of one mailbox: quickly, and where there is trouble, carefully.
func (s *scan) fetchMailbox(ctx context.Context, w work) error {
	s.shut, s.left, s.leftFor = nil, 0, nil
	s.waiting = len(w.uids)
	for rest := w.uids; len(rest) > 0; {
		done, stuck, err := s.stream(ctx, w.mailbox, rest)
		rest = rest[done:]
		if err != nil {
			if err = s.giveUp(ctx, err); err == nil {
				err = s.fetch(ctx, w.mailbox, rest[:stuck])
				rest = rest[stuck:]
			}
		}
		if err != nil {
			if ctx.Err() == nil { // else they are what the next scan has to do
				s.total.Add(-int64(s.waiting))
			}
			return err
		}
	}
	return nil
}

// stream reads messages and hands them over, with the line never idle: while the parts of some messages arrive, the
// structures of the next ones have been asked for. Up to the first trouble it does that; the first done of the messages
// are settled then, and the trouble is with one of the next few, which are stuck.
//
// The first messages are few, so that people see something soon.
func (s *scan) stream(ctx context.Context, mailbox store.MailboxState, uids []store.UID) (done, stuck int, err error) {
	var asked int
	size := 25
	describe := func() (*flight, error) {
		n := min(size, len(uids)-asked)
		if n == 0 {
			return nil, nil
		}
		if err := s.meter.spare(ctx, s.read()); err != nil {
			return nil, err
		}
		f, err := s.client.describe(ctx, uids[asked:asked+n])
		asked, size = asked+n, min(2*size, maxAsked)
		return f, err
	}
	land := func(f *flight) error {
		messages, n, err := s.client.land(ctx, f)
		if err != nil {
			return err
		}
		s.failures, s.pauses = 0, 0
		if err := s.settle(ctx, mailbox, n, messages); err != nil {
			return err
		}
		done += n
		if n < len(f.uids) {
			err = s.fetch(ctx, mailbox, f.uids[n:])
			done += len(f.uids) - n
		}
		return err
	}
	err = s.try(ctx, mailbox, func() error {
		var before *flight
		next, err := describe()
		for err == nil && next != nil {
			f := next
			if err = s.client.plan(ctx, f); err != nil {
				break
			}
			if next, err = describe(); err != nil {
				break
			}
			if err = s.client.order(ctx, f); err != nil {
				break
			}
			if before != nil {
				if err = land(before); err != nil {
					break
				}
			}
			before = f
		}
		if err == nil && before != nil {
			err = land(before)
		}
		return err
	})
	return done, min(2*maxAsked, len(uids)-done), err
}

// settle hands over what became of n messages; those that are missing have vanished, or are left for the next scan.
func (s *scan) settle(ctx context.Context, mailbox store.MailboxState, n int, messages []*fetched) error {
	s.waiting -= n
	s.total.Add(int64(len(messages) - n))
	return s.report(ctx, batch{mailbox: mailbox, messages: messages})
}

// maxFailures is how often fetching may fail in a row before the scan gives up. It is enough to find one bad message
// in a batch by halving.
const maxFailures = 20

// fetch reads messages and hands them over. A batch that fails is halved, until it is clear which message it is that
// cannot be read; that one is fetched whole, and if that fails as well, it is stored with an error.
func (s *scan) fetch(ctx context.Context, mailbox store.MailboxState, uids []store.UID) error {
	for attempt := 1; len(uids) > 0; attempt++ {
		var (
			messages []*fetched
			n        int
		)
		err := s.try(ctx, mailbox, func() (err error) {
			messages, n, err = s.client.fetch(ctx, uids)
			return err
		})
		if err == nil {
			if err := s.settle(ctx, mailbox, n, messages); err != nil {
				return err
			}
			uids, attempt = uids[n:], 0
			continue
		}
		if err := s.giveUp(ctx, err); err != nil {
			return err
		}
		switch {
		case ProblemOf(err) == Throttled:
			attempt = 0 // it has nothing to do with the messages
		case attempt == 1 && (temporary(err) || len(uids) == 1):
			if refused(err) { // else connecting again takes its time
				if err := s.p.sleep(ctx, s.patience()); err != nil {
					return err
				}
			}
		case len(uids) == 1:
			return s.fetchHard(ctx, mailbox, uids[0])
		default:
			half := len(uids) / 2
			if err := s.fetch(ctx, mailbox, uids[:half]); err != nil {
				return err
			}
			uids, attempt = uids[half:], 0
		}
	}
	return nil
}

// fetchHard reads a message of which the structure cannot be read, and hands it over.
func (s *scan) fetchHard(ctx context.Context, mailbox store.MailboxState, uid store.UID) error {
	f := &fetched{uid: uid, whole: true}
	var present bool
	err := s.try(ctx, mailbox, func() (err error) {
		f.raw, present, err = s.client.whole(ctx, uid, maxWhole)
		return err
	})
	if err != nil {
		if err := s.giveUp(ctx, err); err != nil {
			return err
		}
		if temporary(err) || !s.isWell(ctx, mailbox, uid) {
			if s.left++; s.leftFor == nil {
				s.leftFor = err
			}
			return s.settle(ctx, mailbox, 1, nil)
		}
		f.errors = []string{"the message could not be read: " + err.Error()}
	} else if !present {
		return s.settle(ctx, mailbox, 1, nil)
	}
	return s.settle(ctx, mailbox, 1, []*fetched{f})
}

// isWell reports whether the server can say the flags of a message that cannot be read: then the message is to blame, else
// the server is, and may be better at it another time.
func (s *scan) isWell(ctx context.Context, mailbox store.MailboxState, uid store.UID) bool {
	return s.try(ctx, mailbox, func() error {
		q, err := s.client.ask(ctx, []store.UID{uid}, &imap.FetchOptions{UID: true, Flags: true})
		if err == nil {
			_, err = s.client.answers(ctx, q)
		}
		return err
	}) == nil
}

// giveUp counts a failure, and returns err when there is no point in going on.
func (s *scan) giveUp(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := cmp.Or(s.lost, s.shut); err != nil {
		return err
	}
	switch ProblemOf(err) {
	case Throttled:
		return s.pause(ctx, err)
	case Silence:
		s.failures += maxFailures / 4 // each takes long
	case Disconnected, Misunderstood, ServerRefusal, TooLarge:
		s.failures++
	default:
		return err
	}
	if s.failures >= maxFailures {
		return err
	}
	return nil
}

// maxPause is the longest break that a scan makes. Who wants a longer one has a quota for the day, or for hours.
const maxPause = 10 * time.Minute

// suggestedBackoff is how Microsoft says in milliseconds how long a break it wants.
var suggestedBackoff = regexp.MustCompile(`(?i)backoff time\D{0,3}(\d{1,12})`)

// pause gives the server the break that it wants, a longer one each time: 30 seconds, a minute, up to eight. It says so in
// the progress. When that does not help it returns err, the throttling: what is left is for another day.
func (s *scan) pause(ctx context.Context, err error) error {
	d := 30 * time.Second << s.pauses
	if m := suggestedBackoff.FindStringSubmatch(err.Error()); m != nil {
		milliseconds, _ := strconv.ParseInt(m[1], 10, 64) // at most 12 digits
		d = max(d, time.Duration(milliseconds)*time.Millisecond)
	}
	if d > maxPause {
		return err
	}
	s.pauses++
	if err := s.report(ctx, batch{pause: d}); err != nil {
		return err
	}
	return s.p.sleep(ctx, d)
}

// try calls f with a connection on which the mailbox is selected.
func (s *scan) try(ctx context.Context, mailbox store.MailboxState, f func() error) error {
	if err := s.open(ctx, mailbox); err != nil {
		return err
	}
	err := f()
	if err == nil {
		s.failures, s.pauses = 0, 0
	} else if !refused(err) {
		s.client.close()
	}
	return err
}

// open makes sure that there is a connection with the mailbox selected.
func (s *scan) open(ctx context.Context, mailbox store.MailboxState) error {
	if err := s.connected(ctx); err != nil {
		return err
	}
	if s.client.selected.Name == mailbox.Name && s.client.selected.UIDValidity == mailbox.UIDValidity {
		return nil
	}
	_, err := s.client.examine(ctx, mailbox.Name)
	if refused(err) {
		s.shut = err
	} else if err == nil && s.client.selected.UIDValidity != mailbox.UIDValidity {
		s.shut = fmt.Errorf("mailbox %q: %w while it was scanned: scan again", mailbox.Name, store.ErrRenumbered)
		return s.shut
	}
	return err
}

// connected makes sure that there is a connection.
func (s *scan) connected(ctx context.Context) error {
	select {
	case <-s.client.imap.Closed():
		return s.reconnect(ctx)
	default:
		return nil
	}
}

// patience is how long to wait after the failures up to now.
func (s *scan) patience() time.Duration { return time.Duration(s.failures/2) * time.Second }

// reconnect replaces the connection. It waits longer from one attempt to the next.
func (s *scan) reconnect(ctx context.Context) error {
	s.summary.BytesRead += s.client.wire.total.Swap(0)
	const attempts = 5
	wait := s.patience()
	for attempt := 1; ; attempt++ {
		if wait > 0 {
			if err := s.p.sleep(ctx, wait); err != nil {
				return err
			}
		}
		c, err := s.p.connect(ctx)
		if err == nil {
			s.client = c
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if ProblemOf(err) == Throttled {
			if s.lost = s.pause(ctx, err); s.lost != nil {
				return s.lost
			}
			attempt, wait = 0, 0
			continue
		}
		if !transient(err) || attempt == attempts {
			s.lost = err
			return err
		}
		wait = time.Second << attempt
	}
}

// firstComparison is after how many messages those of before are judged again for the first time in a run. It happens
// again each time their number has doubled, so that people see verdicts improve and the work stays linear; but only
// while the line is slower than the judging.
const firstComparison = 400

// scannedBatch is what was found in the messages of a batch.
type scannedBatch struct {
	mailbox store.MailboxState
	results []store.Message
	pause   time.Duration // that the server wants before the next ones
}

// detectAll scans batches until there are no more.
func (s *scan) detectAll(scanned chan<- scannedBatch) {
	defer close(scanned)
	for b := range s.batches {
		scanned <- scannedBatch{b.mailbox, s.detect(b), b.pause}
	}
}

// save saves what was found and reports progress, until there is no more.
func (s *scan) save(ctx context.Context, scanned <-chan scannedBatch) error {
	saver, compareAt := s.p.Store.Saver(), firstComparison
	for b := range scanned {
		if err := saver.Save(ctx, s.account, b.mailbox.ID, b.results); err != nil {
			return err
		}
		for _, m := range b.results {
			s.summary.Messages++
			if m.Tracked {
				s.summary.Tracked++
			}
		}
		if s.summary.Messages >= compareAt && len(s.batches) == 0 {
			compareAt = 2 * s.summary.Messages
			if _, err := s.p.Store.Compare(ctx); err != nil {
				return err
			}
		}
		s.progress(Progress{Mailbox: b.mailbox.Name, Done: s.summary.Messages, Total: int(s.total.Load()), New: b.results, Pause: b.pause})
	}
	return nil
}

// detect scans messages on all processors.
func (s *scan) detect(b batch) []store.Message {
	messages := make([]store.Message, len(b.messages))
	own := s.p.own()
	var workers errgroup.Group
	workers.SetLimit(min(runtime.NumCPU(), runtime.GOMAXPROCS(0)))
	for i, f := range b.messages {
		workers.Go(func() error {
			result := s.p.Detector.Scan(f.message(), own...)
			result.Errors = append(slices.Clip(result.Errors), f.errors...)
			if f.isEmpty() {
				result.Digest = "" // else all of which nothing could be read were copies of each other
			}
			messages[i] = store.Message{UID: f.uid, UIDValidity: b.mailbox.UIDValidity, Result: result}
			return nil
		})
	}
	_ = workers.Wait() // none fails
	return messages
}
