//go:build linux

package main

import (
	"fmt"
	"time"
)

// profile is what a crowd does.
type profile struct {
	name   string
	people int  // in each room, unless told otherwise
	rooms  int  // likewise
	inside bool // they are let in and have a media connection; else they wait
	talks  bool // they send sound and picture
	storm  bool // they come all at once; else one after the other
}

func profiles() []profile {
	return []profile{
		{name: "pairs", rooms: 10, people: 2, inside: true, talks: true},
		{name: "groups", rooms: 2, people: 8, inside: true, talks: true},
		{name: "idle", rooms: 10, people: 10},
		{name: "muted", rooms: 10, people: 2, inside: true},
		{name: "storm", rooms: 10, people: 2, inside: true, talks: true, storm: true},
	}
}

func profileNamed(name string) (profile, error) {
	for _, p := range profiles() {
		if p.name == name {
			return p, nil
		}
	}
	return profile{}, fmt.Errorf("unknown profile %q: pairs, groups, idle, muted or storm", name)
}

// plan is one run of the load.
type plan struct {
	profile
	url, key string
	floor    string // address of the floor, in place of url
	length   time.Duration
	loss     float64 // share of packets that everybody's line loses, each way
	pid      int     // of what is measured, 0 if not known
	json     string  // file, "-" for the output, "" for none
}

const (
	mostRooms  = 1000
	mostPeople = 64
	mostLoss   = 0.5
)

func (p *plan) check() error {
	switch {
	case p.url == "" && p.floor == "":
		return fmt.Errorf("--url is missing")
	case p.rooms < 1 || p.rooms > mostRooms:
		return fmt.Errorf("--rooms must be 1 to %d", mostRooms)
	case p.people < 1 || p.people > mostPeople:
		return fmt.Errorf("--people must be 1 to %d", mostPeople)
	case p.talks && p.people < 2:
		return fmt.Errorf("nobody hears somebody who is alone: --people must be 2 or more")
	case p.loss < 0 || p.loss > mostLoss:
		return fmt.Errorf("--loss must be 0 to %d", int(100*mostLoss))
	case p.length <= 0:
		return fmt.Errorf("--for must be longer than nothing")
	}
	return nil
}
