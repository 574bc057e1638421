package sfu

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	readBatch   = 16
	readBuffer  = 64 << 10 // a run of datagrams that the kernel joined (UDP_GRO)
	maxSegments = 32       // datagrams that the kernel splits for us (UDP_SEGMENT)
	controlSize = 96       // of what the kernel says and is told of a message
)

// udpConn reads and writes many datagrams with one system call each
// (recvmmsg, sendmmsg), and runs of datagrams as one where the kernel can
// (UDP_GRO, UDP_SEGMENT). It has one reader; writers bring their own writeBatch.
type udpConn struct {
	*net.UDPConn
	sourceAddress
	raw syscall.RawConn
	gso atomic.Bool // until the kernel or the device refuses it

	// Owned by the reader.
	msgs    [readBatch]mmsghdr
	iovs    [readBatch]unix.Iovec
	names   [readBatch]unix.RawSockaddrInet6
	control [readBatch][controlSize]byte
	bufs    [readBatch][]byte
	count   int
	errno   syscall.Errno
	fill    func(fd uintptr) bool
}

// sharePort lets several sockets of this user have the same port (SO_REUSEPORT).
func sharePort(_, _ string, raw syscall.RawConn) error {
	var err error
	failed := raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) })
	return errors.Join(failed, err)
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	hdr unix.Msghdr
	n   uint32
}

func newUDPConn(c *net.UDPConn) (*udpConn, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	u := &udpConn{UDPConn: c, raw: raw, sourceAddress: sourceOf(c)}
	err = raw.Control(func(fd uintptr) {
		u.ask(int(fd))
		_ = unix.SetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_GRO, 1)
		_, err := unix.GetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT)
		u.gso.Store(err == nil)
	})
	if err != nil {
		return nil, err
	}
	for i := range u.msgs {
		u.bufs[i] = make([]byte, headroom+readBuffer)
		u.iovs[i].Base = &u.bufs[i][headroom]
		u.iovs[i].SetLen(readBuffer)
		h := &u.msgs[i].hdr
		h.Iov = &u.iovs[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&u.names[i]))
		h.Control = &u.control[i][0]
	}
	u.fill = u.receive
	return u, nil
}

// receive is called by the poller whenever the socket may be readable.
func (u *udpConn) receive(fd uintptr) (done bool) {
	for i := range u.msgs {
		u.msgs[i].hdr.Namelen = unix.SizeofSockaddrInet6
		u.msgs[i].hdr.SetControllen(len(u.control[i]))
	}
	n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd,
		uintptr(unsafe.Pointer(&u.msgs[0])), readBatch, unix.MSG_DONTWAIT, 0, 0)
	if errno == unix.EAGAIN {
		return false
	}
	u.count, u.errno = int(n), errno
	if errno != 0 {
		u.count = 0
	}
	return true
}

// wait waits for datagrams and takes in those that are there.
func (u *udpConn) wait() error {
	if err := u.raw.Read(u.fill); err != nil {
		return err
	}
	if u.errno != 0 {
		return u.errno
	}
	return nil
}

// each hands the datagrams taken in to f, with headroom in front, and the address
// of ours that they came to where there are several. f may write into both, which
// are good until it returns.
func (u *udpConn) each(f func(from netip.AddrPort, to netip.Addr, b []byte)) {
	for i := range u.count {
		m := &u.msgs[i]
		from := u.addrPort(&u.names[i])
		size, to := u.said(i)
		for at, end := headroom, headroom+int(m.n); at < end; at += size {
			// What stands before a later datagram is one that was handled.
			f(from, to, u.bufs[i][at-headroom:min(at+size, end)])
		}
	}
}

// said is what the kernel said of message i: the size of the datagrams that it
// was joined from, and the address that they came to.
func (u *udpConn) said(i int) (size int, to netip.Addr) {
	joined, to := parseControl(u.control[i][:u.msgs[i].hdr.Controllen])
	if joined > 0 {
		return joined, to
	}
	return max(1, int(u.msgs[i].n)), to
}

func (u *udpConn) addrPort(sa *unix.RawSockaddrInet6) netip.AddrPort {
	if sa.Family == unix.AF_INET {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(sa))
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), swap(v4.Port))
	}
	return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr).Unmap(), swap(sa.Port))
}

// setAddr writes a destination and returns its length.
func (u *udpConn) setAddr(sa *unix.RawSockaddrInet6, to netip.AddrPort) uint32 {
	if u.v6 {
		*sa = unix.RawSockaddrInet6{Family: unix.AF_INET6, Port: swap(to.Port()), Addr: to.Addr().As16()}
		return unix.SizeofSockaddrInet6
	}
	v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(sa))
	*v4 = unix.RawSockaddrInet4{Family: unix.AF_INET, Port: swap(to.Port()), Addr: to.Addr().Unmap().As4()}
	return unix.SizeofSockaddrInet4
}

// swap turns a port between the order of the network and that of the machine.
func swap(port uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], port)
	return binary.NativeEndian.Uint16(b[:])
}

// writeBatch holds the messages of one flush. Owned by one batch.
type writeBatch struct {
	conn    *udpConn
	msgs    [batchSize]mmsghdr
	iovs    [batchSize]unix.Iovec
	names   [batchSize]unix.RawSockaddrInet6
	control [batchSize][controlSize]byte
	first   [batchSize]int // of a message: its first iovec
	from    [batchSize]int // of a message: the size of what says where it is from
	n, iov  int            // messages, iovecs
	done    int            // messages sent
	push    func(fd uintptr) bool
}

// write sends what a batch gathered: one message for each destination and run
// of equal datagrams.
func (wb *writeBatch) write(b *batch) {
	wb.conn = b.conn
	wb.n, wb.iov, wb.done = 0, 0, 0
	if wb.push == nil {
		wb.push = wb.send
	}
	var taken uint64 // bit i: datagram i is in a message
	for i := range b.n {
		if taken&(1<<i) == 0 {
			taken = wb.gather(b, i, taken)
		}
	}
	_ = wb.conn.raw.Write(wb.push)
}

// gather makes a message of datagram i and those after it to the same
// destination that can go with it: all of its size, but for a shorter last.
func (wb *writeBatch) gather(b *batch, i int, taken uint64) uint64 {
	k := wb.n
	wb.n++
	wb.first[k] = wb.iov
	size := b.sizes[i]
	for j := i; j < b.n; j++ {
		if taken&(1<<j) != 0 || b.paths[j] != b.paths[i] {
			continue
		}
		if j > i && (b.sizes[j] > size || !wb.conn.gso.Load()) {
			break
		}
		taken |= 1 << j
		wb.iovs[wb.iov].Base = &b.bufs[j][0]
		wb.iovs[wb.iov].SetLen(b.sizes[j])
		wb.iov++
		if b.sizes[j] < size || wb.iov-wb.first[k] == maxSegments {
			break
		}
	}
	h := &wb.msgs[k].hdr
	*h = unix.Msghdr{Iov: &wb.iovs[wb.first[k]], Name: (*byte)(unsafe.Pointer(&wb.names[k]))}
	h.Namelen = wb.conn.setAddr(&wb.names[k], b.paths[i].addr)
	count := wb.iov - wb.first[k]
	h.SetIovlen(count)
	wb.from[k] = wb.conn.setFrom(wb.control[k][:], b.paths[i].local)
	told := wb.from[k]
	if count > 1 {
		data := say(wb.control[k][told:], unix.SOL_UDP, unix.UDP_SEGMENT, 2)
		binary.NativeEndian.PutUint16(data, uint16(size))
		told += unix.CmsgSpace(2)
	}
	wb.tell(h, k, told)
	return taken
}

// tell sets what the kernel is told of message k.
func (wb *writeBatch) tell(h *unix.Msghdr, k, size int) {
	h.Control = nil
	if size > 0 {
		h.Control = &wb.control[k][0]
	}
	h.SetControllen(size)
}

// send is called by the poller whenever the socket may be writable.
func (wb *writeBatch) send(fd uintptr) (done bool) {
	for wb.done < wb.n {
		sent, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, fd,
			uintptr(unsafe.Pointer(&wb.msgs[wb.done])), uintptr(wb.n-wb.done), unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
			wb.done += int(sent)
		case unix.EAGAIN:
			return false
		case unix.EINTR:
		default:
			wb.refused(fd, errno)
			wb.done++ // what the system refuses is lost, like on any network
		}
	}
	return true
}

// refused sends the datagrams of a run one by one, where it may be the run that
// cannot be sent: a device may know nothing of them, and a way may take less in
// one piece than each of them is (EINVAL, EMSGSIZE since Linux 6.14). That is the
// way's matter; only a device's makes that no runs are tried any more. (An
// address of ours that is gone is EINVAL too.)
func (wb *writeBatch) refused(fd uintptr, errno syscall.Errno) {
	m := wb.msgs[wb.done].hdr
	device := errno == unix.EIO || errno == unix.EOPNOTSUPP
	if m.Iovlen < 2 || !device && errno != unix.EINVAL && errno != unix.EMSGSIZE {
		return
	}
	wb.tell(&m, wb.done, wb.from[wb.done])
	count := int(m.Iovlen)
	m.SetIovlen(1)
	for i := range count {
		m.Iov = &wb.iovs[wb.first[wb.done]+i]
		_, _, one := unix.Syscall(unix.SYS_SENDMSG, fd, uintptr(unsafe.Pointer(&m)), unix.MSG_DONTWAIT)
		if one == 0 && device {
			wb.conn.gso.Store(false)
		}
	}
}
