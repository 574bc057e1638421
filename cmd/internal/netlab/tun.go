package netlab

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// openTUN makes a TUN device (whole IP packets, no header before them) in a
// namespace.
func openTUN(ns *namespace, name string) (*os.File, error) {
	var f *os.File
	err := ns.do(func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		if err != nil {
			return fmt.Errorf("open /dev/net/tun: %w", err)
		}
		if err := attach(fd, name); err != nil {
			_ = unix.Close(fd)
			return fmt.Errorf("make TUN device: %w", err)
		}
		f = os.NewFile(uintptr(fd), name)
		return nil
	})
	return f, err
}

func attach(fd int, name string) error {
	req, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	return unix.IoctlIfreq(fd, unix.TUNSETIFF, req)
}

// tun joins the node by a pair of TUN devices and the relay between them.
func (n *Node) tun() error {
	node, err := openTUN(n.space, lineName)
	if err != nil {
		return err
	}
	router, err := openTUN(n.lab.router, n.port)
	if err != nil {
		return err
	}
	n.relay = newRelay(node, router, uint64(n.address.As4()[2]))
	n.lab.t.Cleanup(func() {
		if err := n.relay.close(); err != nil {
			n.lab.t.Errorf("netlab: line of %s: %v", n.name, err)
		}
	})
	return nil
}
