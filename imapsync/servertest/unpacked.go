package servertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// unpacked is where .ci/packages has unpacked a server, which cannot be installed beside another one. It does so from
// Debian's packages; without apt-get, the test is skipped.
func unpacked(t testing.TB, server string) (root string) {
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
	if _, err := os.Stat(filepath.Join(root, "libraries")); err != nil {
		t.Fatalf("%s is needed for this test (run .ci/packages test): %v", server, err)
	}
	return root
}
