package servertest

import (
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// owner is the user whose mail a server keeps.
type owner struct {
	user.User
	uid, gid int
}

// newOwner: who runs the test, or the system's user of that name where it is root, whom servers refuse as an owner.
func newOwner(t testing.TB, name string) owner {
	t.Helper()
	who, err := user.Current()
	if err == nil && who.Uid == "0" {
		who, err = user.Lookup(name)
	}
	if err != nil {
		t.Fatal(err)
	}
	o := owner{User: *who}
	if o.uid, err = strconv.Atoi(o.Uid); err != nil {
		t.Fatal(err)
	}
	if o.gid, err = strconv.Atoi(o.Gid); err != nil {
		t.Fatal(err)
	}
	return o
}

// takes makes it the owner of a folder with all that is in it.
func (o owner) takes(t testing.TB, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, o.uid, o.gid)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// process makes it the user that a program runs as. The program can be in a checkout that only root may enter.
func (o owner) process() *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}
	}
	const mayEnterAnywhere = 1 // CAP_DAC_OVERRIDE, which goes on to the program's own children (capabilities(7), "ambient")
	return &syscall.SysProcAttr{
		Credential:  &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)},
		AmbientCaps: []uintptr{mayEnterAnywhere},
	}
}
