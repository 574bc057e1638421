package web

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
)

// colour is a colour of sRGB, each channel from 0 to 255.
type colour [3]float64

// parseColour reads #rrggbb.
func parseColour(s string) (colour, error) {
	n, err := strconv.ParseUint(s[min(1, len(s)):], 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return colour{}, errors.New("web: a colour is written #rrggbb")
	}
	return colour{float64(n >> 16 & 0xff), float64(n >> 8 & 0xff), float64(n & 0xff)}, nil
}

func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(math.Round(c[0])), int(math.Round(c[1])), int(math.Round(c[2])))
}

// mix is c with so much of another colour in it, from 0 to 1.
func (c colour) mix(other colour, share float64) colour {
	for i := range c {
		c[i] += (other[i] - c[i]) * share
	}
	return c
}

// luminance is the relative luminance of WCAG 2.2.
func (c colour) luminance() float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// readable is the contrast that text needs on its ground (WCAG 2.2, 1.4.3 AA).
const readable = 4.5

// shades are the colours that follow from the operator's, for one scheme.
type shades struct{ accent, strong, soft, on colour }

// lightShades refuses a colour that cannot be read on the light pages, where
// it is the colour of links and, with white on it, of buttons.
func lightShades(accent colour) (shades, error) {
	white, sunken := colour{255, 255, 255}, colour{0xf1, 0xea, 0xe0}
	s := shades{accent: accent, strong: accent.mix(colour{}, 0.25), soft: accent.mix(white, 0.88), on: white}
	if worst := min(contrast(accent, sunken), contrast(accent, s.soft)); worst < readable {
		return s, fmt.Errorf("web: the colour %v is too light to be read on the pages (contrast %.1f, it needs %.1f): choose a darker one", accent, worst, readable)
	}
	return s, nil
}

// darkShades lightens the colour until it can be read on the dark pages.
func darkShades(accent colour) shades {
	white, surface, sunken := colour{255, 255, 255}, colour{0x26, 0x24, 0x21}, colour{0x30, 0x2d, 0x29}
	for share := 0.0; ; share += 0.02 {
		a := accent.mix(white, share)
		s := shades{accent: a, strong: a.mix(white, 0.35), soft: surface.mix(a, 0.18), on: colour{0x14, 0x14, 0x12}}
		if min(contrast(a, sunken), contrast(a, s.soft), contrast(a, s.on)) >= readable+0.5 || share >= 1 {
			return s
		}
	}
}

func (s shades) css() string {
	return fmt.Sprintf("--accent:%v;--accent-strong:%v;--accent-soft:%v;--on-accent:%v", s.accent, s.strong, s.soft, s.on)
}

// lookCSS is the style sheet that lays the operator's colour over tokens.css.
func lookCSS(accent string) ([]byte, error) {
	c, err := parseColour(accent)
	if err != nil {
		return nil, err
	}
	light, err := lightShades(c)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, ":root{%s}@media (prefers-color-scheme:dark){:root{%s}}\n", light.css(), darkShades(c).css()), nil
}

// logoName tells by its content what kind of picture a logo is, and names its
// file. Scripts in an SVG do not run: it is shown as an image, and opened by
// itself the Content-Security-Policy forbids them.
func logoName(logo []byte) (string, error) {
	switch http.DetectContentType(logo) {
	case "image/png":
		return "logo.png", nil
	case "image/jpeg":
		return "logo.jpg", nil
	case "image/webp":
		return "logo.webp", nil
	}
	if bytes.Contains(logo[:min(len(logo), 1024)], []byte("<svg")) {
		return "logo.svg", nil
	}
	return "", errors.New("web: the logo must be a PNG, JPEG, WebP or SVG picture")
}
