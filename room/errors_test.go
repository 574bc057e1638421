package room_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"anteroom/room"
)

func someTime() time.Time { return time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC) }

// TestP9EveryCodeHasItsOwnSentence: and every code of PROTOCOL.md is one of ours.
func TestP9EveryCodeHasItsOwnSentence(t *testing.T) {
	sentences, seen := room.Sentences(), map[string]room.Code{}
	for code, words := range sentences {
		if other, twice := seen[words]; twice {
			t.Errorf("%s and %s say the same", code, other)
		}
		if seen[words] = code; !strings.HasSuffix(words, ".") || room.Refused(code).Message != words {
			t.Errorf("the sentence of %s is none, or not the one that is said", code)
		}
	}
	for _, code := range protocolCodes(t) {
		if sentences[code] == "" {
			t.Errorf("PROTOCOL.md has the code %s, and there are no words for it", code)
		}
	}
}

// protocolCodes reads the table of PROTOCOL.md §2.
func protocolCodes(t *testing.T) (codes []room.Code) {
	t.Helper()
	file, err := os.Open("../signaling/PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	table := false
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		table = strings.HasPrefix(line, "| code | status |") || table && strings.HasPrefix(line, "|")
		if cells := strings.Split(line, "`"); table && len(cells) > 2 {
			codes = append(codes, room.Code(cells[1]))
		}
	}
	if len(codes) < 20 {
		t.Fatalf("found only %d codes in PROTOCOL.md", len(codes))
	}
	return codes
}

func TestCodeOfTellsRefusalsFromFaults(t *testing.T) {
	cases := map[error]room.Code{
		nil:                         "",
		room.Refused(room.CodeFull): room.CodeFull,
		fmt.Errorf("while joining: %w", room.Refused(room.CodeLocked)): room.CodeLocked,
		fmt.Errorf("get: %w", room.ErrNotFound):                        room.CodeEnded,
		room.ErrFenced:                                                 room.CodeUnavailable,
		errors.New("no connection"):                                    room.CodeUnavailable,
	}
	for err, want := range cases {
		if got := room.CodeOf(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
	if !errors.Is(fmt.Errorf("x: %w", room.Refused(room.CodeFull)), room.Refused(room.CodeFull)) {
		t.Error("errors.Is does not know a refusal by its code")
	}
}
