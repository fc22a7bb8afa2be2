# `make` explains the targets. Each one does its own set-up.
.DEFAULT_GOAL := help
.PHONY: help setup generate check lint format coverage test agreement chaos fuzz soak test-package demo bench build clean

BIN := node_modules/.bin
CLI := node --import tsx codegen/main.ts
REPORTS := .cache/test-results.json .cache/test-results.xml
PYTHON_SOURCE := runtime/python test/python test/agreement
# What Python compiles would lie among the generated files.
PYTHON := PYTHONDONTWRITEBYTECODE=1 .venv/bin/python
VALUES ?= 100000
SEED ?= $(shell date +%s)
CHAOS_chaos := test/chaos
CHAOS_fuzz := test/chaos/fuzz
CHAOS_soak := test/chaos/soak test/chaos/resources
# What programs import of the runtime. Loading it as a hundred files takes twice the time of loading what they hold.
# The error is one of them: the generator, which is not joined, throws the same class.
DOORS := $(addprefix dist/runtime/,index.js internal.js testing.js config/index.js http/index.js error.js)
GENERATE_OPTIONS := --schema schema --out generated --runtime ../../runtime/internal.js

help: ## Explain the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: node_modules/.package-lock.json ## Install what the project needs (npm packages, a NATS server)
	@test/support/find-nats-server.sh >/dev/null || echo "Without a NATS server only the in-memory broker can be used."

# What is told on the way goes to standard error: programs read what some targets print.
node_modules/.package-lock.json: package.json package-lock.json
	@echo "Installing npm packages ..." >&2
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@touch $@

.venv/requirements.txt: test/python/requirements.txt
	test/support/make-venv.sh
	@touch $@

generate: node_modules/.package-lock.json ## Write generated/ from schema/
	$(CLI) generate $(GENERATE_OPTIONS)

check: node_modules/.package-lock.json ## Check the schemas, and that generated/ is what they say
	$(CLI) check $(GENERATE_OPTIONS)

lint: node_modules/.package-lock.json .venv/requirements.txt ## Check style, and compile everything without output
	$(BIN)/biome check --error-on-warnings
	$(BIN)/tsc -p tsconfig.json
	.venv/bin/ruff check --no-cache $(PYTHON_SOURCE)
	.venv/bin/ruff format --no-cache --check $(PYTHON_SOURCE)

format: node_modules/.package-lock.json .venv/requirements.txt ## Put the source into the house style
	$(BIN)/biome check --write
	.venv/bin/ruff check --no-cache --fix $(PYTHON_SOURCE)
	.venv/bin/ruff format --no-cache $(PYTHON_SOURCE)

test: setup .venv/requirements.txt ## Run all tests, of both languages, on the in-memory broker and on a real NATS server
	@mkdir -p .cache && rm -f $(REPORTS)
	@status=0; export NATS_SERVER="$$(test/support/find-nats-server.sh)"; \
	$(BIN)/vitest run || status=1; \
	$(PYTHON) -m pytest --quiet test/python --junitxml .cache/test-results.xml || status=1; \
	node test/support/print-totals.js $(REPORTS) && exit $$status

agreement: node_modules/.package-lock.json .venv/requirements.txt ## Compare the verdicts of both languages: VALUES=1000000 SEED=1
	@node --import tsx test/agreement/main.ts --values $(VALUES) --seed $(SEED)

chaos fuzz soak: setup
	@NATS_SERVER="$$(test/support/find-nats-server.sh)" $(BIN)/vitest run --config test/chaos/vitest.config.ts $(CHAOS_$@)

chaos: ## Kill servers, stop programs, send garbage, count what comes of it: all of fuzz and soak, too
fuzz: ## Send mutated messages to everything that takes messages: MESSAGES=1000000 SEED=1
soak: ## Let events pass, and look at memory, sockets and timers: EVENTS=10000000

coverage: node_modules/.package-lock.json ## Write docs/coverage.md: what is described, shown and verified
	node --import tsx test/coverage/main.ts

demo: setup ## Watch an echo bot talk to a simulated robot, with recorded traffic
	@$(CLI) generate $(GENERATE_OPTIONS)
	@NATS_SERVER="$$(test/support/find-nats-server.sh 2>/dev/null)" node --import tsx examples/demo/main.ts

bench: setup ## Measure, side by side with what others use: ROUNDS=15 JSON=1
	@echo "Compiling the package into dist/ ..." >&2
	@$(MAKE) --silent --no-print-directory build >&2
	@JSON=$(JSON) NATS_SERVER="$$(test/support/find-nats-server.sh)" node --import tsx test/bench/main.ts

build: node_modules/.package-lock.json ## Compile the package into dist/
	rm -rf dist
	$(BIN)/tsc -p tsconfig.build.json
	$(BIN)/esbuild $(DOORS) --bundle --splitting --format=esm --platform=node --packages=external \
		--outdir=dist/runtime --outbase=dist/runtime --allow-overwrite --log-level=warning
	cp -r codegen/templates dist/codegen/
	cp -r runtime/python dist/runtime/

clean: ## Remove what the other targets made
	rm -rf dist .cache .venv node_modules
