// Package servertest runs real IMAP servers for tests: a server of its own for each test, on free ports of the loopback
// interface, with its configuration, mail and log in a temporary folder.
//
//	server := servertest.Dovecot(t, func(maildir string) { … write messages … })
//
// It needs what .ci/packages installs. Where that is missing the test fails: it is there to be run.
package servertest

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Server is a running server with one user.
type Server struct {
	Host     string // "127.0.0.1"
	Port     int    // plaintext, with STARTTLS
	TLSPort  int    // TLS from the first byte on
	User     string // an address
	Password string
	Roots    *x509.CertPool // what its certificate is verified by
	Maildir  string         // its INBOX; mailbox NAME is the folder .NAME in it. The server sees what a test changes there. "": it keeps mail in its own way
	Log      string         // file

	dir   string // all that it has
	owner owner  // of its mail
}

// URL is the server as pixelwacht sync --plaintext --server takes it.
func (s *Server) URL() string { return fmt.Sprintf("imap://%s@%s:%d", s.User, s.Host, s.Port) }

// prepare makes a folder with a certificate for a server that is yet to be started.
func prepare(t testing.TB) *Server {
	t.Helper()
	// Not t.TempDir(): sockets need a short path (108 octets), and test names are long.
	dir, err := os.MkdirTemp("", "imap")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // users other than root look into it
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	ports := freePorts(t, 2)
	return &Server{
		Host: "127.0.0.1", Port: ports[0], TLSPort: ports[1], User: "me@reader.example", Password: "correct horse \"battery\"",
		Roots: writeCertificate(t, dir), Log: filepath.Join(dir, "log"), dir: dir,
	}
}

// write makes a file of the configuration.
func (s *Server) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run starts the server's program, and ends it with the test.
func (s *Server) run(t testing.TB, command *exec.Cmd) {
	t.Helper()
	log, err := os.OpenFile(s.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	command.Stdout, command.Stderr = log, log
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Setpgid = true // a group of its own, so that its helpers end with it
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	t.Cleanup(func() {
		stop(t, command.Process, done)
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.readLog())
		}
	})
	s.waitUntilReady(t, done)
}

// waitUntilReady waits until the server listens on both ports: it opens one after the other.
func (s *Server) waitUntilReady(t testing.TB, done chan error) {
	t.Helper()
	for range 500 {
		if s.listens(s.Port) && s.listens(s.TLSPort) {
			return
		}
		select {
		case err := <-done:
			done <- err
			t.Fatalf("the server ended: %v\n%s", err, s.readLog())
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("the server does not answer\n%s", s.readLog())
}

func (s *Server) listens(port int) bool {
	conn, err := net.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)))
	if err != nil {
		return false
	}
	defer conn.Close()
	// Where nobody listens, the connection can get the very port it calls for its own, and meet itself.
	return conn.LocalAddr().String() != conn.RemoteAddr().String()
}

func (s *Server) readLog() string {
	log, err := os.ReadFile(s.Log)
	if err != nil {
		return err.Error()
	}
	return string(log)
}

// stop ends the server and waits for it.
func stop(t testing.TB, process *os.Process, done chan error) {
	if err := process.Signal(syscall.SIGTERM); err != nil {
		t.Logf("stop: %v", err)
	}
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		_ = syscall.Kill(-process.Pid, syscall.SIGKILL)
		<-done
	}
}

// freePorts returns n different ports that nobody listens on.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // only when all are found
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}
