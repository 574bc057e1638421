package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// canaries are texts that occur nowhere else, by what they stand for. Where one
// is found, what it stands for has got to.
type canaries map[string]string

// sing adds a new canary and returns it. No two have anything in common, since what
// has been written before is left out where a file is compressed.
func (c canaries) sing(what string) string {
	c[what] = rand.Text()[:20]
	return c[what]
}

// found says which canaries are in data, in which spelling.
func (c canaries) found(data []byte) []string {
	var all []string
	lower := bytes.ToLower(data)
	for what, canary := range c {
		for spelling, form := range spellings(canary) {
			if bytes.Contains(data, form) || bytes.Contains(lower, form) {
				all = append(all, what+" as "+spelling)
			}
		}
	}
	slices.Sort(all)
	return all
}

// spellings are the forms under which a text could lie on a disk. Those in
// lower case are looked for in data of any case.
func spellings(text string) map[string][]byte {
	all := map[string][]byte{
		"UTF-8":    []byte(strings.ToLower(text)),
		"UTF-16LE": {}, "UTF-16BE": {},
		"hex": []byte(hex.EncodeToString([]byte(text))),
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		all["UTF-16LE"] = append(all["UTF-16LE"], byte(unit), byte(unit>>8))
		all["UTF-16BE"] = append(all["UTF-16BE"], byte(unit>>8), byte(unit))
	}
	for before := range 3 {
		std, url := base64.StdEncoding, base64.URLEncoding
		all[fmt.Sprint("base64 after ", before)] = base64Core(std, text, before)
		all[fmt.Sprint("base64url after ", before)] = base64Core(url, text, before)
	}
	return all
}

// base64Core is the part of a text's base64 form that does not depend on what
// stands around it, when that many bytes stand before it.
func base64Core(enc *base64.Encoding, text string, before int) []byte {
	whole := enc.EncodeToString(append(make([]byte, before), text...))
	return []byte(whole[(before*8+5)/6 : (before+len(text))*8/6])
}

// The search finds each spelling in the midst of other data, and nothing where
// there is nothing.
func TestCanariesAreFound(t *testing.T) {
	c := canaries{}
	text := c.sing("label")
	around := func(b []byte) []byte { return slices.Concat([]byte{0, 200, 7}, b, []byte("\xffx")) }
	planted := map[string][]byte{
		"UTF-8": around([]byte(text)), "UTF-8 in capitals": around([]byte(strings.ToUpper(text))),
		"hex": around([]byte(hex.EncodeToString([]byte("ab" + text + "c")))), "hex in capitals": []byte(strings.ToUpper(hex.EncodeToString([]byte(text)))),
	}
	for _, name := range []string{"UTF-16LE", "UTF-16BE"} {
		planted[name] = around(spellings(text)[name])
	}
	for before := range 7 {
		content := strings.Repeat("?", before) + text + ">>"
		planted[fmt.Sprint("base64 ", before)] = around([]byte(base64.StdEncoding.EncodeToString([]byte(content))))
		planted[fmt.Sprint("base64url ", before)] = around([]byte(base64.RawURLEncoding.EncodeToString([]byte(content))))
	}
	for name, data := range planted {
		if len(c.found(data)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	other := canaries{}
	if found := c.found([]byte(other.sing("label"))); len(found) != 0 {
		t.Errorf("found what is not there: %q", found)
	}
}
