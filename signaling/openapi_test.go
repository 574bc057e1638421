package signaling

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v3"

	"anteroom/room"
)

// node is a mapping of the document.
type node = map[string]any

func openAPI(t testing.TB) node {
	t.Helper()
	var doc node
	ok(t, yaml.Unmarshal(must[[]byte](t)(os.ReadFile("openapi.yaml")), &doc))
	return doc
}

func at(n node, path ...string) node {
	for _, name := range path {
		n, _ = n[name].(node)
	}
	return n
}

// resolve follows a reference.
func resolve(t testing.TB, doc node, n node) node {
	t.Helper()
	ref, is := n["$ref"].(string)
	if !is {
		return n
	}
	found := at(doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	if found == nil {
		t.Fatalf("%s leads nowhere", ref)
	}
	return found
}

// operations are the calls of the document, by the pattern of the server's mux.
func operations(t testing.TB, doc node) map[string]node {
	all := map[string]node{}
	for path, item := range at(doc, "paths") {
		for method, op := range item.(node) {
			if method != "parameters" {
				all[strings.ToUpper(method)+" "+path] = op.(node)
			}
		}
	}
	return all
}

func TestOpenAPIHasEveryCall(t *testing.T) {
	described := slices.Sorted(maps.Keys(operations(t, openAPI(t))))
	served := slices.Sorted(maps.Keys((&Server{}).routes()))
	if !slices.Equal(described, served) {
		t.Errorf("described: %v\nserved: %v", described, served)
	}
}

// bodies are what each call takes and answers.
func bodies() map[string][2]any {
	return map[string][2]any{
		"POST /v1/signin":                              {new(signInRequest), nil},
		"GET /v1/signin":                               {nil, new(waysBody)},
		"POST /v1/signin/password":                     {new(passwordRequest), new(proofBody)},
		"POST /v1/signin/passkey/options":              {nil, new(ceremonyBody)},
		"POST /v1/signin/passkey":                      {new(passkeyRequest), new(proofBody)},
		"GET /v1/signin/provider":                      {nil, nil},
		"GET /v1/signin/provider/return":               {nil, nil},
		"POST /v1/enrol":                               {new(enrolRequest), new(enrolBody)},
		"POST /v1/enrol/password":                      {new(enrolPasswordRequest), new(recoveryBody)},
		"POST /v1/enrol/passkey/options":               {new(enrolRequest), new(ceremonyBody)},
		"POST /v1/enrol/passkey":                       {new(enrolPasskeyRequest), nil},
		"POST /v1/signout":                             {new(signOutRequest), nil},
		"GET /v1/me":                                   {nil, new(meBody)},
		"GET /v1/me/ways":                              {nil, new(ownWaysBody)},
		"POST /v1/me/confirm/password":                 {new(confirmRequest), new(proofBody)},
		"POST /v1/me/confirm/passkey":                  {new(confirmPasskeyRequest), new(proofBody)},
		"POST /v1/me/passkeys/options":                 {nil, new(ceremonyBody)},
		"POST /v1/me/passkeys":                         {new(ownPasskeyRequest), nil},
		"DELETE /v1/me/passkeys/{id}":                  {nil, nil},
		"POST /v1/me/app":                              {nil, new(appBody)},
		"POST /v1/me/password":                         {new(ownPasswordRequest), new(recoveryBody)},
		"POST /v1/me/recovery":                         {nil, new(recoveryBody)},
		"GET /v1/hosts":                                {nil, new(hostList)},
		"POST /v1/hosts":                               {new(hostRequest), new(hostBody)},
		"POST /v1/hosts/{name}/disable":                {nil, new(hostBody)},
		"POST /v1/hosts/{name}/enable":                 {nil, new(hostBody)},
		"POST /v1/hosts/{name}/reset":                  {nil, new(hostBody)},
		"DELETE /v1/hosts/{name}":                      {nil, nil},
		"GET /v1/keys":                                 {nil, new(keyList)},
		"POST /v1/keys":                                {new(keyRequest), new(keyBody)},
		"DELETE /v1/keys/{id}":                         {nil, nil},
		"GET /v1/metrics":                              {nil, nil},
		"GET /v1/sessions":                             {nil, new(sessionList)},
		"POST /v1/sessions":                            {new(createRequest), new(sessionBody)},
		"GET /v1/sessions/{id}":                        {nil, new(sessionBody)},
		"POST /v1/sessions/{id}/end":                   {nil, nil},
		"POST /v1/sessions/{id}/invites":               {new(inviteRequest), new(inviteBody)},
		"POST /v1/sessions/{id}/invites/{iid}/reissue": {new(reissueRequest), new(inviteBody)},
		"DELETE /v1/sessions/{id}/invites/{iid}":       {nil, nil},
		"POST /v1/preview":                             {new(previewRequest), new(room.Preview)},
		"POST /v1/nonce":                               {nil, new(nonceBody)},
		"POST /v1/join":                                {new(joinRequest), new(joinResponse)},
		"GET /v1/about":                                {nil, new(About)},
		"GET /v1/ws":                                   {nil, nil},
		"GET /healthz":                                 {nil, new(healthBody)},
		"GET /readyz":                                  {nil, new(healthBody)},
	}
}

// TestOpenAPIBodies: each example is valid by its schema, decodes into what the
// code uses and back, and the schema has the members of the code.
func TestOpenAPIBodies(t *testing.T) {
	doc := openAPI(t)
	for call, op := range operations(t, doc) {
		want, known := bodies()[call]
		if !known {
			t.Errorf("%s: no body is known", call)
			continue
		}
		checkBody(t, doc, call+" takes", at(op, "requestBody", "content", "application/json"), want[0])
		for status, response := range at(op, "responses") {
			content := at(resolve(t, doc, response.(node)), "content", "application/json")
			if status == "default" {
				checkBody(t, doc, call+" refuses", content, new(errorBody))
			} else {
				checkBody(t, doc, call+" answers", content, want[1])
			}
		}
	}
}

func checkBody(t *testing.T, doc node, what string, content node, into any) {
	t.Helper()
	if (content == nil) != (into == nil) {
		t.Errorf("%s: a body is described: %t, used: %t", what, content != nil, into != nil)
	}
	if content == nil || into == nil {
		return
	}
	schema := at(content, "schema")
	if why := invalid(t, doc, schema, content["example"]); why != "" {
		t.Errorf("%s: the example: %s", what, why)
	}
	text := must[[]byte](t)(json.Marshal(content["example"], json.Deterministic(true)))
	if err := decodeStrict(text, into); err != nil {
		t.Errorf("%s: the example does not decode", what)
	}
	if back := must[[]byte](t)(json.Marshal(into)); !sameJSON(t, back, text) {
		t.Errorf("%s: the example comes back as %s", what, back)
	}
	checkMembers(t, doc, what, schema, reflect.TypeOf(into).Elem())
}

// checkMembers compares the properties of a schema with the members of a struct.
func checkMembers(t *testing.T, doc node, what string, schema node, of reflect.Type) {
	t.Helper()
	schema = resolve(t, doc, schema)
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		if items := at(schema, "items"); items != nil {
			schema = resolve(t, doc, items)
		}
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() {
		return
	}
	members := slices.Sorted(slices.Values(jsonMembers(of)))
	if got := slices.Sorted(maps.Keys(at(schema, "properties"))); !slices.Equal(got, members) {
		t.Errorf("%s: the schema has %v, the code %v", what, got, members)
	}
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if property := at(schema, "properties", name); property != nil {
			checkMembers(t, doc, what+" "+name, property, of.Field(i).Type)
		}
	}
}

// invalid says what is wrong with a value by a schema, in as much of JSON Schema
// as the document uses.
func invalid(t testing.TB, doc, schema node, value any) string {
	t.Helper()
	schema = resolve(t, doc, schema)
	if enum, has := schema["enum"].([]any); has && !slices.Contains(enum, value) {
		return "not one of the values"
	}
	switch schema["type"] {
	case "object":
		return invalidObject(t, doc, schema, value)
	case "array":
		list, is := value.([]any)
		for _, one := range list {
			if why := invalid(t, doc, at(schema, "items"), one); why != "" {
				return why
			}
		}
		return unless(is, "not an array")
	case "string":
		text, is := value.(string)
		if limit, has := schema["maxLength"].(int); has && len(text) > limit {
			return "too long"
		}
		if schema["format"] == "date-time" {
			_, err := time.Parse(time.RFC3339, text)
			is = is && err == nil
		}
		return unless(is, "not a string of that form")
	case "integer":
		_, is := value.(int)
		return unless(is, "not an integer")
	case "boolean":
		_, is := value.(bool)
		return unless(is, "not a boolean")
	}
	return "a schema without type"
}

func invalidObject(t testing.TB, doc, schema node, value any) string {
	t.Helper()
	object, is := value.(node)
	if !is {
		return "not an object"
	}
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, has := object[name.(string)]; !has {
			return name.(string) + " is missing"
		}
	}
	for name, member := range object {
		property := at(schema, "properties", name)
		if property == nil && schema["additionalProperties"] == true {
			continue
		}
		if property == nil {
			return name + " is not a property"
		}
		if why := invalid(t, doc, property, member); why != "" {
			return name + ": " + why
		}
	}
	return ""
}

func unless(fine bool, otherwise string) string {
	if fine {
		return ""
	}
	return otherwise
}

// TestOpenAPIFacts: codes, limits and defaults are those of the code.
func TestOpenAPIFacts(t *testing.T) {
	doc := openAPI(t)
	schemas := at(doc, "components", "schemas")
	var codes []string
	for _, code := range at(schemas, "Refusal", "properties", "error", "properties", "code")["enum"].([]any) {
		codes = append(codes, code.(string))
	}
	var want []string
	for code := range codeTable(t) {
		want = append(want, string(code))
	}
	slices.Sort(codes)
	slices.Sort(want)
	if !slices.Equal(codes, want) {
		t.Errorf("the codes are %v, not %v", codes, want)
	}
	session := at(schemas, "NewSession", "properties")
	for name, limit := range map[string]int{
		"title": room.MaxTitle, "greeting": room.MaxGreeting, "recognition": room.MaxRecognition,
		"plan_b": room.MaxPlanB, "ground_rules": room.MaxGroundRules, "passcode": room.MaxPasscode,
	} {
		if got := at(session, name)["maxLength"]; got != limit {
			t.Errorf("%s is at most %v", name, got)
		}
	}
	policy, usual := at(schemas, "Policy", "properties"), room.DefaultPolicy()
	for name, value := range map[string]any{
		"auto_lock": usual.AutoLock, "seats": usual.Seats, "chat": usual.Chat, "screen_share": usual.ScreenShare, "e2ee": usual.E2EE,
	} {
		if got := at(policy, name)["default"]; got != value {
			t.Errorf("the default of %s is %v, not %v", name, got, value)
		}
	}
}
