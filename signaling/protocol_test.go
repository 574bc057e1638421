package signaling

import (
	"maps"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

func protocol(t testing.TB) string {
	t.Helper()
	return string(must[[]byte](t)(os.ReadFile("PROTOCOL.md")))
}

type example struct {
	name string // as in the block's info string
	text string
}

// examples are the blocks of PROTOCOL.md that are marked as such.
func examples(t testing.TB) []example {
	t.Helper()
	var all []example
	for _, m := range regexp.MustCompile("(?ms)^```json example ([a-z_ -]+)\n(.*?)^```$").FindAllStringSubmatch(protocol(t), -1) {
		all = append(all, example{m[1], m[2]})
	}
	return all
}

// structFor is what an example must decode into: nil if nothing goes by that name.
func structFor(name, kind string) any {
	side, _, _ := strings.Cut(name, " ")
	switch side {
	case "client":
		if kind == "resume" {
			return new(resumeMessage)
		}
		return newCommand(kind)
	case "server":
		return newServerMessage(kind)
	}
	return newBody(name)
}

func newBody(name string) any {
	switch name {
	case "error":
		return new(errorBody)
	case "create-request":
		return new(createRequest)
	case "create-response":
		return new(sessionBody)
	case "preview-response":
		return new(room.Preview)
	case "join-request":
		return new(joinRequest)
	case "join-response":
		return new(joinResponse)
	}
	return nil
}

func newServerMessage(kind string) any {
	switch kind {
	case "challenge":
		return new(challengeMessage)
	case "beat":
		return new(beatMessage)
	case "view":
		return new(viewMessage)
	case "ok":
		return new(okMessage)
	case "error":
		return new(errorMessage)
	case "bye":
		return new(byeMessage)
	case "answer":
		return new(answerMessage)
	case "slots":
		return new(slotsMessage)
	case "layers":
		return new(layersMessage)
	case "quality":
		return new(qualityMessage)
	case "speakers":
		return new(speakersMessage)
	case "chat":
		return new(chatMessage)
	case "keys":
		return new(keysMessage)
	case "turn":
		return new(turnMessage)
	}
	return nil
}

func TestProtocolExamples(t *testing.T) {
	all := examples(t)
	if blocks := strings.Count(protocol(t), "```json example"); len(all) != blocks || blocks < 30 {
		t.Fatalf("%d of %d examples were understood", len(all), blocks)
	}
	for _, one := range all {
		var head header
		_ = json.Unmarshal([]byte(one.text), &head)
		into := structFor(one.name, head.Type)
		if into == nil {
			t.Errorf("%s: there is no such message", one.name)
			continue
		}
		if err := decodeStrict([]byte(one.text), into); err != nil {
			t.Errorf("%s does not decode", one.name)
			continue
		}
		if back := must[[]byte](t)(json.Marshal(into)); !sameJSON(t, back, []byte(one.text)) {
			t.Errorf("%s comes back as %s", one.name, back)
		}
	}
}

func sameJSON(t testing.TB, a, b []byte) bool {
	t.Helper()
	var x, y any
	ok(t, json.Unmarshal(a, &x))
	ok(t, json.Unmarshal(b, &y))
	return reflect.DeepEqual(x, y)
}

// TestClientMessages: the table, the examples and the code name the same types,
// and the table names each type's members.
func TestClientMessages(t *testing.T) {
	table := clientTable(t)
	var shown []string
	for _, one := range examples(t) {
		if name, found := strings.CutPrefix(one.name, "client "); found {
			shown = append(shown, name)
		}
	}
	slices.Sort(shown)
	shown = slices.Compact(shown)
	if named := slices.Sorted(maps.Keys(table)); !slices.Equal(named, shown) {
		t.Errorf("the table has %v, the examples are of %v", named, shown)
	}
	for kind, members := range table {
		message := structFor("client", kind)
		if message == nil {
			t.Errorf("%s is not a command", kind)
			continue
		}
		got := jsonMembers(reflect.TypeOf(message).Elem())
		slices.Sort(got)
		if want := slices.Sorted(slices.Values(append(members, "ref", "type"))); !slices.Equal(got, want) {
			t.Errorf("%s has the members %v, the table says %v", kind, got, want)
		}
	}
	for _, kind := range commandsInCode(t) {
		if _, found := table[kind]; !found {
			t.Errorf("the command %s is not in the table", kind)
		}
	}
}

// clientTable reads §5.3: the members of each type.
func clientTable(t testing.TB) map[string][]string {
	_, section, _ := strings.Cut(protocol(t), "### 5.3")
	section, _, _ = strings.Cut(section, "```json")
	table := map[string][]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		var members []string
		cells[2], _, _ = strings.Cut(cells[2], ": a list of")
		for _, group := range regexp.MustCompile("`([a-z_ 0-9]+)`").FindAllStringSubmatch(cells[2], -1) {
			members = append(members, strings.Fields(group[1])...)
		}
		for _, kind := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
			table[kind[1]] = members
		}
	}
	if len(table) < 18 {
		t.Fatalf("the table of §5.3 has %d rows", len(table))
	}
	return table
}

// commandsInCode reads the types that newCommand knows from its source.
func commandsInCode(t testing.TB) []string {
	source := string(must[[]byte](t)(os.ReadFile("commands.go")))
	var all []string
	for _, m := range regexp.MustCompile(`case ("[a-z_", ]+"):`).FindAllStringSubmatch(source, -1) {
		for name := range strings.SplitSeq(m[1], ",") {
			all = append(all, strings.Trim(name, `" `))
		}
	}
	for _, kind := range all {
		if newCommand(kind) == nil {
			t.Errorf("%s was not understood", kind)
		}
	}
	return all
}

// jsonMembers are the names of a struct's members, those of embedded ones too.
func jsonMembers(of reflect.Type) []string {
	var all []string
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name != "" && name != "-":
			all = append(all, name)
		case field.Anonymous:
			all = append(all, jsonMembers(field.Type)...)
		}
	}
	return all
}

// codeTable reads §2: the status of each code.
func codeTable(t testing.TB) map[room.Code]int {
	table := map[room.Code]int{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_0-9]+)` \\| (\\d+) \\|").FindAllStringSubmatch(protocol(t), -1) {
		table[room.Code(m[1])] = must[int](t)(strconv.Atoi(m[2]))
	}
	return table
}

// codesInRoom reads the codes from their source.
func codesInRoom(t testing.TB) []room.Code {
	source := string(must[[]byte](t)(os.ReadFile("../room/errors.go")))
	var all []room.Code
	for _, m := range regexp.MustCompile(`(?m)^\tCode\w+\s+Code = "([a-z_0-9]+)"`).FindAllStringSubmatch(source, -1) {
		all = append(all, room.Code(m[1]))
	}
	return all
}

func TestCodes(t *testing.T) {
	table, known := codeTable(t), codesInRoom(t)
	for code, want := range table {
		if !slices.Contains(known, code) {
			t.Errorf("%s is not in package room", code)
		}
		if got := status(code); got != want {
			t.Errorf("%s has the status %d, the table says %d", code, got, want)
		}
	}
	endings := []room.Code{room.CodeReplaced, room.CodeRestarting} // of a websocket only
	for _, code := range known {
		if _, found := table[code]; !found && !slices.Contains(endings, code) {
			t.Errorf("%s is not in the table of §2", code)
		}
		if message := room.Refused(code).Message; message == room.Refused("nonsense").Message || !strings.HasSuffix(message, ".") {
			t.Errorf("%s has no sentence of its own", code)
		}
	}
	for _, code := range endings {
		if !strings.Contains(protocol(t), "`"+string(code)+"`") {
			t.Errorf("%s is not in PROTOCOL.md", code)
		}
	}
	if status("nonsense") != http.StatusServiceUnavailable {
		t.Error("a code without status is not an internal matter")
	}
}

// TestLimits: the limits in §1 are those of the code.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		word  string
		limit int
	}{
		{"label", room.MaxLabel},
		{"title", room.MaxTitle},
		{"greeting", room.MaxGreeting},
		{"recognition phrase", room.MaxRecognition},
		{"plan B", room.MaxPlanB},
		{"ground rules", room.MaxGroundRules},
		{"passcode", room.MaxPasscode},
		{"message to those waiting", room.MaxMessage},
		{"chat", room.MaxChat},
	} {
		if !strings.Contains(protocol(t), c.word+" "+strconv.Itoa(c.limit)) {
			t.Errorf("PROTOCOL.md does not say %q %d", c.word, c.limit)
		}
	}
	if MaxMessage != 64<<10 || maxRef != 32 || maxPC != 32 || maxShown != 128 || maxHeight != 16384 || watchRate != 10 {
		t.Error("the limits of messages are not those of PROTOCOL.md")
	}
}
