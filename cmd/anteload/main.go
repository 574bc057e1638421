//go:build linux

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

	"anteroom/cmd/internal/clustersim"
)

const usage = `anteload joins people to a running gateway and measures it.

  anteload run --url URL --key APIKEY --profile pairs [--rooms N] [--people M] [--for 20s] [--pid PID] [--json FILE]
  anteload bench --server bin/anteroom [--short] [--json FILE]
  anteload peak --server bin/anteroom [--profile pairs] [--from N] [--json FILE]
  anteload simulate

--help after the first three lists its flags. docs/benchmark.md says how to read what it prints.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := command(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "anteload:", err)
		os.Exit(1)
	}
}

// floorCommand runs the floor: for the benchmark's own use.
const floorCommand = "floor"

// command is the program with all that it takes from its surroundings given.
func command(ctx context.Context, args []string, out, errs io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(out, usage)
		return flag.ErrHelp
	}
	switch args[0] {
	case "run":
		return runCommand(ctx, args[1:], out, errs)
	case "bench":
		return benchCommand(ctx, args[1:], out, errs)
	case "peak":
		return peakCommand(ctx, args[1:], out, errs)
	case "simulate":
		return clustersim.Report(out)
	case floorCommand:
		return serveFloor(ctx, out)
	case "help", "-h", "--help":
		fmt.Fprint(out, usage)
		return nil
	}
	return fmt.Errorf("unknown command %q; see anteload help", args[0])
}
