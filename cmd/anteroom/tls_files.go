package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookEvery is how often the files of a certificate are looked at; only when
// somebody connects.
const lookEvery = 10 * time.Second

// certificateFiles serves the certificate in two files, and the new one when
// they have changed. A new one that cannot be used leaves the old one in place.
type certificateFiles struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time

	mu      sync.Mutex
	current *tls.Certificate // guarded by mu, like all below
	stamp   [2]fileStamp     // of the files that were read last
	looked  time.Time
}

// fileStamp tells one content of a file from another.
type fileStamp struct {
	size    int64
	changed time.Time
}

func newCertificateFiles(cert, key string, log *slog.Logger) (*certificateFiles, error) {
	c := &certificateFiles{cert: cert, key: key, log: log, now: time.Now}
	if err := c.readLocked(); err != nil {
		return nil, fmt.Errorf("tls_cert, tls_key: %w", err)
	}
	return c, nil
}

// get is a tls.Config's GetCertificate.
func (c *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= lookEvery {
		c.looked = now
		if err := c.readLocked(); err != nil {
			c.log.Warn("the new TLS certificate cannot be used, the old one stays", "kind", kindOfFile(err))
		}
	}
	return c.current, nil
}

// readLocked reads the files if they have changed.
func (c *certificateFiles) readLocked() error {
	var stamp [2]fileStamp
	for i, path := range []string{c.cert, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		stamp[i] = fileStamp{info.Size(), info.ModTime()}
	}
	if c.current != nil && stamp == c.stamp {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	if c.current != nil {
		c.log.Info("the TLS certificate was taken up anew")
	}
	c.current, c.stamp = &pair, stamp
	return nil
}

func kindOfFile(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "missing"
	case errors.Is(err, fs.ErrPermission):
		return "permission"
	}
	return "content"
}
