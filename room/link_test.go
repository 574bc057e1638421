package room_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"anteroom/room"

	"github.com/golang-jwt/jwt/v5"
)

type members = map[string]any

// press is where links are made, and forged.
type press struct {
	testing.TB
	keys *room.Keys
	kid  string
	key  ed25519.PrivateKey
	now  time.Time
}

func newPress(t testing.TB) *press {
	t.Helper()
	p := &press{TB: t, keys: keysOf(t, "k"), now: someTime()}
	p.kid, p.key = p.keys.SigningKey()
	return p
}

func (p *press) header() members { return members{"alg": "EdDSA", "typ": "join+jwt", "kid": p.kid} }

func (p *press) claims() members {
	return members{
		"iss": "anteroom", "aud": []string{origin}, "sub": "invite", "jti": "secret", "sid": "session",
		"nbf": p.now.Unix(), "exp": p.now.Add(3 * time.Hour).Unix(),
	}
}

// with is m with some members changed; nil takes one away.
func with(m members, change members) members {
	m = maps.Clone(m)
	for name, value := range change {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
	return m
}

// unsigned is the part of a token that is signed.
func (p *press) unsigned(header, claims any) string {
	p.Helper()
	part := func(v any) string {
		if text, ok := v.(string); ok {
			return encode([]byte(text))
		}
		raw, err := json.Marshal(v)
		if err != nil {
			p.Fatal(err)
		}
		return encode(raw)
	}
	return part(header) + "." + part(claims)
}

// make signs with the deployment's own key, so that only what is tested is wrong.
func (p *press) make(header, claims any) room.Token {
	p.Helper()
	text := p.unsigned(header, claims)
	return room.Token(text + "." + encode(ed25519.Sign(p.key, []byte(text))))
}

func (p *press) code(token room.Token) room.Code {
	_, err := p.keys.ParseLink(token, p.now)
	return room.CodeOf(err)
}

func TestALinkSaysWhomItIsFor(t *testing.T) {
	p := newPress(t)
	link, err := p.keys.ParseLink(p.make(p.header(), p.claims()), p.now)
	if err != nil || link != (room.Link{Session: "session", Invite: "invite", JTI: "secret"}) {
		t.Fatalf("a good link: %v", err)
	}
}

// TestALinkHasOneHeader: no algorithm but EdDSA, no type but join+jwt, no key but
// ours, and nothing else in it, a key of its own above all.
func TestALinkHasOneHeader(t *testing.T) {
	p := newPress(t)
	for name, change := range map[string]members{
		"alg none": {"alg": "none"}, "alg None": {"alg": "None"}, "alg HS256": {"alg": "HS256"}, "alg RS256": {"alg": "RS256"},
		"alg ES256": {"alg": "ES256"}, "alg Ed25519": {"alg": "Ed25519"}, "alg eddsa": {"alg": "eddsa"}, "no alg": {"alg": nil}, "alg number": {"alg": 1},
		"typ JWT": {"typ": "JWT"}, "typ in capitals": {"typ": "JOIN+JWT"}, "no typ": {"typ": nil}, "typ with more": {"typ": "application/join+jwt"},
		"kid unknown": {"kid": "AAAAAAAA"}, "no kid": {"kid": nil}, "kid empty": {"kid": ""}, "kid a list": {"kid": []string{"x"}}, "kid a path": {"kid": "../../dev/null"},
		"jwk": {"jwk": members{"kty": "OKP", "crv": "Ed25519", "x": "AA"}}, "jku": {"jku": "https://evil.example/k"},
		"x5c": {"x5c": []string{"AA"}}, "x5u": {"x5u": "https://evil.example/c"}, "crit": {"crit": []string{"exp"}}, "cty": {"cty": "JWT"},
		"zip": {"zip": "DEF"}, "b64": {"b64": false}, "jwk in place of kid": {"kid": nil, "jwk": members{}},
	} {
		if code := p.code(p.make(with(p.header(), change), p.claims())); code != room.CodeLinkInvalid {
			t.Errorf("%s: %q", name, code)
		}
	}
}

func TestALinkHasAllItsClaims(t *testing.T) {
	p := newPress(t)
	for name, change := range map[string]members{
		"no exp": {"exp": nil}, "no nbf": {"nbf": nil}, "no jti": {"jti": nil}, "no sid": {"sid": nil}, "no sub": {"sub": nil},
		"jti empty": {"jti": ""}, "sid empty": {"sid": ""}, "no iss": {"iss": nil}, "iss": {"iss": "other"}, "no aud": {"aud": nil},
		"aud": {"aud": "https://other.example"}, "aud in part": {"aud": origin + ".evil.example"}, "aud empty": {"aud": []string{}},
		"exp text": {"exp": "tomorrow"}, "exp null": {"exp": json.RawMessage("null")}, "sid number": {"sid": 7}, "nbf object": {"nbf": members{}},
	} {
		if code := p.code(p.make(p.header(), with(p.claims(), change))); code != room.CodeLinkInvalid {
			t.Errorf("%s: %q", name, code)
		}
	}
}

// TestALinkIsSignedByUs: whatever else could pass for a signature.
func TestALinkIsSignedByUs(t *testing.T) {
	p := newPress(t)
	good := p.make(p.header(), p.claims())
	signature := string(good[strings.LastIndex(string(good), ".")+1:])
	body := strings.TrimSuffix(string(good), signature)
	none := p.unsigned(members{"alg": "none", "typ": "join+jwt", "kid": p.kid}, p.claims())
	hs := p.unsigned(members{"alg": "HS256", "typ": "join+jwt", "kid": p.kid}, p.claims())
	mac := hmac.New(sha256.New, p.key.Public().(ed25519.PublicKey))
	mac.Write([]byte(hs))
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spare := signature[:len(signature)-1] + string(signature[len(signature)-1]+1)
	for name, token := range map[string]string{
		"empty": "", "dots": "..", "no signature": body, "none": none + ".", "HMAC under the public key": hs + "." + encode(mac.Sum(nil)),
		"RSA": p.rsa(), "another key": body + encode(ed25519.Sign(other, []byte(body[:len(body)-1]))), "cut": string(good[:len(good)-4]),
		"spare bits": body + spare, "padded": string(good) + "=", "line feed after": string(good) + "\n", "line feed inside": body + signature[:20] + "\n" + signature[20:],
		"space": " " + string(good), "four parts": string(good) + ".AA", "another deployment": p.foreign(), "claims twice": body + body + signature,
	} {
		if code := p.code(room.Token(token)); code != room.CodeLinkInvalid {
			t.Errorf("%s: %q", name, code)
		}
	}
}

func (p *press) rsa() string {
	p.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.Fatal(err)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(p.claims()))
	token.Header["typ"], token.Header["kid"] = "join+jwt", p.kid
	text, err := token.SignedString(private)
	if err != nil {
		p.Fatal(err)
	}
	return text
}

// foreign is right in all but the secret it comes from.
func (p *press) foreign() string {
	kid, key := keysOf(p, "o").SigningKey()
	text := p.unsigned(with(p.header(), members{"kid": kid}), p.claims())
	return text + "." + encode(ed25519.Sign(key, []byte(text)))
}

// A forged token of any size is refused before it is parsed.
func TestALinkThatIsTooLargeIsNotParsed(t *testing.T) {
	p := newPress(t)
	if code := p.code(p.make(p.header(), with(p.claims(), members{"jti": strings.Repeat("x", 1024)}))); code != room.CodeLinkInvalid {
		t.Errorf("a token of more than 1024 bytes: %q", code)
	}
	huge := room.Token(strings.Repeat("A", 8<<20))
	if allocated := testing.AllocsPerRun(10, func() { _, _ = p.keys.ParseLink(huge, p.now) }); allocated > 5 {
		t.Errorf("refusing 8 MiB allocates %v times", allocated)
	}
}
