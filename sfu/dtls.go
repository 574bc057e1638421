package sfu

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"
	"net"
	"strings"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

const (
	handshakeTimeout = 30 * time.Second
	dtlsQueue        = 32 // datagrams
	srtpWindow       = 1024
)

var errFingerprint = errors.New("sfu: the certificate is not the one of the offer")

// newCertificate makes the node's DTLS certificate. It lives as long as the
// process; what makes it trusted is its fingerprint in the answers.
func newCertificate() (tls.Certificate, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, "", err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial,
		NotBefore:    now.AddDate(0, 0, -1),
		NotAfter:     now.AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	sum := sha256.Sum256(der)
	hexes := make([]string, len(sum))
	for i, b := range sum {
		hexes[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, strings.Join(hexes, ":"), nil
}

// dtlsPipe is the DTLS side of a transport: what the media port received for
// it waits here, and what it sends takes the transport's path.
type dtlsPipe struct {
	t   *transport
	buf *packetio.Buffer
}

func newDTLSPipe(t *transport) *dtlsPipe {
	p := &dtlsPipe{t: t, buf: packetio.NewBuffer()}
	p.buf.SetLimitCount(dtlsQueue)
	return p
}

// Implements net.PacketConn.
func (p *dtlsPipe) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := p.buf.Read(b)
	return n, pipeAddr{}, err
}

func (p *dtlsPipe) WriteTo(b []byte, _ net.Addr) (int, error) {
	if len(b) > maxDatagram {
		return 0, errors.New("sfu: DTLS record too large")
	}
	p.t.node.work(func(w *worker) { p.t.sendRaw(w, b) })
	return len(b), nil
}

func (p *dtlsPipe) Close() error                      { return p.buf.Close() }
func (p *dtlsPipe) LocalAddr() net.Addr               { return pipeAddr{} }
func (p *dtlsPipe) SetDeadline(t time.Time) error     { return p.buf.SetReadDeadline(t) }
func (p *dtlsPipe) SetReadDeadline(t time.Time) error { return p.buf.SetReadDeadline(t) }
func (p *dtlsPipe) SetWriteDeadline(time.Time) error  { return nil }

// pipeAddr stands for "the client, wherever it is".
type pipeAddr struct{}

func (pipeAddr) Network() string { return "dtls" }
func (pipeAddr) String() string  { return "client" }

// runDTLS makes the handshake, hands the keys to the transport, and then waits
// for the client to say that it leaves.
func (t *transport) runDTLS() {
	defer t.node.wg.Done()
	conn, err := dtls.ServerWithOptions(t.pipe, pipeAddr{}, t.dtlsOptions()...)
	if err != nil {
		t.ended(Lost)
		return
	}
	defer conn.Close()
	stop := context.AfterFunc(t.ctx, func() { _ = conn.Close() })
	defer stop()
	ctx, cancel := context.WithTimeout(t.ctx, handshakeTimeout)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		t.node.log.event("dtls failed")
		t.ended(Lost)
		return
	}
	if err := t.takeKeys(conn); err != nil {
		t.ended(Lost)
		return
	}
	t.connected()
	var b [64]byte
	for {
		if _, err := conn.Read(b[:]); err != nil {
			t.ended(Left)
			return
		}
	}
}

func (t *transport) dtlsOptions() []dtls.ServerOption {
	want := t.fingerprint
	return []dtls.ServerOption{
		dtls.WithCertificates(t.node.cert),
		dtls.WithCipherSuites(
			dtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			dtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
		dtls.WithSRTPProtectionProfiles(
			dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithClientAuth(dtls.RequireAnyClientCert),
		dtls.WithInsecureSkipVerify(true), // the fingerprint is checked instead (RFC 8122)
		dtls.WithVerifyPeerCertificate(func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) == 0 {
				return errFingerprint
			}
			if sum := sha256.Sum256(raw[0]); string(sum[:]) != want {
				return errFingerprint
			}
			return nil
		}),
		dtls.WithInsecureSkipVerifyHello(true), // ICE has proved the address already
		dtls.WithMTU(1200),
		dtls.WithLoggerFactory(t.node.log),
	}
}

// takeKeys derives the SRTP contexts (RFC 5764 §4.2).
func (t *transport) takeKeys(conn *dtls.Conn) error {
	chosen, ok := conn.SelectedSRTPProtectionProfile()
	if !ok {
		return errors.New("sfu: no SRTP profile in common")
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return errors.New("sfu: no DTLS state")
	}
	c := srtp.Config{Profile: srtp.ProtectionProfile(chosen)}
	if err := c.ExtractSessionKeysFromDTLS(&state, false); err != nil {
		return err
	}
	in, err := srtp.CreateContext(c.Keys.RemoteMasterKey, c.Keys.RemoteMasterSalt, c.Profile,
		srtp.SRTPReplayProtection(srtpWindow), srtp.SRTCPReplayProtection(srtpWindow))
	if err != nil {
		return err
	}
	out, err := srtp.CreateContext(c.Keys.LocalMasterKey, c.Keys.LocalMasterSalt, c.Profile)
	if err != nil {
		return err
	}
	t.inMu.Lock()
	t.in = in
	t.inMu.Unlock()
	t.outMu.Lock()
	t.out = out
	t.outMu.Unlock()
	return nil
}
