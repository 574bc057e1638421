package redisstore

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
)

const (
	prefix     = "anteroom:"
	keptTokens = 32 // writes after which a repeat is not recognised any more
)

func recordKey(key string) string { return channel(key) + ":r" }
func leaseKey(key string) string  { return channel(key) + ":l" }
func graveKey(key string) string  { return channel(key) + ":g" }
func channel(key string) string   { return prefix + "{" + key + "}" }

// channelKey is the inverse of channel.
func channelKey(channel string) string {
	return strings.TrimSuffix(strings.TrimPrefix(channel, prefix+"{"), "}")
}

func ownerKey(owner string) string {
	return prefix + "o:" + base64.RawURLEncoding.EncodeToString([]byte(owner))
}

// newToken names one write: 26 characters, 130 bit.
func newToken() string { return rand.Text() }

// member is an entry of an owner's index. The incarnation, the token of the
// record's creation, makes it removable without harm to a later record.
func member(key, incarnation string) string { return key + " " + incarnation }

func memberKey(member string) string {
	key, _, _ := strings.Cut(member, " ")
	return key
}
