package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"anteroom/room"
	"anteroom/sfu"
	"anteroom/sfu/turn"
	"anteroom/signaling"
	"anteroom/signaling/webhook"
	"anteroom/web"
)

// App is the whole program. Make one with NewApp, Start it, Close it.
type App struct {
	cfg      Config
	log      *slog.Logger
	store    room.Store
	media    *sfu.Node
	turn     *turn.Server // nil if there is none
	server   *signaling.Server
	webhooks *webhook.Sender // nil unless configured
	pages    *http.Server
	admin    *http.Server // nil unless configured
	failed   chan error   // a listener that ended by itself
	closes   []func()     // in the order of opening
}

// NewApp makes the program from a complete configuration (see load).
func NewApp(cfg Config, log *slog.Logger) *App {
	return &App{cfg: cfg, log: log, failed: make(chan error, 3)}
}

// Start opens everything and serves. When it fails, what it had opened is
// closed again. A port 0 in Listen is resolved, and PublicURL with it.
func (a *App) Start(ctx context.Context) error {
	err := a.start(ctx)
	if err != nil {
		a.Close()
	}
	return err
}

func (a *App) start(ctx context.Context) error {
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return err
	}
	a.opened(func() { _ = listener.Close() })
	a.resolvePort(listener.Addr().String())
	internal, err := a.listenInternal()
	if err != nil {
		return err
	}
	if err := a.openParts(ctx); err != nil {
		return err
	}
	a.serveInternal(internal)
	look, err := a.cfg.pages()
	if err != nil {
		return err
	}
	pages, err := web.Handler(look)
	if err != nil {
		return err
	}
	secured, err := a.secured(ctx, a.server.Bound(listener))
	if err != nil {
		return err
	}
	a.pages = a.serve(secured, a.server.Bounded(a.strictTransport(a.routes(pages))))
	return a.serveAdmin()
}

// openParts opens the store and the media port and makes the server on them.
func (a *App) openParts(ctx context.Context) error {
	secrets, err := a.cfg.secrets()
	if err != nil {
		return err
	}
	keys, err := room.NewKeys(a.cfg.PublicURL, secrets...)
	if err != nil {
		return err
	}
	if a.store, err = a.cfg.openStore(ctx); err != nil {
		return err
	}
	a.opened(func() { _ = a.store.Close() })
	a.advise(ctx)
	a.media, err = sfu.New(sfu.Config{Address: a.cfg.MediaAddress, Advertise: a.cfg.MediaAdvertise, Logger: a.log})
	if err != nil {
		return fmt.Errorf("media_address: %w", err)
	}
	a.opened(func() { _ = a.media.Close() })
	if err := a.openTURN(); err != nil {
		return err
	}
	if err := a.openWebhooks(); err != nil {
		return err
	}
	a.server, err = signaling.New(a.signalingConfig(), room.NewSessions(a.store, keys), a.media)
	if err != nil {
		return err
	}
	a.opened(a.server.Close)
	return nil
}

func (a *App) signalingConfig() signaling.Config {
	cfg := signaling.Config{
		PublicURL: a.cfg.PublicURL, MoreOrigins: siblings(a.cfg.PublicURL), APIKey: signaling.APIKey(a.cfg.APIKey),
		About: a.cfg.about(), InternalURL: a.cfg.InternalURL, Shared: a.cfg.sharedStore(), Events: a.events(),
		JoinRate: a.cfg.Limits.JoinRate, JoinBurst: a.cfg.Limits.JoinBurst, Connections: a.cfg.Limits.Connections, Logger: a.log,
		Provider: a.cfg.provider(), Metrics: a.metrics(),
	}
	if a.turn != nil {
		cfg.TURN = a.turnFor
	}
	for _, p := range a.cfg.TrustedProxies {
		cfg.TrustedProxies = append(cfg.TrustedProxies, p.Prefix)
	}
	return cfg
}

// siblings are the other names of this machine's loopback address, under which
// somebody trying the program out may open its pages.
func siblings(public string) []string {
	for _, host := range []string{"127.0.0.1", "localhost"} {
		if rest, ok := strings.CutPrefix(public, "http://"+host); ok {
			return []string{"http://127.0.0.1" + rest, "http://localhost" + rest}
		}
	}
	return nil
}

// resolvePort replaces a port 0 by the one that the system picked.
func (a *App) resolvePort(actual string) {
	host, port, err := net.SplitHostPort(a.cfg.Listen)
	if err != nil || port != "0" {
		return
	}
	_, picked, _ := net.SplitHostPort(actual)
	a.cfg.Listen = net.JoinHostPort(host, picked)
	if public, ok := strings.CutSuffix(a.cfg.PublicURL, ":0"); ok {
		a.cfg.PublicURL = public + ":" + picked
	}
}

// routes sends the API to the server and everything else to the pages.
func (a *App) routes(pages http.Handler) http.Handler {
	api := a.server.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			api.ServeHTTP(w, r)
			return
		}
		if r.URL.Path == securityPath {
			a.securityText(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// serve runs an HTTP server until the program closes.
func (a *App) serve(l net.Listener, h http.Handler) *http.Server {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: quietLog(a.log), ConnContext: signaling.ConnContext,
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- err
		}
	}()
	a.opened(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if srv.Shutdown(ctx) != nil {
			_ = srv.Close()
		}
		<-done
	})
	return srv
}

func (a *App) opened(undo func()) { a.closes = append(a.closes, undo) }

// Close ends everything in the reverse order of opening. Sessions stay in the
// store.
func (a *App) Close() {
	for len(a.closes) > 0 {
		last := len(a.closes) - 1
		undo := a.closes[last]
		a.closes = a.closes[:last]
		undo()
	}
}

// Failed tells of a listener that ended by itself.
func (a *App) Failed() <-chan error { return a.failed }

// URL is where browsers find the program.
func (a *App) URL() string { return a.cfg.PublicURL }

// SignInLink opens the hosts' page and signs in; "" where there is none.
func (a *App) SignInLink() string { return a.server.SignInLink() }

// hasHosts reports whether somebody can sign in without the link.
func (a *App) hasHosts() bool { return a.server.HasHosts() }
