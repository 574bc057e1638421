package deps

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// deployment are the files that put the program to work, by path.
func deployment(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	walk(t, func(path string, content []byte) {
		if path == "Dockerfile" || filepath.Dir(path) == "configs" {
			files[path] = string(content)
		}
	})
	return files
}

// TestDeploymentKeys holds that samples set only what the reference
// configuration explains, or what they explain themselves.
func TestDeploymentKeys(t *testing.T) {
	const reference = "configs/anteroom.yaml"
	name := regexp.MustCompile(`ANTEROOM_[A-Z_]+`)
	files := deployment(t)
	known := map[string]bool{
		"ANTEROOM_HOST":     true, // compose and Caddy: the host name
		"ANTEROOM_UPSTREAM": true, // Caddy: where the gateway is
	}
	for _, n := range name.FindAllString(files[reference], -1) {
		known[n] = true
	}
	for path, content := range files {
		for _, n := range name.FindAllString(content, -1) {
			if !known[n] {
				t.Errorf("%s sets %s, which %s does not know", path, n, reference)
			}
		}
	}
}

// TestPinnedImages holds that images are named with a version, and without a
// host, so that a mirror can stand in.
func TestPinnedImages(t *testing.T) {
	image := regexp.MustCompile(`(?m)^(?:FROM|\s+image:) (\S+)`)
	pinned := regexp.MustCompile(`^[a-z]+:\d+\.\d+[\w.-]*$`)
	seen := 0
	for path, content := range deployment(t) {
		for _, m := range image.FindAllStringSubmatch(content, -1) {
			seen++
			if own := m[1] == "anteroom" || m[1] == "scratch"; !own && !pinned.MatchString(m[1]) {
				t.Errorf("%s: image %s is not pinned to a version", path, m[1])
			}
		}
	}
	if seen < 4 {
		t.Errorf("found %d images, expected those of the Dockerfile and of compose", seen)
	}
}

// TestMediaPort holds that every sample that lets people in says that media
// need a port of their own.
func TestMediaPort(t *testing.T) {
	for path, content := range deployment(t) {
		if path != "configs/compose.redis.yaml" && !strings.Contains(content, "7900") {
			t.Errorf("%s does not mention the media port", path)
		}
	}
}
