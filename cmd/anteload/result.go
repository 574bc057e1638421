//go:build linux

package main

// result is what one run measured; its JSON is what --json writes.
type result struct {
	Profile string  `json:"profile"`
	Target  string  `json:"target"` // anteroom or floor
	Rooms   int     `json:"rooms"`
	People  int     `json:"people"` // in each room
	Seconds float64 `json:"seconds"`
	Settled float64 `json:"settled_after_seconds"` // until everything came; -1 if it never did

	PacketsOut      uint64       `json:"packets_forwarded"`
	PacketsPerS     float64      `json:"packets_forwarded_per_second"`
	Expected        uint64       `json:"packets_expected"`
	Received        uint64       `json:"packets_received"`
	Loss            float64      `json:"loss"` // share
	Line            *lineFigures `json:"line,omitempty"`
	Latency         *percentiles `json:"latency_ms,omitempty"`
	LatencyWithheld string       `json:"latency_withheld,omitempty"`   // why there is none
	LatencyAtMost   *percentiles `json:"latency_at_most_ms,omitempty"` // then: the load's own share is in it

	Joins joins          `json:"joins"`
	SRTP  map[string]int `json:"srtp_profiles,omitempty"` // people, by profile

	Server *serverFigures `json:"server,omitempty"`
	Load   loadFigures    `json:"load"`
}

// lineFigures are of people on bad lines. All are shares.
type lineFigures struct {
	Loses   float64 `json:"loses"`        // each way
	Sound   float64 `json:"sound_loss"`   // what did not come in the end, on two such lines
	Picture float64 `json:"picture_loss"` // likewise, after it was asked for again
	Uplink  float64 `json:"uplink"`       // octets sent, of those of a good line
}

// joins are measured from asking for a nonce, and from handing in the offer,
// which leaves out the waiting room.
type joins struct {
	People          int          `json:"people"`
	FirstPacket     *percentiles `json:"join_to_first_packet_ms,omitempty"`
	FirstKey        *percentiles `json:"join_to_first_key_frame_ms,omitempty"`
	OfferToPacket   *percentiles `json:"offer_to_first_packet_ms,omitempty"`
	OfferToFirstKey *percentiles `json:"offer_to_first_key_frame_ms,omitempty"`
	NoKeyFrame      int          `json:"never_got_a_key_frame"`
}

// serverFigures are of the process that was measured.
type serverFigures struct {
	CPUSeconds        float64 `json:"cpu_seconds"`
	CPUShare          float64 `json:"cpu_share"` // of one core
	MicrosPerPacket   float64 `json:"cpu_us_per_packet,omitempty"`
	SecondsPerMillion float64 `json:"cpu_seconds_per_million_packets,omitempty"`
	Before            memory  `json:"memory_before"`
	After             memory  `json:"memory_after"`
	KiBPerPerson      float64 `json:"kib_per_person"`
}

// loadFigures say whether the load was fit to measure.
type loadFigures struct {
	CPUSeconds  float64      `json:"cpu_seconds"`
	CPUShare    float64      `json:"cpu_share"` // of the cores that it may use
	Cores       int          `json:"cores"`
	Late        *percentiles `json:"sent_late_ms,omitempty"`
	Rate        float64      `json:"sent_share"` // of what should have been sent
	SendFailed  uint64       `json:"sends_failed"`
	Undecrypted uint64       `json:"undecrypted"`
	Saturated   bool         `json:"saturated"`
	MachineLoad float64      `json:"machine_load_average"`
}

const (
	saturatedShare = 0.80 // of the load's cores
	saturatedLate  = 2.0  // ms, of the 99th percentile
)

// judge decides whether the load could keep up with itself. When it could not,
// the time that packets took is its own as well as the server's.
func (r *result) judge() {
	l := &r.Load
	switch {
	case l.CPUShare > saturatedShare:
		l.Saturated = true
		r.LatencyWithheld = "the load generator used more than 80 % of its processor time"
	case l.Late != nil && l.Late.P99 > saturatedLate:
		l.Saturated = true
		r.LatencyWithheld = "the load generator sent 1 % of its packets more than 2 ms late"
	}
	if l.Saturated {
		r.Latency, r.LatencyAtMost = nil, r.Latency
	}
}
