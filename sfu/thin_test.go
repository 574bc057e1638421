package sfu

import "testing"

// sendFrame forwards a frame of a temporal layer in one packet, and returns
// what went out. pid and tl0 are those of the sender.
func (f *fixture) sendFrame(seq, pid uint16, tid uint8, sync, key bool) (h header, d vp8Descriptor, size int, ok bool) {
	l := f.tr.layers[0]
	payload := testVP8(key, pid, 0, "text")
	payload[5] = tid << 6
	if sync {
		payload[5] |= 0x20
	}
	buf := append(make([]byte, headroom), payload...)
	p := packet{seq: seq, ts: uint32(pid) * 3000, buf: buf, at: headroom}
	desc, _ := parseVP8(p.payload())
	l.history.add(0, seq, p.ts, false, p.payload())
	packets, octets := f.o.packets, f.o.octets
	f.o.forward(f.w, l, &p, &desc)
	if f.o.packets == packets {
		return h, d, 0, false
	}
	f.w.out.n = 0
	h.seq = uint16(buf[headroom-10])<<8 | uint16(buf[headroom-9])
	d, _ = parseVP8(p.payload())
	return h, d, int(f.o.octets - octets), true
}

// TestFewerFrames: without the higher temporal layers the receiver sees a
// stream without gaps, and gets more only where it can use them.
func TestFewerFrames(t *testing.T) {
	f := newFixture(t, 0)
	tids := []uint8{0, 2, 1, 2} // the pattern of three temporal layers
	last, lastPID := header{}, uint16(0)
	step := func(i int, sync, want bool) {
		t.Helper()
		h, d, _, ok := f.sendFrame(uint16(65500+i), uint16(32700+i)&0x7fff, tids[i%4], sync, i == 0)
		if ok != want {
			t.Fatalf("frame %d (temporal layer %d): forwarded %v", i, tids[i%4], ok)
		}
		if !ok {
			return
		}
		if i > 0 && (h.seq != last.seq+1 || d.pid != (lastPID+1)&0x7fff) {
			t.Fatalf("frame %d: sequence %d after %d, picture %d after %d", i, h.seq, last.seq, d.pid, lastPID)
		}
		last, lastPID = h, d.pid
	}
	i := 0
	for ; i < 40; i++ {
		step(i, false, true)
	}
	f.o.most = 0
	for ; i < 200; i++ {
		step(i, false, i%4 == 0)
	}
	if src, ok := f.o.segs[0].src(last.seq - 3); !ok || src != 148 {
		t.Errorf("%d would be sent again", src)
	}
	f.o.most = 2
	step(200, false, true)
	step(201, false, false) // needs frames that were left out
	step(202, true, true)   // needs none
	step(203, false, false)
	step(204, false, true)
	step(205, true, true)
	for i = 206; i < 300; i++ {
		step(i, false, true)
	}
}

// TestLateFrames: a number that was kept for a lost packet is filled, with the
// packet if it belongs to what is sent, with nothing if not.
func TestLateFrames(t *testing.T) {
	f := newFixture(t, 0)
	f.o.most = 0
	first, _, _, _ := f.sendFrame(100, 100, 0, true, true)
	f.sendFrame(101, 101, 2, false, false)
	// 102, 103 and 104 are lost.
	after, _, _, ok := f.sendFrame(105, 105, 0, false, false)
	if !ok || after.seq != first.seq+4 {
		t.Fatalf("%d after %d: no numbers kept for what is lost", after.seq, first.seq)
	}
	if h, _, size, ok := f.sendFrame(103, 103, 2, false, false); !ok || h.seq != first.seq+2 || size != 0 {
		t.Errorf("late, of a layer left out: %v, %d, %d octets", ok, h.seq, size)
	}
	if h, _, size, ok := f.sendFrame(104, 104, 0, false, false); !ok || h.seq != first.seq+3 || size == 0 {
		t.Errorf("late, of a layer sent: %v, %d, %d octets", ok, h.seq, size)
	}
	if _, _, _, ok := f.sendFrame(101, 101, 2, false, false); ok {
		t.Error("what was left out is sent after all")
	}
}

// FuzzSkipper holds it against a list of all numbers.
func FuzzSkipper(f *testing.F) {
	f.Add(uint16(0xfff0), []byte{1, 0x81, 2, 0x83, 5, 0x80, 60, 0xff})
	f.Fuzz(func(t *testing.T, start uint16, steps []byte) {
		for _, width := range []uint{16, 15} {
			mask := uint16(1<<width - 1)
			s := skipper{width: width, highest: (start - 1) & mask}
			var left []bool // by distance from start
			for _, b := range steps {
				out, gap := b&0x80 != 0, int(b&0x0f)
				for range gap {
					left = append(left, false)
				}
				left = append(left, out)
				s.note((start+uint16(len(left)-1))&mask, out)
				if len(left) > 8000 {
					return
				}
			}
			total := uint16(0)
			for i, out := range left {
				v := (start + uint16(i)) & mask
				if len(left)-i < skipperKept {
					if got, ok := s.leftOut(v); !ok || got != out {
						t.Fatalf("%d of %d: left out %v %v, not %v", i, len(left), got, ok, out)
					}
					if got := s.before(v); got != total {
						t.Fatalf("%d of %d: %d before, not %d", i, len(left), got, total)
					}
				}
				if out {
					total++
				}
			}
			if s.total != total {
				t.Fatalf("%d left out, not %d", s.total, total)
			}
		}
	})
}
