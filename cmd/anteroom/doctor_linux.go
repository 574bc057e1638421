package main

import (
	"context"

	"golang.org/x/sys/unix"
)

// checkClock asks the kernel whether something keeps its clock right. Links and
// hours depend on it.
func (d *examination) checkClock(context.Context) {
	var state unix.Timex
	if _, err := unix.Adjtimex(&state); err != nil {
		return // not told, as in some containers
	}
	if state.Status&unix.STA_UNSYNC != 0 {
		d.found(warning, "clock", "nothing keeps this machine's clock right, as far as its kernel knows; it says %s. Links and hours depend on it: run chrony or systemd-timesyncd.", d.now.UTC().Format("2006-01-02 15:04:05 UTC"))
		return
	}
	d.found(fine, "clock", "is kept right")
}

// enoughFiles is for a few hundred people, each with a websocket and, over TCP,
// media.
const enoughFiles = 4096

// checkFiles looks at how many connections the program may have.
func (d *examination) checkFiles(context.Context) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err == nil && limit.Max < enoughFiles {
		d.found(warning, "files", "a program may open %d files and connections here. Raise the limit (LimitNOFILE in systemd, ulimits in compose).", limit.Max)
	}
}
