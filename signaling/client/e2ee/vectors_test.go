package e2ee

import (
	"bytes"
	"crypto/ecdh"
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

// octets reads hexadecimal from JSON.
type octets []byte

func (o *octets) UnmarshalText(text []byte) (err error) {
	*o, err = hex.DecodeString(string(text))
	return err
}

type vectors struct {
	Header []struct {
		KID, CTR string
		Header   octets
	} `json:"sframe_header"`
	SFrame []struct {
		KID, CTR uint64
		BaseKey  octets `json:"base_key"`
		Secret   octets `json:"sframe_secret"`
		Key      octets `json:"sframe_key"`
		Salt     octets `json:"sframe_salt"`
		Metadata octets
		Nonce    octets
		AAD      octets
		PT, CT   octets
	}
	HPKE []struct {
		Mode                             byte
		Info, SkEm, SkRm, SkSm, PSK, Key octets
		PSKID                            octets `json:"psk_id"`
		Shared                           octets `json:"shared_secret"`
		Base                             octets `json:"base_nonce"`
		Encryptions                      []struct {
			Seq         uint64
			PT, AAD, CT octets
		}
	}
	Secret struct {
		Session, Invite, JTI string
		HostSecret           octets `json:"host_secret"`
		LinkSecret           octets `json:"link_secret"`
		HostsSecret          octets `json:"hosts_secret"`
		StatementKey         octets `json:"statement_key"`
		Proof, PSK           octets
	}
	Fragment []struct {
		Fragment, Token string
		Secret          *octets
		OK              bool
	}
	Seat []struct {
		Session, Seat string
		Key           octets
	}
	Hello []struct {
		Session, From, Invite, JTI, Direction string
		Message                               octets
		Serial                                uint64
		Epoch                                 uint32
		Flags                                 byte
		ProofKey                              octets `json:"proof_key"`
	}
	Content struct {
		Encoded octets
		Key     struct {
			Epoch                         uint32
			Statement                     uint64
			Members, Commit, Key, Private octets
		}
		Ack struct {
			Epoch     uint32
			What      byte
			Statement uint64
		}
		Reveal struct {
			Epoch        uint32
			Round, Nonce octets
		}
	}
	Box []struct {
		Session         string
		FromKey         octets `json:"from_key"`
		FromSecret      octets `json:"from_dh_secret"`
		ToKey           octets `json:"to_key"`
		ToSecret        octets `json:"to_dh_secret"`
		EphemeralSecret octets `json:"ephemeral_secret"`
		PSK             *octets
		Plain           octets
		Boxes           []octets
	}
	Statement []struct {
		Session, Signer string
		Raw             octets
		Serial          uint64
		Clear, Proves   bool
		StatementKey    octets `json:"statement_key"`
		Entries         []struct {
			Seat string
			Role Role
		}
	}
	Code struct {
		Session, Code string
		Epoch         uint32
		Hash, Round   octets
		Members       []struct {
			Seat    string
			Role    Role
			Key, DH octets
		}
		Nonces, Commits []octets
	}
	Frame struct {
		Sender       string
		Epoch        uint32
		Key, Private octets
		Frames       []struct {
			Kind          Kind
			Counter       uint64
			Frame, Sealed octets
			Text          string
		}
	}
}

func readVectors(t *testing.T) *vectors {
	t.Helper()
	data, err := os.ReadFile("../../../docs/e2ee-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	v := &vectors{}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
	return v
}

func same(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}

func ok[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestVectorsOfRFC9605(t *testing.T) {
	v := readVectors(t)
	if len(v.Header) < 50 || len(v.SFrame) != 1 {
		t.Fatal("vectors are missing")
	}
	for _, h := range v.Header {
		kid, ctr := ok[uint64](t)(strconv.ParseUint(h.KID, 10, 64)), ok[uint64](t)(strconv.ParseUint(h.CTR, 10, 64))
		same(t, "header", appendHeader(nil, kid, ctr), h.Header)
		if k, c, valid := parseHeader(h.Header); !valid || k != kid || c != ctr {
			t.Errorf("%x parses to %d, %d, %v", h.Header, k, c, valid)
		}
	}
	for _, f := range v.SFrame {
		key, salt, err := sframeSecrets(f.BaseKey, f.KID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "key", key, f.Key)
		same(t, "salt", salt, f.Salt)
		same(t, "nonce", xorCounter(salt, f.CTR), f.Nonce)
		header := appendHeader(nil, f.KID, f.CTR)
		same(t, "aad", append(header, f.Metadata...), f.AAD)
		k := ok[*sframeKey](t)(deriveSFrame(f.BaseKey, f.KID))
		same(t, "ciphertext", k.seal(header, f.CTR, f.PT, f.AAD), f.CT)
		same(t, "plaintext", ok[[]byte](t)(k.open(nil, f.CTR, f.CT[len(header):], f.AAD)), f.PT)
	}
}

func TestVectorsOfRFC9180(t *testing.T) {
	v := readVectors(t)
	if len(v.HPKE) != 2 {
		t.Fatal("vectors are missing")
	}
	private := ok[*ecdh.PrivateKey](t)
	for _, h := range v.HPKE {
		e, r, s := private(ecdh.P256().NewPrivateKey(h.SkEm)), private(ecdh.P256().NewPrivateKey(h.SkRm)), private(ecdh.P256().NewPrivateKey(h.SkSm))
		shared, enc, err := authEncap(e, r.PublicKey(), s)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "shared secret", shared, h.Shared)
		same(t, "shared secret of the receiver", ok[[]byte](t)(authDecap(enc, r, s.PublicKey())), h.Shared)
		var psk []byte
		if h.Mode == hpkeAuthPSK {
			psk = h.PSK
		}
		c := ok[*hpkeContext](t)(keySchedule(shared, h.Info, psk, h.PSKID, enc))
		same(t, "base nonce", c.base, h.Base)
		for _, m := range h.Encryptions {
			same(t, "ciphertext", c.seal(m.Seq, m.AAD, m.PT), m.CT)
			same(t, "plaintext", ok[[]byte](t)(c.open(m.Seq, m.AAD, m.CT)), m.PT)
		}
	}
}

func TestVectorsOfSecrets(t *testing.T) {
	v := readVectors(t)
	s := v.Secret
	root := HostSecret(s.HostSecret)
	link, hosts := root.Link(s.Session, s.Invite, s.JTI), root.hosts(s.Session)
	same(t, "link secret", link[:], s.LinkSecret)
	same(t, "hosts' secret", hosts[:], s.HostsSecret)
	same(t, "statement key", root.statementKey(s.Session), s.StatementKey)
	same(t, "proof key", link.keys(s.Session).proof, s.Proof)
	same(t, "psk", link.keys(s.Session).psk, s.PSK)
	for _, f := range v.Fragment {
		token, secret, valid := SplitFragment(f.Fragment)
		if token != f.Token || valid != f.OK || (secret != nil) != (f.Secret != nil) {
			t.Errorf("%q: %q, %x, %v", f.Fragment, token, secret, valid)
		}
		if f.Secret != nil {
			same(t, "secret", secret, *f.Secret)
			if got := Append(token, [16]byte(secret)); got != f.Fragment {
				t.Errorf("appending gives %q", got)
			}
		}
	}
}

func TestVectorsOfMessages(t *testing.T) {
	v := readVectors(t)
	for _, s := range v.Seat {
		if got := SeatOf(s.Session, s.Key).String(); got != s.Seat {
			t.Errorf("seat is %s, want %s", got, s.Seat)
		}
	}
	for _, h := range v.Hello {
		from, _ := ParseSeatID(h.From)
		got := ok[*hello](t)(parseHello(h.Session, from, h.Message))
		if got.serial != h.Serial || got.epoch != h.Epoch || got.flags != h.Flags || got.invite != h.Invite || got.jti != h.JTI {
			t.Errorf("hello is %+v", got)
		}
		if got.proves(h.Direction, h.ProofKey) != (h.ProofKey != nil) || got.proves(h.Direction+"?", h.ProofKey) {
			t.Errorf("the proof in direction %q is wrong", h.Direction)
		}
	}
	for _, s := range v.Statement {
		got := ok[*statement](t)(parseStatement(s.Session, s.Raw))
		if got.serial != s.Serial || got.clear != s.Clear || len(got.entries) != len(s.Entries) || SeatOf(s.Session, got.key).String() != s.Signer {
			t.Errorf("statement is %+v", got)
		}
		for i, e := range s.Entries {
			if got.entries[i].seat.String() != e.Seat || got.entries[i].role != e.Role {
				t.Errorf("entry %d is %v", i, got.entries[i])
			}
		}
		if got.provesHost(s.Session, s.StatementKey) != s.Proves {
			t.Error("the authenticator is wrong")
		}
	}
}

func TestVectorsOfBoxes(t *testing.T) {
	v := readVectors(t)
	c := v.Content
	parsed := ok[*content](t)(parseContent(c.Encoded))
	same(t, "content", parsed.encode(), c.Encoded)
	same(t, "key", cat(be32(parsed.key.epoch), be64(parsed.key.statement), parsed.key.members[:], parsed.key.commit[:], parsed.key.key[:], parsed.key.private),
		cat(be32(c.Key.Epoch), be64(c.Key.Statement), c.Key.Members, c.Key.Commit, c.Key.Key, c.Key.Private))
	same(t, "reveal", cat(be32(parsed.reveal.epoch), parsed.reveal.round[:], parsed.reveal.nonce[:]), cat(be32(c.Reveal.Epoch), c.Reveal.Round, c.Reveal.Nonce))
	if a := *parsed.ack; a != (ackItem{c.Ack.Epoch, c.Ack.What, c.Ack.Statement}) {
		t.Errorf("ack is %+v", a)
	}
	private := ok[*ecdh.PrivateKey](t)
	for _, b := range v.Box {
		from, to, e := private(ecdh.P256().NewPrivateKey(b.FromSecret)), private(ecdh.P256().NewPrivateKey(b.ToSecret)), private(ecdh.P256().NewPrivateKey(b.EphemeralSecret))
		p := &pair{session: b.Session, fromKey: b.FromKey, fromDH: from.PublicKey().Bytes(), toKey: b.ToKey, toDH: to.PublicKey().Bytes(), mode: hpkeAuth}
		if b.PSK != nil {
			p.psk, p.mode = *b.PSK, hpkeAuthPSK
		}
		boxer := ok[*boxer](t)(newBoxerWith(p, from, to.PublicKey(), e))
		unboxer := &unboxer{}
		for _, box := range b.Boxes {
			same(t, "box", boxer.seal(b.Plain), box)
			same(t, "plain", ok[[]byte](t)(unboxer.open(p, to, box)), b.Plain)
		}
	}
}

func TestVectorsOfTheCode(t *testing.T) {
	c := readVectors(t).Code
	var members []member
	for _, m := range c.Members {
		seat, _ := ParseSeatID(m.Seat)
		members = append(members, member{seat: seat, role: m.Role, key: m.Key, dh: m.DH})
	}
	sortMembers(members)
	hash := membersHash(c.Session, members)
	same(t, "hash", hash[:], c.Hash)
	var commits, nonces [][32]byte
	for i, m := range members {
		if m.seat.String() != c.Members[i].Seat {
			t.Fatal("the order of members is wrong")
		}
		commit := commitment(c.Session, hash, c.Epoch, m.seat, [32]byte(c.Nonces[i]))
		same(t, "commitment", commit[:], c.Commits[i])
		commits, nonces = append(commits, commit), append(nonces, [32]byte(c.Nonces[i]))
	}
	round := roundHash(hash, c.Epoch, commits)
	same(t, "round", round[:], c.Round)
	if got := safetyCode(round, nonces); got != c.Code {
		t.Errorf("code is %s, want %s", got, c.Code)
	}
}

func TestVectorsOfFrames(t *testing.T) {
	f := readVectors(t).Frame
	sender, _ := ParseSeatID(f.Sender)
	sealer, opener := NewSealer(sender), NewOpener()
	if err := sealer.Use(UseKey{Epoch: f.Epoch, Key: [32]byte(f.Key), Private: [32]byte(f.Private)}); err != nil {
		t.Fatal(err)
	}
	if err := opener.Add(AddKey{Seat: sender, Epoch: f.Epoch, Key: [32]byte(f.Key), Private: f.Private}); err != nil {
		t.Fatal(err)
	}
	for _, one := range f.Frames {
		sealer.next = one.Counter
		if one.Text != "" {
			same(t, "sealed text", ok[[]byte](t)(sealer.SealText(one.Kind, one.Text)), one.Sealed)
			if text := ok[string](t)(opener.OpenText(sender, one.Kind, one.Sealed)); text != one.Text {
				t.Errorf("text is %q", text)
			}
			continue
		}
		same(t, "sealed frame", ok[[]byte](t)(sealer.Seal(one.Kind, one.Frame)), one.Sealed)
		same(t, "frame", ok[[]byte](t)(opener.Open(sender, one.Kind, one.Sealed)), one.Frame)
	}
}
