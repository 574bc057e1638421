package sfu

// stream names one thing a participant sends.
type stream struct {
	seat string
	kind Kind
}

// section slots of one receiving peer. The sections come in pairs, the nth
// audio with the nth video section, so that a person's sound and picture share
// a media stream in the browser and are played in step.
type slotTable struct {
	audio, video []stream // who is on the section; zero when idle
}

func (t *slotTable) resize(audio, video int) {
	for len(t.audio) < audio {
		t.audio = append(t.audio, stream{})
	}
	for len(t.video) < video {
		t.video = append(t.video, stream{})
	}
}

// assign puts the wanted streams onto sections. Whoever has one keeps it; the
// others take free ones in the order given. It reports how many sections of
// each kind would be needed to carry them all.
func (t *slotTable) assign(wanted []stream) (needAudio, needVideo int) {
	want := make(map[stream]bool, len(wanted))
	for _, s := range wanted {
		want[s] = true
		if s.kind == Audio {
			needAudio++
		} else {
			needVideo++
		}
	}
	for _, side := range [][]stream{t.audio, t.video} {
		for i, s := range side {
			if want[s] {
				delete(want, s) // served
			} else {
				side[i] = stream{}
			}
		}
	}
	for _, s := range wanted {
		if want[s] {
			t.place(s)
		}
	}
	return needAudio, needVideo
}

func (t *slotTable) place(s stream) {
	switch s.kind {
	case Audio:
		if i := t.pick(t.audio, t.video, s.seat); i >= 0 {
			t.audio[i] = s
		}
	case Camera:
		if i := t.pick(t.video, t.audio, s.seat); i >= 0 {
			t.video[i] = s
		}
	case Screen:
		// From the end, away from the pairs.
		for i := len(t.video) - 1; i >= 0; i-- {
			if t.video[i] == (stream{}) {
				t.video[i] = s
				return
			}
		}
	}
}

// pick finds a free section of one side: the partner of the one that the seat
// has on the other side, else one whose partner is free too, else any.
func (t *slotTable) pick(side, other []stream, seat string) int {
	best, rank := -1, 0
	for i, s := range side {
		if s != (stream{}) {
			continue
		}
		r := 1
		switch {
		case i >= len(other):
		case other[i].seat == seat && other[i].kind != Screen:
			r = 3
		case other[i] == (stream{}):
			r = 2
		}
		if r > rank {
			best, rank = i, r
		}
	}
	return best
}

// roomy rounds a number of sections up, so that not every join needs an offer.
func roomy(n int) int {
	for size := 2; ; size *= 2 {
		if n <= size {
			return size
		}
	}
}
