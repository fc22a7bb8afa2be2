# `make` explains the targets. Each one does its own set-up.
.DEFAULT_GOAL := help
.PHONY: help setup generate check lint format coverage test test-package demo bench build clean

BIN := node_modules/.bin
CLI := node --import tsx codegen/main.ts
GENERATE_OPTIONS := --schema schema --out generated --runtime ../../runtime/internal.js

help: ## Explain the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: node_modules/.package-lock.json ## Install what the project needs (npm packages, a NATS server)
	@test/support/find-nats-server.sh >/dev/null || echo "Without a NATS server only the in-memory broker can be used."

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

generate: node_modules/.package-lock.json ## Write generated/ from schema/
	$(CLI) generate $(GENERATE_OPTIONS)

check: node_modules/.package-lock.json ## Check the schemas, and that generated/ is what they say
	$(CLI) check $(GENERATE_OPTIONS)

lint: node_modules/.package-lock.json ## Check style, and compile everything without output
	$(BIN)/biome check --error-on-warnings
	$(BIN)/tsc -p tsconfig.json

format: node_modules/.package-lock.json ## Put the source into the house style
	$(BIN)/biome check --write

test: setup ## Run all tests, on the in-memory broker and on a real NATS server
	@mkdir -p .cache
	NATS_SERVER="$$(test/support/find-nats-server.sh)" $(BIN)/vitest run
	@node test/support/print-totals.js .cache/test-results.json

coverage: node_modules/.package-lock.json ## Write docs/coverage.md: what is described, shown and verified
	node --import tsx test/coverage/main.ts

demo: setup ## Watch an echo bot talk to a simulated robot, with recorded traffic
	@$(CLI) generate $(GENERATE_OPTIONS)
	@NATS_SERVER="$$(test/support/find-nats-server.sh 2>/dev/null)" node --import tsx examples/demo/main.ts

bench: setup ## Measure, side by side with what others use
	NATS_SERVER="$$(test/support/find-nats-server.sh)" node --import tsx test/bench/main.ts

build: node_modules/.package-lock.json ## Compile the package into dist/
	rm -rf dist
	$(BIN)/tsc -p tsconfig.build.json
	cp -r codegen/templates dist/codegen/

clean: ## Remove what the other targets made
	rm -rf dist .cache node_modules
