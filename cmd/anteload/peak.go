//go:build linux

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"
)

const (
	peakLoss = 0.001 // share of packets
	peakLate = 20.0  // ms, of the 99th percentile
	peakRate = 0.99  // share of what the load should have sent
)

// verdict says whether a gateway carried a number of rooms.
type verdict int

const (
	held    verdict = iota
	missed          // loss, or packets that were late
	unknown         // the load was at its own limit
)

// trial is one run on the way to the peak.
type trial struct {
	Verdict string  `json:"verdict"`
	Result  *result `json:"result"`
}

// peak is the highest load that a gateway on one core carried.
type peak struct {
	Profile string  `json:"profile"`
	People  int     `json:"people"`        // in each room
	Rooms   int     `json:"rooms"`         // the most that were held
	Limit   string  `json:"what_ended_it"` // the gateway, or the load
	Trials  []trial `json:"trials"`        // in the order in which they were made
}

func peakCommand(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("anteload peak", flag.ContinueOnError)
	flags.SetOutput(errs)
	binary := flags.String("server", "bin/anteroom", "the gateway's program, as `make build` makes it")
	name := flags.String("profile", "pairs", "pairs or groups")
	from := flags.Int("from", 0, "with how many rooms to begin; 40 pairs or 4 groups if 0")
	length := flags.Duration("for", 6*time.Second, "how long to measure each")
	file := flags.String("json", "", "write the figures to this file too; - for the output alone")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := peakScene(*name, *from)
	if err != nil {
		return err
	}
	b := &bencher{binary: *binary, length: *length, progress: errs}
	if b.serverCPU, b.loadCPU, err = twoCores(); err != nil {
		return err
	}
	figures, err := b.climb(ctx, s)
	if err != nil {
		return err
	}
	if *file != "-" {
		fmt.Fprintf(out, "%s: %d rooms × %d held with less than 0.1 %% loss and a 99th percentile below 20 ms; what ended it: %s\n",
			figures.Profile, figures.Rooms, figures.People, figures.Limit)
	}
	return writeJSON(*file, out, figures)
}

func peakScene(name string, from int) (scene, error) {
	p, err := profileNamed(name)
	if err == nil && !p.talks {
		err = fmt.Errorf("a peak is of pairs or groups, not of %s", name)
	}
	if from == 0 {
		from = map[bool]int{true: 40, false: 4}[p.people == 2]
	}
	if err == nil && (from < 1 || from > mostRooms) {
		err = fmt.Errorf("--from must be 1 to %d", mostRooms)
	}
	return scene{profile: name, rooms: from, people: p.people}, err
}

// climb tries more and more rooms, then halves the way between the most that
// were held and the fewest that were not.
func (b *bencher) climb(ctx context.Context, s scene) (*peak, error) {
	figures := &peak{Profile: s.profile, People: s.people}
	for ceiling := mostRooms + 1; s.rooms > figures.Rooms && s.rooms < ceiling; {
		v, err := b.try(ctx, s, figures)
		if err != nil {
			return nil, err
		}
		if v == held {
			figures.Rooms = s.rooms
		} else {
			ceiling, figures.Limit = s.rooms, v.culprit()
		}
		s.rooms = next(figures.Rooms, ceiling)
	}
	return figures, nil
}

// try runs a number of rooms, once more when it was not held: what else the
// machine did at that moment is not the gateway's fault.
func (b *bencher) try(ctx context.Context, s scene, figures *peak) (v verdict, err error) {
	for range 2 {
		r, err := b.one(ctx, s, func() (*child, error) { return startServer(ctx, b.binary, b.serverCPU) })
		if err != nil {
			return v, err
		}
		v = r.verdict()
		fmt.Fprintf(b.progress, "%s: %s\n", s, v)
		figures.Trials = append(figures.Trials, trial{v.String(), r})
		if v == held {
			break
		}
	}
	return v, nil
}

// next is how many rooms to try after so many were held and so many were not.
func next(most, ceiling int) int {
	if ceiling > mostRooms {
		return min(mostRooms, most+max(1, most/4))
	}
	if ceiling-most <= max(1, most/20) {
		return most // near enough
	}
	return (most + ceiling) / 2
}

// verdict believes a load at its own limit when it says that rooms were held:
// what it is late with only makes the figures worse.
func (r *result) verdict() verdict {
	latency := r.Latency
	if latency == nil {
		latency = r.LatencyAtMost
	}
	switch {
	case latency != nil && latency.P99 < peakLate && r.Loss < peakLoss && r.Load.Rate >= peakRate:
		return held
	case r.Load.Saturated:
		return unknown
	}
	return missed
}

func (v verdict) String() string {
	return [...]string{"held", "not held", "the load was at its own limit"}[v]
}

func (v verdict) culprit() string {
	if v == unknown {
		return "the load"
	}
	return "the gateway"
}
