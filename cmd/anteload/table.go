//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/sys/unix"
)

// median of no values is 0.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(values))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// over is the median over rounds of what pick finds; rounds where it finds
// nothing do not count.
func over(rounds []*result, pick func(*result) (float64, bool)) float64 {
	var found []float64
	for _, r := range rounds {
		if v, ok := pick(r); ok {
			found = append(found, v)
		}
	}
	return median(found)
}

func micros(r *result) (float64, bool) {
	if r.Server == nil || r.Server.MicrosPerPacket == 0 {
		return 0, false
	}
	return r.Server.MicrosPerPacket, true
}

// conclude takes the medians. The ratio is that of each round's pair of runs,
// which the machine treated alike.
func (row *benchRow) conclude() {
	row.Micros, row.Bare = over(row.Ours, micros), over(row.Floor, micros)
	var ratios []float64
	for i := range min(len(row.Ours), len(row.Floor)) {
		ours, ok1 := micros(row.Ours[i])
		floor, ok2 := micros(row.Floor[i])
		if ok1 && ok2 {
			ratios = append(ratios, ours/floor)
		}
	}
	row.Ratio = median(ratios)
}

func (b *benchmark) print(out io.Writer) {
	fmt.Fprintf(out, "\n%s, %s, Linux %s, %d cores; medians of %d interleaved runs\n\n", b.CPU, b.Go, b.Kernel, b.Cores, b.Rounds)
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "scene\tpackets/s\tµs/packet\tfloor\tratio\tloss %\tp50\tp95\tp99 ms\tjoin p50\tp95 ms\tMiB\tKiB/person\tCPU %\tload %\t")
	for _, row := range b.Rows {
		row.print(w)
	}
	_ = w.Flush()
	fmt.Fprintf(out, "\nSRTP: %s. Load average of the machine: %s.\n", b.srtp(), b.loads())
	fmt.Fprintln(out, "join: from opening the link to the first key frame. – : not measured, or withheld because the load was saturated.")
}

func (row *benchRow) print(w io.Writer) {
	pick := func(format string, scale float64, f func(r *result) (float64, bool)) string {
		if _, ok := f(row.Ours[0]); !ok && len(row.Ours) == 1 {
			return "–"
		}
		v := over(row.Ours, f)
		if v == 0 && format != "%.3f" {
			return "–"
		}
		return fmt.Sprintf(format, v*scale)
	}
	latency := func(p func(*percentiles) float64) string {
		return pick("%.2f", 1, times(func(r *result) *percentiles { return r.Latency }, p))
	}
	join := func(p func(*percentiles) float64) string {
		return pick("%.0f", 1, times(func(r *result) *percentiles { return r.Joins.FirstKey }, p))
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", row.Scene,
		pick("%.0f", 1, func(r *result) (float64, bool) { return r.PacketsPerS, true }),
		dash("%.2f", row.Micros), dash("%.2f", row.Bare), dash("%.2f", row.Ratio),
		pick("%.3f", 100, func(r *result) (float64, bool) { return r.Loss, r.Expected > 0 }),
		latency(p50), latency(p95), latency(p99), join(p50), join(p95),
		pick("%.1f", 1.0/1024, ofServer(func(s *serverFigures) float64 { return float64(cmp.Or(s.After.PSS, s.After.RSS)) })),
		pick("%.0f", 1, ofServer(func(s *serverFigures) float64 { return s.KiBPerPerson })),
		pick("%.1f", 100, ofServer(func(s *serverFigures) float64 { return s.CPUShare })),
		pick("%.0f", 100, func(r *result) (float64, bool) { return r.Load.CPUShare, true }))
}

func p50(p *percentiles) float64 { return p.P50 }
func p95(p *percentiles) float64 { return p.P95 }
func p99(p *percentiles) float64 { return p.P99 }

func times(which func(*result) *percentiles, p func(*percentiles) float64) func(*result) (float64, bool) {
	return func(r *result) (float64, bool) {
		if t := which(r); t != nil {
			return p(t), true
		}
		return 0, false
	}
}

func ofServer(f func(*serverFigures) float64) func(*result) (float64, bool) {
	return func(r *result) (float64, bool) {
		if r.Server == nil {
			return 0, false
		}
		return f(r.Server), true
	}
}

func dash(format string, v float64) string {
	if v == 0 {
		return "–"
	}
	return fmt.Sprintf(format, v)
}

// srtp names the profiles that were negotiated.
func (b *benchmark) srtp() string {
	var names []string
	for _, row := range b.Rows {
		for _, r := range row.Ours {
			for name := range r.SRTP {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

func (b *benchmark) loads() string {
	least, most := 0.0, 0.0
	for _, row := range b.Rows {
		for _, r := range append(row.Ours[:len(row.Ours):len(row.Ours)], row.Floor...) {
			if l := r.Load.MachineLoad; least == 0 || l < least {
				least = l
			}
			most = max(most, r.Load.MachineLoad)
		}
	}
	return fmt.Sprintf("%.1f to %.1f", least, most)
}

func kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}

func cpuModel() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
