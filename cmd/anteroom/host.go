package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"anteroom/signaling/client"
)

const hostHelp = `Manages who may sign in as a host at a running gateway.

    anteroom host add NAME         makes an account and prints a link to set it up
    anteroom host list
    anteroom host reset NAME       takes every way to sign in away, prints a new link
    anteroom host disable NAME     signs out everywhere and keeps out; enable lets in
    anteroom host remove NAME      erases the account, its keys and its sessions

On the machine of the gateway it needs nothing else; from elsewhere, ANTEROOM_API_KEY.

`

// host is the command line's way to the accounts of a running gateway.
func host(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	g, rest, err := reach("host", hostHelp, args, getenv, out, nil)
	if err != nil {
		return err
	}
	verb, name := "", ""
	switch len(rest) {
	case 1:
		verb = rest[0]
	case 2:
		verb, name = rest[0], rest[1]
	}
	switch {
	case verb == "list" && name == "":
		return g.listHosts(ctx, out)
	case verb == "add" && name != "":
		one, err := g.api.AddHost(ctx, name)
		return invitation(out, one, err)
	case verb == "reset" && name != "":
		one, err := g.api.ChangeHost(ctx, name, verb)
		return invitation(out, one, err)
	case (verb == "disable" || verb == "enable") && name != "":
		one, err := g.api.ChangeHost(ctx, name, verb)
		return said(out, err, one.Name+" is "+one.State+".\n")
	case verb == "remove" && name != "":
		return said(out, g.api.RemoveHost(ctx, name), "The account, its keys and its sessions are erased.\n")
	}
	return errors.New("it is `host list`, or `host add`, `reset`, `disable`, `enable` or `remove` and a NAME; see anteroom host --help")
}

func invitation(out io.Writer, h client.Host, err error) error {
	return said(out, err, fmt.Sprintf(`
Give this link to %s. It sets up how to sign in, works once, until %s,
and is not shown again.

    %s

`, h.Name, when(h.Ends), h.Link))
}

// said prints what was done, or explains why it was not.
func said(out io.Writer, err error, text string) error {
	if err != nil {
		return explained(err)
	}
	_, err = io.WriteString(out, text)
	return err
}

func (g gateway) listHosts(ctx context.Context, out io.Writer) error {
	all, err := g.api.Hosts(ctx)
	if err != nil {
		return explained(err)
	}
	for _, one := range all {
		fmt.Fprintf(out, "%-9s  %s", one.State, one.Name)
		if one.Shown != "" {
			fmt.Fprintf(out, "  (%s)", one.Shown)
		}
		fmt.Fprintln(out)
	}
	if len(all) == 0 {
		fmt.Fprintln(out, "There are no accounts yet: anteroom host add NAME makes one.")
	}
	return nil
}

const keyHelp = `Manages keys by which programs use the API of a running gateway.

    anteroom key add --scope sessions:write --scope sessions:read --host NAME --label diary
    anteroom key list
    anteroom key remove ID

A key has only the scopes given: sessions:read, sessions:write, metrics. With --host it
is for that host's sessions, without for the operator's own.

`

// key is the command line's way to the keys of a running gateway.
func key(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	var scopes []string
	var label, of string
	g, rest, err := reach("key", keyHelp, args, getenv, out, func(f *flag.FlagSet) {
		f.Func("scope", "what the key may be used for, repeated for each", func(s string) error { scopes = append(scopes, s); return nil })
		f.StringVar(&label, "label", "", "what to call it in the list")
		f.StringVar(&of, "host", "", "whose sessions it is for")
	})
	if err != nil {
		return err
	}
	switch {
	case len(rest) == 1 && rest[0] == "list":
		return g.listKeys(ctx, out)
	case len(rest) == 1 && rest[0] == "add":
		one, err := g.api.AddKey(ctx, label, scopes, of)
		return said(out, err, fmt.Sprintf("\nThis is key %s. It is not shown again.\n\n    %s\n\n", one.ID, one.Key))
	case len(rest) == 2 && rest[0] == "remove":
		return said(out, g.api.RemoveKey(ctx, rest[1]), "The key does not work any more.\n")
	}
	return errors.New("it is `key add`, `key list` or `key remove ID`; see anteroom key --help")
}

func (g gateway) listKeys(ctx context.Context, out io.Writer) error {
	all, err := g.api.Keys(ctx)
	if err != nil {
		return explained(err)
	}
	for _, one := range all {
		owner := one.Host
		if owner == "" {
			owner = "(operator)"
		}
		fmt.Fprintf(out, "%s  %s  %-12s  %v  %s\n", one.ID, when(one.Created), owner, one.Scopes, one.Label)
	}
	if len(all) == 0 {
		fmt.Fprintln(out, "There are no keys beside api_key of the configuration.")
	}
	return nil
}
