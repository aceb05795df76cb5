# Everything that is done with this repository by name; each target makes what it needs first.
# PYTHON is the interpreter that .venv is made with (3.11 or newer); PORT is where `make serve` answers.
PYTHON ?= python3
PORT ?= 8000
export PORT

# The environment is made again when the pinned requirements change, whatever their dates say.
SERVE_READY := .venv/serve-$(shell cat requirements.txt | cksum | cut -d' ' -f1)
TEST_READY := .venv/test-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)

.PHONY: serve test check bench requirements messages

serve: $(SERVE_READY)
	@exec .venv/bin/python -m portal.serve

test: $(TEST_READY)
	@.venv/bin/python -m pytest -m "not browser" -n 2
	@.venv/bin/python -m pytest -m browser -n 2

check: $(TEST_READY)
	@.venv/bin/python -m tools.check

bench: $(TEST_READY)
	@.venv/bin/python -m portal.bench
	@.venv/bin/python -m portal.bench.crowd

# Compile the pinned lists anew after a change of requirements.in or requirements-dev.in.
requirements: .venv/bin/python
	@.venv/bin/pip install -qq pip-tools
	@.venv/bin/python -m piptools compile -q --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt requirements.in
	@.venv/bin/python -m piptools compile -q --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements-dev.txt requirements-dev.in

# Collect the texts of the code into locale/ and compile what was translated. The source texts are the Chinese ones.
messages: $(TEST_READY)
	@.venv/bin/python manage.py makemessages -l en -l zh_Hans --ignore=.venv --no-obsolete --add-location=file
	@.venv/bin/python -m tools.chinese
	@.venv/bin/python manage.py compilemessages -l en -l zh_Hans

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Making the Python environment in .venv"
	@$(PYTHON) -m venv .venv

$(SERVE_READY): .venv/bin/python
	@echo "Installing the packages that the portal needs (once, about a minute)"
	@.venv/bin/pip install -qq --disable-pip-version-check --no-input -r requirements.txt
	@rm -f .venv/serve-*
	@touch $@

$(TEST_READY): $(SERVE_READY)
	@echo "Installing the packages that the tests need (once)"
	@.venv/bin/pip install -qq --disable-pip-version-check --no-input -r requirements-dev.txt
	@rm -f .venv/test-*
	@touch $@
