# Yarmarka: what people do with it. `make help` lists the targets.
GO     ?= go
ARGS   ?=
SHARED ?= ../shared
FUZZ_TIME ?= 20s
RELEVANCE  = $(SHARED)/data/search-relevance/chorus-icecat
BIN    := bin/yarmarka
# nodynamic keeps the WebP encoder from loading a library of the system: one static binary, the same everywhere.
TAGS   := -tags nodynamic

# Tests are split by what they need, so that the quick ones speak first.
NEEDS    = $(GO) list -test -f '{{if .ForTest}}{{.ForTest}}{{range .Deps}} {{.}}{{end}}{{end}}' ./... | \
	awk '/(^| )github.com\/yarmarka\/yarmarka\/internal\/platform\/($(1))( |$$)/ { print $$1 }' | LC_ALL=C sort -u
DATABASE = $(call NEEDS,dbtest|embeddedpg)
BROWSER  = $(call NEEDS,browsertest)

# Whoever has no home to write to, as service users have none, keeps what Go keeps between builds in ./var.
ifeq ($(shell test -w "$${HOME:-/nonexistent}" && echo yes),)
export GOCACHE    ?= $(CURDIR)/var/cache/build
export GOMODCACHE ?= $(CURDIR)/var/cache/mod
endif

.PHONY: feed pages drill export-pipeline soak help run build test setup check unit database browser race bench bench-go bench-search lint generate fuzz vuln image clean
.DEFAULT_GOAL := help

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Compilers that collect their garbage less often spend a tenth less processor time on a first build; what they make,
# and where the cache keeps it, is the same. Tests run so, too, within a bound, but those that measure memory, which say
# what they need; and check has vetted them all, so that go test need not do so again for each of its ways to build them.
COMPILE = GOGC=400 $(GO) build
TEST    = GOGC=400 GOMEMLIMIT=2GiB $(GO) test $(TAGS) -vet=off

# Built as the tests build it, so that whoever has run one of the two waits less for the other.
run: ## a filled market at http://127.0.0.1:8080 (ARGS="--addr 127.0.0.1:9000")
	@$(COMPILE) $(TAGS) -o $(BIN) ./cmd/yarmarka
	@exec $(BIN) demo $(ARGS)

build: ## the program for other machines, one static file: bin/yarmarka
	@CGO_ENABLED=0 $(COMPILE) $(TAGS) -trimpath -o $(BIN) ./cmd/yarmarka

test: setup check unit database browser ## every test: quick ones, then PostgreSQL, then a real browser

setup: ## find PostgreSQL, Chromium and a C compiler, install what is missing
	@$(GO) run ./internal/platform/syspkg/setup

check: ## format, vet, and generated files that are up to date
	@bad=$$(gofmt -l bench cmd internal migrations web); if [ -n "$$bad" ]; then echo "run gofmt on:"; echo "$$bad"; exit 1; fi
	GOGC=400 $(GO) vet $(TAGS) ./...
	@sum() { find bench internal web -name '*_templ.go' | sort | xargs cksum; }; before=$$(sum); \
		$(GO) tool templ generate >/dev/null 2>&1 || { $(GO) tool templ generate; exit 1; }; \
		if [ "$$before" != "$$(sum)" ]; then echo "generated files were out of date: run make generate and commit"; exit 1; fi

# A package without tests is left out: go test would build it with the race detector, the whole program among them.
TESTED = $(GO) list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...

unit: ## tests that need nothing but Go, with the race detector
	@lists=$$(mktemp); { $(DATABASE); $(BROWSER); } | LC_ALL=C sort -u > $$lists; \
		packages=$$($(TESTED) | LC_ALL=C sort | LC_ALL=C comm -23 - $$lists); rm -f $$lists; \
		$(TEST) -race -timeout 15m $$packages

database: ## tests on a real PostgreSQL
	@lists=$$(mktemp); $(BROWSER) > $$lists; packages=$$($(DATABASE) | LC_ALL=C comm -23 - $$lists); rm -f $$lists; \
		$(TEST) -timeout 40m $$packages

# Two packages at a time keep two cores busy: what one waits for, the other has done.
browser: ## journeys in a real Chromium
	@packages=$$($(BROWSER)); $(TEST) -timeout 40m -p 2 $$packages

PAGES = internal/app/everyone

pages: setup ## every page by the Nu checker, the way to the till by Lighthouse (needs node, npm and java)
	npm install --prefix $(PAGES)/tools --ignore-scripts --no-audit --no-fund
	$(GO) test $(TAGS),pages -count 1 -v -timeout 30m ./$(PAGES) -run 'Nu|Lighthouse'

race: ## every test with the race detector (slow)
	$(GO) test $(TAGS) -race -timeout 40m ./...

bench: ## every bar of speed beside its limit, into bench/results.json (QUICK=1; ONLY=pages,search; BENCH_DATA=dir keeps the market)
	@$(COMPILE) $(TAGS) -o $(BIN) ./cmd/yarmarka
	@$(COMPILE) $(TAGS) -o bin/bench ./bench
	@bin/bench $(if $(QUICK),-quick) $(if $(ONLY),-only $(ONLY)) $(if $(BENCH_DATA),-data $(BENCH_DATA)) $(ARGS)

bench-go: ## the benchmarks that stand beside the tests
	$(GO) test $(TAGS) -run '^$$' -bench . -benchmem -timeout 30m ./...

bench-search: build ## ranking, recall and latency of the search on the judged and the Russian data
	$(BIN) bench search --products $(RELEVANCE)/products --judgments $(RELEVANCE)/given/judgments.csv \
		--russian $(SHARED)/data $(ARGS)

DRILL = $(GO) test $(TAGS) -count 1 -v ./internal/drill
MINUTES ?= 30

drill: setup ## kill, cut and upgrade the real program amid 1,000 purchases, 20 times each (a quarter of an hour; CI does 3 each)
	$(DRILL) -timeout 4h -run 'Test[^S]|TestStop' -drill.purchases 1000 -drill.kills 20 -drill.patience

export-pipeline: setup ## N (3000, as CI does) foreign parcels from payment to delivery, the post failing and the program killed five times
	$(DRILL) -timeout 24h -run TestExportPipeline -drill.parcels $(or $(N),3000)

feed: ## a feed of N (100000) rows, three in a hundred of them bad, killed in its middle and sent again
	$(GO) test $(TAGS) -count 1 -v -timeout 30m ./internal/market/feed -run TestCase92 -feed.rows $(or $(N),100000)

soak: ## mixed load for MINUTES (30): memory, goroutines, no 5xx
	$(DRILL) -timeout 3h -run TestSoak -drill.soak $(MINUTES)m -drill.rate 60

lint: check ## static analysis
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 $(TAGS) ./...

generate: ## generated files from their sources
	$(GO) tool templ generate

fuzz: ## every fuzz target for FUZZ_TIME (20s)
	@set -e; for pkg in $$(grep -rl --include='*_test.go' '^func Fuzz' internal web | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$pkg/*_test.go | sed 's/func //' | sort -u); do \
			echo "$$pkg $$f"; $(GO) test $(TAGS) ./$$pkg -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZ_TIME); done; done

vuln: ## known vulnerabilities in what the program calls (needs the internet)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.8.0 ./...

image: ## a small container image
	docker build -t yarmarka .

clean: ## remove what was built, but no data
	rm -rf bin
