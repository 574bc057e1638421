package signaling

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// device makes one passkey and signs with it, as an authenticator with user
// verification does (WebAuthn §6); its counter stays zero, as that of synchronised
// passkeys.
type device struct {
	t      *testing.T
	id     []byte
	key    *ecdsa.PrivateKey
	handle string // of the account that the passkey is for
}

func newDevice(t *testing.T, id string) *device {
	return &device{t: t, id: []byte(id), key: must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
}

const testOrigin = "http://hello.test"

// asked is as much of the options as a device needs.
type asked struct {
	Challenge string `json:"challenge"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
}

func (d *device) read(options jsontext.Value) (o asked) {
	ok(d.t, json.Unmarshal(options, &o))
	return o
}

// create answers as navigator.credentials.create does.
func (d *device) create(options jsontext.Value) jsontext.Value {
	o := d.read(options)
	d.handle = o.User.ID
	data := append(d.authenticator(0x45), make([]byte, 16)...) // user present and verified, a credential; of no make
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(append(data, d.id...), d.public()...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), byte(len(data)>>8), byte(len(data)))
	return d.answer(map[string]any{"clientDataJSON": d.client("webauthn.create", o), "attestationObject": text64(append(object, data...))})
}

// get answers as navigator.credentials.get does.
func (d *device) get(options jsontext.Value) jsontext.Value {
	client, data := d.client("webauthn.get", d.read(options)), d.authenticator(0x05)
	raw := must[[]byte](d.t)(base64.RawURLEncoding.DecodeString(client))
	sum := sha256.Sum256(raw)
	whole := sha256.Sum256(append(data[:len(data):len(data)], sum[:]...))
	signed := must[[]byte](d.t)(ecdsa.SignASN1(rand.Reader, d.key, whole[:]))
	return d.answer(map[string]any{"clientDataJSON": client, "authenticatorData": text64(data), "signature": text64(signed), "userHandle": d.handle})
}

func (d *device) client(kind string, o asked) string {
	return text64(must[[]byte](d.t)(json.Marshal(map[string]any{"type": kind, "challenge": o.Challenge, "origin": testOrigin})))
}

func (d *device) authenticator(flags byte) []byte {
	party := sha256.Sum256([]byte("hello.test"))
	return append(party[:], flags, 0, 0, 0, 0)
}

// public is the key in COSE (RFC 9053, 7.1).
func (d *device) public() []byte {
	point := must[[]byte](d.t)(d.key.PublicKey.Bytes())
	key := append([]byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), point[1:33]...)
	return append(append(key, "\x22\x58\x20"...), point[33:]...)
}

func (d *device) answer(response map[string]any) jsontext.Value {
	return must[[]byte](d.t)(json.Marshal(map[string]any{"id": text64(d.id), "rawId": text64(d.id), "type": "public-key", "response": response}))
}

func text64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
