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

// Scan scans messages with all processors and yields the results in the order of the messages, as they come. Errors of
// messages, and those of reading a message, are yielded in their place. Only a few messages are in memory at a time.
func Scan(ctx context.Context, d *detector.Detector, messages iter.Seq2[Message, error], own ...string) iter.Seq2[store.Message, error] {
	return func(yield func(store.Message, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		workers := runtime.GOMAXPROCS(0)
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
