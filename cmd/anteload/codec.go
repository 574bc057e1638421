//go:build linux

package main

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// codec encrypts what a person sends and decrypts what comes to them. Both take
// and give whole packets, use the room of dst, which is empty, and belong to the
// loop.
type codec interface {
	seal(dst, packet []byte) ([]byte, error)
	open(dst, packet []byte) ([]byte, error)
}

// secured is SRTP (RFC 3711, RFC 7714).
type secured struct {
	in, out *srtp.Context
	header  rtp.Header // scratch
}

func (s *secured) seal(dst, packet []byte) ([]byte, error) {
	return s.out.EncryptRTP(dst, packet, &s.header)
}

func (s *secured) open(dst, packet []byte) ([]byte, error) {
	return s.in.DecryptRTP(dst, packet, &s.header)
}

// bare is what the floor speaks: AES-GCM with a key that everybody knows, and
// nothing around it.
type bare struct{ aead cipher.AEAD }

func newBare() (*bare, error) {
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &bare{aead}, err
}

var errShort = errors.New("anteload: a packet that is too short")

// nonce is unique for each packet that somebody sends: SSRC, timestamp and
// sequence number.
func (*bare) nonce(packet []byte) (n [12]byte) {
	binary.BigEndian.PutUint16(n[:], binary.BigEndian.Uint16(packet[2:]))
	copy(n[4:], packet[4:rtpHeader])
	return n
}

func (b *bare) seal(dst, packet []byte) ([]byte, error) {
	if len(packet) < rtpHeader {
		return nil, errShort
	}
	n := b.nonce(packet)
	dst = append(dst, packet[:rtpHeader]...)
	return b.aead.Seal(dst, n[:], packet[rtpHeader:], packet[:rtpHeader]), nil
}

func (b *bare) open(dst, packet []byte) ([]byte, error) {
	if len(packet) < rtpHeader {
		return nil, errShort
	}
	n := b.nonce(packet)
	dst = append(dst, packet[:rtpHeader]...)
	return b.aead.Open(dst, n[:], packet[rtpHeader:], packet[:rtpHeader])
}
