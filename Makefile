# `make ask` and `make test` are all that a fresh machine needs; they set up what is missing.
# POSIX shell and GNU Make 3.81 (what macOS has) are enough.

SAMPLE = When did Putin first receive Min Aung Hlaing?
Q ?=
# As it was typed: no dollar sign in it means anything to make.
override Q := $(value Q)
export Q SAMPLE

# The first Python that is new enough; name another with `make ask PYTHON=/path/to/python`.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo $$name; break; fi; done)
VENV = .venv
RUN = $(VENV)/bin/python
TEST = $(RUN) -m pytest -n auto --dist loadgroup
INSTALL = $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: ask serve test test-all fuzz bench bench-engine check check-deploy format messages lock clean

ask: $(VENV)/run.stamp  ## answer a sample question, or one's own: make ask Q="…"
	@if [ -n "$$Q" ]; then $(RUN) -m bot ask "$$Q" || [ $$? -eq 3 ]; else \
	printf 'Question: %s\n\n' "$$SAMPLE"; \
	$(RUN) -m bot ask "$$SAMPLE" && printf '\nTwo more to try:\n%s\n%s\n' \
	'  make ask Q="How many Yak-130 aircraft did Myanmar order?"' \
	'  make ask Q="What happened in March 2021?"'; fi

serve: $(VENV)/run.stamp  ## run the Discord bot; needs DISCORD_TOKEN, see .env.example
	@$(RUN) -m bot serve

test: $(VENV)/dev.stamp  ## the tests
	@$(TEST)

test-all: $(VENV)/dev.stamp  ## the tests and the slow ones: fuzzing, crashes, long runs
	@$(TEST) -m ""

fuzz: $(VENV)/dev.stamp  ## damage files of every format at random for ten minutes
	@$(RUN) -m tests.index.mutation --minutes 10

bench: $(VENV)/bench.stamp  ## measure finding and answering; needs the collections of ../shared/bench
	@$(RUN) -m benchmarks.retrieval
	@$(RUN) -m benchmarks.answers

bench-engine: $(VENV)/bench.stamp  ## measure the engine beside others at 10^4, 10^5 and 10^6 passages; 25 minutes
	@$(RUN) -m benchmarks.engine

check: $(VENV)/dev.stamp  ## format, lint and types
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy

check-deploy: $(VENV)/dev.stamp  ## lint the container file and the systemd units; needs systemd's tools
	@$(VENV)/bin/hadolint deploy/Containerfile
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	cp deploy/*.service deploy/*.timer "$$folder" && \
	sed -i 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$$folder"/*.service && \
	systemd-analyze verify --man=no "$$folder"/*.service "$$folder"/*.timer && \
	for unit in "$$folder"/*.service; do \
	systemd-analyze --no-pager security --offline=true --threshold=20 "$$unit" | tail -1 || exit 1; done

format: $(VENV)/dev.stamp
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .

messages: $(VENV)/dev.stamp  ## take up what the bot says into its catalogues, to be translated there
	@$(RUN) -m bot.languages.extract

lock: $(VENV)/dev.stamp  ## pin the newest versions that fit pyproject.toml; needs uv
	uv pip compile pyproject.toml --group build --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet -o requirements.txt
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet -c requirements.txt \
		-o requirements-dev.txt
	uv pip compile --group bench --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet -c requirements.txt \
		-o requirements-bench.txt

clean:  ## remove the environment, the caches and the index; corpus, .env and what people entrusted stay
	rm -rf $(VENV) data/generations data/current data/rolled-back build ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
	echo 'Archivist needs Python 3.11 or later, and found none. Install it ("apt install python3"' >&2; \
	echo 'on Debian 12 or later, "brew install python" on macOS), or name one: make ask PYTHON=...' >&2; \
	exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Archivist needs Python 3.11 or later, and $(PYTHON) is older or can't be run." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "$(PYTHON) has no venv module. Install it: apt install python3-venv" >&2; exit 1; }
	@echo 'Setting up (once, about half a minute) ...' >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements.txt
	@PYTHONWARNINGS=ignore $(RUN) -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/run.stamp requirements-bench.txt
	@$(INSTALL) -r requirements-bench.txt
	@touch $@
