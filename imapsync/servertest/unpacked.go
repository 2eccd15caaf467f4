package servertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// unpacked is where .ci/packages has unpacked a server, which cannot be installed beside another one, and the folder of
// its own libraries there. It does so from Debian's packages; without apt-get, the test is skipped.
func unpacked(t testing.TB, server string) (root, libraries string) {
	t.Helper()
	if _, err := exec.LookPath("apt-get"); err != nil {
		t.Skipf("%s comes from Debian's packages: %v", server, err)
	}
	checkout, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; checkout != "/"; checkout = filepath.Dir(checkout) {
		if _, err := os.Stat(filepath.Join(checkout, "go.mod")); err == nil {
			break
		}
	}
	root = filepath.Join(checkout, ".build", server)
	found, err := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s is needed for this test in %s (run .ci/packages test): %v", server, root, err)
	}
	return root, found[0]
}
