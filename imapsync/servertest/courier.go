package servertest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Courier runs Courier IMAP until the test ends. seed, which may be nil, fills the Maildir before that. All of its mailboxes
// but INBOX have names that begin with "INBOX.".
//
// Its programs for connections and passwords have the paths of an installed server compiled in. A few lines stand in for
// them here: they do what those do before somebody has logged in, and hand the connection over to the program for all that
// follows.
func Courier(t testing.TB, seed func(maildir string)) *Server {
	t.Helper()
	root := unpacked(t, "courier")
	s := prepare(t)
	s.TLSPort = 0
	s.owner = newOwner(t, "mail")
	s.makeMaildir(t, seed)
	listener, err := net.Listen("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(s.Log)
	if err != nil {
		t.Fatal(err)
	}
	var connections sync.WaitGroup
	connections.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Go(func() {
				defer conn.Close()
				tag, ok := s.courierLogin(conn)
				if !ok {
					return
				}
				f, err := conn.(*net.TCPConn).File()
				if err != nil {
					return
				}
				defer f.Close()
				command := exec.Command(root+"/usr/bin/imapd", s.Maildir)
				command.Stdin, command.Stdout, command.Stderr, command.SysProcAttr = f, &afterGreeting{w: conn, answer: tag + " OK LOGIN Ok.\r\n"}, log, s.owner.process()
				command.Env = append(courierSettings(), "LD_LIBRARY_PATH="+root+"/usr/lib", "AUTHENTICATED="+s.User)
				if err := command.Run(); err != nil { // ends with the connection
					fmt.Fprintln(log, err)
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		connections.Wait()
		_ = log.Close()
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.readLog())
		}
	})
	return s
}

// afterGreeting has the answer to LOGIN in the place of the greeting (PREAUTH) with which the program begins.
type afterGreeting struct {
	w       io.Writer
	answer  string
	greeted bool
}

func (a *afterGreeting) Write(p []byte) (int, error) {
	if a.greeted {
		return a.w.Write(p)
	}
	_, rest, ok := bytes.Cut(p, []byte("\n"))
	a.greeted = ok
	if ok {
		if _, err := a.w.Write(append([]byte(a.answer), rest...)); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

const courierCapabilities = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"

// courierSettings are those of Debian's /etc/courier/imapd, but that news come after a second and not after a minute, and
// that there are no locks, for which it starts a process that outlives it.
func courierSettings() []string {
	return []string{
		"IMAP_CAPABILITY=" + courierCapabilities, "IMAP_KEYWORDS=1", "IMAP_ACL=1", "IMAP_IDLE_TIMEOUT=1", "IMAP_MAILBOX_SANITY_CHECK=1",
		"IMAP_USELOCKS=0", "IMAP_ENHANCEDIDLE=0", "IMAP_UMASK=022", "IMAP_TRASHFOLDERNAME=Trash",
	}
}

// courierLogin speaks with a client until it has logged in, and returns the tag of the command, which is not answered yet.
func (s *Server) courierLogin(conn net.Conn) (tag string, ok bool) {
	say := func(lines ...string) bool {
		_, err := io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n")
		return err == nil
	}
	say("* OK [CAPABILITY " + courierCapabilities + "] Courier-IMAP ready.")
	for {
		line, err := courierLine(conn)
		if err != nil {
			return "", false
		}
		tag, command, _ := strings.Cut(line, " ")
		switch verb, rest, _ := strings.Cut(command, " "); {
		case verb == "LOGIN" && strings.HasSuffix(rest, " "+strconv.Quote(s.Password)):
			return tag, true
		case verb == "LOGIN":
			say(tag + " NO Login failed.")
		case verb == "CAPABILITY":
			say("* CAPABILITY "+courierCapabilities, tag+" OK CAPABILITY completed")
		case verb == "LOGOUT":
			say("* BYE Courier-IMAP server shutting down", tag+" OK LOGOUT completed")
			return "", false
		default:
			say(tag + " NO Error in IMAP command received by server.")
		}
	}
}

// courierLine reads a line and nothing that follows it, which is for another program.
func courierLine(r io.Reader) (string, error) {
	var line []byte
	for octet := make([]byte, 1); ; line = append(line, octet[0]) {
		if _, err := io.ReadFull(r, octet); err != nil {
			return "", err
		}
		if octet[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
	}
}
