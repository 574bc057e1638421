package redisstore

import (
	"context"
	"errors"
	"sync"

	"github.com/redis/go-redis/v9"

	"anteroom/room"
)

var (
	errKey    = errors.New("redisstore: key must be 1 to 128 bytes of [A-Za-z0-9_-]")
	errExpiry = errors.New("redisstore: a record must have an expiry")
)

// Store is a room.Store. All methods may be called from many goroutines. No
// operation blocks longer than its context or 2 s.
type Store struct {
	client  redis.UniversalClient
	scripts scripts
	hub     *hub

	mu     sync.Mutex
	closed bool
	life   context.Context // ends with Close
	end    context.CancelFunc
	tasks  sync.WaitGroup // operations and the hub's goroutines
}

// Open connects to the Redis that the URL names and fails if it does not answer.
// No error contains the URL or its password. The forms of the URL are
//
//	redis://[user:password@]host:port/db            rediss:// with TLS
//	redis://host:port?cluster=true&addr=host2:port2
//	redis+sentinel://host:port/db?master_name=name&addr=host2:port2
//	unix://[user:password@]/path/to/socket?db=0
//
// where user and password before a sentinel's address are the sentinel's, and
// those of the server are the parameters username and password.
func Open(ctx context.Context, url string) (*Store, error) {
	client, err := newClient(url)
	if err != nil {
		return nil, err
	}
	s := &Store{client: client, scripts: newScripts()}
	s.life, s.end = context.WithCancel(context.Background())
	s.hub = newHub(s)
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Ping asks Redis for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	_, err := call(ctx, s, func(ctx context.Context) (string, error) {
		return s.client.Ping(ctx).Result()
	})
	return err
}

// Close ends all watches and operations and waits for the store's goroutines. A
// second call does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.end()
	err := errors.Join(s.hub.close(), s.client.Close())
	s.tasks.Wait()
	return err
}

// spawn runs f in a goroutine that Close waits for; it refuses after Close.
func (s *Store) spawn(f func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return room.ErrClosed
	}
	s.tasks.Go(f)
	return nil
}
