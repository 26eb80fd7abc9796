# Two things choose where the guide runs, both may be given to every target:
#   PYTHON=python3.13            the Python that builds and checks the site
#   BUILDS=all, own, 3.11,3.13t  the CPython builds that run blocks and programs

PYTHON ?= python3
BIN := .venv/bin
NAME := python-threads-executed
VERSION := $(shell $(PYTHON) -c 'import sys; print(sys.version.split()[0])' 2>/dev/null)
INSTALLED := .venv/installed-$(VERSION)

export NO_MKDOCS_2_WARNING = 1
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
export PYTHONPATH = tests
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1767225600)

# A build is made anew when one of its products has gone, or when this list of what it is made from
# changes: settings, and a checksum for each file and for the evidence, to which the build itself adds
# what it measures.
SETTINGS = $(SITE_URL) $(SOURCE_URL) $(EDIT_URL) $(MEASURE) $(SOURCE_DATE_EPOCH)
PRODUCTS = $(patsubst %,$(1)/$(NAME)%,.pdf -small.pdf .zip)
GONE := $(shell ls $(call PRODUCTS,dist) $(call PRODUCTS,site) >/dev/null 2>&1 || rm -f .cache/built)

.PHONY: help site test serve outputs pythons measure links anchors readability lock lint blocks programs checks coverage mutants tools kit-precision build book small-book offline system system-test FORCE

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1#/p' $(MAKEFILE_LIST) | awk -F'#' '{printf "make %-13s %s\n", $$1, $$2}'

site: export BUILDS ?= all
site: blocks build  ## run every block on every CPython found, build site, offline copy and PDF
	@echo
	@echo "Site      site/index.html              $(BIN)/python -m http.server -d site"
	@echo "Offline   dist/$(NAME)/index.html      open it in a browser"
	@echo "PDF       dist/$(NAME).pdf             open it in a reader"

test: export BUILDS ?= own
test: system-test lint blocks build programs  ## check everything that guards the project; BUILDS=all on every CPython found
	@echo "▸ Testing the programs on CPython $(VERSION), the checks, the site and the book"
	@$(MAKE) --no-print-directory --jobs=2 --output-sync coverage checks

# Measured pages show their last figures, if there are any, and say when they were taken.
serve: $(INSTALLED)  ## show the site while you write
	MEASURE=false $(BIN)/mkdocs serve

outputs: $(INSTALLED)  ## write what blocks print into the pages
	$(BIN)/pytest --outputs docs

pythons: $(INSTALLED)  ## fetch the CPython builds that this machine lacks, with uv
	@$(BIN)/python -m engine.builds

measure:  ## Lighthouse and the Nu checker on the built site; RUNS=1 is quick
	@cd .github/measure && npm ci --silent --ignore-scripts
	@CHROME_PATH="$${CHROME_PATH:-$$(command -v chromium || command -v google-chrome)}" \
	  node .github/measure/measure.mjs site $(RUNS)

links: site  ## ask for every external address of the site
	@$(BIN)/linkchecker --check-extern --no-status site/index.html

anchors: $(INSTALLED)  ## add the headings of the built site to the links that must not break
	@$(BIN)/python tests/site/anchors.py

readability: $(INSTALLED)  ## print the words a sentence, and the longest run without a block, of each page
	@PYTHONPATH=tests:docs/_site $(BIN)/python tests/site/readability.py

# Names every supported Python at once; see .github/requirements.in.
lock:  ## lock requirements.in into requirements.txt, with hashes; needs uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
	  .github/requirements.in --output-file requirements.txt

lint: $(INSTALLED)
	@echo "▸ Linting"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/codespell
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/mypy --no-error-summary

blocks: $(INSTALLED)
	@echo "▸ Running blocks and programs (builds: $(BUILDS)); what has not changed since it ran is not run again"
	@$(BIN)/pytest docs --builds="$(BUILDS)" $(LIVE)

programs: $(INSTALLED)
	@echo "▸ Testing the programs on the other builds ($(BUILDS))"
	@$(BIN)/python -m engine.elsewhere $(BUILDS)

# orders.py traces threads, and coverage cannot at the same time.
TRACES := tests/programs/test_orders.py

checks:
	@$(BIN)/pytest tests/checks tests/site $(TRACES) --numprocesses=auto --maxprocesses=4 --dist=loadgroup

# In one process: coverage sees no other without changing how the programs of a test start.
coverage: $(INSTALLED)
	@rm -rf .cache/coverage && mkdir -p .cache/coverage
	@$(BIN)/coverage run -m pytest tests/programs --ignore=$(TRACES)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report

tools: $(INSTALLED)  ## measure the tools that find races on tests/programs/corpus; what has not changed is kept; TOOLS="frontrun@3.14"
	@$(BIN)/python tests/programs/tools.py $(TOOLS)

kit-precision: $(INSTALLED)  ## count what the team kit's rules flag in well-known packages; downloads them once
	@PATH="$(BIN):$$PATH" $(BIN)/python tests/checks/kit_precision.py

mutants: $(INSTALLED)  ## change the programs in small ways and see whether their tests notice; PROGRAMS="locks/compute_once"
	@$(BIN)/python tests/programs/mutants.py $(PROGRAMS)

.cache/built-from: FORCE
	@mkdir -p .cache/evidence
	@{ echo $(SETTINGS); find docs examples tests .github *.* .cache/evidence -type f \
	  -not -path '*/__pycache__/*' -not -path '*/.*_cache/*' -not -path '*/node_modules/*' -exec cksum {} +; } | sort > $@.new
	@cmp -s $@.new $@ || mv $@.new $@

build: .cache/built

.cache/built: .cache/built-from | system $(INSTALLED)
	@echo "▸ Building the site, the offline copy and the book"
	@$(BIN)/mkdocs build
	@$(MAKE) --no-print-directory --jobs=3 book small-book offline
	@cp -r site/pdf dist/*.pdf dist/$(NAME)/
	@$(BIN)/python docs/_site/pack.py dist/$(NAME) dist/$(NAME).zip
	@cp dist/*.pdf dist/$(NAME).zip site/
	@{ grep -v ' \.cache/evidence/' $<; find .cache/evidence -type f -exec cksum {} +; } | sort > $<.new
	@mv $<.new $< && touch $@

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

# pip installs uv, and uv the rest: faster, and what makes the environments of the other builds.
$(INSTALLED): requirements.txt | system
	@echo "▸ Installing into .venv with CPython $(VERSION) (about half a minute, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv --clear .venv
	@awk '/^[^ ]/ {on = /^uv==/} on' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --requirement .venv/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode --requirement requirements.txt
	@touch $@
