package servertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Cyrus runs Cyrus IMAP until the test ends, with an empty mailbox: it keeps mail in a way of its own, so that mail
// comes by APPEND only.
func Cyrus(t testing.TB) *Server {
	t.Helper()
	root := unpacked(t, "cyrus")
	found, err := filepath.Glob(root + "/usr/lib/*-linux-gnu*")
	if err != nil || len(found) == 0 {
		t.Fatalf("there are no libraries in %s: %v", root, err)
	}
	libraries := found[0]
	s := prepare(t)
	s.owner = newOwner(t, "mail")
	local, domain, _ := strings.Cut(s.User, "@")
	s.write(t, "imapd.conf", fmt.Sprintf(`
configdirectory: %[1]s/conf
partition-default: %[1]s/spool
defaultpartition: default
cyrus_user: %[2]s
altnamespace: yes
unixhierarchysep: yes
virtdomains: userid
autocreate_quota: 0
maxlogins_per_user: 50
allowplaintext: yes
failedloginpause: 0
tls_server_cert: %[1]s/cert.pem
tls_server_key: %[1]s/key.pem
sasl_mech_list: PLAIN LOGIN SCRAM-SHA-256
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: %[1]s/sasldb
idlesocket: %[1]s/conf/socket/idle
skiplist_unsafe: yes
`, s.dir, s.owner.Username))
	program := func(name string) string {
		return fmt.Sprintf("%s/usr/lib/cyrus/bin/%s -C %s/imapd.conf", root, name, s.dir)
	}
	s.write(t, "cyrus.conf", fmt.Sprintf(`
START {
  recover cmd=%q
}
SERVICES {
  imap  cmd=%q listen="%[4]s:%[5]d"
  imaps cmd=%[3]q listen="%[4]s:%[6]d"
}
DAEMON {
  idled cmd=%[7]q
}
`, program("ctl_cyrusdb")+" -r", program("imapd"), program("imapd")+" -s", s.Host, s.Port, s.TLSPort, program("idled")))
	for _, folder := range []string{"conf/socket", "spool"} {
		if err := os.MkdirAll(filepath.Join(s.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}

	// Without libeatmydata it waits for the disk with each message that is appended.
	environment := append(os.Environ(), "LD_LIBRARY_PATH="+libraries, "LD_PRELOAD="+libraries+"/libeatmydata.so", "CYRUS_USER="+s.owner.Username)
	password := exec.Command(root+"/usr/sbin/saslpasswd2", "-p", "-c", "-f", filepath.Join(s.dir, "sasldb"), "-u", domain, local)
	password.Env, password.Stdin = environment, strings.NewReader(s.Password)
	if out, err := password.CombinedOutput(); err != nil {
		t.Fatalf("saslpasswd2: %v\n%s", err, out)
	}
	s.owner.takes(t, s.dir)
	master := exec.Command(root+"/usr/lib/cyrus/bin/master", "-D", "-C", filepath.Join(s.dir, "imapd.conf"),
		"-M", filepath.Join(s.dir, "cyrus.conf"), "-p", filepath.Join(s.dir, "pid"))
	master.Env, master.SysProcAttr = environment, s.owner.process()
	s.run(t, master)
	return s
}
