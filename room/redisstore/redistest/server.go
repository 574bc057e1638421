//go:build unix

package redistest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const patience = 30 * time.Second

// Server is a running redis-server. Its methods are for one goroutine; they fail
// the test they are given.
type Server struct {
	// URL is redis://127.0.0.1:PORT, SocketURL the same server's unix socket.
	URL, SocketURL string

	addr, dir string
	args      []string
	process   *exec.Cmd
	output    *bytes.Buffer
	ended     chan struct{} // closed when process has ended
}

// Start runs a redis-server until the test ends. Further arguments are the
// server's own, such as "--requirepass", "secret"; they override its defaults
// here. Without redis-server the test fails.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is not installed: run `make test-tools`")
	}
	s := &Server{addr: FreeAddr(t), dir: shortDir(t)}
	host, port, _ := net.SplitHostPort(s.addr)
	socket := filepath.Join(s.dir, "redis.sock")
	s.URL, s.SocketURL = "redis://"+s.addr, "unix://"+socket
	s.args = append([]string{
		"--bind", host, "--port", port, "--unixsocket", socket, "--dir", s.dir,
		"--save", "", "--appendonly", "no", "--rdbcompression", "no",
		"--slowlog-log-slower-than", "-1", "--loglevel", "warning",
	}, args...)
	s.launch(t)
	t.Cleanup(func() {
		if s.process != nil {
			s.Kill(t)
		}
	})
	return s
}

// StartCluster runs a cluster of one node, which refuses whatever a larger one
// would refuse. The URL has cluster=true.
func StartCluster(t testing.TB) *Server {
	t.Helper()
	s := Start(t, "--cluster-enabled", "yes")
	s.Do(t, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
	waitFor(t, "the cluster is formed", func() bool {
		return strings.Contains(s.Do(t, "CLUSTER", "INFO"), "cluster_state:ok")
	})
	s.URL += "?cluster=true"
	return s
}

// StartSentinel runs a sentinel that watches s, and returns a redis+sentinel://
// URL.
func StartSentinel(t testing.TB, s *Server) string {
	t.Helper()
	host, port, _ := net.SplitHostPort(s.addr)
	sentinel := &Server{addr: FreeAddr(t), dir: shortDir(t)}
	_, own, _ := net.SplitHostPort(sentinel.addr)
	file := filepath.Join(sentinel.dir, "sentinel.conf")
	text := fmt.Sprintf("bind 127.0.0.1\nport %s\nsentinel monitor main %s %s 1\n", own, host, port)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sentinel.args = []string{file, "--sentinel"}
	sentinel.launch(t)
	t.Cleanup(func() { sentinel.Kill(t) })
	return "redis+sentinel://" + sentinel.addr + "?master_name=main"
}

// Pause stops the process (SIGSTOP): connections stay open and nothing answers.
func (s *Server) Pause(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Resume continues a paused process.
func (s *Server) Resume(t testing.TB) { s.signal(t, syscall.SIGCONT) }

// Kill ends the process at once; all it knew is lost.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGKILL)
	<-s.ended
	s.process = nil
}

// Restart runs a killed server again, empty, on the same port and socket.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.launch(t)
}

func (s *Server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(sig); err != nil {
		t.Fatalf("%v to redis-server: %v", sig, err)
	}
}

// launch starts the process and waits until it answers.
func (s *Server) launch(t testing.TB) {
	t.Helper()
	s.output, s.ended = &bytes.Buffer{}, make(chan struct{})
	s.process = exec.Command("redis-server", s.args...)
	s.process.Stdout, s.process.Stderr = s.output, s.output
	s.process.SysProcAttr = dieWithParent()
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func(p *exec.Cmd, ended chan struct{}) {
		_ = p.Wait() // it is killed in the end
		close(ended)
	}(s.process, s.ended)
	waitFor(t, "redis-server answers", func() bool {
		select {
		case <-s.ended:
			t.Fatalf("redis-server ended at once: %s", s.output)
		default:
		}
		return answers(s.addr)
	})
}

// Do sends a command on a connection of its own. The reply must not be an
// error; it is returned as text.
func (s *Server) Do(t testing.TB, words ...any) string {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: s.addr, ReadTimeout: patience, MaxRetries: -1})
	defer client.Close()
	reply, err := client.Do(context.Background(), words...).Result()
	if err != nil {
		t.Fatalf("%v: %v", words[0], err)
	}
	return fmt.Sprint(reply)
}

// Dump returns what the server would leave behind: an uncompressed snapshot of
// all keys and values, and the slow log.
func (s *Server) Dump(t testing.TB) []byte {
	t.Helper()
	s.Do(t, "SAVE")
	file := filepath.Join(s.dir, "dump.rdb")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	return append(raw, s.Do(t, "SLOWLOG", "GET", "-1")...)
}

// answers tells whether a server at addr replies to a PING, if only to say that
// it wants a password.
func answers(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return false
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	reply, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && (strings.HasPrefix(reply, "+PONG") || strings.HasPrefix(reply, "-NOAUTH"))
}

// FreeAddr is a loopback address that nobody listens on, for this and other servers
// of tests, and that no other test is given until this one ends. Its port is none that
// the system gives to whoever connects, so that it stays free until it is used; nor is
// the one for a cluster, which is 10000 above.
func FreeAddr(t testing.TB) string {
	t.Helper()
	for range 100 {
		port := 12000 + rand.IntN(10000)
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		if reserve(t, port) && isFree(addr) {
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

// reserve is by a name that one socket of this machine can have, and that is free
// again however a process ends.
func reserve(t testing.TB, port int) bool {
	name, err := net.Listen("unix", fmt.Sprintf("@anteroom-test-port-%d", port))
	if err == nil {
		t.Cleanup(func() { _ = name.Close() })
	}
	return err == nil
}

func isFree(addr string) bool {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		_ = l.Close()
	}
	return err == nil
}

// shortDir is a directory whose sockets fit into a socket address, unlike those
// of t.TempDir.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}
