package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	silenceLibraries()
	errs, err := os.Stderr, error(nil)
	if serves(os.Args[1:]) {
		collectEarly(os.Getenv)
		if errs, err = harden(); err != nil {
			errs = os.Stderr
		}
	}
	if err == nil {
		err = run(ctx, os.Args[1:], os.Getenv, os.Stdout, errs)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(errs, "anteroom:", err)
		os.Exit(1)
	}
}

// collectEarly has garbage collected at half of what Go does by default, which
// costs next to nothing here: packets make no garbage, and messages are few.
func collectEarly(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// serves tells whether these arguments run the gateway, rather than one of the
// commands beside it.
func serves(args []string) bool { return len(args) == 0 || strings.HasPrefix(args[0], "-") }

// run is the program with all that it takes from its surroundings given.
func run(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "health":
			return health(ctx, args[1:], getenv, out)
		case "doctor":
			return doctor(ctx, args[1:], getenv, out)
		case "sbom":
			return sbom(out)
		case "session":
			return session(ctx, args[1:], getenv, out)
		case "host":
			return host(ctx, args[1:], getenv, out)
		case "key":
			return key(ctx, args[1:], getenv, out)
		case "version":
			return version(out)
		case crashMonitor:
			return monitor(os.Stdin, errs)
		}
	}
	return serve(ctx, args, getenv, out, errs)
}

// serve runs the gateway until ctx ends.
func serve(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) error {
	cfg, err := load(args, getenv, out)
	if err != nil {
		return err
	}
	app := NewApp(cfg, newLogger(errs))
	if err := app.Start(ctx); err != nil {
		return err
	}
	defer app.Close()
	greet(out, app)
	select {
	case <-ctx.Done():
		app.drain()
		return nil
	case err := <-app.Failed():
		return err
	}
}

// greet tells whoever started the program what to do next.
func greet(out io.Writer, app *App) {
	fmt.Fprintf(out, "\nAnteroom is running at %s\n\n%s\nStop with Ctrl-C.\n", app.URL(), welcome(app))
}

// welcome says how to sign in: while there are no accounts, on this machine or its
// network, with a link.
func welcome(app *App) string {
	if link := app.SignInLink(); link != "" {
		return `To make a session, open this link. It signs you in as the host; it is yours alone.

    ` + link + `

To give others accounts of their own: anteroom host add NAME. This link ends then.
`
	}
	if app.hasHosts() {
		return "Hosts sign in there with their accounts.\n"
	}
	return `Nobody can sign in yet: this address is on the internet, so there is no sign-in link.
To make an account, run this beside it, and open the link that it prints:

    anteroom host add NAME
`
}
