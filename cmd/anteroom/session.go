package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"anteroom/signaling/client"
)

const sessionHelp = `Manages the operator's own sessions at a running gateway. On its machine it needs
nothing else; from elsewhere, ANTEROOM_API_KEY.

    anteroom session new --guest S. --guest M. --opens "2026-11-24 17:00"
    anteroom session list
    anteroom session end ID

`

// session is the command line's way to the API of a running gateway.
func session(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	var spec client.SessionSpec
	var asJSON bool
	g, rest, err := reach("session", sessionHelp, args, getenv, out, func(f *flag.FlagSet) {
		f.StringVar(&spec.Title, "title", "", "title of the session, shown to those who are in")
		f.StringVar(&spec.Greeting, "greeting", "", "what everybody reads before asking to join")
		f.Func("guest", "label of a guest, repeated for each", people(&spec.Guests))
		f.Func("host", "label of a host, repeated for each (default: one, Host)", people(&spec.Hosts))
		f.Func("opens", `when the door opens, "2026-11-24 17:00" or RFC 3339 (default: now)`, hour(&spec.Opens))
		f.Func("closes", "when it closes (default: 3 hours later)", hour(&spec.Closes))
		f.BoolVar(&asJSON, "json", false, "print the gateway's answer as it is")
	})
	if err != nil {
		return err
	}
	switch {
	case len(rest) == 1 && rest[0] == "new":
		return g.newSession(ctx, spec, asJSON, out)
	case len(rest) == 1 && rest[0] == "list":
		return g.listSessions(ctx, asJSON, out)
	case len(rest) == 2 && rest[0] == "end":
		return explained(g.api.End(ctx, rest[1]))
	}
	return errors.New("it is `session new`, `session list` or `session end ID`; see anteroom session --help")
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func people(to *[]client.Label) func(string) error {
	return func(label string) error {
		*to = append(*to, client.Label{Label: label})
		return nil
	}
}

// hour reads an hour as people write it, in this machine's time zone.
func hour(to *time.Time) func(string) error {
	return func(text string) (err error) {
		if *to, err = time.Parse(time.RFC3339, text); err != nil {
			*to, err = time.ParseInLocation("2006-01-02 15:04", text, time.Local)
		}
		if err != nil {
			return errors.New(`write it as "2026-11-24 17:00"`)
		}
		return nil
	}
}

func (g gateway) newSession(ctx context.Context, spec client.SessionSpec, asJSON bool, out io.Writer) error {
	s, err := g.api.Create(ctx, spec)
	if err != nil {
		return explained(err)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(s)
	}
	fmt.Fprintf(out, "Session %s, open from %s to %s.\n", s.ID, when(s.Opens), when(s.Closes))
	for _, one := range append(s.Hosts, s.Guests...) {
		fmt.Fprintf(out, "\n%s (%s)\n    %s\n", one.Label, one.Role, one.Link)
	}
	_, err = fmt.Fprint(out, "\nGive each person their own link. It works once, in one browser, and is not shown again.\n")
	return err
}

func when(t time.Time) string { return t.Local().Format("2006-01-02 15:04 MST") }

func (g gateway) listSessions(ctx context.Context, asJSON bool, out io.Writer) error {
	all, err := g.api.List(ctx)
	if err != nil {
		return explained(err)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(all)
	}
	for _, s := range all {
		states := []string{}
		for _, one := range append(s.Hosts, s.Guests...) {
			states = append(states, one.Label+" "+one.State)
		}
		fmt.Fprintf(out, "%s  %s  %-9s  %s\n", s.ID, when(s.Opens), s.State, strings.Join(states, ", "))
	}
	return nil
}

// explained is an error in words for whoever sits at the command line.
func explained(err error) error {
	var network net.Error
	switch code := client.CodeOf(err); {
	case code == client.CodeSignInRequired:
		return errors.New("the gateway does not know this API key: set ANTEROOM_API_KEY to its api_key, or, on its machine, run this with the gateway's own configuration")
	case errors.As(err, &network):
		return errors.New("the gateway does not answer: is it running, and is the URL right? (anteroom doctor tells more)")
	}
	return err
}
