package sfu

import (
	"encoding/binary"

	"github.com/pion/rtcp"
)

const maxRTCPPackets = 64 // in one compound packet

// receiveRTCP decrypts an SRTCP packet and acts on it. Of what a client may
// say, only what concerns its own streams has an effect.
func (t *transport) receiveRTCP(w *worker, d []byte) {
	plain, ok := t.decryptRTCP(w, d)
	if !ok {
		t.node.count.dropped.Add(1)
		return
	}
	pkts, err := rtcp.Unmarshal(plain)
	if err != nil || len(pkts) > maxRTCPPackets {
		t.node.count.dropped.Add(1)
		return
	}
	for _, p := range pkts {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			t.senderReport(w, p)
			t.receptionReports(w, p.Reports)
		case *rtcp.ReceiverReport:
			t.receptionReports(w, p.Reports)
		case *rtcp.PictureLossIndication:
			t.keyFrame(w, p.MediaSSRC)
		case *rtcp.FullIntraRequest:
			for i := range p.FIR {
				t.keyFrame(w, p.FIR[i].SSRC)
			}
		case *rtcp.TransportLayerNack:
			t.resendAll(w, p)
		case *rtcp.TransportLayerCC:
			t.arrivals(w.now, p)
		}
	}
}

func (t *transport) decryptRTCP(w *worker, d []byte) ([]byte, bool) {
	t.inMu.Lock()
	defer t.inMu.Unlock()
	r := &t.recv
	if t.in == nil || !r.control.has(w.now, 1) {
		return nil, false
	}
	ssrc := binary.BigEndian.Uint32(d[4:])
	if _, ok := r.reporters[ssrc]; !ok && len(r.reporters) >= maxStrangers {
		return nil, false
	}
	plain, err := t.in.DecryptRTCP(d, d, nil)
	if err != nil {
		return nil, false
	}
	r.control.take(w.now, 1)
	r.reporters[ssrc] = struct{}{}
	return plain, true
}

func (t *transport) senderReport(w *worker, p *rtcp.SenderReport) {
	t.inMu.Lock()
	defer t.inMu.Unlock()
	if s, ok := t.recv.sources[p.SSRC]; ok && !s.rtx {
		s.l.report.Store(&senderReport{ntp: p.NTPTime, rtp: p.RTPTime, at: w.now})
	}
}

func (t *transport) receptionReports(w *worker, blocks []rtcp.ReceptionReport) {
	for i := range blocks {
		t.reported(w.now, &blocks[i])
	}
}
