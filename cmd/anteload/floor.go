//go:build linux

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
)

// The floor is what no gateway in Go can do without: receive, one AES-GCM
// decryption, one encryption for each receiver, a call for each to send. It has
// no handshake, no control packets, no rules; whoever says hello is in a room.

// hello is how a person tells the floor its room; the floor says the same back.
func hello(room uint32) []byte { return binary.BigEndian.AppendUint32([]byte("\x00floor"), room) }

const helloSize = 10

// serveFloor runs the floor and prints where it is, until ctx ends.
func serveFloor(ctx context.Context, out io.Writer) error {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	_ = conn.SetReadBuffer(4 << 20)
	_ = conn.SetWriteBuffer(4 << 20)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	codec, err := newBare()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, conn.LocalAddr())
	f := &floor{conn: conn, codec: codec, rooms: map[uint32][]netip.AddrPort{}, room: map[netip.AddrPort]uint32{}}
	if err := f.run(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

type floor struct {
	conn       *net.UDPConn
	codec      *bare
	rooms      map[uint32][]netip.AddrPort
	room       map[netip.AddrPort]uint32
	in         [maxDatagram]byte
	plain, out [maxDatagram]byte
}

func (f *floor) run() error {
	for {
		n, from, err := f.conn.ReadFromUDPAddrPort(f.in[:])
		if err != nil {
			return err
		}
		if b := f.in[:n]; n == helloSize && b[0] == 0 {
			f.welcome(from, b)
		} else if room, ok := f.room[from]; ok {
			f.forward(from, room, b)
		}
	}
}

func (f *floor) welcome(from netip.AddrPort, b []byte) {
	room := binary.BigEndian.Uint32(b[6:])
	if _, known := f.room[from]; !known {
		f.room[from] = room
		f.rooms[room] = append(f.rooms[room], from)
	}
	_, _ = f.conn.WriteToUDPAddrPort(b, from)
}

func (f *floor) forward(from netip.AddrPort, room uint32, b []byte) {
	plain, err := f.codec.open(f.plain[:0], b)
	if err != nil {
		return
	}
	for _, to := range f.rooms[room] {
		if to == from {
			continue
		}
		if sealed, err := f.codec.seal(f.out[:0], plain); err == nil {
			_, _ = f.conn.WriteToUDPAddrPort(sealed, to)
		}
	}
}
