package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"anteroom/room"
)

// secretFile is where the deployment secret is kept when none is configured.
const secretFile = "secret"

// secrets returns the deployment secrets, newest first, making one on the first
// start.
func (c Config) secrets() ([]room.Secret, error) {
	current := room.Secret(c.Secret)
	if len(current) == 0 {
		kept, err := keptSecret(filepath.Join(c.StateDir, secretFile))
		if err != nil {
			return nil, err
		}
		current = kept
	}
	all := []room.Secret{current}
	if c.PreviousSecret != "" {
		all = append(all, room.Secret(c.PreviousSecret))
	}
	return all, nil
}

func keptSecret(path string) (room.Secret, error) {
	data, err := os.ReadFile(path)
	switch {
	case err == nil && len(data) >= room.MinSecret:
		return data, nil
	case err == nil:
		return nil, fmt.Errorf("the secret in %s is too short; restore it, or delete it to begin anew (all links die)", path)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return makeSecret(path)
}

// makeSecret writes a new secret so that it is either whole on the disk or not
// there at all.
func makeSecret(path string) (room.Secret, error) {
	secret := make(room.Secret, 48)
	_, _ = rand.Read(secret)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), "secret-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.Write(secret)
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return nil, err
	}
	// Link, unlike Rename, fails if another process was first; then its secret
	// is ours.
	switch err := os.Link(draft.Name(), path); {
	case errors.Is(err, fs.ErrExist):
		return os.ReadFile(path)
	case err != nil:
		return nil, err
	}
	return secret, nil
}
