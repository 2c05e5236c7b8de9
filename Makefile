# Needs Python 3.11 or newer and make, nothing else. `make` alone lists what there is.
PYTHON ?= $(shell for python in python3 python3.12 python3.11 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
export VENV

.DEFAULT_GOAL := help
.PHONY: help environment demo reset test slow large lint types migrations messages schema bulk races claims timers benchmark screenshots format lock

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-12s %s\n' "$$name" "$$what"; done

demo: environment-demo  ## the shop with demo data, until Ctrl-C (PORT=8001 chooses another port)
	@$(BIN)/python manage.py demo

reset: environment-demo  ## forget the demo's data
	@$(BIN)/python -m promo_site.embedded reset

test: environment-test  ## everything: style, contracts, types, migrations, tests in parallel, browser
	@$(MAKE) --no-print-directory -j 2 lint types migrations
	@$(BIN)/pytest -n auto --dist worksteal -rs

slow: environment-test  ## the pricing engine on many thousand random carts (half an hour)
	@HYPOTHESIS_PROFILE=slow $(BIN)/pytest -n auto --dist worksteal tests/pricing

large: environment-test  ## pages and prices beside a campaign of 100,000 SKUs, with their times
	@SIZE=100000 LOOSE=10 $(BIN)/pytest -n 0 -q -s tests/campaigns/size

lint: environment-test  ## ruff and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --output-format concise .
	@$(BIN)/lint-imports --no-logo

types: environment-test  ## mypy --strict on the engine
	@$(BIN)/mypy

migrations: environment-test  ## is every change of a model in a migration, and does Django find nothing wrong
	@$(BIN)/python -m promo_site.embedded --profile test run -- $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py check --fail-level WARNING

messages: environment-demo  ## collect new texts (where GNU gettext is installed) and compile the translations
	@if command -v xgettext >/dev/null; then \
		$(BIN)/python manage.py makemessages -l zh_Hans --no-location --no-wrap -i '.venv/*' -i '.local/*' -i 'tests/*'; \
		else echo "xgettext is not installed: new texts are not collected, only compiled"; fi
	@$(BIN)/python -m promo_site.translations

schema: environment-test  ## write the JSON Schema of carts and quotes anew, from the engine's types
	@for name in cart quote; do $(BIN)/python -m pricing.engine --schema $$name > docs/schema/$$name.json; done

bulk: environment-test  ## import, audit and replay a whole year of real orders (REAL_ORDERS=file.csv.gz)
	@$(BIN)/pytest -rs -s tests/promo_site/importing/full_run.py

races: environment-test  ## 200 parallel claims on 50 coupons, twenty times over
	@REPEATS=20 $(BIN)/pytest -n 0 -q tests/coupons/test_concurrency.py -k exactly_50

claims: environment-test  ## rates of claims and codes beside pgbench, in one run of some minutes (PARTS=codes for those)
	@$(BIN)/python -m tests.benchmarks.claims $(PARTS)

timers: environment-test  ## how late 1,000 campaigns with 100,000 SKUs that start at one second are noted
	@$(BIN)/pytest -n 0 -s -q tests/reliability/full_mass_start.py

benchmark: environment-test  ## CPU time of quotes beside a minimal reference, in all sizes, and how it grows
	@$(BIN)/pytest tests/benchmarks --benchmark-enable --benchmark-only --benchmark-timer=time.process_time \
		--benchmark-group-by=group --benchmark-columns=min,median,rounds -q
	@$(BIN)/python -m tests.benchmarks.measure

screenshots: environment-test  ## take docs/screenshots/ anew (needs Chromium)
	@$(BIN)/python -m promo_site.tools.screenshots

format: environment-test  ## let ruff put imports and lines in order
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

lock:  ## pin newest versions: uv.lock and requirements/ (needs uv)
	uv lock --upgrade
	promo_site/tools/export_requirements

environment-%:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found. Name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) promo_site/tools/environment.py $*
