# make serve   install, check, build and serve the graph on http://127.0.0.1:8000   (PORT=8001 HOST=0.0.0.0 change it)
# make test    everything that must hold before a change lands
# make help    the other commands

VENV ?= .venv
PYTHON ?= python3
export HOST ?= 127.0.0.1
export PORT ?= 8000
LOAD_SECONDS ?= 300
TESTERS ?= 3

INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input
PIP = $(INSTALL) -c constraints.txt
KG = $(VENV)/bin/kg

.DEFAULT_GOAL := help
.PHONY: help serve test long .tests .types screenshots lint check fmt build wheel bench clean soak pins

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

serve:
	@$(MAKE) --no-print-directory -j2 $(VENV)/.installed $(VENV)/.web
	@$(KG) serve

test:
	@$(MAKE) --no-print-directory -j3 $(VENV)/.installed-test $(VENV)/.web-test $(VENV)/.debian $(VENV)/.suites
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Run: $(VENV)/bin/ruff format ."; exit 1; }
	@$(MAKE) --no-print-directory -j2 .types .tests
	@$(VENV)/bin/python -m pytest -m "alone and not long"

# Long tests are in few files: in the order of their names those come first.
.tests:
	@$(KG) build --if-changed
	@$(VENV)/bin/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder -m "not alone and not long"

.types:
	@$(VENV)/bin/mypy

# make long    tests that take long: the wheel, damage, broken exports, fifty kills
long: $(VENV)/.installed-test $(VENV)/.web-test $(VENV)/.debian
	@$(KG) build --if-changed
	@KILLS=50 $(VENV)/bin/python -m pytest -q tests/test_killed_builds.py
	@$(VENV)/bin/python -m pytest -n 2 --dist loadfile -m long

# make soak    what takes minutes: load, every route fuzzed, the OpenAPI document   (PART=load fuzz or api, LOAD_SECONDS=60)
soak: $(VENV)/.installed-test $(VENV)/.web
	@$(KG) build --if-changed
	@$(if $(filter load,$(SOAKED)),PYTHONPATH=tests $(VENV)/bin/python tests/faults/soak.py --seconds $(LOAD_SECONDS))
	@$(if $(filter fuzz,$(SOAKED)),PYTHONPATH=tests $(VENV)/bin/python tests/faults/fuzz.py --requests 2000)
	@$(if $(filter api,$(SOAKED)),PYTHONPATH=tests $(VENV)/bin/python tests/faults/api.py)

SOAKED = $(or $(PART),load fuzz api)

# make screenshots   every type of page, in both themes and widths, in build/screenshots/
screenshots:
	@$(MAKE) --no-print-directory -j3 $(VENV)/.installed-test $(VENV)/.web-test $(VENV)/.debian
	@$(KG) build --if-changed
	@SCREENSHOTS=all $(VENV)/bin/python -m pytest -q -n 2 --dist loadfile tests/browser/test_accessible_nl.py tests/browser/test_accessible_en.py

# make check   the checks of the data alone
check: $(VENV)/.installed
	@$(KG) check --files

# make fmt     the canonical layout for data and code
fmt: $(VENV)/.installed-test
	@$(KG) fmt
	@$(VENV)/bin/ruff check --fix --quiet .
	@$(VENV)/bin/ruff format --quiet .

# make build   a release in dist/
build: $(VENV)/.installed
	@$(KG) build

# make wheel   the Python package in dist/, and the bill of materials of what it needs
wheel: $(VENV)/.installed-test $(VENV)/.web
	@$(VENV)/bin/python -m build --wheel --no-isolation --outdir dist .
	@$(KG) doctor --sbom dist/leergraaf.cdx.json

# make pins    the sums of the libraries anew, after a change of constraints.txt (needs uv)
pins:
	@for each in run test; do test $$each = test && extra="--extra test"; uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 -c constraints.txt $$extra \
	  -o .ci/pins-$$each.txt pyproject.toml || exit 1; done

# make bench   measure this program beside its peers, for docs/performance.md   (PART=reading LARGE=1 narrow and widen it)
bench: $(VENV)/.installed
	@$(VENV)/bin/python tests/bench/run.py $(PART) $(if $(LARGE),--large)

# make clean   remove what was made
clean:
	rm -rf $(VENV) web/node_modules web/kg_web/static/vendor dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or later is needed (Debian: sudo apt-get install python3). Another one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing python3-venv …"; \
	    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install python3-venv >/dev/null; \
	  else echo "Python lacks venv. Install it with: sudo apt-get install python3-venv"; exit 1; fi; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

# Libraries come first, each held against the sums of its files; what follows finds them there.
$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt .ci/pins-run.txt
	@echo "Installing …"
	@$(INSTALL) --require-hashes -r .ci/pins-run.txt
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed .ci/pins-test.txt
	@echo "Installing what the tests need …"
	@$(INSTALL) --require-hashes -r .ci/pins-test.txt
	@$(PIP) -e ".[test]"
	@touch $@

LIBRARIES = web/package.json web/libraries.toml web/fetch_libraries.py $(wildcard web/*.licences.txt)

# Offline these are tried again the next time: the site then serves its plain form, and the tests say what they miss.
$(VENV)/.web: $(VENV)/.made $(LIBRARIES)
	@echo "Fetching the libraries of the site …"
	@if $(VENV)/bin/python web/fetch_libraries.py; then touch $@; fi

$(VENV)/.web-test: $(VENV)/.made $(LIBRARIES)
	@echo "Fetching the libraries of the site and programs to test with …"
	@if $(VENV)/bin/python web/fetch_libraries.py --test; then touch $(VENV)/.web $@; fi

# The W3C's SHACL suite, which pySHACL's source package carries.
$(VENV)/.suites: $(VENV)/.installed
	@echo "Fetching the W3C's SHACL suite …"
	@if $(PIP:install=download) --no-deps --no-binary pyshacl --dest $(VENV)/suites pyshacl; then \
	  tar -xzf $(VENV)/suites/pyshacl-*.tar.gz -C $(VENV)/suites --strip-components=3 --wildcards '*/sht_tests' && touch $@; fi

# What the tests use of Debian: a browser, an office suite that saves workbooks anew, a proxy, another SPARQL server.
# RUNLEVEL=1 keeps the packages from starting a service. Chromium comes with what it recommends: fonts.
DEBIAN = chromium:chromium soffice:libreoffice-calc-nogui nginx:nginx-light virtuoso-t:virtuoso-opensource-7-bin

$(VENV)/.debian: $(VENV)/.made
	@for each in $(DEBIAN); do PATH="$$PATH:/usr/sbin" command -v $${each%%:*} >/dev/null || wanted="$$wanted $${each##*:}"; done; \
	if [ -n "$$wanted" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing$$wanted …"; \
	    apt-get -qq update && for each in $$wanted; do \
	      lean=--no-install-recommends; [ $$each = chromium ] && lean=; \
	      RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq -y $$lean install $$each >/dev/null || exit 1; done; \
	  else echo "Some tests need more programs. Install them with: sudo apt-get install --no-install-recommends$$wanted"; fi; fi
	@touch $@
