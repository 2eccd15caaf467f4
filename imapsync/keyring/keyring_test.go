package keyring

import (
	"errors"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"pixelwacht/imapsync"
)

// Every keyring keeps secrets in the same way.
func TestKeyrings(t *testing.T) {
	for name, start := range map[string]func() Keyring{
		"of the system": func() Keyring {
			keyring.MockInit()
			return &system{memory: newMemory()}
		},
		"of a system that fails": func() Keyring {
			keyring.MockInitWithError(errors.New("locked"))
			return &system{memory: newMemory()}
		},
		"in memory": NewMemory,
	} {
		t.Run(name, func(t *testing.T) {
			k := start()
			if _, err := k.Get("a"); !errors.Is(err, ErrNotFound) {
				t.Errorf("error is %v", err)
			}
			for _, secret := range []imapsync.Secret{"first", "second, that replaces it"} {
				if err := k.Set("a", secret); err != nil {
					t.Fatal(err)
				}
				if got, err := k.Get("a"); err != nil || got != secret {
					t.Errorf("%q, %v", string(got), err)
				}
			}
			if _, err := k.Get("b"); !errors.Is(err, ErrNotFound) {
				t.Errorf("error is %v", err)
			}
			for range 2 {
				if err := k.Delete("a"); err != nil {
					t.Error(err)
				}
			}
			if _, err := k.Get("a"); !errors.Is(err, ErrNotFound) {
				t.Errorf("error is %v", err)
			}
			if want := name == "of the system"; k.Lasts() != want {
				t.Errorf("lasts: %v", k.Lasts())
			}
		})
	}
}

// A secret that Windows would not keep is not kept anywhere: what works on one machine works on the other.
func TestASecretThatIsTooLong(t *testing.T) {
	keyring.MockInit()
	k := &system{memory: newMemory()}
	if err := k.Set("a", imapsync.Secret(strings.Repeat("x", MaxSecret))); err != nil {
		t.Error(err)
	}
	long := strings.Repeat("x", MaxSecret+1)
	if err := k.Set("a", imapsync.Secret(long)); !errors.Is(err, ErrTooLong) || strings.Contains(err.Error(), "xxx") {
		t.Errorf("error is %v", err)
	}
}

// Where there is no session bus, none is started.
func TestNoSessionBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if k := New(); k.Lasts() {
		t.Errorf("the keyring is %T", k)
	}
}
