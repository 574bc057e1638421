package signaling

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"
	"time"
)

// peering is how the nodes of a deployment know each other: by keys that all of
// them derive from the deployment secret. Both sides of a connection show a
// certificate with the same key, so there is nothing to issue, to distribute or
// to expire. During a rotation of the secret the side that connects names the
// key that it means, newest first.
type peering struct{ keys []peerKey }

type peerKey struct {
	name        string // in the handshake: which key is meant, not what it is
	public      ed25519.PublicKey
	certificate tls.Certificate
}

var errPeer = errors.New("signaling: not a node of this deployment")

func newPeering(keys []ed25519.PrivateKey) (peering, error) {
	var p peering
	for _, key := range keys {
		one, err := newPeerKey(key)
		if err != nil {
			return peering{}, err
		}
		p.keys = append(p.keys, one)
	}
	return p, nil
}

func newPeerKey(key ed25519.PrivateKey) (peerKey, error) {
	public := key.Public().(ed25519.PublicKey)
	sum := sha256.Sum256(public)
	name := hex.EncodeToString(sum[:8]) + ".invalid"
	// Only the key counts; the dates of a certificate that is made anew with
	// every start mean nothing.
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	certificate := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return peerKey{name: name, public: public, certificate: certificate}, err
}

// server is the TLS of the side that is connected to.
func (p peering) server() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			for _, key := range p.keys {
				if key.name == hello.ServerName {
					c := key.config()
					c.ClientAuth = tls.RequireAnyClientCert
					return c, nil
				}
			}
			return nil, errPeer
		},
	}
}

// client is the TLS of the side that connects, under this key.
func (k peerKey) client() *tls.Config {
	c := k.config()
	c.ServerName = k.name
	c.InsecureSkipVerify = true // no authority vouches; VerifyConnection holds the key itself
	return c
}

func (k peerKey) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{k.certificate},
		NextProtos: []string{"http/1.1"}, SessionTicketsDisabled: true,
		VerifyConnection: k.verify,
	}
}

// verify holds that the other side has the same key. TLS 1.3 has it prove that.
func (k peerKey) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 || !k.public.Equal(state.PeerCertificates[0].PublicKey) {
		return errPeer
	}
	return nil
}
