package servertest

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"testing"
)

// DovecotOptions are what may differ from one Dovecot to another. The zero value is what [Dovecot] runs.
type DovecotOptions struct {
	Mechanisms    string // of SASL, in Dovecot's words; "": PLAIN and LOGIN
	Introspection string // URL of a token server (RFC 7662) that says whose an access token is, and nothing else of it; "": none
}

// Dovecot runs Dovecot until the test ends. seed, which may be nil, fills the Maildir before that.
func Dovecot(t testing.TB, seed func(maildir string)) *Server {
	t.Helper()
	return DovecotWith(t, DovecotOptions{}, seed)
}

// DovecotWith is [Dovecot] with options.
func DovecotWith(t testing.TB, o DovecotOptions, seed func(maildir string)) *Server {
	t.Helper()
	program, err := findProgram()
	if err != nil {
		t.Fatalf("dovecot is needed for this test (Debian package dovecot-imapd): %v", err)
	}
	s := prepare(t)
	s.owner = newOwner(t, "dovecot")
	s.makeMaildir(t, seed)
	s.writeUser(t, s.Password)
	s.write(t, "dovecot.conf", s.dovecotConfig(t, o))
	s.write(t, "oauth2", oauth2Config(o))
	s.run(t, exec.Command(program, "-F", "-c", filepath.Join(s.dir, "dovecot.conf")))
	return s
}

// writeUser says who the user is.
func (s *Server) writeUser(t testing.TB, password string) {
	t.Helper()
	s.write(t, "users", fmt.Sprintf("%s:{PLAIN}%s:%s:%s::%s/home\n", s.User, password, s.owner.Uid, s.owner.Gid, s.dir))
}

// Revoke has Dovecot not take the password any more. Who is logged in stays so.
func (s *Server) Revoke(t testing.TB) {
	t.Helper()
	s.writeUser(t, s.Password+", the new one")
}

func findProgram() (string, error) {
	if path, err := exec.LookPath("dovecot"); err == nil {
		return path, nil
	}
	return exec.LookPath("/usr/sbin/dovecot") // not in everybody's PATH
}

// oauth2Config is how Dovecot asks the token server: https://doc.dovecot.org/2.3/configuration_manual/authentication/oauth2/
func oauth2Config(o DovecotOptions) string {
	return "introspection_mode = post\nintrospection_url = " + o.Introspection + "\nforce_introspection = yes\nusername_attribute = username\n" +
		"active_attribute = active\nactive_value = true\n"
}

func (s *Server) dovecotConfig(t testing.TB, chosen DovecotOptions) string {
	t.Helper()
	group, err := user.LookupGroupId(s.owner.Gid)
	if err != nil {
		t.Fatal(err)
	}
	// Root leaves the part that meets the world to another user still; anybody else runs all parts.
	login, chroot := "dovenull", ""
	if os.Getuid() != 0 {
		login, chroot = s.owner.Username, "chroot ="
	}
	mechanisms := cmp.Or(chosen.Mechanisms, "plain login")
	oauth2 := ""
	if chosen.Introspection != "" {
		oauth2 = "passdb {\n  driver = oauth2\n  mechanisms = oauthbearer xoauth2\n  args = " + s.dir + "/oauth2\n}\n"
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
auth_failure_delay = 0
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
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`, s.dir, s.owner.Username, group.Name, login, chroot, s.Port, s.TLSPort, mechanisms)
}
