package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"
)

// doctor looks over a configuration, the machine and the running gateway, from
// this machine and, through the public URL, as a browser does. It says in plain
// words what it found and what to do. It fails if something cannot work.
func doctor(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	cfg, err := load(args, getenv, out)
	if err != nil {
		return err
	}
	d := &examination{cfg: cfg, now: time.Now()}
	d.run(ctx)
	return d.report(out)
}

// grade is how much a finding matters.
type grade string

const (
	fine    grade = "ok"
	warning grade = "warn" // works, but look at it
	failure grade = "FAIL" // people will not get through
)

// finding is one thing that was looked at.
type finding struct {
	grade grade
	what  string
	said  string // with what to do, unless it is fine
}

// examination is one run of the doctor.
type examination struct {
	cfg      Config
	now      time.Time
	roots    *x509.CertPool // whom to trust; the machine's own if nil
	running  bool           // the gateway answers on this machine
	findings []finding
}

// checkTimeout bounds each thing that is looked at.
const checkTimeout = 8 * time.Second

func (d *examination) run(ctx context.Context) {
	for _, check := range []func(context.Context){
		d.checkGateway, d.checkState, d.checkStore, d.checkPublicURL, d.checkCertificate, d.checkWebsocket,
		d.checkExposure, d.checkProxy, d.checkMedia, d.checkTURN, d.checkWebhooks, d.checkClock, d.checkFiles,
	} {
		bounded, cancel := context.WithTimeout(ctx, checkTimeout)
		check(bounded)
		cancel()
	}
}

func (d *examination) found(g grade, what, format string, args ...any) {
	d.findings = append(d.findings, finding{g, what, fmt.Sprintf(format, args...)})
}

func (d *examination) report(out io.Writer) error {
	failed := 0
	for _, f := range d.findings {
		if f.grade == failure {
			failed++
		}
		if _, err := fmt.Fprintf(out, "%-4s  %-12s  %s\n", f.grade, f.what, f.said); err != nil {
			return err
		}
	}
	switch failed {
	case 0:
		return nil
	case 1:
		return errors.New("1 thing does not work")
	}
	return fmt.Errorf("%d things do not work", failed)
}
