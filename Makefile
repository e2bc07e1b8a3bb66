# `make repro` answers the studies of params.yaml; `make help` lists the rest.
# The environment is .venv: a Python of 3.11 to 3.13 and what requirements.lock names, by hash.

.DEFAULT_GOAL := help
.PHONY: help repro flow check test test-slow lint bench calibrate check-processors environment lock clean
.PHONY: contract accept data-docs bench-data server worker deploy serve peers

PYTHONS = python3.13 python3.12 python3.11 python3
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PEERS := .trunkline/peers
# DVC starts stages as `python -m stages ...`.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Bytecode of the packages is read at every start; a setting of the shell must not forbid it.
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV
# Nothing is reported to the makers of the engines.
export DO_NOT_TRACK ?= 1
export DVC_NO_ANALYTICS ?= 1
export GX_ANALYTICS_ENABLED ?= false
export PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY ?= false
export PREFECT_SERVER_ANALYTICS_ENABLED ?= false
export PREFECT_SERVER_UI_V2_ENABLED ?= false
# Server, worker and all who talk to them mean the same address, unless the shell names another.
server worker deploy serve: export PREFECT_API_URL ?= http://127.0.0.1:4200/api

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' Makefile

repro: environment ## Run what has changed, to the same bytes everywhere; name the report
	@$(BIN)/python -m stages check
	@$(BIN)/python -m stages look
	@$(BIN)/dvc repro
	@echo "The report: $(CURDIR)/reports/index.html"

contract: environment ## Draft a dataset's contract from its rows: DATASET=x; REPLACE=yes writes over the old one
	@test -n "$(DATASET)" || { echo "Which dataset of params.yaml? make contract DATASET=x" >&2; exit 1; }
	@$(BIN)/python -m stages look || test -f records/$(DATASET).json
	@$(BIN)/dvc repro ingest@$(DATASET)
	@$(BIN)/python -m stages draft --dataset $(DATASET) --replace $(or $(REPLACE),no)
	@$(BIN)/python -m stages accept --dataset $(DATASET) --missing yes

accept: environment ## Compare later versions of a dataset with what it is now: DATASET=x
	@test -n "$(DATASET)" || { echo "Which dataset of params.yaml? make accept DATASET=x" >&2; exit 1; }
	@$(BIN)/python -m stages look || test -f records/$(DATASET).json
	@$(BIN)/dvc repro ingest@$(DATASET)
	@$(BIN)/python -m stages accept --dataset $(DATASET)

data-docs: environment ## Write browsable pages of what every contract found; print where they are
	@$(BIN)/python -m stages browse

flow: environment ## The same, independent stages side by side, as a Prefect flow; ARGS="--jobs 2 ..."
	@$(BIN)/python -m stages check
	@$(BIN)/python -m flows.pipeline $(ARGS)

check: environment ## Prove the last commit: run it twice from raw data, compare every byte; ARGS=--quick
	@$(BIN)/python -m flows.reproduce $(ARGS)

server: environment ## Start Prefect's server and its pages on this machine, http://127.0.0.1:4200
	@$(BIN)/prefect server start

worker: environment ## Start a worker that runs what is due; PREFECT_API_URL says of which server
	@$(BIN)/prefect worker start --pool trunkline --type process

deploy: environment ## Tell the server the deployments and schedules of prefect.yaml
	@$(BIN)/prefect work-pool inspect trunkline > /dev/null 2>&1 || { \
	  echo "No work pool 'trunkline' at $$PREFECT_API_URL: is \`make server\` running, is" \
	    "PREFECT_API_AUTH_STRING right, and has \`make worker\` been started once? It makes the pool." >&2; \
	  exit 1; }
	@$(BIN)/prefect --no-prompt deploy --all

serve: environment ## Run the deployments of prefect.yaml here, without a work pool
	@$(BIN)/python -m flows.serve

test: environment ## Run the tests that take seconds
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: environment ## Run the tests that take minutes: whole pipelines, other places, killed runs
	$(BIN)/python -m pytest -n 2 -m "slow and not server"
	$(BIN)/python -m pytest -m server

lint: environment ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: environment ## Measure the speed of training beside its peers; write benchmarks/results
	$(firstword $(wildcard $(PEERS)/bin/python) $(BIN)/python) -m benchmarks $(ARGS)

bench-data: environment ## Measure memory and time of ingest and validate on a large CSV; ARGS=<rows>
	@$(BIN)/python -m benchmarks.ingesting $(ARGS)

peers: environment ## Install PyTorch, TorchJD and implicit beside the environment, for `bench` and tests
	@$(BIN)/python -m venv --clear $(PEERS)
	@echo $(CURDIR)/$(VENV)/lib/python*/site-packages > $$(echo $(PEERS)/lib/python*/site-packages)/environment.pth
	@$(PEERS)/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["peers"], sep="\n")' > $(PEERS)/wanted.txt
	@$(PEERS)/bin/python -m pip --disable-pip-version-check install -qq -r $(PEERS)/wanted.txt $(TORCH)
	@echo "$(PEERS)/bin/python -m pytest tests/training/test_peers.py tests/recommending/linear/test_peers.py tests/recommending/neural/test_peers.py"

calibrate: environment ## Count right verdicts on 600 studies of known truth; write docs/calibration.md
	@$(BIN)/python -m calibration $(ARGS)

check-processors: environment ## Compare bits with emulated processors of Intel and AMD (qemu-user)
	$(BIN)/python -m tests.processors $(ARGS)

environment: ## Make .venv from requirements.lock, unless it is there
	@cmp -s requirements.lock $(VENV)/requirements.lock || $(MAKE) --no-print-directory $(VENV)

# A new environment for a new lock: what an old one leaves behind may change results. The copy of
# the lock comes last, so that an interrupted installation begins anew. The two packages that build
# others come first, because pip would fetch them without looking at their hashes.
PIP = $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes --no-deps \
	--compile --no-build-isolation
.PHONY: $(VENV)
$(VENV):
	@for name in $(if $(PYTHON),"$(PYTHON)",$(PYTHONS)); do \
	  if "$$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	    2>/dev/null; then found="$$name"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "No Python of 3.11 to 3.13 with venv among: $(if $(PYTHON),$(PYTHON),$(PYTHONS))." >&2; \
	  echo "Install one (Debian: python3 and python3-venv) or name it: make PYTHON=/path/to/python" >&2; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version); this takes some minutes"; \
	"$$found" -m venv --clear $(VENV)
	@awk '/^[^ ]/ {keep = /^(setuptools|wheel)==/} keep' requirements.lock > $(VENV)/build.lock
	@$(PIP) -r $(VENV)/build.lock
	@$(PIP) -r requirements.lock
	@cp requirements.lock $(VENV)/requirements.lock

lock: ## Resolve pyproject.toml anew into requirements.lock (needs uv)
	uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --upgrade --extra dev pyproject.toml \
	  --output-file requirements.lock

clean: ## Remove all that these commands made, the environment included
	rm -rf $(VENV) data models results reports .trunkline .dvc/cache .dvc/tmp
	rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
