# Anteroom: everything a developer or a build machine calls. `make` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# Network tools live in sbin, which is not on everybody's path.
export PATH := $(PATH):/usr/local/go/bin:/usr/sbin:/sbin

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.0
GOTESTSUM := gotest.tools/gotestsum@v1.13.0
FUZZTIME ?= 30s
BENCH ?= .
# What to test; PKG=./sfu/... for a part of it.
PKG ?= ./...
# Three times what the longest package needs on two cores, for machines with other work.
TEST_TIMEOUT ?= 45m
# Arguments for `make run`.
ARGS ?=

# Runs a program as root: tests make network namespaces, tools get installed.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# Test binaries of packages that need namespaces are run through it.
EXEC := $(if $(SUDO),-exec 'sudo -E env PATH=$(PATH)')

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: run
run: go-is-there ## run the gateway and print its address
	go run -buildvcs=false ./cmd/anteroom $(ARGS)

.PHONY: build
build: go-is-there ## build bin/anteroom, static and reproducible
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -o bin/anteroom ./cmd/anteroom

.PHONY: sbom
sbom: build ## what bin/anteroom is made of: bin/anteroom.cdx.json (CycloneDX)
	bin/anteroom sbom > bin/anteroom.cdx.json

# The second build shares nothing with the first: other place, empty cache.
.PHONY: reproducible
reproducible: build ## build again from scratch elsewhere, and compare
	@place=$$(mktemp -d); trap 'chmod -R u+w "$$place"; rm -rf "$$place"' EXIT; \
	mkdir "$$place/src"; tar cf - --exclude=./.git --exclude=./bin --exclude=./web/node_modules . | tar xf - -C "$$place/src"; \
	GOCACHE="$$place/cache" $(MAKE) --no-print-directory -C "$$place/src" build; \
	cmp bin/anteroom "$$place/src/bin/anteroom"; \
	sha256sum bin/anteroom

.PHONY: test
test: test-tools lint test-web test-go test-stories ## install what tests need, then check and test everything

# --- what tests need ---------------------------------------------------------

.PHONY: go-is-there
go-is-there:
	@command -v go >/dev/null || { echo "make: Go is not installed: see https://go.dev/doc/install" >&2; exit 1; }

# program:package of Debian
TOOLS := chromium:chromium firefox-esr:firefox-esr redis-server:redis-server \
	ip:iproute2 tc:iproute2 nft:nftables nsenter:util-linux strace:strace cc:gcc cc:libc6-dev node:nodejs npm:npm

.PHONY: test-tools
test-tools: go-is-there web/node_modules/.package-lock.json ## install browsers, Redis, network tools and npm packages if missing

.PHONY: test-programs
test-programs:
	@missing=; for tool in $(TOOLS); do \
		command -v "$${tool%%:*}" >/dev/null || missing="$$missing $${tool##*:}"; \
	done; \
	if [ -n "$$missing" ]; then \
		echo "make: installing$$missing"; \
		command -v apt-get >/dev/null || { echo "make: no apt-get here: install$$missing by hand" >&2; exit 1; }; \
		[ -z "$(SUDO)" ] || command -v sudo >/dev/null || { echo "make: installing needs root: run make test-tools as root" >&2; exit 1; }; \
		$(SUDO) apt-get update -qq </dev/null; \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing </dev/null; \
	fi
	@[ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || \
		{ echo "make: Node.js 20 or newer is needed, this is $$(node --version)" >&2; exit 1; }

web/node_modules/.package-lock.json: web/package-lock.json | test-programs
	cd web && npm ci --no-audit --no-fund --loglevel=error </dev/null
	touch $@

# --- checks and tests --------------------------------------------------------

.PHONY: lint
lint: go-is-there ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l $$(go list -f '{{.Dir}}' ./...)); \
	[ -z "$$unformatted" ] || { echo "make: gofmt would change:" >&2; echo "$$unformatted" >&2; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...

.PHONY: test-web
test-web: web/node_modules/.package-lock.json ## types and unit tests of the browser client
	cd web && npm run --silent check
	cd web && node --test

# Packages that drive browsers or lay out networks need root for it.
uses = go list -f '{{.ImportPath}} {{join .TestImports " "}} {{join .XTestImports " "}}' $(PKG) | \
	awk '{ heavy = /anteroom\/(web\/browsertest|cmd\/internal\/netlab)( |$$)/ } $(1) { print $$1 }'

# go test for some packages. A test that fails is run once more by itself, and both
# are printed: a browser on a machine with other work is late at times. What fails
# twice has failed; so has what races or panics, and when more than three fail. So
# has a package that fails as a whole, as one that leaks does: gotestsum runs it again
# as if it were a test, and says that there is none.
tested = said=$$(mktemp); trap 'rm -f "$$said"' EXIT; \
	go run $(GOTESTSUM) --format standard-quiet --rerun-fails=1 --rerun-fails-run-root-test \
	--rerun-fails-max-failures 3 --rerun-fails-abort-on-data-race \
	--packages="$$$(1)" -- -race -p 2 -timeout $(TEST_TIMEOUT) $(2) | tee "$$said"; \
	if grep -F '[no tests to run]' "$$said"; then echo "make: a package failed as a whole, see above" >&2; exit 1; fi

# All are compiled first and then run two packages at a time: real browsers, real
# Redis and real media mostly wait for one another, and more would starve them.
.PHONY: test-go
test-go: go-is-there ## all Go tests, with the race detector
	go test -race -p 2 -run '^$$' $(PKG) >/dev/null
	@light=$$($(call uses,!heavy)); heavy=$$($(call uses,heavy)); \
	[ -z "$$light" ] || ( echo go test -race -p 2; $(call tested,light) ); \
	[ -z "$$heavy" ] || ( echo go test -race -p 2 "(browsers, networks)"; $(call tested,heavy,$(EXEC)) )

.PHONY: test-stories
test-stories: go-is-there ## 10,000 random stories of the rules, 10,000 joins, 1,000 redemptions a second: too many for the race detector
	go test -count=1 -timeout $(TEST_TIMEOUT) -run '^TestPromisesHoldInEveryInterleaving$$' -v ./room
	go test -count=1 -timeout $(TEST_TIMEOUT) -run '^(TestThousandRedemptionsASecond|TestTenThousandJoins)$$' -v ./cmd/anteroom

.PHONY: pictures
pictures: test-tools ## every state of every page, on phones and wide screens, light and dark: screenshots/
	ANTEROOM_TEST_PICTURES=all go test -count=1 -timeout $(TEST_TIMEOUT) $(EXEC) -run '^TestEveryState' ./cmd/anteroom

.PHONY: prove
prove: test-programs ## show that nothing is recorded: a session full of canaries, looked for everywhere
	go test -race -count=1 -v -timeout $(TEST_TIMEOUT) $(EXEC) -run '^Test(Prove|Proof|Canaries|Trace|NothingIsLeft|NoCore|Crash)' ./cmd/anteroom

.PHONY: fuzz
fuzz: go-is-there ## every fuzz target for FUZZTIME (30s)
	@for pkg in $$(go list $(PKG)); do \
		for target in $$(go test -list '^Fuzz' "$$pkg" | grep '^Fuzz' || true); do \
			echo "go test -fuzz $$target $$pkg"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) "$$pkg"; \
		done; \
	done

.PHONY: bench
bench: build ## micro-benchmarks (BENCH=name for one), then a short benchmark of the program
	go test -run '^$$' -bench '$(BENCH)' -benchmem $(PKG)
	go build -buildvcs=false -o bin/anteload ./cmd/anteload
	bin/anteload bench --short --server bin/anteroom

.PHONY: simulate
simulate: go-is-there ## where the sessions of large deployments go, and what they need: docs/capacity.md
	go run -buildvcs=false ./cmd/anteload simulate

.PHONY: clean
clean: ## remove what make has made
	rm -rf bin web/node_modules
