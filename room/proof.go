package room

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"strings"
	"time"
)

// NonceLife is how long a nonce for joining is good.
const NonceLife = 2 * time.Minute

// ParseSeatKey checks that text is an uncompressed P-256 point on the curve, in
// canonical base64url.
func ParseSeatKey(text string) (SeatKey, error) {
	if _, err := point(text); err != nil {
		return "", badRequest("The key is not a P-256 public key.")
	}
	return SeatKey(text), nil
}

func point(text string) (*ecdsa.PublicKey, error) {
	raw, err := unbase64(text)
	if err != nil {
		return nil, err
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
}

// JoinText is what a browser signs to redeem a link (PROTOCOL.md §4).
func JoinText(origin, jti, nonce string, key SeatKey) string {
	return strings.Join([]string{"anteroom-join-v1", "POST", origin + "/v1/join", jti, nonce, string(key)}, "\n")
}

// SocketText is what a browser signs to open its websocket (PROTOCOL.md §5.1).
func SocketText(origin string, session SessionID, nonce string, key SeatKey) string {
	return strings.Join([]string{"anteroom-ws-v1", origin, string(session), nonce, string(key)}, "\n")
}

// VerifyProof checks an ECDSA P-256 SHA-256 signature in the fixed-length form
// r‖s of WebCrypto (IEEE P1363) over text. CodeSignatureInvalid if it fails.
func VerifyProof(key SeatKey, text, signature string) error {
	public, err := point(string(key))
	if err != nil {
		return Refused(CodeSignatureInvalid)
	}
	raw, err := unbase64(signature)
	if err != nil || len(raw) != 64 {
		return Refused(CodeSignatureInvalid)
	}
	hash := sha256.Sum256([]byte(text))
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	if !ecdsa.Verify(public, hash[:], r, s) {
		return Refused(CodeSignatureInvalid)
	}
	return nil
}

// Nonce makes a nonce for joining. It carries its own end and proof, so that
// any node can check it and none has to remember it; that one may be used twice
// within its life does no harm, since redeeming is idempotent for a key.
func (k *Keys) Nonce(now time.Time) string {
	body := make([]byte, 16, 32)
	_, _ = rand.Read(body[:8])
	binary.BigEndian.PutUint64(body[8:], uint64(now.Add(NonceLife).Unix()))
	body = append(body, k.sets[0].authenticate("nonce", string(body))[:16]...)
	return base64.RawURLEncoding.EncodeToString(body)
}

// CheckNonce refuses with CodeSignatureInvalid what is not a nonce of ours or
// is past its life.
func (k *Keys) CheckNonce(nonce string, now time.Time) error {
	raw, err := unbase64(nonce)
	if err != nil || len(raw) != 32 || !k.isNonce(raw) {
		return Refused(CodeSignatureInvalid)
	}
	end := int64(binary.BigEndian.Uint64(raw[8:16]))
	if now.Unix() > end || now.Add(NonceLife+Leeway).Unix() < end {
		return Refused(CodeSignatureInvalid)
	}
	return nil
}

func (k *Keys) isNonce(raw []byte) bool {
	ok := false
	for _, set := range k.sets {
		ok = equal(set.authenticate("nonce", string(raw[:16]))[:16], raw[16:]) || ok
	}
	return ok
}
