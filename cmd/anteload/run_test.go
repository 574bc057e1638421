//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// buildServer makes the gateway's program.
func buildServer(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "anteroom")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-o", binary, "anteroom/cmd/anteroom")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// TestRuns holds that every profile runs against the real program, ends, and
// reports figures that can be true. How good they are is not a test's affair.
func TestRuns(t *testing.T) {
	binary := buildServer(t)
	server, err := startServer(t.Context(), binary, anyCore)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.stop)
	for _, c := range []struct {
		args   string
		people int
		check  func(*testing.T, *result)
	}{
		{"--profile pairs --rooms 2 --for 2s", 4, talked},
		{"--profile groups --rooms 1 --people 3 --for 1s", 3, talked},
		{"--profile pairs --rooms 2 --for 2s --loss 10", 4, repaired},
		{"--profile idle --rooms 2 --people 10 --for 100ms", 20, quiet},
		{"--profile muted --rooms 2 --people 2 --for 100ms", 4, quiet},
		{"--profile storm --rooms 10 --people 2 --for 1s", 20, talked},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			r := runOnce(t, server, c.args)
			if r.Joins.People != c.people || r.Rooms*r.People != c.people {
				t.Errorf("%d people joined, %d × %d asked for", r.Joins.People, r.Rooms, r.People)
			}
			if s := r.Server; s == nil || s.Before.RSS == 0 || s.After.RSS == 0 || s.CPUShare > 64 {
				t.Errorf("figures of the server: %+v", s)
			}
			c.check(t, r)
		})
	}
	t.Run("benchmark", func(t *testing.T) {
		t.Parallel()
		benchOnce(t, binary)
	})
}

// runOnce runs the command and reads the JSON that it wrote.
func runOnce(t *testing.T, server *child, args string) *result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "figures.json")
	all := append([]string{"run", "--url", server.target, "--key", server.key, "--json", file,
		"--pid", strconv.Itoa(server.cmd.Process.Pid)}, strings.Fields(args)...)
	var out bytes.Buffer
	if err := command(t.Context(), all, &out, t.Output()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"anteroom", "server", "load"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("printed, without %q:\n%s", want, &out)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	r := &result{}
	if err := decoder.Decode(r); err != nil {
		t.Fatal(err)
	}
	return r
}

// talked checks figures of people who hear each other.
func talked(t *testing.T, r *result) {
	t.Helper()
	receivers := float64(r.Rooms * r.People * (r.People - 1))
	if want := 165 * receivers * r.Seconds; float64(r.Expected) < want/2 || float64(r.Expected) > want*1.5 {
		t.Errorf("%d packets expected, about %.0f should be", r.Expected, want)
	}
	if r.Received == 0 || r.Received > r.Expected || r.Loss < 0 || r.Loss > 1 || r.PacketsOut == 0 {
		t.Errorf("%d of %d packets received, loss %v, %d forwarded", r.Received, r.Expected, r.Loss, r.PacketsOut)
	}
	if (r.Latency == nil) != r.Load.Saturated || r.Load.Saturated != (r.LatencyWithheld != "") {
		t.Errorf("latency %v, saturated %v: %q", r.Latency, r.Load.Saturated, r.LatencyWithheld)
	}
	if l := r.Latency; l != nil && !(0 < l.P50 && l.P50 <= l.P95 && l.P95 <= l.P99 && l.P99 <= l.Max) {
		t.Errorf("latency %+v", *l)
	}
	if r.SRTP["SRTP_AEAD_AES_256_GCM"] != r.Rooms*r.People {
		t.Errorf("SRTP profiles %v", r.SRTP)
	}
	heard := r.Joins.FirstPacket
	if heard == nil || heard.P50 <= 0 || r.Joins.FirstKey == nil || r.Joins.FirstKey.Max < heard.P50 {
		t.Errorf("joins %+v", r.Joins)
	}
	if r.Server != nil && r.Server.MicrosPerPacket <= 0 {
		t.Errorf("server %+v", r.Server)
	}
}

// repaired checks figures of people whose lines lose a tenth each way, so that
// two of them lose 19 %: picture is asked for again; sound is not, but a
// gateway sends it twice to who loses it.
func repaired(t *testing.T, r *result) {
	t.Helper()
	talked(t, r)
	l := r.Line
	if l == nil || l.Loses != 0.1 || l.Picture > 0.02 || l.Uplink < 1.05 || l.Uplink > 1.5 || l.Sound < 0.03 || l.Sound > 0.3 {
		t.Errorf("bad lines: %+v", l)
	}
}

// quiet checks figures of people who send nothing.
func quiet(t *testing.T, r *result) {
	t.Helper()
	if r.Expected != 0 || r.Received != 0 || r.PacketsOut != 0 || r.Latency != nil || r.Joins.FirstPacket != nil {
		t.Errorf("people who send nothing: %+v", r)
	}
	if inside := r.Profile == "muted"; inside != (len(r.SRTP) == 1) {
		t.Errorf("%s: SRTP profiles %v", r.Profile, r.SRTP)
	}
}

// benchOnce makes a benchmark of two short scenes, with the floor.
func benchOnce(t *testing.T, binary string) {
	cpu, load, err := twoCores()
	if err != nil {
		cpu, load = anyCore, anyCore
	}
	all := []scene{beside("pairs", 1, 2), alone("idle", 1, 2)}
	b := &bencher{binary: binary, length: time.Second, serverCPU: cpu, loadCPU: load, progress: t.Output()}
	figures := newBenchmark(all)
	if err := b.run(t.Context(), all, 1, figures); err != nil {
		t.Fatal(err)
	}
	row := figures.Rows[0]
	if row.Ratio <= 0 || row.Micros <= 0 || row.Bare <= 0 || row.Floor[0].Target != "floor" || row.Floor[0].Received == 0 {
		t.Errorf("row %+v", row)
	}
	file := filepath.Join(t.TempDir(), "bench.json")
	if err := writeJSON(file, io.Discard, figures); err != nil {
		t.Fatal(err)
	}
	again := newBenchmark(all)
	if err := again.read(file); err != nil || again.Rounds != 1 || again.Rows[0].Ratio != row.Ratio {
		t.Errorf("read back %+v, %v", again, err)
	}
	if err := newBenchmark(all[:1]).read(file); err == nil {
		t.Error("rounds of other scenes are added")
	}
	var table bytes.Buffer
	figures.print(&table)
	for _, want := range []string{"pairs 1×2", "idle 1×2", "ratio", "SRTP_AEAD_AES_256_GCM"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &table)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, args := range []string{
		"", "dance", "run", "run --url http://x --profile dance", "run --url http://x --rooms -1", "run --url http://x --people 1",
		"run --url http://x --for 0s", "run --url http://x --loss 51", "run --url http://x --loss -1", "run --url http://x more", "run --floor 127.0.0.1:1 --profile idle",
		"run --url http://127.0.0.1:1 --key k", "run --url http://127.0.0.1:1 --pid 999999999", "bench --server /nowhere --rounds 1",
	} {
		if err := command(t.Context(), strings.Fields(args), io.Discard, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

// TestCancelled holds that a run that is interrupted leaves nothing behind.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := serveFloor(ctx, io.Discard); err != nil {
		t.Error(err)
	}
	p := plan{profile: profiles()[0], floor: "127.0.0.1:9", length: time.Second}
	if _, err := measure(ctx, p); err == nil {
		t.Error("a cancelled run has figures")
	}
}

func TestSaturatedLoadReportsNoLatency(t *testing.T) {
	for name, c := range map[string]struct {
		load loadFigures
		want bool
	}{
		"fit":  {loadFigures{CPUShare: 0.5, Late: &percentiles{P99: 0.4}}, false},
		"busy": {loadFigures{CPUShare: 0.9, Late: &percentiles{P99: 0.4}}, true},
		"late": {loadFigures{CPUShare: 0.1, Late: &percentiles{P99: 7}}, true},
	} {
		r := &result{Latency: &percentiles{P50: 1}, Load: c.load}
		r.judge()
		if r.Load.Saturated != c.want || (r.Latency == nil) != c.want || (r.LatencyAtMost == nil) == c.want || (r.LatencyWithheld != "") != c.want {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
