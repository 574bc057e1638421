//go:build linux

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func runCommand(ctx context.Context, args []string, out, errs io.Writer) error {
	p, err := parseRun(args, errs)
	if err != nil {
		return err
	}
	r, err := measure(ctx, p)
	if err != nil {
		return err
	}
	if p.json != "-" {
		r.print(out)
	}
	return writeJSON(p.json, out, r)
}

func parseRun(args []string, errs io.Writer) (plan, error) {
	var p plan
	flags := flag.NewFlagSet("anteload run", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&p.url, "url", "", "origin of the running gateway")
	flags.StringVar(&p.key, "key", os.Getenv("ANTEROOM_API_KEY"), "its API key (ANTEROOM_API_KEY)")
	flags.StringVar(&p.floor, "floor", "", "address of the floor, in place of --url")
	name := flags.String("profile", "pairs", "pairs, groups, idle, muted or storm")
	rooms := flags.Int("rooms", 0, "how many rooms; the profile's own number if 0")
	people := flags.Int("people", 0, "how many people in each; the profile's own number if 0")
	loss := flags.Float64("loss", 0, "per cent of packets that everybody's line loses, each way")
	flags.DurationVar(&p.length, "for", 20*time.Second, "how long to measure")
	flags.StringVar(&p.json, "json", "", "write the figures to this file too; - for the output alone")
	flags.IntVar(&p.pid, "pid", 0, "process of the gateway, to read its processor time and memory")
	if err := flags.Parse(args); err != nil {
		return p, err
	}
	if flags.NArg() > 0 {
		return p, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	p.loss = *loss / 100
	var err error
	if p.profile, err = profileNamed(*name); err != nil {
		return p, err
	}
	if *rooms != 0 {
		p.rooms = *rooms
	}
	if *people != 0 {
		p.people = *people
	}
	return p, p.check()
}

// writeJSON writes figures to a file, to out for "-", to nowhere for "".
func writeJSON(name string, out io.Writer, figures any) error {
	if name == "" {
		return nil
	}
	data, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if name == "-" {
		_, err = out.Write(data)
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// print says in words what was measured.
func (r *result) print(out io.Writer) {
	fmt.Fprintf(out, "%s: %d rooms × %d people, %s, %.0f s\n", r.Profile, r.Rooms, r.People, r.Target, r.Seconds)
	if r.Expected > 0 {
		fmt.Fprintf(out, "  forwarded    %.0f packets/s, loss %.3f %% (%d of %d)\n",
			r.PacketsPerS, 100*r.Loss, max(r.Expected, r.Received)-r.Received, r.Expected)
		if l := r.Line; l != nil {
			fmt.Fprintf(out, "  bad lines    lose %.1f %% each way; in the end %.2f %% of the sound and %.3f %% of the picture; sent %.2f times as much\n",
				100*l.Loses, 100*l.Sound, 100*l.Picture, l.Uplink)
		}
		printTimes(out, "one way", r.Latency)
	}
	if r.LatencyWithheld != "" {
		fmt.Fprintf(out, "  one way      not reported: %s\n", r.LatencyWithheld)
	}
	printTimes(out, "join→packet", r.Joins.FirstPacket)
	printTimes(out, "join→key", r.Joins.FirstKey)
	printTimes(out, "offer→packet", r.Joins.OfferToPacket)
	printTimes(out, "offer→key", r.Joins.OfferToFirstKey)
	for name, n := range r.SRTP {
		fmt.Fprintf(out, "  SRTP         %s: %d people\n", name, n)
	}
	if s := r.Server; s != nil {
		fmt.Fprintf(out, "  server       %.2f CPU s, %.1f %% of a core, %.2f µs per packet, %.2f s per million\n",
			s.CPUSeconds, 100*s.CPUShare, s.MicrosPerPacket, s.SecondsPerMillion)
		fmt.Fprintf(out, "  memory       RSS %d → %d KiB, %.0f KiB per person\n", s.Before.RSS, s.After.RSS, s.KiBPerPerson)
	}
	fmt.Fprintf(out, "  load         %.2f CPU s, %.1f %% of %d cores; machine load average %.1f\n",
		r.Load.CPUSeconds, 100*r.Load.CPUShare, r.Load.Cores, r.Load.MachineLoad)
}

func printTimes(out io.Writer, name string, p *percentiles) {
	if p != nil {
		fmt.Fprintf(out, "  %-12s p50 %.2f  p95 %.2f  p99 %.2f  max %.1f ms (%d)\n", name, p.P50, p.P95, p.P99, p.Max, p.Count)
	}
}
