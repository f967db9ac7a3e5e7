# Everything that can be done here: `make help`. A machine needs git, make and a Python 3; the rest is brought along.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)

.PHONY: help
help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | column -t -s'|'

# uv, where the machine has none: into the project's own folder.
.uv/bin/uv:
	python3 -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

# The project's own environment: tests, linters and what the doors run on.
.venv/.ready: pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	$(UV) sync --locked --extra aws
	@touch $@
