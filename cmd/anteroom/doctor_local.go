package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"anteroom/room/redisstore"
)

// checkGateway asks the gateway on this machine whether it is ready.
func (d *examination) checkGateway(ctx context.Context) {
	switch status, err := ask(ctx, ownClient(), d.cfg.ownURL()+"/readyz"); {
	case err != nil:
		d.found(warning, "gateway", "does not answer on %s. Start it, and run this again to have everything looked at.", d.cfg.Listen)
	case status != http.StatusOK:
		d.running = true
		d.found(failure, "gateway", "runs, but is not ready (status %d): the store or the media port does not work. Its log says which.", status)
	default:
		d.running = true
		d.found(fine, "gateway", "ready on %s: the store answers, and a real connection to the media port works", d.cfg.Listen)
	}
}

func ask(ctx context.Context, client *http.Client, url string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	_ = resp.Body.Close()
	return resp.StatusCode, nil
}

// checkState looks at the directory of the program's files.
func (d *examination) checkState(context.Context) {
	info, err := os.Stat(d.cfg.StateDir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.found(fine, "state", "%s will be made on the first start", d.cfg.StateDir)
	case err != nil || !info.IsDir():
		d.found(failure, "state", "%s cannot be used as a directory. Set state_dir to one that the program may write to.", d.cfg.StateDir)
	case info.Mode().Perm()&0o077 != 0:
		d.found(warning, "state", "other users can read %s. Run: chmod 700 %s", d.cfg.StateDir, d.cfg.StateDir)
	default:
		d.found(fine, "state", "%s is this user's alone", d.cfg.StateDir)
	}
	secret, err := os.Stat(filepath.Join(d.cfg.StateDir, secretFile))
	if err == nil && secret.Mode().Perm()&0o077 != 0 {
		d.found(failure, "secret", "other users can read the deployment secret. Run: chmod 600 %s", filepath.Join(d.cfg.StateDir, secretFile))
	}
}

// checkStore opens the store, unless the running gateway has said how it is:
// a file can be opened only once.
func (d *examination) checkStore(ctx context.Context) {
	if d.cfg.Store == "memory" || strings.HasPrefix(d.cfg.Store, "bolt:") {
		d.found(fine, "store", "is looked at when the gateway runs")
		return
	}
	store, err := redisstore.Open(ctx, d.cfg.Store)
	if err == nil {
		defer func() { _ = store.Close() }()
		err = store.Ping(ctx)
	}
	if err != nil {
		d.found(failure, "store", "does not answer. Look whether it runs, and whether store has the right address and password.")
		return
	}
	d.found(fine, "store", "answers")
	advice, err := store.Advice(ctx)
	if err != nil {
		d.found(warning, "store", "its settings could not be read")
	}
	for _, one := range advice {
		d.found(warning, "store", "%s", one)
	}
}

// checkExposure looks for what should not be in the open.
func (d *examination) checkExposure(context.Context) {
	if host := hostOf(d.cfg.Listen); !d.cfg.hasTLS() && !isLoopback(host) && !isPrivate(host) {
		d.found(warning, "listen", "pages are served without TLS on %s. That is for a reverse proxy on a private network; otherwise set listen to 127.0.0.1:8080, or tls_cert or acme.", d.cfg.Listen)
	}
	if host := hostOf(d.cfg.AdminListen); d.cfg.AdminListen != "" && !isLoopback(host) && !isPrivate(host) {
		d.found(warning, "admin", "metrics are served on %s to everybody who reaches it. Set admin_listen to a private address.", d.cfg.AdminListen)
	}
	if n := len(d.cfg.APIKey); n > 0 && n < 24 {
		d.found(warning, "api_key", "has %d characters and can be guessed. Use 32 random ones: head -c 24 /dev/urandom | base64", n)
	}
}

func hostOf(listen string) string {
	host, _, _ := net.SplitHostPort(listen)
	return host
}

func isPrivate(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsPrivate()
}

// checkMedia looks at the addresses that browsers are told.
func (d *examination) checkMedia(context.Context) {
	told := d.mediaAddresses()
	if !d.running {
		d.checkMediaPort()
	}
	public := false
	for _, a := range told {
		public = public || a.IsGlobalUnicast() && !a.IsPrivate()
	}
	switch {
	case len(told) == 0:
		d.found(failure, "media", "this machine has no address for media. Set media_advertise to its public one.")
	case !public && !d.local():
		d.found(failure, "media", "browsers are told %s, which the internet does not reach. Set media_advertise to the public address of this machine.", addresses(told))
	default:
		d.found(fine, "media", "browsers are told %s; UDP and TCP on port %s must be open there", addresses(told), portOf(d.cfg.MediaAddress))
	}
}

// mediaAddresses are those that browsers are told: the configured ones, that
// which is listened on, or all of this machine's.
func (d *examination) mediaAddresses() []netip.Addr {
	if len(d.cfg.MediaAdvertise) != 0 {
		return d.cfg.MediaAdvertise
	}
	if addr, err := netip.ParseAddr(hostOf(d.cfg.MediaAddress)); err == nil && !addr.IsUnspecified() {
		return []netip.Addr{addr}
	}
	var all []netip.Addr
	own, _ := net.InterfaceAddrs()
	for _, one := range own {
		if p, err := netip.ParsePrefix(one.String()); err == nil && p.Addr().IsGlobalUnicast() {
			all = append(all, p.Addr())
		}
	}
	return all
}

func (d *examination) checkMediaPort() {
	udp, err := net.ListenPacket("udp", d.cfg.MediaAddress)
	if err == nil {
		_ = udp.Close()
		var tcp net.Listener
		if tcp, err = net.Listen("tcp", d.cfg.MediaAddress); err == nil {
			_ = tcp.Close()
		}
	}
	if err != nil {
		d.found(failure, "media port", "%s cannot be opened: another program has it, or the address is not this machine's. See media_address.", d.cfg.MediaAddress)
	}
}

func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

func addresses(all []netip.Addr) string {
	var text []string
	for _, a := range all {
		text = append(text, a.String())
	}
	return strings.Join(text, ", ")
}
