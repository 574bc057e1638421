package main

import (
	"errors"
	"flag"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"anteroom/room"
	"anteroom/signaling"
	"anteroom/signaling/client"
)

// gateway is a running gateway that a command talks to.
type gateway struct{ api client.API }

// reach reads a command's flags, which may stand before and after its words, and
// finds the gateway. more adds flags of the command's own.
func reach(name, help string, args []string, getenv func(string) string, out io.Writer, more func(*flag.FlagSet)) (gateway, []string, error) {
	f := flag.NewFlagSet("anteroom "+name, flag.ContinueOnError)
	f.SetOutput(out)
	f.Usage = func() { _, _ = io.WriteString(out, help); f.PrintDefaults() }
	file := f.String("config", getenv("ANTEROOM_CONFIG"), "configuration file of the gateway")
	at := f.String("url", "", "where the gateway is, if that is not its public_url")
	if more != nil {
		more(f)
	}
	if len(args) == 0 {
		f.Usage()
		return gateway{}, nil, flag.ErrHelp
	}
	words, err := parseAll(f, args)
	if err != nil {
		return gateway{}, nil, err
	}
	c, err := load([]string{"--config", *file}, getenv, out)
	if err != nil {
		return gateway{}, nil, err
	}
	if *at == "" {
		*at = c.PublicURL
	}
	key, err := c.commandKey()
	if err != nil {
		return gateway{}, nil, err
	}
	return gateway{apiAt(*at, key)}, words, checkAPI(*at, key)
}

// parseAll parses flags wherever they stand and returns the words between them.
func parseAll(f *flag.FlagSet, args []string) (words []string, err error) {
	for len(args) > 0 {
		if !isID(args[0]) {
			if err := f.Parse(args); err != nil {
				return nil, err
			}
			args = f.Args()
		}
		if len(args) > 0 {
			words, args = append(words, args[0]), args[1:]
		}
	}
	return words, nil
}

// isID tells an identifier that begins with a dash, as one in 64 does, from a flag:
// those have small letters alone.
func isID(arg string) bool {
	return strings.HasPrefix(arg, "-") && strings.Trim(arg, "-abcdefghijklmnopqrstuvwxyz") != "" && !strings.Contains(arg, "=")
}

// commandKey is what lets a command in: the root key, or what the deployment secret
// gives, which is on the gateway's machine. No secret is made here.
func (c Config) commandKey() (string, error) {
	if c.APIKey != "" {
		return string(c.APIKey), nil
	}
	if _, err := os.Stat(filepath.Join(c.StateDir, secretFile)); c.Secret == "" && err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return "", errors.New("the gateway's secret cannot be read: run this as the gateway's user, or set ANTEROOM_API_KEY")
		}
		return "", errors.New("there is no secret of a gateway here: start it first; run this with its configuration (or state_dir), or set ANTEROOM_API_KEY")
	}
	secrets, err := c.secrets()
	if err != nil {
		return "", err
	}
	keys, err := room.NewKeys(c.PublicURL, secrets...)
	if err != nil {
		return "", err
	}
	return signaling.CommandKey(keys, time.Now()), nil
}

func apiAt(at, key string) client.API {
	once := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
	return client.API{URL: at, Key: key, HTTP: &http.Client{Transport: once, Timeout: 20 * time.Second}}
}

// checkAPI refuses to show the key to others on the way.
func checkAPI(at, key string) error {
	u, err := url.Parse(at)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return errors.New("--url is https:// and a host")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return errors.New("the API key is not sent without TLS: use https://, or --url with this machine's own address")
	case key == "":
		return errors.New("set ANTEROOM_API_KEY to the gateway's api_key")
	}
	return nil
}
