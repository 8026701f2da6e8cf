# SPDX-License-Identifier: ISC
# The front door: thin commands over Meson.  `make help` lists them.
export DESTDIR LIBDIR DEPS

BUILD ?= build
CC    ?= cc

# Where they cannot be made, plugins load the system's
LIBRARIES = scripts/libraries native || echo "vstkit: going on with the system's FFTW and Jansson"

.PHONY: all configure build demo manual test test-transforms cross soak bench bench-full bench-sound bench-agent bench-data lint bundle wheel libraries install uninstall clean help

all: build

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
	@echo 'With DEPS=no, as in make DEPS=no test, no package is installed; tests that need one are skipped.'

configure:
	@[ -f $(BUILD)/build.ninja ] || scripts/install-packages build
	@[ -f $(BUILD)/build.ninja ] || $(LIBRARIES)
	@CC=$(CC) scripts/configure $(BUILD)

build: configure ## Build everything (release)
	ninja -C $(BUILD)

demo: build ## Render the demo clip through presets into demo/, with spectrograms
	@scripts/demo $(BUILD)

manual: build ## Write the manual's tables and draw its pictures anew
	@scripts/make_manual.py $(BUILD)/apps/cli/vstkit
	@scripts/manual_pictures.py $(BUILD)/apps/cli/vstkit

run-%: build ## Run an effect as a program, from the tree: make run-lossy
	@$(BUILD)/apps/cli/vstkit play $*

test: ## Build and run every test suite, also under sanitizers
	@scripts/install-packages test
	@scripts/run-tests

cross: ## Build for Windows with mingw-w64, and test under wine
	@scripts/install-packages cross
	@scripts/cross

soak: build ## Play on JACK at 64 frames for five minutes, and with OSC, open windows 50 times, then fuzz for SECONDS (600) each
	@scripts/install-packages test
	@test/hosts/soak_64.py --seconds 300 $(BUILD)
	@test/standalone/soak.py 300 $(BUILD)
	@test/window/with_display.py test/standalone/soak.py 60 $(BUILD) windows
	@test/hosts/soak_64.py --osc 60 $(BUILD)
	@VSTKIT_BUILD_ROOT=$(abspath $(BUILD)) test/osc/hostile.py --soak 10
	@meson test -C $(BUILD) --benchmark --suite memory --num-processes 1
	@VSTKIT_OFTEN=50 meson test -C $(BUILD) --no-rebuild --print-errorlogs 'host ardour windows' 'host qtractor windows'
	@test/fuzz/run.py --seconds $(or $(SECONDS),600)

test-transforms: build ## Try the transforms with PyTorch and lhotse, which are gigabytes to fetch
	@scripts/test-transforms $(BUILD)

bench-data: build ## Measure whole datasets: renders beside other libraries', the batch engine, Dask
	@scripts/bench-data $(BUILD)

bench: configure ## Measure: time per block of every preset, and every effect's own benches
	@scripts/run-bench $(BUILD)

bench-sound: build ## Measure the sound beside that of others: halls, and real codecs
	@scripts/install-packages sound
	@scripts/python-tools
	@for part in bench/sound/*.py; do PYTHONPATH=$(BUILD)/python .venv/bin/python "$$part" || exit 1; done

bench-full: configure ## The same with 60 s of audio per preset
	@scripts/run-bench $(BUILD) --seconds 60

bench-agent: configure ## Measure searches: 50 targets an effect, up to 4096 renders each (hours); ARGS="--targets 4 --budgets 50" for less
	@ninja -C $(BUILD) && PYTHONPATH=$(BUILD)/python .venv/bin/python bench/agent.py $(ARGS)

lint: ## Check format, headers, licences and common mistakes
	@scripts/install-packages test
	@scripts/lint

bundle: libraries build ## Put all plugins into dist/, ready to copy, with their licences
	@scripts/install.py bundle $(BUILD) dist

wheel: ## Make a Python wheel for any Linux into dist/, with all it needs inside
	@scripts/install-packages wheel
	@scripts/make-wheel dist

libraries: ## Build static FFTW and Jansson for the plugins into build-deps/, once
	@$(LIBRARIES)

# Nothing is built under sudo, so that no file of the build comes to belong to root
install: $(if $(SUDO_USER),,build) ## Install for this user, or below PREFIX (and DESTDIR) for everybody
	@scripts/install.py install $(BUILD) $(PREFIX)

uninstall: ## Take away what install put; with the same PREFIX and DESTDIR
	@scripts/install.py uninstall $(BUILD) $(PREFIX)

clean: ## Remove what make built
	rm -rf build build-asan build-tsan build-fuzz build-win build-wheel build-deps dist
