//go:build linux

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/logging"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// identity is the certificate that all persons of a load share: to make one for
// each would be the load's work, not the gateway's.
type identity struct {
	certificate tls.Certificate
	fingerprint string // "AB:CD:…", SHA-256
}

func newIdentity() (*identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(0, 1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &identity{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, fingerprint(der)}, nil
}

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return strings.ReplaceAll(strings.ToUpper(fmt.Sprintf("% x", sum[:])), " ", ":")
}

// handshake is an endpoint's DTLS connection: what the loop reads waits in the
// buffer, what is written goes straight to the socket.
type handshake struct {
	end    *endpoint
	buffer *packetio.Buffer
	conn   *dtls.Conn
}

func newHandshake(e *endpoint) *handshake {
	return &handshake{end: e, buffer: packetio.NewBuffer()}
}

// ReadFrom implements net.PacketConn, as all below.
func (h *handshake) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := h.buffer.Read(b)
	return n, nowhere{}, err
}

// WriteTo sends.
func (h *handshake) WriteTo(b []byte, _ net.Addr) (int, error) { return len(b), h.end.write(b) }

// Close ends reading.
func (h *handshake) Close() error { return h.buffer.Close() }

// LocalAddr is nothing: the socket is connected.
func (h *handshake) LocalAddr() net.Addr { return nowhere{} }

// SetDeadline is for reading alone.
func (h *handshake) SetDeadline(t time.Time) error { return h.buffer.SetReadDeadline(t) }

// SetReadDeadline bounds reading.
func (h *handshake) SetReadDeadline(t time.Time) error { return h.buffer.SetReadDeadline(t) }

// SetWriteDeadline does nothing: writing never blocks.
func (h *handshake) SetWriteDeadline(time.Time) error { return nil }

type nowhere struct{}

func (nowhere) Network() string { return "udp" }
func (nowhere) String() string  { return "server" }

// run makes the handshake, as a client that prefers AES-GCM like browsers do,
// and returns the keys.
func (h *handshake) run(ctx context.Context, id *identity, server string) (in, out *srtp.Context, profile string, err error) {
	quiet := &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}
	h.conn, err = dtls.ClientWithOptions(h, nowhere{},
		dtls.WithCertificates(id.certificate),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithInsecureSkipVerify(true), // the fingerprint is checked instead
		dtls.WithVerifyPeerCertificate(func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) == 0 || fingerprint(raw[0]) != server {
				return errors.New("anteload: not the certificate of the answer")
			}
			return nil
		}),
		dtls.WithLoggerFactory(quiet))
	if err != nil {
		return nil, nil, "", err
	}
	if err := h.conn.HandshakeContext(ctx); err != nil {
		return nil, nil, "", err
	}
	return h.keys()
}

// keys derives the SRTP contexts (RFC 5764 §4.2).
func (h *handshake) keys() (in, out *srtp.Context, profile string, err error) {
	chosen, ok := h.conn.SelectedSRTPProtectionProfile()
	state, known := h.conn.ConnectionState()
	if !ok || !known {
		return nil, nil, "", errors.New("anteload: no SRTP profile in common")
	}
	c := srtp.Config{Profile: srtp.ProtectionProfile(chosen)}
	if err := c.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return nil, nil, "", err
	}
	in, err = srtp.CreateContext(c.Keys.RemoteMasterKey, c.Keys.RemoteMasterSalt, c.Profile)
	if err != nil {
		return nil, nil, "", err
	}
	out, err = srtp.CreateContext(c.Keys.LocalMasterKey, c.Keys.LocalMasterSalt, c.Profile)
	return in, out, c.Profile.String(), err
}

// close says goodbye and ends the connection.
func (h *handshake) close() {
	if h.conn != nil {
		_ = h.conn.Close()
	}
	_ = h.buffer.Close()
}
