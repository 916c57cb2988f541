# What can be done with this repository; `make help` lists it. It needs Go, a C and C++ compiler, make and git. Whatever else
# a target needs it installs under .tools/, which is quick the second time.

PREFIX ?= /usr/local
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# The same commit gives the same bytes, whatever the folder it lies in. All targets share the flag: with another one the grammars
# would be compiled once more, which takes a minute and a half.
export GOFLAGS := $(strip $(GOFLAGS) -trimpath)
BUILD := -buildvcs=false -ldflags '-s -w -buildid= -X main.version=$(VERSION)'

.DEFAULT_GOAL := build
.PHONY: build install try vsix check lint test test-vscode test-nvim test-editors rig audit bench fuzz clean help

build: ## build bin/sopro
	go build $(BUILD) -o bin/sopro ./cmd/sopro

install: build ## install to $(PREFIX)/bin (PREFIX=…, DESTDIR=…)
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 bin/sopro '$(DESTDIR)$(PREFIX)/bin/sopro'

try: build ## see completions in real code; FILE=path:line:col for a place of your own
	@.ci/try $(if $(FILE),'$(FILE)')

vsix: build editors/vscode/node_modules/.package-lock.json ## package the VS Code extension with the server inside: bin/sopro-TARGET.vsix (TARGET=…)
	npm --prefix editors/vscode run --silent package -- $(TARGET)

editors/vscode/node_modules/.package-lock.json: editors/vscode/package-lock.json
	npm --prefix editors/vscode ci --no-audit --no-fund
	@touch '$@'

check: lint ## before each commit: formatting, vet, staticcheck, the tests that need nothing installed
	go test -race -timeout 20m -tags jsonrpc2poison ./...

lint:
	@test -z "$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go'))" || { echo 'not formatted (gofmt -w):'; gofmt -l $$(git ls-files -co --exclude-standard '*.go'); exit 1; }
	go vet -tags jsonrpc2poison,ollama,editors ./...
	go tool staticcheck -tags jsonrpc2poison,ollama,editors ./...

test: lint ## all tests, also those against real programs, which are installed first
	@.ci/test

rig:
	@go build -o .tools/rig ./internal/testkit/rig

test-vscode: vsix rig ## the extension in a real VS Code (STORY='words of a name')
	@.ci/ollama && .ci/vscode
	npm --prefix editors/vscode run --silent check
	.tools/vscode/bin/node editors/vscode/test/e2e/run.ts $(if $(STORY),'$(STORY)')

test-nvim: build rig ## the plugin in real Neovims, the oldest that it runs in and the newest (STORY='words of a name')
	@.ci/ollama && .ci/nvim
	.ci/test-nvim $(if $(STORY),'$(STORY)')

test-editors: build rig ## Helix, Emacs and Vim with the configuration of editors/README.md
	@.ci/ollama && .ci/editors
	go test -timeout 10m -tags editors,ollama ./editors/...

audit: ## known vulnerabilities in what the project stands on
	@.ci/audit

bench: ## the benchmarks (BENCH=regular expression, PKG=package)
	go test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem $(or $(PKG),./...)

fuzz: ## each fuzz test for a while (FUZZTIME=10s)
	@.ci/fuzz $(or $(FUZZTIME),10s)

clean: ## remove what was built and installed here
	rm -rf bin .tools editors/vscode/node_modules editors/vscode/dist editors/vscode/test/e2e/node_modules

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14
