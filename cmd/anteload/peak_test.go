//go:build linux

package main

import "testing"

// climbs plays a gateway that holds so many rooms, and lists what is tried.
func climbs(from, holds int) (tried []int, most int) {
	ceiling := mostRooms + 1
	for rooms := from; rooms > most && rooms < ceiling; rooms = next(most, ceiling) {
		tried = append(tried, rooms)
		if rooms <= holds {
			most = rooms
		} else {
			ceiling = rooms
		}
	}
	return tried, most
}

func TestPeakIsFound(t *testing.T) {
	for _, from := range []int{1, 4, 40, 300} {
		for _, holds := range []int{0, 1, 3, 7, 39, 41, 120, 777, mostRooms} {
			tried, most := climbs(from, holds)
			if most > holds || float64(most) < 0.94*float64(holds)-1 {
				t.Errorf("from %d: found %d of %d by %v", from, most, holds, tried)
			}
			if len(tried) > 40 {
				t.Errorf("from %d to %d takes %d runs", from, holds, len(tried))
			}
		}
	}
}

func TestPeakVerdict(t *testing.T) {
	good, full := &percentiles{P99: 3}, loadFigures{Rate: 1}
	for _, c := range []struct {
		r    result
		want verdict
	}{
		{result{Latency: good, Load: full}, held},
		{result{Latency: good, Load: full, Loss: 0.002}, missed},
		{result{Latency: &percentiles{P99: 25}, Load: full}, missed},
		{result{Latency: good, Load: loadFigures{Rate: 0.9}}, missed},
		{result{LatencyAtMost: good, Load: loadFigures{Rate: 1, Saturated: true}}, held},
		{result{LatencyAtMost: good, Load: loadFigures{Rate: 0.9, Saturated: true}}, unknown},
		{result{Loss: 0.5, Load: loadFigures{Saturated: true}}, unknown},
		{result{}, missed},
	} {
		if got := c.r.verdict(); got != c.want {
			t.Errorf("%+v: %s", c.r, got)
		}
	}
}

func TestPeakWantsTalkers(t *testing.T) {
	for _, args := range [][]string{
		{"peak", "--profile", "idle"}, {"peak", "--profile", "nothing"}, {"peak", "--from", "-1"}, {"peak", "--from", "100000"},
	} {
		if err := command(t.Context(), args, t.Output(), t.Output()); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
