package boltstore_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/boltstore"
)

const (
	crashFile   = "ANTEROOM_TEST_CRASH_FILE" // makes the test binary the child that is killed
	crashKeys   = 8
	crashRounds = 5
	crashAcks   = 300 // acknowledged writes before the kill
)

// A child writes, acknowledges each write on its standard output, and is killed.
// What it acknowledged must be in the file, what is in the file must be whole.
func TestSurvivesKill(t *testing.T) {
	path := newPath(t)
	state := make([]uint64, crashKeys) // last acknowledged version; 0: deleted
	for round := range crashRounds {
		killChild(t, path, state, round == 0)
		s := open(t, path)
		for i := range state {
			state[i] = checkSurvivor(t, s, i, state[i])
		}
		shut(t, s)
	}
}

// killChild runs a child until it has acknowledged enough, and notes in state
// what it acknowledged, up to its very end.
func killChild(t *testing.T, path string, state []uint64, checkLock bool) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashFile+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	acks := 0
	for lines := bufio.NewReader(out); ; acks++ {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // what the kill cut short was not acknowledged
		}
		noteAck(t, state, line)
		if acks == crashAcks/2 && checkLock {
			wantInUse(t, path)
		}
		if acks == crashAcks {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // it was killed
	if acks < crashAcks {
		t.Fatalf("the child ended by itself after %d writes", acks)
	}
}

func noteAck(t *testing.T, state []uint64, line string) {
	t.Helper()
	var key int
	var version uint64
	if _, err := fmt.Sscanf(line, "%d %d\n", &key, &version); err != nil {
		t.Fatalf("child said %q: %v", line, err)
	}
	state[key] = version
}

// checkSurvivor returns the version that is there. Besides what was
// acknowledged, the one write that was under way may have happened.
func checkSurvivor(t *testing.T, s room.Store, i int, acked uint64) uint64 {
	t.Helper()
	rec, err := s.Get(t.Context(), crashKey(i))
	if errors.Is(err, room.ErrNotFound) {
		if acked != 0 && acked%crashLife != 0 {
			t.Errorf("key %d: version %d was acknowledged and is lost", i, acked)
		}
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	if rec.Version != acked && rec.Version != acked+1 {
		t.Errorf("key %d: version %d, but %d was the last acknowledged", i, rec.Version, acked)
	}
	if !bytes.Equal(rec.Data, crashData(i, rec.Version)) {
		t.Errorf("key %d: version %d is not whole", i, rec.Version)
	}
	return rec.Version
}

const crashLife = 10 // versions after which the child deletes a record

func crashKey(i int) string { return fmt.Sprintf("key-%d", i) }

func crashData(i int, version uint64) []byte {
	return []byte(strings.Repeat(fmt.Sprintf("%d/%d;", i, version), 500))
}

// crashChild writes all keys at once until it is killed.
func crashChild(path string) int {
	s, err := boltstore.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	failed := make(chan error)
	for i := range crashKeys {
		go func() { failed <- crashWriter(s, i) }()
	}
	fmt.Fprintln(os.Stderr, <-failed)
	return 1
}

func crashWriter(s room.Store, i int) error {
	ctx, version := context.Background(), uint64(0)
	if rec, err := s.Get(ctx, crashKey(i)); err == nil {
		version = rec.Version
	}
	for {
		var err error
		if version == crashLife {
			err, version = s.Delete(ctx, crashKey(i), version), 0
		} else {
			rec := room.Record{Data: crashData(i, version+1), Expires: time.Now().Add(time.Hour)}
			version, err = s.Swap(ctx, crashKey(i), version, rec, 0)
		}
		if err != nil {
			return err
		}
		fmt.Printf("%d %d\n", i, version) // unbuffered, one write
	}
}
