package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9/logging"
	"go.uber.org/goleak"

	"anteroom/room"
	"anteroom/room/redisstore"
	"anteroom/room/redisstore/redistest"
	"anteroom/room/storetest"
)

func TestMain(m *testing.M) {
	logging.Disable() // go-redis reports every refused connection, of which there are many here
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, url string) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func conform(t *testing.T, server *redistest.Server, url string) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		s := open(t, url)
		another := func(t testing.TB) room.Store { return open(t, url) }
		return storetest.Harness{
			Store: s, Second: another, Dump: server.Dump,
			Reopen: func(t testing.TB) room.Store {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				return another(t)
			},
		}
	})
}

func TestConformance(t *testing.T) {
	server := redistest.Start(t)
	conform(t, server, server.URL)
}

func TestConformanceCluster(t *testing.T) {
	server := redistest.StartCluster(t)
	conform(t, server, server.URL)
}

func TestConformanceSentinel(t *testing.T) {
	server := redistest.Start(t)
	conform(t, server, redistest.StartSentinel(t, server))
}

func TestUnixSocket(t *testing.T) {
	s := open(t, redistest.Start(t).SocketURL)
	swap(t, s, "k", 0, "a")
}

func TestNoServer(t *testing.T) {
	server := redistest.Start(t)
	server.Kill(t)
	if _, err := redisstore.Open(t.Context(), server.URL); err == nil {
		t.Error("Open succeeded without a server")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := redisstore.Open(ctx, server.URL); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a dead context: %v", err)
	}
}

// No error shows the password, however badly the URL is written.
func TestPasswordIsNotShown(t *testing.T) {
	server := redistest.Start(t, "--requirepass", "right")
	addr := strings.TrimPrefix(server.URL, "redis://")
	bad := []string{
		"redis://user:hunter2@" + addr,
		"redis://:hunter2@127.0.0.1:1",
		"redis://:hunter2@" + addr + "/hunter2",
		"redis://:hunter2@" + addr + "/1/2",
		"redis://:hunter2@" + addr + "?unknown=hunter2",
		"redis://:hunter2@" + addr + "?cluster=true&unknown=hunter2",
		"redis://:hunter2@" + addr + "?cluster=true",
		"redis://:hunter2/x@" + addr,
		"redis://:hunter2#x@" + addr,
		"redis://:%hunter2@" + addr,
		"redis://:hunter2 @" + addr + ":x",
		"rediss://:hunter2@" + addr,
		"redis+sentinel://" + addr + "?password=hunter2",
		"redis+sentinel://:hunter2@127.0.0.1:1?master_name=m&password=hunter2",
		"unix://:hunter2@/no/such/socket",
		"unix+sentinel://:hunter2@/no/such/socket",
		"http://:hunter2@" + addr,
		":hunter2",
		"hunter2",
		"",
	}
	for i, url := range bad {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			s, err := redisstore.Open(t.Context(), url)
			if err == nil {
				t.Errorf("%q opened", url)
				err = s.Close()
			}
			if err != nil && strings.Contains(err.Error(), "hunter") {
				t.Errorf("%q: %v", url, err)
			}
		})
	}
	open(t, "redis://:right@"+addr)
}
