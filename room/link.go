package room

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Facts of a link's token (a JWT, RFC 7519, with the explicit type of RFC 8725
// §3.11).
const (
	linkType   = "join+jwt"
	linkIssuer = "anteroom"
	// Leeway is how far clocks may differ; a link is good that much longer.
	Leeway = 60 * time.Second
	// maxToken bounds what is parsed at all.
	maxToken = 1024
)

// Token is the secret in a link. It cannot be printed by accident.
type Token string

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Token) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// Link is what a checked token says. It names an invite and gives no power by
// itself: role and state are in the record.
type Link struct {
	Session SessionID
	Invite  InviteID
	JTI     string
}

type linkClaims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
}

// Link makes the link for a newly issued invite: origin/j#TOKEN.
func (k *Keys) Link(s *Session, issued Issued, now time.Time) (string, error) {
	claims := linkClaims{Session: string(s.ID), RegisteredClaims: jwt.RegisteredClaims{
		Issuer: linkIssuer, Audience: jwt.ClaimStrings{k.origin}, Subject: string(issued.Invite.ID), ID: issued.JTI,
		NotBefore: jwt.NewNumericDate(now.Truncate(time.Second)), ExpiresAt: jwt.NewNumericDate(s.Closes),
	}}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["typ"], token.Header["kid"] = linkType, k.sets[0].kid
	signed, err := token.SignedString(k.sets[0].sign)
	if err != nil {
		return "", fmt.Errorf("room: sign link: %w", err)
	}
	return k.origin + "/j#" + signed, nil
}

// ParseLink checks a token completely: size before anything is parsed, then
// algorithm, type, key, signature, issuer, audience, times. It answers
// CodeLinkInvalid for what was never a link of ours, CodeLinkExpired and
// CodeTooEarly for what is one outside its time.
func (k *Keys) ParseLink(t Token, now time.Time) (Link, error) {
	if len(t) > maxToken || strings.Count(string(t), ".") != 2 || strings.ContainsAny(string(t), "\r\n") {
		return Link{}, Refused(CodeLinkInvalid)
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithIssuer(linkIssuer), jwt.WithAudience(k.origin), jwt.WithExpirationRequired(),
		jwt.WithLeeway(Leeway), jwt.WithTimeFunc(func() time.Time { return now }),
	)
	var claims linkClaims
	if _, err := parser.ParseWithClaims(string(t), &claims, k.keyFor); err != nil {
		return Link{}, linkError(err)
	}
	if claims.Session == "" || claims.Subject == "" || claims.ID == "" || claims.NotBefore == nil {
		return Link{}, Refused(CodeLinkInvalid)
	}
	return Link{Session: SessionID(claims.Session), Invite: InviteID(claims.Subject), JTI: claims.ID}, nil
}

// keyFor picks the key by kid among our own; a header that brings anything
// else, a key of its own above all, is refused.
func (k *Keys) keyFor(t *jwt.Token) (any, error) {
	kid, _ := t.Header["kid"].(string)
	if len(t.Header) != 3 || t.Header["typ"] != linkType {
		return nil, errors.New("room: not a join token")
	}
	set, ok := k.byKid(kid)
	if !ok {
		return nil, errors.New("room: unknown key")
	}
	return set.sign.Public().(ed25519.PublicKey), nil
}

// linkError says expired or early only of tokens whose signature is right.
func linkError(err error) error {
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable), errors.Is(err, jwt.ErrTokenMalformed):
		return Refused(CodeLinkInvalid)
	case errors.Is(err, jwt.ErrTokenExpired):
		return Refused(CodeLinkExpired)
	case errors.Is(err, jwt.ErrTokenNotValidYet):
		return Refused(CodeTooEarly)
	}
	return Refused(CodeLinkInvalid)
}
