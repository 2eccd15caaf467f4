// Package dovecottest runs a real Dovecot for tests: a server of its own for each test, on a free port of the loopback
// interface, with its configuration, mail and log in a temporary folder.
//
//	server := dovecottest.Start(t, func(maildir string) { … write messages … })
//
// It needs the programs of the Debian package dovecot-imapd. Where they are missing the test fails: it is there to
// be run.
package dovecottest

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Server is a running Dovecot with one user.
type Server struct {
	Host     string // "127.0.0.1"
	Port     int    // plaintext, with STARTTLS
	TLSPort  int    // TLS from the first byte on
	User     string // an address
	Password string
	Roots    *x509.CertPool // what its certificate is verified by
	Maildir  string         // its INBOX; mailbox NAME is the folder .NAME in it. Dovecot sees what a test changes there
	Log      string         // file

	owner settings
}

// URL is the server as pixelwacht sync --plaintext --server takes it.
func (s *Server) URL() string { return fmt.Sprintf("imap://%s@%s:%d", s.User, s.Host, s.Port) }

// Options are what may differ from one Dovecot to another. The zero value is what [Start] runs.
type Options struct {
	Mechanisms    string // of SASL, in Dovecot's words; "": PLAIN and LOGIN
	Introspection string // URL of a token server (RFC 7662) that says whose an access token is, and nothing else of it; "": none
}

// Start runs Dovecot until the test ends. seed, which may be nil, fills the Maildir before that.
func Start(t testing.TB, seed func(maildir string)) *Server {
	t.Helper()
	return StartWith(t, Options{}, seed)
}

// StartWith is [Start] with options.
func StartWith(t testing.TB, o Options, seed func(maildir string)) *Server {
	t.Helper()
	program, err := findProgram()
	if err != nil {
		t.Fatalf("dovecot is needed for this test (Debian package dovecot-imapd): %v", err)
	}
	// Not t.TempDir(): Dovecot's sockets need a short path (108 octets), and test names are long.
	dir, err := os.MkdirTemp("", "dovecot")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // its users other than root look into it
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	ports := freePorts(t, 2)
	s := &Server{
		Host: "127.0.0.1", Port: ports[0], TLSPort: ports[1], User: "me@reader.example", Password: "correct horse \"battery\"",
		Maildir: filepath.Join(dir, "home", "Maildir"), Log: filepath.Join(dir, "log"),
	}
	for _, folder := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(s.Maildir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if seed != nil {
		seed(s.Maildir)
	}
	s.Roots = writeCertificate(t, dir)
	s.owner, err = newSettings()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.owner.giveAway(filepath.Join(dir, "home")); err != nil {
		t.Fatal(err)
	}
	users := fmt.Sprintf("%s:{PLAIN}%s:%s:%s::%s/home\n", s.User, s.Password, s.owner.uid, s.owner.gid, dir)
	if err := os.WriteFile(filepath.Join(dir, "users"), []byte(users), 0o644); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "dovecot.conf")
	if err := os.WriteFile(config, []byte(s.config(dir, s.owner, o)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "oauth2"), []byte(oauth2Config(o)), 0o644); err != nil {
		t.Fatal(err)
	}

	command := exec.Command(program, "-F", "-c", config)
	// A group of its own, so that its helpers end with it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatalf("start dovecot: %v", err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	t.Cleanup(func() {
		stop(t, command.Process, done)
		if t.Failed() {
			t.Logf("dovecot's log:\n%s", s.readLog())
		}
	})
	s.waitUntilReady(t, done)
	return s
}

// Deliver puts a message into a mailbox, "INBOX" or a name, and creates the mailbox where it is new.
func (s *Server) Deliver(t testing.TB, mailbox string, raw []byte) {
	t.Helper()
	folder := s.Maildir
	if mailbox != "INBOX" {
		folder = filepath.Join(folder, "."+mailbox)
	}
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	delivered := time.Now().UnixNano()
	name := filepath.Join(folder, "tmp", fmt.Sprintf("%d.deliver.test", delivered))
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.owner.giveAway(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name, filepath.Join(folder, "new", filepath.Base(name))); err != nil {
		t.Fatal(err)
	}
}

func findProgram() (string, error) {
	if path, err := exec.LookPath("dovecot"); err == nil {
		return path, nil
	}
	return exec.LookPath("/usr/sbin/dovecot") // not in everybody's PATH
}

// settings are what depends on who runs Dovecot.
type settings struct {
	internal, group string // run its parts that need no rights
	login           string // runs the part that meets the world
	chroot          string
	uid, gid        string // own the mail
}

// newSettings: root leaves the mail and most of Dovecot to Dovecot's own users, as it insists; anybody else runs all of
// it.
func newSettings() (settings, error) {
	me, err := user.Current()
	if err != nil {
		return settings{}, err
	}
	if me.Uid == "0" {
		owner, err := user.Lookup("dovecot")
		if err != nil {
			return settings{}, err
		}
		return settings{internal: "dovecot", group: "dovecot", login: "dovenull", uid: owner.Uid, gid: owner.Gid}, nil
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		return settings{}, err
	}
	return settings{internal: me.Username, group: group.Name, login: me.Username, chroot: "chroot =", uid: me.Uid, gid: me.Gid}, nil
}

// giveAway makes the user of the mail its owner.
func (o settings) giveAway(folder string) error {
	uid, err := strconv.Atoi(o.uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(o.gid)
	if err != nil {
		return err
	}
	return filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, uid, gid)
	})
}

// oauth2Config is how Dovecot asks the token server: https://doc.dovecot.org/2.3/configuration_manual/authentication/oauth2/
func oauth2Config(o Options) string {
	return "introspection_mode = post\nintrospection_url = " + o.Introspection + "\nforce_introspection = yes\nusername_attribute = username\n" +
		"active_attribute = active\nactive_value = true\n"
}

func (s *Server) config(dir string, o settings, chosen Options) string {
	mechanisms := cmp.Or(chosen.Mechanisms, "plain login")
	oauth2 := ""
	if chosen.Introspection != "" {
		oauth2 = "passdb {\n  driver = oauth2\n  mechanisms = oauthbearer xoauth2\n  args = " + dir + "/oauth2\n}\n"
	}
	return oauth2 + fmt.Sprintf(`
protocols = imap
listen = 127.0.0.1
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[4]s
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
disable_plaintext_auth = no
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
auth_mechanisms = %[8]s
mail_max_userip_connections = 50
mail_fsync = never
passdb {
  driver = passwd-file
  args = %[1]s/users
}
userdb {
  driver = passwd-file
  args = %[1]s/users
}
namespace inbox {
  inbox = yes
  mailbox Trash {
    special_use = \Trash
  }
  mailbox Junk {
    special_use = \Junk
  }
  mailbox Drafts {
    special_use = \Drafts
  }
}
service imap-login {
  %[5]s
  inet_listener imap {
    port = %[6]d
  }
  inet_listener imaps {
    port = %[7]d
    ssl = yes
  }
}
service anvil {
  %[5]s
}
`, dir, o.internal, o.group, o.login, o.chroot, s.Port, s.TLSPort, mechanisms)
}

// waitUntilReady waits until Dovecot listens on both ports: it opens one after the other.
func (s *Server) waitUntilReady(t testing.TB, done chan error) {
	t.Helper()
	for range 500 {
		if s.listens(s.Port) && s.listens(s.TLSPort) {
			return
		}
		select {
		case err := <-done:
			done <- err
			t.Fatalf("dovecot ended: %v\n%s", err, s.readLog())
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("dovecot does not answer\n%s", s.readLog())
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

// stop ends Dovecot and waits for it.
func stop(t testing.TB, process *os.Process, done chan error) {
	if err := process.Signal(syscall.SIGTERM); err != nil {
		t.Logf("stop dovecot: %v", err)
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

// writeCertificate writes a key and a certificate for the loopback address to dir.
func writeCertificate(t testing.TB, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Dovecot for tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return roots
}
