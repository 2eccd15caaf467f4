package imapsync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"pixelwacht/detector/message"
	"pixelwacht/imapsync/store"
)

const (
	// maxAsked is how many messages one command asks for: few round trips, and short command lines.
	maxAsked = 200
	// maxHeld is how many octets of messages are in flight together. A few times as much is in the memory.
	maxHeld = 8 << 20
	// maxMessages is how many messages a mailbox may have, whatever the server says.
	maxMessages = 5_000_000
	// chunk is how many octets one command asks for, where that is known: what is larger comes in pieces, so that a slow line
	// has as long for each of them as a command may take.
	chunk = 1 << 20
)

// fetched is what was read of one message: its parts, or all of it.
type fetched struct {
	uid    store.UID
	header []byte // only the fields that the detector reads
	size   int64  // octets
	plan   plan
	whole  bool   // raw is the message
	raw    []byte // complete
	gone   bool   // vanished while it was read
	errors []string
}

// message is what the detector reads.
func (f *fetched) message() *message.Message {
	if f.whole {
		return message.Parse(f.raw)
	}
	var parts []message.Fetched
	encrypted := f.plan.encrypted
	for _, w := range f.plan.parts {
		parts = append(parts, w.Fetched)
		encrypted = encrypted || isPGP(w.Fetched)
	}
	return message.Assemble(f.header, parts, encrypted)
}

// isEmpty reports whether nothing of the message was read.
func (f *fetched) isEmpty() bool {
	return len(f.header) == 0 && len(f.raw) == 0 && !slices.ContainsFunc(f.plan.parts, func(w wanted) bool { return len(w.Body) > 0 })
}

// examine opens a mailbox for reading only, RFC 9051 section 6.3.3.
func (c *client) examine(ctx context.Context, name string) (*imap.SelectData, error) {
	c.selected = store.MailboxState{}
	var data *imap.SelectData
	err := c.run(ctx, fmt.Sprintf("open mailbox %q", name), func() (err error) {
		data, err = c.imap.Select(name, &imap.SelectOptions{ReadOnly: true}).Wait()
		return err
	})
	if err != nil {
		return nil, noMailbox(err, name)
	}
	c.selected = store.MailboxState{Name: name, UIDValidity: store.UIDValidity(data.UIDValidity)}
	return data, nil
}

// noMailbox turns the server's refusal to open the mailbox name into what it most often means.
func noMailbox(err error, name string) error {
	e, ok := err.(*Error)
	if !ok || e.Problem != ServerRefusal {
		return err
	}
	e.Mailbox = name
	if refusal, ok := e.Err.(*imap.Error); ok && refusal.Type == imap.StatusResponseTypeNo {
		switch refusal.Code {
		case "", imap.ResponseCodeNonExistent, imap.ResponseCodeTryCreate, imap.ResponseCodeCannot:
			e.Problem = UnknownMailbox
		}
	}
	return e
}

// uids returns the UIDs of the selected mailbox that match, ascending. A server that names more of them than the
// mailbox has messages, which is most, or than any mailbox has, is not believed.
func (c *client) uids(ctx context.Context, criteria *imap.SearchCriteria, most uint32) ([]store.UID, error) {
	if most == 0 {
		return nil, nil
	}
	var found imap.UIDSet
	err := c.run(ctx, "list messages", func() error {
		var options *imap.SearchOptions
		if caps := c.imap.Caps(); caps.Has(imap.CapESearch) {
			options = &imap.SearchOptions{ReturnAll: true} // RFC 4731: ranges, not single numbers
		}
		data, err := c.imap.UIDSearch(criteria, options).Wait()
		if err == nil {
			found, _ = data.All.(imap.UIDSet)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var uids []store.UID
	const arrivedMeanwhile = 10_000
	limit := min(uint64(most)+arrivedMeanwhile, maxMessages)
	for _, r := range found {
		if r.Start == 0 || r.Stop < r.Start || uint64(len(uids))+uint64(r.Stop-r.Start) >= limit {
			return nil, &Error{Problem: Misunderstood, Doing: "list messages on " + c.server.Host}
		}
		for uid := uint64(r.Start); uid <= uint64(r.Stop); uid++ {
			uids = append(uids, store.UID(uid))
		}
	}
	return uids, nil
}

// flight are messages that are being fetched: first their headers and structures are asked for, then their parts.
// Several flights can be under way at the same time.
type flight struct {
	uids        []store.UID
	description *question
	messages    []*fetched // those that are there
	n           int        // how many of uids they, and those that vanished, are
	bodies      []body
}

// body are sections that are being fetched of messages of one shape.
type body struct {
	group    []*fetched
	question *question
}

// describe asks for headers and structures of messages of the selected mailbox.
func (c *client) describe(ctx context.Context, uids []store.UID) (*flight, error) {
	q, err := c.ask(ctx, uids, &imap.FetchOptions{
		UID: true, RFC822Size: true,
		BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		BodySection:   []*imap.FetchItemBodySection{{Specifier: imap.PartSpecifierHeader, HeaderFields: c.headerFields, Peek: true}},
	})
	return &flight{uids: uids, description: q}, err
}

// plan waits for what was asked of a flight, and decides what to fetch of each message.
func (c *client) plan(ctx context.Context, f *flight) error {
	answers, err := c.answers(ctx, f.description)
	if err != nil {
		return err
	}
	f.n = len(f.uids)
	for _, uid := range f.uids {
		a, ok := answers[uid]
		if !ok {
			continue // vanished meanwhile
		}
		header, ok := a.section(imap.PartSpecifierHeader, nil)
		if !ok {
			return c.incomplete()
		}
		f.messages = append(f.messages, newFetched(uid, a, header))
	}
	if held := batchOf(f.messages, maxHeld); held < len(f.messages) {
		f.n = slices.Index(f.uids, f.messages[held].uid)
		f.messages = f.messages[:held]
	}
	return nil
}

func newFetched(uid store.UID, a *answer, header []byte) *fetched {
	m := &fetched{uid: uid, size: a.size, header: header, plan: plan{doubtful: true}}
	if a.structure != nil {
		m.plan = planOf(a.structure, m.header, m.size)
	}
	m.whole = m.plan.doubtful && m.size <= maxWhole
	if !m.whole {
		m.errors = m.plan.notScanned()
	}
	if m.plan.doubtful && !m.whole {
		m.errors = append(m.errors, "the structure looks broken, and the message is too large to be fetched whole")
	}
	return m
}

// order asks for the parts of a flight that is planned: a handful of commands, one for all messages of the same shape.
func (c *client) order(ctx context.Context, f *flight) error {
	groups := make(map[string][]*fetched)
	var shapes []string // newest first stays newest first
	for _, m := range f.messages {
		shape := m.shape()
		if _, ok := groups[shape]; !ok {
			shapes = append(shapes, shape)
		}
		groups[shape] = append(groups[shape], m)
	}
	for _, shape := range shapes {
		for group := groups[shape]; len(group) > 0; {
			n := batchOf(group, chunk)
			bodies, err := c.orderGroup(ctx, group[:n])
			if err != nil {
				return err
			}
			f.bodies = append(f.bodies, bodies...)
			group = group[n:]
		}
	}
	return nil
}

// orderGroup asks for the parts of messages of the same shape: for each piece of a large part by a command of its own, and for
// all else together.
func (c *client) orderGroup(ctx context.Context, group []*fetched) ([]body, error) {
	var uids []store.UID
	for _, m := range group {
		uids = append(uids, m.uid)
	}
	var commands [][]*imap.FetchItemBodySection
	var together []*imap.FetchItemBodySection
	for _, s := range group[0].sections() {
		if s.Partial != nil {
			commands = append(commands, []*imap.FetchItemBodySection{s})
		} else {
			together = append(together, s)
		}
	}
	if len(together) > 0 {
		commands = append(commands, together)
	}
	var bodies []body
	for _, sections := range commands {
		q, err := c.ask(ctx, uids, &imap.FetchOptions{UID: true, BodySection: sections})
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, body{group, q})
	}
	return bodies, nil
}

// land waits for the parts of a flight, and returns its messages. n is how many of the flight's UIDs are done: less than
// all where the messages are large.
func (c *client) land(ctx context.Context, f *flight) (messages []*fetched, n int, err error) {
	if err := c.take(ctx, f.bodies); err != nil {
		return nil, 0, err
	}
	for _, m := range f.messages {
		if m.whole || m.gone || !m.incomplete() {
			continue
		}
		// The server has described parts that it does not have.
		if m.size > maxWhole {
			m.errors = append(m.errors, "the server does not give a part that it has named")
			continue
		}
		m.whole = true
		bodies, err := c.orderGroup(ctx, []*fetched{m})
		if err != nil {
			return nil, 0, err
		}
		if err := c.take(ctx, bodies); err != nil {
			return nil, 0, err
		}
	}
	return slices.DeleteFunc(f.messages, func(m *fetched) bool { return m.gone }), f.n, nil
}

// take waits for sections, and keeps them.
func (c *client) take(ctx context.Context, bodies []body) error {
	for _, b := range bodies {
		answers, err := c.answers(ctx, b.question)
		if err != nil {
			return err
		}
		for _, m := range b.group {
			a, ok := answers[m.uid]
			switch {
			case !ok:
				m.gone = true
			case len(a.sections) == 0:
				return c.incomplete()
			case m.whole:
				if m.raw, _ = a.section(imap.PartSpecifierNone, nil); m.raw == nil {
					return c.incomplete()
				}
			default:
				m.take(a)
			}
		}
	}
	return nil
}

// fetch reads the first n messages of the selected mailbox, those that are still there, without marking them as seen.
// n is less than asked for where the messages are large.
func (c *client) fetch(ctx context.Context, uids []store.UID) (messages []*fetched, n int, err error) {
	f, err := c.describe(ctx, uids)
	if err != nil {
		return nil, 0, err
	}
	if err := c.plan(ctx, f); err != nil {
		return nil, 0, err
	}
	if err := c.order(ctx, f); err != nil {
		return nil, 0, err
	}
	return c.land(ctx, f)
}

// batchOf is how many messages of a group, one at least, have together no more than most octets to fetch.
func batchOf(group []*fetched, most int64) int {
	var octets int64
	for i, f := range group {
		if octets += f.cost(); i > 0 && octets > most {
			return i
		}
	}
	return len(group)
}

// cost is how many octets there are to fetch.
func (f *fetched) cost() int64 {
	if f.whole {
		return f.size
	}
	var sum int64
	for _, w := range f.plan.parts {
		sum += w.asked
	}
	return sum
}

// shape is equal for messages that are fetched with the same sections.
func (f *fetched) shape() string {
	if f.whole {
		return "whole"
	}
	var sections []string
	for _, s := range f.sections() {
		section := dotted(s.Part)
		if s.Partial != nil {
			section += fmt.Sprintf("<%d.%d>", s.Partial.Offset, s.Partial.Size)
		}
		sections = append(sections, section)
	}
	return strings.Join(sections, " ")
}

// sections are what is fetched of a message.
func (f *fetched) sections() []*imap.FetchItemBodySection {
	if f.whole {
		return []*imap.FetchItemBodySection{{Peek: true}}
	}
	var sections []*imap.FetchItemBodySection
	for _, w := range f.plan.parts {
		if w.asked == 0 {
			continue
		}
		if w.asked == w.size && w.asked <= chunk {
			sections = append(sections, &imap.FetchItemBodySection{Part: w.section, Peek: true})
			continue
		}
		for at := int64(0); at < w.asked; at += chunk {
			piece := &imap.SectionPartial{Offset: at, Size: min(chunk, w.asked-at)}
			sections = append(sections, &imap.FetchItemBodySection{Part: w.section, Peek: true, Partial: piece})
		}
	}
	return sections
}

func (f *fetched) incomplete() bool {
	for _, w := range f.plan.parts {
		if w.asked > 0 && len(w.Body) == 0 {
			return true
		}
	}
	return false
}

// incomplete is the error of an answer without what was asked for. It may be none, but news of the message's flags
// that came in between, RFC 9051 section 7.5.2: then asking again helps.
func (c *client) incomplete() error {
	return &Error{Problem: Misunderstood, Doing: "fetch messages on " + c.server.Host, Err: errors.New("an answer is not complete")}
}

// take keeps the parts that the server gave.
func (f *fetched) take(a *answer) {
	for i := range f.plan.parts {
		w := &f.plan.parts[i]
		for _, s := range a.sections {
			switch {
			case s.Section.Specifier != imap.PartSpecifierNone || !slices.Equal(s.Section.Part, w.section):
			case s.Section.Partial == nil: // all of it, also where the server does not know pieces
				w.Body = s.Bytes
			case s.Section.Partial.Offset == int64(len(w.Body)):
				w.Body = append(w.Body, s.Bytes...)
			}
		}
	}
}

// notScanned says what is left out of a message because it is too large.
func (p *plan) notScanned() []string {
	var errors []string
	for _, w := range p.parts {
		switch {
		case w.asked == w.size:
		case w.asked == 0:
			errors = append(errors, fmt.Sprintf("part %s: not scanned, for the parts before it are too large", w.Section))
		default:
			errors = append(errors, fmt.Sprintf("part %s: only the first %d MB were scanned", w.Section, w.asked>>20))
		}
	}
	return errors
}

// answer is what a server says of one message.
type answer struct {
	size      int64 // octets
	structure imap.BodyStructure
	sections  []imapclient.FetchBodySectionBuffer
}

// partial reports whether the server says where the section starts that it gives.
func (a *answer) partial() bool {
	return slices.ContainsFunc(a.sections, func(s imapclient.FetchBodySectionBuffer) bool { return s.Section.Partial != nil })
}

// section is a section of an answer, nil where the server says NIL; ok is false when it says nothing of it.
func (a *answer) section(specifier imap.PartSpecifier, part []int) (body []byte, ok bool) {
	for _, s := range a.sections {
		if s.Section.Specifier == specifier && slices.Equal(s.Section.Part, part) {
			return s.Bytes, true
		}
	}
	return nil, false
}

// question is a UID FETCH command on its way.
type question struct {
	answered chan struct{}
	answers  map[store.UID]*answer // these and the next belong to nobody before that
	err      error
}

// ask sends one UID FETCH command.
func (c *client) ask(ctx context.Context, uids []store.UID, options *imap.FetchOptions) (*question, error) {
	q := &question{answered: make(chan struct{}), answers: make(map[store.UID]*answer)}
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	if len(set) == 0 {
		close(q.answered)
		return q, nil // an empty set is no command
	}
	var command *imapclient.FetchCommand
	err := c.run(ctx, "fetch messages", func() error {
		command = c.imap.Fetch(set, options)
		return nil
	})
	if err != nil {
		close(q.answered)
		return q, err
	}
	// The client reads nothing else while nobody takes what it reads.
	go func() {
		defer close(q.answered)
		q.err = c.collect(command, q.answers)
	}()
	return q, nil
}

// answers waits for what was asked.
func (c *client) answers(ctx context.Context, q *question) (map[store.UID]*answer, error) {
	err := c.run(ctx, "fetch messages", func() error {
		<-q.answered
		return q.err
	})
	if err != nil {
		return nil, err
	}
	return q.answers, nil
}

// collect takes all answers to a command.
func (c *client) collect(command *imapclient.FetchCommand, answers map[store.UID]*answer) error {
	for data := command.Next(); data != nil; data = command.Next() {
		uid, a, err := read(data)
		if err != nil {
			// QUIRK: go-imap reads on after a failed literal, in two goroutines at once, when the rest of a
			// command is consumed. The connection is of no use any more; its reader ends by itself.
			c.hangUp()
			return err
		}
		answers[uid] = a
	}
	return command.Close()
}

// read takes what a server says of one message. After an error nothing more may be read.
func read(data *imapclient.FetchMessageData) (store.UID, *answer, error) {
	var (
		uid store.UID
		a   answer
	)
	for item := data.Next(); item != nil; item = data.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = store.UID(item.UID)
		case imapclient.FetchItemDataRFC822Size:
			a.size = item.Size
		case imapclient.FetchItemDataBodyStructure:
			a.structure = item.BodyStructure
		case imapclient.FetchItemDataBodySection:
			var body []byte
			if item.Literal != nil { // else NIL
				var err error
				if body, err = readLiteral(item.Literal); err != nil {
					return 0, nil, err
				}
			}
			a.sections = append(a.sections, imapclient.FetchBodySectionBuffer{Section: item.Section, Bytes: body})
		}
	}
	return uid, &a, nil
}

// readLiteral reads a literal to its end.
func readLiteral(literal imap.LiteralReader) ([]byte, error) {
	const most = 1 << 20 // octets to make room for on a server's word alone
	body := bytes.NewBuffer(make([]byte, 0, min(literal.Size(), most)+bytes.MinRead))
	n, err := body.ReadFrom(literal)
	if err == nil && n < literal.Size() {
		err = io.ErrUnexpectedEOF // a literal that is cut off ends like one that is complete
	}
	return body.Bytes(), err
}

// whole reads a complete message in chunks, so that a slow line is no obstacle, up to most octets. ok is false when the
// message is not there.
func (c *client) whole(ctx context.Context, uid store.UID, most int64) (raw []byte, ok bool, err error) {
	for {
		partial := &imap.SectionPartial{Offset: int64(len(raw)), Size: chunk}
		q, err := c.ask(ctx, []store.UID{uid}, &imap.FetchOptions{
			UID: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{{Peek: true, Partial: partial}},
		})
		if err != nil {
			return nil, false, err
		}
		answers, err := c.answers(ctx, q)
		if err != nil {
			return nil, false, err
		}
		a, ok := answers[uid]
		if !ok {
			return nil, false, nil
		}
		piece, ok := a.section(imap.PartSpecifierNone, nil)
		if !ok || piece == nil && len(raw) == 0 {
			return nil, false, c.incomplete()
		}
		if !a.partial() { // the server does not know parts
			raw = nil
		}
		raw = append(raw, piece...)
		if int64(len(raw)) > most {
			return nil, false, &Error{Problem: TooLarge, Doing: "fetch a message from " + c.server.Host}
		}
		// The size alone is no sign of the end: some servers are wrong about it.
		if len(piece) == 0 || !a.partial() || len(piece) < chunk && a.size > 0 && int64(len(raw)) >= a.size {
			return raw, true, nil
		}
	}
}
