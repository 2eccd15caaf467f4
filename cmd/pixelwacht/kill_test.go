package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pixelwacht/detector/corpustest"
	"pixelwacht/imapsync/servertest"
)

// A program that is killed, however often and wherever it is, goes on with the next run, and ends with the store of one
// that nothing has disturbed: no message is missing or there twice, and no verdict differs.
func TestKilledSync(t *testing.T) {
	const kills = 50
	server := servertest.Dovecot(t, func(maildir string) {
		n := 0
		for _, box := range corpustest.Mailboxes(3) {
			for _, m := range box.Messages {
				write(t, filepath.Join(maildir, "cur", fmt.Sprintf("%d.%06d.test:2,", 1700000000+n, n)), string(m.Raw))
				n++
			}
		}
	})
	passwordFile := filepath.Join(t.TempDir(), "password")
	write(t, passwordFile, server.Password+"\n")
	tap := newTap(t, fmt.Sprintf("%s:%d", server.Host, server.Port))
	arguments := func(data string) []string {
		return []string{"--data-dir", data, "sync", "--server", "imap://" + tap.address(), "--user", server.User, "--plaintext", "--password-file", passwordFile}
	}

	undisturbed := t.TempDir()
	run(t, "", arguments(undisturbed)...).want(t, 0, "messages scanned")
	want, all := known(t, undisturbed), tap.passed()
	if strings.Count(want, "\n") < 300 {
		t.Fatalf("the store knows only\n%s", want)
	}

	random := rand.New(rand.NewPCG(1, 50))
	data, killed, finished := t.TempDir(), 0, 0
	for killed < kills || finished == 0 {
		c := command(t, arguments(data)...)
		// Where in the conversation, and how long after that: what was read is judged and saved meanwhile.
		where, later := random.Int64N(all/3), time.Duration(random.IntN(20))*time.Millisecond
		if killed >= kills {
			where = all * 2 // let it finish
		}
		tap.after(where, func() {
			time.Sleep(later)
			_ = c.Process.Kill()
		})
		out, err := c.CombinedOutput()
		if err != nil {
			if c.ProcessState.Exited() {
				t.Fatalf("after %d kills: %v\n%s", killed, err, out)
			}
			killed++
			continue
		}
		if got := known(t, data); got != want {
			t.Fatalf("after %d kills, the store knows\n%s\ninstead of\n%s", killed, got, want)
		}
		run(t, "", arguments(data)...).want(t, 0, "Nothing new.")
		if damaged, err := filepath.Glob(filepath.Join(data, "*damaged*")); err != nil || len(damaged) > 0 {
			t.Errorf("databases were set aside: %v, %v", damaged, err)
		}
		data = t.TempDir()
		finished++
	}
	t.Logf("%d kills, %d runs came to an end, %d octets each", killed, finished, all)
}

// known is all that the store says of messages and senders.
func known(t *testing.T, data string) string {
	t.Helper()
	var all []string
	for _, what := range []string{"messages", "senders", "providers"} {
		r := run(t, "", "--data-dir", data, what, "--format", "jsonl")
		r.want(t, 0)
		all = append(all, strings.Split(r.stdout, "\n")...)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// tap is a line to a server that knows how much came through.
type tap struct {
	listener net.Listener
	server   string

	mu    sync.Mutex
	count int64 // octets from the server since the last call of after or passed
	limit int64
	then  func() // called once at the limit; may be nil
}

func newTap(t *testing.T, server string) *tap {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &tap{listener: listener, server: server}
	var lines sync.WaitGroup
	lines.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			lines.Go(func() { x.connect(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		lines.Wait()
	})
	return x
}

func (x *tap) address() string { return x.listener.Addr().String() }

func (x *tap) connect(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", x.server)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	_, _ = io.Copy(io.MultiWriter(x, client), server)
}

// Write counts.
func (x *tap) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.count += int64(len(p))
	if x.then != nil && x.count >= x.limit {
		go x.then()
		x.then = nil
	}
	return len(p), nil
}

// after calls then when that many octets have come from the server from now on.
func (x *tap) after(octets int64, then func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.count, x.limit, x.then = 0, octets, then
}

// passed is how many octets have come from the server.
func (x *tap) passed() int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.count
}
