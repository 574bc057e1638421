package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// speech writes a sound file for a browser's fake microphone and returns its name:
// something like a voice, whose codec treats it as one. (The beeps that a browser
// makes by itself are none: no redundancy is spent on them.)
func speech(t *testing.T) string {
	t.Helper()
	const rate, seconds = 48000, 8
	samples := make([]int16, rate*seconds)
	random := rand.New(rand.NewPCG(1, 2))
	phase, pitch := 0.0, 120.0
	for i := range samples {
		at := float64(i) / rate
		syllable := math.Max(0, math.Sin(2*math.Pi*3.5*at)) // three or four a second
		pitch += 0.02 * (random.Float64() - 0.5)
		phase += 2 * math.Pi * (pitch + 15*math.Sin(2*math.Pi*0.7*at)) / rate
		voice := 0.0
		for n := 1.0; n <= 28; n++ {
			voice += math.Sin(n*phase) * formants(n*pitch, 500+250*math.Sin(2*math.Pi*at), 1500+500*math.Cos(2*math.Pi*0.6*at))
		}
		samples[i] = int16(6000 * (syllable*voice + 0.01*(random.Float64()-0.5)))
	}
	file := filepath.Join(t.TempDir(), "speech.wav")
	if err := os.WriteFile(file, wav(samples, rate), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// formants is how strong a frequency is in a vowel with two resonances.
func formants(hertz, first, second float64) float64 {
	peak := func(at, width float64) float64 { return 1 / (1 + (hertz-at)*(hertz-at)/(width*width)) }
	return peak(first, 120) + 0.5*peak(second, 180)
}

// wav is a RIFF file of 16 bits, mono.
func wav(samples []int16, rate uint32) []byte {
	var b bytes.Buffer
	size := uint32(2 * len(samples))
	b.WriteString("RIFF")
	for _, v := range []any{36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), rate, 2 * rate, uint16(2), uint16(16), []byte("data"), size, samples} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a buffer takes all
	}
	return b.Bytes()
}
