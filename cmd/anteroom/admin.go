package main

import (
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"anteroom/sfu/turn"
	"anteroom/signaling/webhook"
)

// serveAdmin opens the operators' listener, if there is to be one.
func (a *App) serveAdmin() error {
	if a.cfg.AdminListen == "" {
		return nil
	}
	l, err := net.Listen("tcp", a.cfg.AdminListen)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics())
	mux.Handle("GET /healthz", a.server.Handler())
	mux.Handle("GET /readyz", a.server.Handler())
	a.cfg.AdminListen = l.Addr().String()
	a.admin = a.serve(l, mux)
	return nil
}

// AdminAddr is where health and metrics are, "" if nowhere.
func (a *App) AdminAddr() string { return a.cfg.AdminListen }

func (a *App) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(&figures{app: a}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorLog: quietLog(a.log)})
}

// figures gives Prometheus the program's counters. No label names a person, an
// address or a session.
type figures struct{ app *App }

// Describe implements prometheus.Collector; the metrics are unchecked.
func (f *figures) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (f *figures) Collect(ch chan<- prometheus.Metric) {
	s, m := f.app.server.Figures(), f.app.media.Stats()
	gauge(ch, "anteroom_sessions", "Sessions with somebody connected.", float64(s.Sessions))
	gauge(ch, "anteroom_connections", "Open websockets.", float64(s.Connections))
	gauge(ch, "anteroom_other_nodes", "Other nodes of the deployment, as last heard of.", float64(s.Others))
	gauge(ch, "anteroom_relayed_connections", "Open websockets whose session is on another node.", float64(s.Relayed))
	for why, n := range s.LeasesTaken {
		labelled(ch, "anteroom_leases_taken_total", "Sessions that this node began to serve, by why it could.", "reason", why, n)
	}
	counter(ch, "anteroom_leases_lost_total", "Sessions that another node took away.", float64(s.LeasesLost))
	gauge(ch, "anteroom_messages_waiting", "Messages that are yet to be written to clients.", float64(s.ToClients))
	gauge(ch, "anteroom_relay_messages_waiting", "Messages that are yet to be written to other nodes, for their clients.", float64(s.ToNodes))
	gauge(ch, "anteroom_tasks_waiting", "Tasks that wait for the goroutine of their session.", float64(s.Tasks))
	counter(ch, "anteroom_slow_readers_total", "Clients that were cut off because too much waited for them.", float64(s.SlowReaders))
	counter(ch, "anteroom_joins_total", "Links redeemed, retries included.", float64(s.Joined))
	for code, n := range s.Refused {
		labelled(ch, "anteroom_refusals_total", "Refusals by code.", "code", string(code), n)
	}
	gauge(ch, "anteroom_media_rooms", "Rooms with media.", float64(m.Rooms))
	gauge(ch, "anteroom_media_peers", "Media peers.", float64(m.Peers))
	gauge(ch, "anteroom_media_connected", "Media peers that are connected.", float64(m.Connected))
	counter(ch, "anteroom_media_packets_in_total", "Media packets received.", float64(m.PacketsIn))
	counter(ch, "anteroom_media_packets_out_total", "Media packets sent.", float64(m.PacketsOut))
	counter(ch, "anteroom_media_bytes_in_total", "Media bytes received.", float64(m.BytesIn))
	counter(ch, "anteroom_media_bytes_out_total", "Media bytes sent.", float64(m.BytesOut))
	counter(ch, "anteroom_media_dropped_total", "Datagrams not understood or not allowed.", float64(m.Dropped))
	f.optional(ch)
}

// optional are the figures of parts that may not be there: then they are 0, so that
// alerts on them work.
func (f *figures) optional(ch chan<- prometheus.Metric) {
	var w webhook.Figures
	if f.app.webhooks != nil {
		w = f.app.webhooks.Figures()
	}
	var t turn.Stats
	if f.app.turn != nil {
		t = f.app.turn.Stats()
	}
	counter(ch, "anteroom_webhooks_delivered_total", "Events that a receiver has taken.", float64(w.Delivered))
	counter(ch, "anteroom_webhooks_failed_total", "Attempts to deliver an event that failed.", float64(w.Failed))
	counter(ch, "anteroom_webhooks_dropped_total", "Events given up: too old, or too many waiting.", float64(w.Dropped))
	gauge(ch, "anteroom_webhooks_waiting", "Events that are to be delivered.", float64(w.Waiting))
	gauge(ch, "anteroom_turn_allocations", "Allocations of the TURN server: ways to the media, a few for each person who needs it.", float64(t.Allocations))
	counter(ch, "anteroom_turn_allocations_total", "Allocations made.", float64(t.Allocated))
	counter(ch, "anteroom_turn_refused_total", "Requests to the TURN server with wrong or old credentials, or over a limit.", float64(t.Refused))
}

func labelled(ch chan<- prometheus.Metric, name, help, label, value string, n uint64) {
	desc := prometheus.NewDesc(name, help, []string{label}, nil)
	ch <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), value)
}

func gauge(ch chan<- prometheus.Metric, name, help string, value float64) {
	ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), prometheus.GaugeValue, value)
}

func counter(ch chan<- prometheus.Metric, name, help string, value float64) {
	ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), prometheus.CounterValue, value)
}
