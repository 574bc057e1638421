package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anteroom/room"
)

// TestSecretIsMadeOnce: on the first start, readable by its owner alone, and
// kept.
func TestSecretIsMadeOnce(t *testing.T) {
	c := Config{StateDir: filepath.Join(t.TempDir(), "new", "state")}
	first, err := c.secrets()
	if err != nil || len(first) != 1 || len(first[0]) < room.MinSecret {
		t.Fatalf("%d secrets, %v", len(first), err)
	}
	info, err := os.Stat(filepath.Join(c.StateDir, secretFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if dir, err := os.Stat(c.StateDir); err != nil || dir.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", dir, err)
	}
	again, err := c.secrets()
	if err != nil || !bytes.Equal(first[0], again[0]) {
		t.Errorf("another secret the next time, %v", err)
	}
	if files, _ := os.ReadDir(c.StateDir); len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
	if other, err := (Config{StateDir: t.TempDir()}).secrets(); err != nil || bytes.Equal(first[0], other[0]) {
		t.Errorf("the same secret elsewhere, %v", err)
	}
}

// TestTwoFirstStarts at once end with one secret, which both have or one is
// refused.
func TestTwoFirstStarts(t *testing.T) {
	c := Config{StateDir: t.TempDir()}
	const n = 8
	made := make(chan []room.Secret, n)
	for range n {
		go func() {
			all, err := c.secrets()
			if err != nil {
				t.Error(err)
			}
			made <- all
		}()
	}
	kept := map[string]bool{}
	for range n {
		if all := <-made; len(all) > 0 {
			kept[string(all[0])] = true
		}
	}
	if len(kept) != 1 {
		t.Errorf("%d secrets were used", len(kept))
	}
}

func TestSecretOfTheConfiguration(t *testing.T) {
	c := Config{StateDir: t.TempDir(), Secret: hidden(strings.Repeat("a", 32)), PreviousSecret: hidden(strings.Repeat("b", 32))}
	all, err := c.secrets()
	if err != nil || len(all) != 2 || all[0][0] != 'a' || all[1][0] != 'b' {
		t.Errorf("%d secrets, %v", len(all), err)
	}
	if files, _ := os.ReadDir(c.StateDir); len(files) != 0 {
		t.Error("a secret was made although one is configured")
	}
}

func TestDamagedSecret(t *testing.T) {
	c := Config{StateDir: t.TempDir()}
	file := filepath.Join(c.StateDir, secretFile)
	for _, damaged := range []string{"", "canary"} {
		if err := os.WriteFile(file, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := c.secrets(); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", damaged, err)
		}
		if data, err := os.ReadFile(file); err != nil || string(data) != damaged {
			t.Error("it was written over")
		}
	}
}
