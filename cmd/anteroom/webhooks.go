package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"anteroom/signaling"
	"anteroom/signaling/webhook"
)

// Webhooks are programs of the practice that are told what happens in sessions.
type Webhooks struct {
	URLs   []hidden `yaml:"urls"` // they may carry a secret
	Secret hidden   `yaml:"secret"`
}

func (w Webhooks) check() error {
	if len(w.URLs) == 0 {
		return nil
	}
	for n, url := range w.URLs {
		if err := webhook.CheckURL(string(url)); err != nil {
			return fmt.Errorf("webhooks.urls, number %d: %w", n+1, err)
		}
	}
	if w.Secret == "" {
		return errors.New("webhooks.secret: receivers need it to know who calls")
	}
	if err := webhook.CheckSecret(string(w.Secret)); err != nil {
		return fmt.Errorf("webhooks.secret: %w", err)
	}
	return nil
}

func (a *App) openWebhooks() error {
	if len(a.cfg.Webhooks.URLs) == 0 {
		return nil
	}
	cfg := webhook.Config{Secret: string(a.cfg.Webhooks.Secret), Logger: a.log}
	for _, url := range a.cfg.Webhooks.URLs {
		cfg.URLs = append(cfg.URLs, string(url))
	}
	sender, err := webhook.New(cfg)
	if err != nil {
		return err
	}
	a.opened(sender.Close)
	a.webhooks = sender
	return nil
}

// events is where the sessions' events go; nil if nobody is to be told.
func (a *App) events() func(signaling.Event) {
	if a.webhooks == nil {
		return nil
	}
	return func(e signaling.Event) {
		a.webhooks.Send(webhook.Event{ID: e.ID, Type: string(e.Type), At: e.At, Session: string(e.Session), Invite: string(e.Invite)})
	}
}

// checkWebhooks sends each receiver an event of the type "test".
func (d *examination) checkWebhooks(ctx context.Context) {
	for n, url := range d.cfg.Webhooks.URLs {
		what := fmt.Sprintf("receiver %d", n+1)
		e := webhook.Event{ID: fmt.Sprint("test-", d.now.UnixNano()), Type: "test", At: time.Now()}
		err := webhook.Try(ctx, webhook.Config{Secret: string(d.cfg.Webhooks.Secret), Roots: d.roots}, string(url), e)
		var refusal webhook.Refusal
		switch {
		case errors.As(err, &refusal):
			d.found(failure, "webhooks", "%s answers with status %d, not 2xx. Does it check the signature with the same secret, and is there no redirect?", what, refusal.Status)
		case err != nil:
			d.found(failure, "webhooks", "%s does not take an event from here: %v. Look at its address, its certificate and the firewall; a proxy is not used.", what, err)
		default:
			d.found(fine, "webhooks", "%s takes events", what)
		}
	}
}
