# site · serve · test · matrix · measure · outputs · anchors · lock      PYTHON=python3.13 chooses the interpreter

PYTHON ?= python3
BIN := .venv/bin
NAME := python-threads-executed
VERSION := $(shell $(PYTHON) -c 'import sys; print(sys.version.split()[0])' 2>/dev/null)
INSTALLED := .venv/installed-$(VERSION)

export NO_MKDOCS_2_WARNING = 1
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1767225600)

.PHONY: site serve test outputs lock matrix measure anchors lint blocks build book small-book offline system system-test

site: blocks build
	@echo
	@echo "Site      site/index.html              $(BIN)/python -m http.server -d site"
	@echo "Offline   dist/$(NAME)/index.html      open it in a browser"
	@echo "PDF       dist/$(NAME).pdf             open it in a reader"

# Measured pages show their last figures, if there are any, and say when they were taken.
serve: $(INSTALLED)
	MEASURE=false $(BIN)/mkdocs serve

test: system-test lint blocks build
	@echo "▸ Checking programs, checks, site and book"
	@$(BIN)/pytest tests --numprocesses=auto --maxprocesses=4 --dist=worksteal

# BUILDS="python3.14 /opt/python3.13t" names the builds; without, all that can be found.
matrix: $(INSTALLED)
	@echo "▸ Running every block and program on every CPython build"
	@PYTHONPATH=tests $(BIN)/python -m engine.matrix $(BUILDS)

outputs: $(INSTALLED)
	$(BIN)/pytest --outputs docs

# Adds the headings of the built site to the list of links that must not break.
anchors: $(INSTALLED)
	@$(BIN)/python tests/site/anchors.py

# Lighthouse and the Nu checker on the built site; needs node, java and Chromium. RUNS=1 is quick.
measure:
	@cd .github/measure && npm ci --silent --ignore-scripts
	@CHROME_PATH="$${CHROME_PATH:-$$(command -v chromium || command -v google-chrome)}" \
	  node .github/measure/measure.mjs site $(RUNS)

# Names every supported Python at once; see .github/requirements.in.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
	  .github/requirements.in --output-file requirements.txt

lint: $(INSTALLED)
	@echo "▸ Linting"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/codespell

blocks: $(INSTALLED)
	@echo "▸ Running every block and program on CPython $(VERSION)"
	@$(BIN)/pytest docs $(LIVE)

build: system $(INSTALLED)
	@echo "▸ Building the site, the offline copy and the book (measuring takes about three minutes)"
	@rm -rf dist
	@$(BIN)/mkdocs build
	@$(MAKE) --no-print-directory --jobs=3 book small-book offline
	@cp -r site/pdf dist/*.pdf dist/$(NAME)/
	@$(BIN)/python docs/_site/pack.py dist/$(NAME) dist/$(NAME).zip
	@cp dist/*.pdf dist/$(NAME).zip site/

book:
	@$(BIN)/python docs/_site/book site dist/$(NAME).pdf

small-book:
	@$(BIN)/python docs/_site/book site dist/$(NAME)-small.pdf --small

offline:
	@OFFLINE=true MEASURE=false $(BIN)/mkdocs build --site-dir dist/$(NAME)

system:
	@sh tests/system-packages.sh site $(PYTHON)

system-test:
	@sh tests/system-packages.sh test $(PYTHON)

# pip compiles on one core, compileall on all of them.
$(INSTALLED): requirements.txt | system
	@echo "▸ Installing into .venv with CPython $(VERSION) (about a minute, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --requirement requirements.txt
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib
	@touch $@
