// Package keyring keeps passwords and tokens where the operating system keeps them: the Secret Service (GNOME Keyring,
// KWallet, KeePassXC), the macOS Keychain, the Windows Credential Manager. Where there is none, they are kept in the memory
// of this run.
package keyring

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/zalando/go-keyring"

	"pixelwacht/imapsync"
)

// service is what the secrets are listed under.
const service = "Pixelwacht"

// MaxSecret is how long a secret may be, in octets: Windows takes no more (CRED_MAX_CREDENTIAL_BLOB_SIZE).
const MaxSecret = 2560

// ErrNotFound is the error of a secret that is not in the keyring.
var ErrNotFound = errors.New("not in the keyring")

// ErrTooLong is the error of a secret that is too long for a keyring.
var ErrTooLong = errors.New("too long for the keyring")

// Keyring keeps secrets under a name that people see.
type Keyring interface {
	// Get returns [ErrNotFound] for a secret that is not kept.
	Get(name string) (imapsync.Secret, error)
	Set(name string, secret imapsync.Secret) error
	// Delete does nothing where there is no such secret.
	Delete(name string) error
	// Lasts reports whether secrets outlive this run.
	Lasts() bool
}

// New returns the keyring of the operating system, or one in memory where there is none.
func New() Keyring {
	if !available() {
		return NewMemory()
	}
	return &system{memory: newMemory()}
}

// available reports whether there may be a keyring. The Secret Service is reached over the session bus; where there is none,
// asking would start one.
func available() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	_, err := os.Stat(filepath.Join(dir, "bus"))
	return dir != "" && err == nil
}

// system is the keyring of the operating system. Once it has failed, secrets are kept in memory instead: nobody is
// running it, or the user does not unlock it.
type system struct {
	memory *memory

	mu     sync.Mutex
	failed bool
}

func (s *system) Get(name string) (imapsync.Secret, error) {
	if !s.Lasts() {
		return s.memory.Get(name)
	}
	secret, err := keyring.Get(service, name)
	switch {
	case err == nil:
		return imapsync.Secret(secret), nil
	case errors.Is(err, keyring.ErrNotFound):
		return "", fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	s.fail()
	return s.memory.Get(name)
}

func (s *system) Set(name string, secret imapsync.Secret) error {
	if len(secret) > MaxSecret {
		return fmt.Errorf("%s: %w", name, ErrTooLong)
	}
	if s.Lasts() {
		if err := keyring.Set(service, name, string(secret)); err == nil {
			return nil
		}
		s.fail()
	}
	return s.memory.Set(name, secret)
}

func (s *system) Delete(name string) error {
	if err := s.memory.Delete(name); err != nil || !s.Lasts() {
		return err
	}
	if err := keyring.Delete(service, name); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("%s: remove from the keyring: %w", name, err)
	}
	return nil
}

func (s *system) Lasts() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.failed
}

func (s *system) fail() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = true
}

// memory is a keyring that is gone when the program ends.
type memory struct {
	mu      sync.Mutex
	secrets map[string]imapsync.Secret
}

// NewMemory returns an empty keyring that is gone when the program ends.
func NewMemory() Keyring { return newMemory() }

func newMemory() *memory { return &memory{secrets: map[string]imapsync.Secret{}} }

func (m *memory) Get(name string) (imapsync.Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	secret, ok := m.secrets[name]
	if !ok {
		return "", fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	return secret, nil
}

func (m *memory) Set(name string, secret imapsync.Secret) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.secrets[name] = secret
	return nil
}

func (m *memory) Delete(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.secrets, name)
	return nil
}

func (m *memory) Lasts() bool { return false }
