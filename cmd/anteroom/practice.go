package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"anteroom/signaling"
	"anteroom/web"
)

// Practice is what the operator says of itself on the pages.
type Practice struct {
	Name     string `yaml:"name"`
	Location string `yaml:"location"`
	Contact  string `yaml:"contact"`
	Reviewed string `yaml:"reviewed"`
}

// Crisis is where people find help at once, one click away on every page that
// a guest sees.
type Crisis struct {
	Reviewed  string     `yaml:"reviewed"`
	Resources []Resource `yaml:"resources"`
}

// Resource is one place that helps, and how to reach it: by telephone, on the
// web, or another way put in words.
type Resource struct {
	Name  string `yaml:"name"`
	Phone string `yaml:"phone"`
	URL   string `yaml:"url"`
	Text  string `yaml:"text"`
}

// Look is how the pages look.
type Look struct {
	Accent string `yaml:"accent"`
	Logo   string `yaml:"logo"`
}

// Wording replaces words of the pages by the operator's own.
type Wording struct {
	Invitation string   `yaml:"invitation"`
	Checklist  []string `yaml:"checklist"`
}

// Bounds of what an operator may write: all of it goes to every page.
const (
	maxLine      = 200
	maxResources = 12
	maxChecklist = 8
	maxWording   = 2000
	maxLogo      = 64 << 10
)

// check refuses what a page cannot show.
func (c *Config) checkWords() error {
	for name, line := range map[string]string{
		"practice.name": c.Practice.Name, "practice.location": c.Practice.Location,
		"practice.contact": c.Practice.Contact, "practice.reviewed": c.Practice.Reviewed, "crisis.reviewed": c.Crisis.Reviewed,
	} {
		if err := oneLine(line); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := c.Crisis.check(); err != nil {
		return fmt.Errorf("crisis: %w", err)
	}
	return c.Words.check()
}

func (c Crisis) check() error {
	if len(c.Resources) > maxResources {
		return fmt.Errorf("%d resources are too many to be of help, at most %d", len(c.Resources), maxResources)
	}
	if len(c.Resources) > 0 && c.Reviewed == "" {
		return errors.New("say in reviewed when you last made sure that these are right")
	}
	for i, r := range c.Resources {
		if err := r.check(); err != nil {
			return fmt.Errorf("resource %d: %w", i+1, err)
		}
	}
	return nil
}

func (r Resource) check() error {
	if r.Name == "" || r.Phone == "" && r.URL == "" && r.Text == "" {
		return errors.New("it needs a name, and a phone, a url or a text")
	}
	for _, line := range []string{r.Name, r.Text} {
		if err := oneLine(line); err != nil {
			return err
		}
	}
	if r.Phone != "" && !regexp.MustCompile(`^\+?[0-9][0-9 ()/-]{1,29}$`).MatchString(r.Phone) {
		return errors.New("phone: digits and spaces, such as 116 123 or +44 20 7946 0000")
	}
	if u, err := url.Parse(r.URL); r.URL != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		return errors.New("url: an https address")
	}
	return oneLine(r.URL)
}

func (w Wording) check() error {
	if utf8.RuneCountInString(w.Invitation) > maxWording {
		return fmt.Errorf("words.invitation: at most %d characters", maxWording)
	}
	if w.Invitation != "" && !strings.Contains(w.Invitation, "{link}") {
		return errors.New("words.invitation: it must have {link} where the link goes")
	}
	if len(w.Checklist) > maxChecklist {
		return fmt.Errorf("words.checklist: at most %d lines", maxChecklist)
	}
	for _, line := range w.Checklist {
		if err := oneLine(line); err != nil || line == "" {
			return errors.Join(errors.New("words.checklist: a line that cannot be shown"), err)
		}
	}
	return nil
}

func oneLine(s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return errors.New("one line of text, without control characters")
	}
	if utf8.RuneCountInString(s) > maxLine {
		return fmt.Errorf("at most %d characters", maxLine)
	}
	return nil
}

// about is what the API tells the pages of the operator.
func (c *Config) about() signaling.About {
	about := signaling.About{
		Practice: c.Practice.Name, Location: c.Practice.Location, Contact: c.Practice.Contact, Reviewed: c.Practice.Reviewed,
		Invitation: strings.TrimSpace(c.Words.Invitation), Checklist: c.Words.Checklist,
	}
	if len(c.Crisis.Resources) > 0 {
		about.Crisis = &signaling.Crisis{Reviewed: c.Crisis.Reviewed}
		for _, r := range c.Crisis.Resources {
			about.Crisis.Resources = append(about.Crisis.Resources, signaling.Resource(r))
		}
	}
	return about
}

// pages is the configuration of the pages, with the logo read from its file.
func (c *Config) pages() (web.Config, error) {
	cfg := web.Config{Title: c.Title, ExitURL: c.ExitURL, Accent: c.Look.Accent, EmbedOrigins: c.EmbedOrigins}
	if c.Look.Logo == "" {
		return cfg, nil
	}
	logo, err := readLogo(c.Look.Logo)
	if err != nil {
		return cfg, fmt.Errorf("look.logo: %w", err)
	}
	cfg.Logo = logo
	return cfg, nil
}

func readLogo(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxLogo {
		return nil, fmt.Errorf("%s must be a file of at most %d kB: people open the page on their telephones", path, maxLogo>>10)
	}
	return os.ReadFile(path)
}
