package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "anteroom:", err)
			os.Exit(1)
		}
	}
}

// run is the program with all that it takes from its surroundings given.
func run(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "health":
			return health(ctx, args[1:], getenv, out)
		case "version":
			return version(out)
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
		return nil
	case err := <-app.Failed():
		return err
	}
}

// greet tells whoever started the program what to do next.
func greet(out io.Writer, app *App) {
	fmt.Fprintf(out, `
Anteroom is running at %s

To make a session, open this link. It signs you in as the host; it is yours alone.

    %s

Stop with Ctrl-C.
`, app.URL(), app.SignInLink())
}
