package mailfile

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"pixelwacht/detector"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync/store"
)

// maxKept is how much the results of a first pass may take before the rest is scanned again, in octets or so.
const maxKept = 64 << 20

// Scan scans messages with all processors and yields the results in the order of the messages. Errors of messages, and
// those of reading a message, are yielded in their place.
//
// The messages of a sender are compared with each other, so nothing is yielded before all have been scanned once. The
// results of the first messages are kept meanwhile; the messages for which there is no room are scanned a second time.
// So messages is ranged over once or twice, and memory has a bound.
func Scan(ctx context.Context, d *detector.Detector, messages iter.Seq2[Message, error], own ...string) iter.Seq2[store.Message, error] {
	return twice(ctx, d.Overrides(), messages, maxKept, func(m iter.Seq2[Message, error]) iter.Seq2[store.Message, error] {
		return scanOnce(ctx, d, m, own)
	})
}

// outcome is what became of one message.
type outcome struct {
	result store.Message
	err    error
}

// place is where a message is.
type place struct {
	file   string
	offset int64
}

// twice is Scan with the things it is made of: what overrules verdicts, how much is kept, and what a pass is.
func twice(ctx context.Context, own detector.Overrides, messages iter.Seq2[Message, error], most int, pass func(iter.Seq2[Message, error]) iter.Seq2[store.Message, error]) iter.Seq2[store.Message, error] {
	return func(yield func(store.Message, error) bool) {
		history := detector.NewHistory()
		var kept []outcome
		room, complete := most, true
		for result, err := range pass(messages) {
			for _, s := range detector.Sightings(result.Result) {
				history.Add(s)
			}
			if room -= size(result.Result); room < 0 {
				complete = false
				continue
			}
			kept = append(kept, outcome{result, err})
		}
		done := make(map[place]bool, len(kept))
		for i := range kept {
			k := kept[i]
			kept[i] = outcome{} // so that memory shrinks while somebody reads slowly
			done[place{k.result.File, k.result.Offset}] = true
			if !yield(judged(history, own, k.result), k.err) {
				return
			}
		}
		if complete || ctx.Err() != nil {
			return
		}
		for result, err := range pass(without(messages, done)) {
			if !yield(judged(history, own, result), err) {
				return
			}
		}
	}
}

// judged is a result with the verdicts of all messages together, and the user's own.
func judged(h *detector.History, own detector.Overrides, m store.Message) store.Message {
	m.Result = own.Apply(h.Judge(m.Result))
	return m
}

// without leaves out the messages at the places in done.
func without(messages iter.Seq2[Message, error], done map[place]bool) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for m, err := range messages {
			if !done[place{m.File, m.Offset}] && !yield(m, err) {
				return
			}
		}
	}
}

// size is about how much memory a result takes, in octets.
func size(r detector.Result) int {
	n := 1000 + len(r.Subject)
	for _, f := range r.Findings {
		n += 500 + 2*len(f.URL)
	}
	for _, c := range r.Candidates {
		n += 500 + 2*len(c.URL)
	}
	for _, a := range r.Recipients {
		n += 16 + len(a)
	}
	return n
}

// scanOnce scans messages with all processors and yields the results in the order of the messages, as they come. Only a
// few messages are in memory at a time.
func scanOnce(ctx context.Context, d *detector.Detector, messages iter.Seq2[Message, error], own []string) iter.Seq2[store.Message, error] {
	return func(yield func(store.Message, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		// Where there is a window, Go uses more threads than there are processors.
		workers := min(runtime.NumCPU(), runtime.GOMAXPROCS(0))
		jobs := make(chan *job)
		ordered := make(chan *job, 4*workers)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		for range workers {
			running.Go(func() {
				for j := range jobs {
					j.result, j.err = scan(d, j.message, own)
					close(j.done)
				}
			})
		}
		running.Go(func() {
			defer close(ordered)
			defer close(jobs)
			for m, err := range messages {
				j := &job{message: m, err: err, done: make(chan struct{})}
				select {
				case ordered <- j:
				case <-ctx.Done():
					return
				}
				if err != nil {
					j.result.File = m.File
					close(j.done)
					continue
				}
				jobs <- j
			}
		})
		for j := range ordered {
			<-j.done
			if !yield(j.result, j.err) {
				return
			}
		}
		if err := context.Cause(ctx); err != nil {
			yield(store.Message{}, err)
		}
	}
}

type job struct {
	message Message
	result  store.Message
	err     error
	done    chan struct{} // closed when result and err are set
}

func scan(d *detector.Detector, m Message, own []string) (store.Message, error) {
	result := store.Message{File: m.File, Index: m.Index, Offset: m.Offset, Length: m.Length}
	raw, err := m.Content()
	if err != nil {
		return result, err
	}
	result.Result = d.Scan(message.Parse(raw), own...)
	return result, nil
}
