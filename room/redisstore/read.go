package redisstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/room"
)

// identity tells two states of a key apart, also when the record was deleted
// and made anew in between. It is zero when there is no record.
type identity struct {
	version, incarnation string
}

// state is what a key was when it was read.
type state struct {
	identity
	record room.Record
}

// Get returns the live record; see room.Store.
func (s *Store) Get(ctx context.Context, key string) (room.Record, error) {
	if !room.ValidKey(key) {
		return room.Record{}, errKey
	}
	st, err := call(ctx, s, func(ctx context.Context) (state, error) { return s.read(ctx, key) })
	if err != nil {
		return room.Record{}, err
	}
	if st.identity == (identity{}) {
		return room.Record{}, room.ErrNotFound
	}
	return st.record, nil
}

func (s *Store) read(ctx context.Context, key string) (state, error) {
	f, err := s.client.HMGet(ctx, recordKey(key), "v", "i", "d", "o", "x").Result()
	if err != nil || f[0] == nil {
		return state{}, err
	}
	st := state{identity: identity{text(f[0]), text(f[1])}}
	st.record.Data = []byte(text(f[2]))
	st.record.Owner = text(f[3])
	version, verr := strconv.ParseUint(st.version, 10, 64)
	expires, xerr := strconv.ParseInt(text(f[4]), 10, 64)
	if err := errors.Join(verr, xerr); err != nil {
		return state{}, fmt.Errorf("record is damaged: %w", err)
	}
	st.record.Version = version
	st.record.Expires = time.UnixMilli(expires)
	return st, nil
}

// identify is a cheap read, to see whether a full one is worth it.
func (s *Store) identify(ctx context.Context, key string) (identity, error) {
	f, err := s.client.HMGet(ctx, recordKey(key), "v", "i").Result()
	if err != nil {
		return identity{}, err
	}
	return identity{text(f[0]), text(f[1])}, nil
}

// text is the empty string for a field that is not there.
func text(field any) string {
	s, _ := field.(string)
	return s
}

// List returns the keys of the owner's live records; see room.Store.
func (s *Store) List(ctx context.Context, owner string) ([]string, error) {
	return call(ctx, s, func(ctx context.Context) ([]string, error) {
		members, err := s.client.ZRange(ctx, ownerKey(owner), 0, -1).Result()
		if err != nil {
			return nil, err
		}
		var keys []string
		for _, m := range members {
			keys = append(keys, memberKey(m))
		}
		slices.Sort(keys)
		return s.owned(ctx, owner, slices.Compact(keys))
	})
}

// owned keeps the keys whose live record has that owner.
func (s *Store) owned(ctx context.Context, owner string, keys []string) ([]string, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	replies := make([]*redis.StringCmd, len(keys))
	for i, key := range keys {
		replies[i] = pipe.HGet(ctx, recordKey(key), "o")
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	var owned []string
	for i, reply := range replies {
		switch found, err := reply.Result(); {
		case errors.Is(err, redis.Nil):
		case err != nil:
			return nil, err
		case found == owner:
			owned = append(owned, keys[i])
		}
	}
	return owned, nil
}
