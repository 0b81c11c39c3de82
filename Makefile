# Everything starts here: `make run` for the product, `make test` for the proof.
# Needed: make and Python 3.11 or later. Everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
CODE := intranet plugins tests bench conftest.py
TRANSLATIONS := $(wildcard intranet/translations/*/LC_MESSAGES/*.po plugins/*/translations/*/LC_MESSAGES/*.po)

# A run reads hundreds of files and begins hundreds of programs: each file is compiled once.
unexport PYTHONDONTWRITEBYTECODE

# How many processes share the unit tests, and the journeys, which mostly wait;
# and what else pytest should hear: make test ARGS="-k board"
WORKERS ?= 2
BROWSER_WORKERS ?= 3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install install-test run test test-sqlite test-postgres test-browser coverage lint format \
	bench screenshots pictures migration translations vendor lock

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

# ---- Running

install: .venv/linked $(TRANSLATIONS:.po=.mo) ## Make .venv with exactly the recorded versions

run: install ## Install, fill the demo hospital and serve it at http://127.0.0.1:8000
	@echo "Bringing the database up to date ..."
	@$(BIN)/intranet upgrade
	@$(BIN)/intranet demo
	@$(BIN)/intranet serve

# ---- Testing

# Which process gets which tests: tests/together.py.
PYTEST := $(BIN)/python -m pytest -n

# Without PostgreSQL, Chromium, LibreOffice or ../shared/data their tests are skipped and say so;
# INTRANET_TEST_REQUIRE=postgres,browser,shared,office turns a skip into a failure.
#
# Two of the four at a time: while one waits, the other computes. Each shows its lines when it is done.
BESIDE := --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
test: install-test ## Lint and every test: on SQLite, on PostgreSQL, in the browser
	@echo "Two parts at a time; each shows its lines when it is done ..."
	@$(MAKE) --no-print-directory $(BESIDE) lint test-browser test-sqlite test-postgres

install-test: .venv/tested install

test-sqlite: install-test ## Only the tests without a browser, on SQLite
	@echo "Tests on SQLite ..."
	@$(PYTEST) $(WORKERS) -m "not browser and not postgres" $(ARGS)

test-postgres: install-test ## Once more on PostgreSQL what depends on the database
	@echo "Tests on PostgreSQL ..."
	@INTRANET_TEST_DATABASE=postgres $(PYTEST) $(WORKERS) -m "not browser" $(ARGS)

test-browser: install-test ## Only the journeys in a real browser
	@echo "Tests in the browser ..."
	@$(PYTEST) $(BROWSER_WORKERS) tests/browser $(ARGS)

coverage: install-test ## How much of the code the tests on SQLite reach
	@$(PYTEST) $(WORKERS) -m "not browser and not postgres" --cov $(ARGS)

lint: install-test ## Everything that reads the code without running it
	@echo "ruff ..."
	@$(BIN)/ruff check $(wildcard $(CODE))
	@$(BIN)/ruff format --check $(wildcard $(CODE))
	@echo "mypy ..."
	@$(BIN)/mypy --strict intranet plugins
	@echo "import-linter ..."
	@$(BIN)/lint-imports --no-logo
	@echo "djlint ..."
	@$(BIN)/djlint --lint --quiet $(wildcard templates intranet plugins)

format: install-test ## Put the code into its one form
	@$(BIN)/ruff check --fix-only --quiet $(wildcard $(CODE))
	@$(BIN)/ruff format $(wildcard $(CODE))

bench: install ## Measure the pages beside bare Flask
	@$(BIN)/python -m bench

screenshots: install-test ## Take a picture of every page
	@$(BIN)/python -m tests.screenshots

pictures: install-test ## Draw again what a plugin looks like, for the page of switches
	@$(BIN)/python -m tests.screenshots --pictures

# ---- Changing

migration: install ## Write a migration: make migration PLUGIN=rectification M="card done"
	@test -n "$(PLUGIN)" && test -n "$(M)" || { echo 'Say which: make migration PLUGIN=rectification M="card done"'; exit 2; }
	@$(BIN)/intranet make-migration "$(PLUGIN)" "$(M)"

# A folder with translations of its own: the core, whose templates stand beside it, and every plugin.
ROOMS := intranet $(patsubst %/hooks.py,%,$(wildcard plugins/*/hooks.py))

# Babel would pass over folders that begin with _, where our macros are.
translations: .venv/installed ## Collect new words into the English catalogues
	@set -e; for room in $(ROOMS); do \
		words=$$(mktemp); \
		$(BIN)/pybabel --quiet extract --mapping intranet/translations/babel.cfg --ignore-dirs ".*" \
			--no-location --output "$$words" $$room $$(test $$room != intranet || echo templates); \
		$(BIN)/pybabel --quiet update --locale en --input-file "$$words" --output-dir $$room/translations \
			--init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110; \
		rm "$$words"; \
	done

vendor: ## Fetch the front-end files of vendor.json again (needs npm)
	@$(PYTHON) intranet/static/vendor/update.py $(ARGS)

lock: install ## Record versions and hashes of what setup.cfg asks for (ARGS=--upgrade: the newest)
	@$(PIP) install uv
	@$(LOCK) --extra build $(ARGS) -o requirements.txt
	@$(LOCK) --extra build --extra test $(ARGS) -c requirements.txt -o requirements-test.txt

# One file for every system and every Python we support, with no addresses in it.
LOCK := $(BIN)/uv pip compile setup.cfg --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# ---- What .venv holds: each stamp is younger than what it was made from

# From scratch each time, so that a package we no longer need is really gone.
.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, for example: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Making .venv with $$($(PYTHON) --version) and the packages of requirements.txt ..."
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

.venv/tested: requirements-test.txt .venv/installed
	@echo "Adding the packages of requirements-test.txt ..."
	@$(PIP) install --require-hashes -r requirements-test.txt
	@touch $@

.venv/linked: setup.cfg pyproject.toml .venv/installed
	@echo "Linking this checkout into .venv ..."
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

%.mo: %.po | .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file "$<" --output-file "$@"
	@touch "$@"
