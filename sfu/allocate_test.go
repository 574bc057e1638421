package sfu

import (
	"fmt"
	"testing"
)

func TestAllocate(t *testing.T) {
	full := []float64{150e3, 500e3, 1500e3}
	camera := func(now int) *demand { return &demand{rank: 2, rates: full, most: 2, now: now} }
	speaker := func(now int) *demand { return &demand{rank: 1, rates: full, most: 2, now: now} }
	frames := func(rank int) *demand {
		return &demand{rank: rank, rates: []float64{60e3, 90e3, 150e3, 500e3, 1500e3}, most: 4, now: 2}
	}
	screen := &demand{rank: 0, rates: []float64{800e3}, now: paused}
	for name, c := range map[string]struct {
		budget float64
		all    []*demand
		want   string
	}{
		"room for all":                {5e6, []*demand{camera(0), camera(0)}, "[2 2]"},
		"who speaks is lifted first":  {0.9e6, []*demand{camera(0), speaker(0)}, "[0 1]"},
		"everybody before anybody":    {5 * 170e3, []*demand{camera(0), camera(0), speaker(0), camera(0)}, "[0 0 0 0]"},
		"the silent go first":         {330e3, []*demand{camera(0), camera(0), speaker(0)}, "[0 -1 0]"},
		"a screen before all":         {1.2e6, []*demand{camera(0), screen}, "[0 0]"},
		"the last one by half":        {90e3, []*demand{camera(0)}, "[0]"},
		"nothing at all":              {20e3, []*demand{camera(0)}, "[-1]"},
		"what is shown stays":         {1.5e6, []*demand{camera(2)}, "[2]"},
		"a higher one needs room":     {1.6e6, []*demand{camera(1)}, "[1]"},
		"a layer that is not sent":    {5e6, []*demand{{rates: []float64{150e3, 0, 1500e3}, most: 2}}, "[2]"},
		"no layer is sent":            {5e6, []*demand{{rates: []float64{0, 0}, most: 1}}, "[-1]"},
		"no more than is worth while": {5e6, []*demand{{rates: full, most: 1}}, "[1]"},
		"the only one is too high":    {5e6, []*demand{{rates: []float64{0, 0, 1500e3}, most: 0}}, "[2]"},
		"frames before pictures":      {160e3, []*demand{frames(2), frames(1)}, "[0 1]"},
		"layers before frames":        {310e3, []*demand{frames(2), frames(1)}, "[2 2]"},
		"nobody":                      {5e6, nil, "[]"},
	} {
		allocate(c.budget, c.all)
		levels := []int{}
		for _, d := range c.all {
			levels = append(levels, d.level)
		}
		if got := fmt.Sprint(levels); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}

func TestMostLayer(t *testing.T) {
	for _, c := range []struct {
		layers, pictures int
		speaking         bool
		want             int
	}{
		{3, 1, false, 2}, {3, 3, false, 2}, {3, 4, false, 1}, {3, 4, true, 2},
		{3, 15, false, 0}, {3, 15, true, 1}, {1, 15, false, 0}, {2, 5, false, 0},
	} {
		if got := mostLayer(c.layers, c.pictures, c.speaking); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}
