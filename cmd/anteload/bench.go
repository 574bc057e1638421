//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// scene is one row of the benchmark.
type scene struct {
	profile       string
	rooms, people int
	floor         bool // the floor can do it too
	loss          int  // per cent that everybody's line loses, each way
}

func scenes(short bool) []scene {
	if short {
		return []scene{
			beside("pairs", 10, 2), beside("pairs", 60, 2), beside("groups", 2, 8), beside("groups", 6, 8), beside("pairs", 25, 2).losing(3),
			alone("idle", 10, 20), alone("muted", 20, 2), alone("storm", 10, 2),
		}
	}
	return []scene{
		beside("pairs", 10, 2), beside("pairs", 25, 2), beside("pairs", 60, 2),
		beside("groups", 2, 8), beside("groups", 6, 8), beside("pairs", 25, 2).losing(3),
		alone("idle", 10, 50), alone("muted", 50, 2), alone("storm", 25, 2),
	}
}

// beside is a scene that the floor plays too, alone one that it cannot.
func beside(profile string, rooms, people int) scene {
	return scene{profile: profile, rooms: rooms, people: people, floor: true}
}

func alone(profile string, rooms, people int) scene {
	return scene{profile: profile, rooms: rooms, people: people}
}

func (s scene) losing(percent int) scene {
	s.loss = percent
	return s
}

// String names the scene, as tables do.
func (s scene) String() string {
	name := fmt.Sprintf("%s %d×%d", s.profile, s.rooms, s.people)
	if s.loss > 0 {
		name += fmt.Sprintf(", %d %% lost", s.loss)
	}
	return name
}

// benchmark is what the whole benchmark measured; its JSON is what --json
// writes.
type benchmark struct {
	Begun  time.Time   `json:"begun"`
	Go     string      `json:"go"`
	Kernel string      `json:"kernel"`
	CPU    string      `json:"cpu"`
	Cores  int         `json:"cores"`
	Rounds int         `json:"rounds"`
	Rows   []*benchRow `json:"rows"`
}

// benchRow is a scene, with what each round measured.
type benchRow struct {
	Scene  string    `json:"scene"`
	Ours   []*result `json:"anteroom"`
	Floor  []*result `json:"floor,omitempty"`
	Ratio  float64   `json:"cpu_ratio_to_floor,omitempty"` // median over rounds
	Micros float64   `json:"cpu_us_per_packet,omitempty"`
	Bare   float64   `json:"floor_us_per_packet,omitempty"`
}

type bencher struct {
	binary             string
	length             time.Duration
	serverCPU, loadCPU int
	progress           io.Writer
}

func benchCommand(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("anteload bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	binary := flags.String("server", "bin/anteroom", "the gateway's program, as `make build` makes it")
	short := flags.Bool("short", false, "one round of short runs: a look, not a measurement")
	rounds := flags.Int("rounds", 3, "how often each run is made; 1 with --short")
	length := flags.Duration("for", 10*time.Second, "how long to measure each; 3s with --short")
	file := flags.String("json", "", "write the figures to this file too; - for the output alone")
	add := flags.Bool("add", false, "add the rounds to those that the --json file has")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *short {
		*rounds, *length = 1, 3*time.Second
	}
	b := &bencher{binary: *binary, length: *length, progress: errs}
	var err error
	if b.serverCPU, b.loadCPU, err = twoCores(); err != nil {
		return err
	}
	figures := newBenchmark(scenes(*short))
	if *add {
		if err := figures.read(*file); err != nil {
			return err
		}
	}
	if err := b.run(ctx, scenes(*short), *rounds, figures); err != nil {
		return err
	}
	if *file != "-" {
		figures.print(out)
	}
	return writeJSON(*file, out, figures)
}

func newBenchmark(all []scene) *benchmark {
	figures := &benchmark{
		Begun: time.Now().UTC().Truncate(time.Second), Go: runtime.Version(), Kernel: kernel(), CPU: cpuModel(),
		Cores: runtime.NumCPU(),
	}
	for _, s := range all {
		figures.Rows = append(figures.Rows, &benchRow{Scene: s.String()})
	}
	return figures
}

// read takes the rounds of an earlier benchmark of the same scenes.
func (b *benchmark) read(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var earlier benchmark
	if err := json.Unmarshal(data, &earlier); err != nil {
		return err
	}
	same := func(one, other *benchRow) bool { return one.Scene == other.Scene }
	if !slices.EqualFunc(b.Rows, earlier.Rows, same) {
		return fmt.Errorf("%s is of other runs", file)
	}
	*b = earlier
	return nil
}

// run makes all runs, those of the gateway and the floor in turns, so that what
// else the machine does falls on both.
func (b *bencher) run(ctx context.Context, all []scene, rounds int, figures *benchmark) error {
	for range rounds {
		figures.Rounds++
		for i, s := range all {
			fmt.Fprintf(b.progress, "round %d: %s\n", figures.Rounds, s)
			if err := b.row(ctx, s, figures.Rows[i]); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
	}
	for _, row := range figures.Rows {
		row.conclude()
	}
	return nil
}

func (b *bencher) row(ctx context.Context, s scene, row *benchRow) error {
	ours, err := b.one(ctx, s, func() (*child, error) { return startServer(ctx, b.binary, b.serverCPU) })
	if err != nil {
		return err
	}
	row.Ours = append(row.Ours, ours)
	if !s.floor {
		return nil
	}
	floor, err := b.one(ctx, s, func() (*child, error) { return startFloor(ctx, b.serverCPU) })
	if err != nil {
		return err
	}
	row.Floor = append(row.Floor, floor)
	return nil
}

// one starts what is measured afresh and has a load of its own measure it.
func (b *bencher) one(ctx context.Context, s scene, start func() (*child, error)) (*result, error) {
	c, err := start()
	if err != nil {
		return nil, err
	}
	defer c.stop()
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{
		"run", "--profile", s.profile, "--rooms", strconv.Itoa(s.rooms), "--people", strconv.Itoa(s.people),
		"--for", b.length.String(), "--pid", strconv.Itoa(c.cmd.Process.Pid), "--json", "-",
		"--loss", strconv.Itoa(s.loss),
	}
	where := "--url"
	if c.key == "" {
		where = "--floor"
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, self, append(args, where, c.target)...)
	cmd.Env = append(os.Environ(), "ANTEROOM_API_KEY="+c.key)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	if err := startOn(b.loadCPU, cmd); err != nil {
		return nil, err
	}
	if err := cmd.Wait(); err != nil {
		return nil, errors.Join(err, errors.New(errs.String()))
	}
	r := &result{}
	return r, json.Unmarshal(out.Bytes(), r)
}
