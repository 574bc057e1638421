//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"anteroom/room/redisstore/redistest"
	"anteroom/signaling/client"
)

// TestProveNothingIsRecorded holds a whole session on the built program, with
// strangers knocking, a removal, a crash and an end, and then looks for
// everything that was said, shown, sent or typed: in every byte that the program
// ever wrote to a file, in what it printed, in its metrics, in its state
// directory. The file system is read-only but for that directory.
func TestProveNothingIsRecorded(t *testing.T) {
	p := newProof(t, "bolt:anteroom.db")
	p.session()
	p.search("the state directory", p.files(p.state))
	if len(p.written) == 0 || !strings.Contains(p.written, filepath.Join(p.state, "anteroom.db")) {
		t.Errorf("the record of the session did not reach the store: written %q", p.written)
	}
}

// TestProveNothingIsRecordedInRedis does so with the record in Redis, which
// writes a log of all changes and of all commands, and takes a snapshot of all
// keys while the session runs.
func TestProveNothingIsRecordedInRedis(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always", "--slowlog-log-slower-than", "0", "--slowlog-max-len", "100000")
	p := newProof(t, redis.URL)
	look := func(when string) []byte {
		dump := redis.Dump(t)
		p.search("the snapshot and slow log of Redis, "+when, dump)
		return dump
	}
	p.during = func() {
		if dump := look("during the session"); len(dump) < 500 {
			t.Errorf("Redis holds %d bytes during a session", len(dump))
		}
	}
	p.session()
	look("after the session")
	dir := strings.Fields(strings.Trim(redis.Do(t, "CONFIG", "GET", "dir"), "[]map"))
	log := p.files(strings.TrimPrefix(dir[len(dir)-1], "dir:"))
	if len(log) < 1000 {
		t.Errorf("the log of Redis has %d bytes", len(log))
	}
	p.search("the log of Redis", log)

	redis.Do(t, "SET", "planted", "before "+p.canaries["label"])
	if found := p.canaries.found(redis.Dump(t)); len(found) == 0 {
		t.Error("a leak planted in Redis is not found")
	}
}

// proof is one run of the program with canaries in everything that people give
// it.
type proof struct {
	t        *testing.T
	canaries canaries
	store    string
	state    string
	listen   string
	media    string
	admin    string
	from     *net.TCPAddr // where people connect from
	http     *http.Client
	during   func() // looks at things while the session runs
	written  string // the files that were written
	now      *process
	trace    *trace
}

func newProof(t *testing.T, store string) *proof {
	p := &proof{
		t: t, canaries: canaries{}, store: store, state: filepath.Join(t.TempDir(), "state"), during: func() {},
		listen: freePort(t), media: freePort(t), admin: freePort(t), from: &net.TCPAddr{IP: net.IPv4(127, 77, 13, 9)},
	}
	if err := os.Mkdir(p.state, 0o700); err != nil {
		t.Fatal(err)
	}
	p.canaries["address"] = p.from.IP.String()
	p.http = &http.Client{Transport: &http.Transport{DialContext: p.dial}}
	t.Cleanup(p.http.CloseIdleConnections)
	return p
}

// dial connects from an address that occurs nowhere else.
func (p *proof) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{LocalAddr: p.from}).DialContext(ctx, network, address)
}

// start runs the program, or runs it again.
func (p *proof) start() {
	p.t.Helper()
	var cmd *exec.Cmd
	cmd, p.trace = traced(p.t, p.state, p.command())
	p.now = spawn(p.t, cmd)
	closeExtra(cmd)
	p.now.url()
}

func (p *proof) command(more ...string) *exec.Cmd {
	p.t.Helper()
	args := []string{"--listen", p.listen, "--media-address", p.media, "--admin-listen", p.admin, "--state-dir", p.state, "--store", p.store}
	cmd := exec.Command(build(p.t), append(args, more...)...)
	cmd.Env = []string{"ANTEROOM_API_KEY=" + testKey, "PATH=" + os.Getenv("PATH"), "GOTRACEBACK=all"}
	return cmd
}

// ended searches what a run of the program, now over, has printed and written.
func (p *proof) ended(which string) {
	p.t.Helper()
	p.trace.check(p.t, p.state)
	p.search("what the program printed, "+which, []byte(p.now.out.String()))
	p.search("what the program wrote to files, "+which, []byte(p.trace.bytes.String()))
	for file, n := range p.trace.written {
		p.written += fmt.Sprintf("%s (%d bytes)\n", file, n)
	}
}

// session is the whole story.
func (p *proof) session() {
	p.start()
	s := p.newSession()
	host, guest, other := s.enter("Host"), s.enter("guest"), s.enter("other")
	s.admit(host, guest, other)
	s.talk(host, guest)
	s.remove(host, other)
	s.strangers()
	p.search("the metrics", p.metrics())
	p.during()
	p.now.kill()
	p.ended("until the crash")

	p.start()
	s.comeBack(host, guest)
	s.talk(host, guest)
	if err := host.End(s.within()); err != nil {
		p.t.Error(err)
	}
	s.isGone()
	p.search("the metrics after the crash", p.metrics())
	p.now.stop()
	p.ended("after the crash")
}

// search fails the test for each canary in data.
func (p *proof) search(where string, data []byte) {
	p.t.Helper()
	for _, found := range p.canaries.found(data) {
		p.t.Errorf("%s: the %s", where, found)
	}
}

// metrics are what the operator's listener tells; it must tell of the session.
func (p *proof) metrics() []byte {
	p.t.Helper()
	resp, err := http.Get("http://" + p.admin + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	defer http.DefaultClient.CloseIdleConnections()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if !strings.Contains(string(data), "anteroom_media_packets_out_total") {
		p.t.Errorf("these are no metrics: %.300s", data)
	}
	return data
}

// files are the names and contents of all files below a directory.
func (p *proof) files(dir string) []byte {
	p.t.Helper()
	var all []byte
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all = append(append(all, path...), data...)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// options connect as people do, from the address that is looked for.
func (p *proof) options() client.Options {
	return client.Options{HTTP: p.http, Dialer: dialer(p.dial), Strict: true}
}

func (p *proof) within() context.Context {
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	p.t.Cleanup(cancel)
	return ctx
}
