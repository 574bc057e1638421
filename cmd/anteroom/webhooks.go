package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"anteroom/signaling"
	"anteroom/signaling/webhook"
)

// checkWebhooks refuses receivers that nothing may be sent to, or that could not
// know who calls.
func (c *Config) checkWebhooks() error {
	if len(c.WebhookURLs) == 0 {
		return nil
	}
	for n, url := range c.WebhookURLs {
		if err := webhook.CheckURL(string(url)); err != nil {
			return fmt.Errorf("webhook_urls, number %d: %w", n+1, err)
		}
	}
	if c.WebhookSecret == "" {
		return errors.New("webhook_secret: receivers need it to know who calls")
	}
	if err := webhook.CheckSecret(string(c.WebhookSecret)); err != nil {
		return fmt.Errorf("webhook_secret: %w", err)
	}
	if c.WebhookPrevious == "" {
		return nil
	}
	if err := webhook.CheckSecret(string(c.WebhookPrevious)); err != nil {
		return fmt.Errorf("webhook_previous_secret: %w", err)
	}
	return nil
}

// webhookSecrets are what events are signed with.
func (c *Config) webhookSecrets() []string {
	secrets := []string{string(c.WebhookSecret)}
	if c.WebhookPrevious != "" {
		secrets = append(secrets, string(c.WebhookPrevious))
	}
	return secrets
}

func (a *App) openWebhooks() error {
	if len(a.cfg.WebhookURLs) == 0 {
		return nil
	}
	cfg := webhook.Config{Secrets: a.cfg.webhookSecrets(), Logger: a.log}
	for _, url := range a.cfg.WebhookURLs {
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
	for n, url := range d.cfg.WebhookURLs {
		what := fmt.Sprintf("receiver %d", n+1)
		e := webhook.Event{ID: fmt.Sprint("test-", d.now.UnixNano()), Type: "test", At: time.Now()}
		err := webhook.Try(ctx, webhook.Config{Secrets: d.cfg.webhookSecrets(), Roots: d.roots}, string(url), e)
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
