package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/room"
)

const (
	callLimit = 2 * time.Second
	firstWait = 10 * time.Millisecond
	waitLimit = 200 * time.Millisecond
)

type result[T any] struct {
	value T
	err   error
}

// call runs op until it succeeds, fails for good, or ctx or callLimit ends. op
// may run more than once and must be recognised by Redis when it does. go-redis
// heeds a context's deadline but not its cancellation, hence the goroutine: call
// returns at once, op soon after.
func call[T any](ctx context.Context, s *Store, op func(context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	limited, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	done := make(chan result[T], 1)
	err := s.spawn(func() {
		value, err := attempts(limited, op)
		done <- result[T]{value, err}
	})
	if err != nil {
		return none, err
	}
	select {
	case r := <-done:
		return r.value, s.explain(ctx, r.err)
	case <-limited.Done():
		return none, s.explain(ctx, context.Cause(limited))
	}
}

func attempts[T any](ctx context.Context, op func(context.Context) (T, error)) (T, error) {
	for wait := firstWait; ; wait = min(2*wait, waitLimit) {
		value, err := op(ctx)
		if err == nil || ctx.Err() != nil || !transient(err) {
			return value, err
		}
		pause := time.NewTimer(wait)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return value, err
		}
	}
}

// transient tells whether another attempt may succeed: nothing was heard, or
// the server said that it is between two states.
func transient(err error) bool {
	if errors.Is(err, redis.ErrClosed) {
		return false
	}
	var reply redis.Error
	if !errors.As(err, &reply) {
		return true
	}
	state, _, _ := strings.Cut(reply.Error(), " ")
	switch state {
	case "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN":
		return true
	}
	return false
}

// explain makes of an operation's error what the contract promises: the
// caller's context's error, ErrClosed, or an error that is neither.
func (s *Store) explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case s.life.Err() != nil:
		return room.ErrClosed
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("redisstore: no answer within %v", callLimit)
	}
	return fmt.Errorf("redisstore: %w", err)
}
