package client

import "context"

// Watched reports whether somebody watches what the track sends; packets of one
// that nobody watches are not sent.
func (t *Track) Watched() bool { return !t.rests.Load() }

// takeLayers takes in which layers somebody watches.
func (m *Media) takeLayers(wanted Layers) {
	left := map[Kind]int{Audio: 1, Camera: wanted.Camera, Screen: wanted.Screen}
	var back []*Track
	m.state.update(func() {
		for _, t := range m.tracks {
			left[t.Kind]--
			if rests := left[t.Kind] < 0; t.rests.Swap(rests) && !rests {
				back = append(back, t)
			}
		}
	})
	if m.options.OnKeyFrame == nil {
		return
	}
	for _, t := range back {
		m.options.OnKeyFrame(t)
	}
}

// WaitWatched waits until exactly so many layers of a kind are watched.
func (m *Media) WaitWatched(ctx context.Context, kind Kind, layers int) error {
	return m.state.wait(ctx, func() bool {
		n := 0
		for _, t := range m.tracks {
			if t.Kind == kind && t.Watched() {
				n++
			}
		}
		return n == layers
	})
}

// Quality is whose line is weak, as the gateway last said.
func (m *Media) Quality() Quality {
	m.state.mu.Lock()
	defer m.state.mu.Unlock()
	return m.quality
}

// WaitQuality waits until ok accepts it.
func (m *Media) WaitQuality(ctx context.Context, ok func(Quality) bool) error {
	return m.state.wait(ctx, func() bool { return ok(m.quality) })
}
