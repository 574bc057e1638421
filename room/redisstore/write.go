package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/room"
)

// Swap writes rec if the version is still old; see room.Store. It costs one
// round trip, and one or two more if the owner's index must be told: on creation
// or when the owner or the expiry changes.
func (s *Store) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	switch {
	case !room.ValidKey(key):
		return 0, errKey
	case rec.Expires.IsZero():
		return 0, errExpiry
	}
	w := write{key: key, old: old, rec: rec, fence: fence, token: newToken()}
	reply, err := call(ctx, s, func(ctx context.Context) ([]string, error) {
		return s.swap(ctx, w)
	})
	if err != nil {
		return 0, err
	}
	if err := refusal(reply[0]); err != nil {
		return 0, err
	}
	return old + 1, nil
}

type write struct {
	key        string
	old, fence uint64
	rec        room.Record
	token      string
}

// swap tells the index before the record, so that a record that exists is
// always listed.
func (s *Store) swap(ctx context.Context, w write) ([]string, error) {
	if w.old != 0 {
		reply, err := s.runSwap(ctx, w, false)
		if err != nil || reply[0] != "list" {
			return reply, err
		}
		if err := s.list(ctx, w, reply[1]); err != nil {
			return nil, err
		}
		return s.runSwap(ctx, w, true)
	}
	if err := s.list(ctx, w, w.token); err != nil {
		return nil, err
	}
	reply, err := s.runSwap(ctx, w, true)
	if err == nil && reply[0] != "ok" {
		err = s.unlist(ctx, w.rec.Owner, member(w.key, w.token))
	}
	return reply, err
}

func (s *Store) runSwap(ctx context.Context, w write, listed bool) ([]string, error) {
	flag := "0"
	if listed {
		flag = "1"
	}
	version := strconv.FormatUint(w.old+1, 10)
	slot := "t" + strconv.FormatUint((w.old+1)%keptTokens, 10)
	return s.run(ctx, s.scripts.swap, sessionKeys(w.key),
		w.old, version, w.fence, w.token, slot,
		w.rec.Data, w.rec.Owner, millis(w.rec.Expires), flag, channel(w.key))
}

// Delete erases the record if its version is still old; see room.Store. It
// costs three round trips.
func (s *Store) Delete(ctx context.Context, key string, old uint64) error {
	if !room.ValidKey(key) {
		return errKey
	}
	e := &erasure{key: key, old: old, token: newToken()}
	word, err := call(ctx, s, func(ctx context.Context) (string, error) { return s.erase(ctx, e) })
	if err != nil {
		return err
	}
	return refusal(word)
}

type erasure struct {
	key, token string
	old        uint64
	entry      *state // the record as the owner's index knows it
}

// erase asks first which entry of an index the record has: when the record is
// gone and the reply lost, nobody knows any more.
func (s *Store) erase(ctx context.Context, e *erasure) (string, error) {
	if e.entry == nil {
		found, err := s.read(ctx, e.key)
		if err != nil {
			return "", err
		}
		e.entry = &found
	}
	reply, err := s.run(ctx, s.scripts.delete, sessionKeys(e.key), e.old, e.token, channel(e.key))
	if err != nil || reply[0] != "ok" {
		return first(reply), err
	}
	return reply[0], s.unlist(ctx, e.entry.record.Owner, member(e.key, e.entry.incarnation))
}

func first(reply []string) string {
	if len(reply) == 0 {
		return ""
	}
	return reply[0]
}

func (s *Store) list(ctx context.Context, w write, incarnation string) error {
	return s.scripts.list.Run(ctx, s.client, []string{ownerKey(w.rec.Owner)},
		member(w.key, incarnation), millis(w.rec.Expires)).Err()
}

func (s *Store) unlist(ctx context.Context, owner, member string) error {
	return s.client.ZRem(ctx, ownerKey(owner), member).Err()
}

func (s *Store) run(ctx context.Context, script *redis.Script, keys []string, args ...any) ([]string, error) {
	return script.Run(ctx, s.client, keys, args...).StringSlice()
}

func sessionKeys(key string) []string {
	return []string{recordKey(key), leaseKey(key), graveKey(key)}
}

func refusal(word string) error {
	switch word {
	case "ok":
		return nil
	case "conflict":
		return room.ErrConflict
	case "missing":
		return room.ErrNotFound
	case "fenced":
		return room.ErrFenced
	}
	return fmt.Errorf("redisstore: unknown reply %q", word)
}

// millis is the form that PEXPIREAT takes; it refuses times before 1970.
func millis(t time.Time) string {
	return strconv.FormatInt(max(t.UnixMilli(), 1), 10)
}
