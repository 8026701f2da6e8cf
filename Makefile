# SPDX-License-Identifier: ISC
# The front door: thin commands over Meson.  `make help` lists them.

BUILD  ?= build
CC     ?= cc
PREFIX ?= $(HOME)/.local

.PHONY: all build demo test bench lint install clean help

all: build

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

$(BUILD)/build.ninja:
	@scripts/install-packages build
	CC=$(CC) meson setup $(BUILD) --prefix=$(PREFIX)

build: $(BUILD)/build.ninja ## Build everything (release)
	ninja -C $(BUILD)

test: ## Build and run every test suite, also under sanitizers
	@scripts/install-packages test
	@scripts/run-tests

lint: ## Check format, headers, licences and common mistakes
	@scripts/install-packages test
	@scripts/lint

clean: ## Remove what make built
	rm -rf build build-asan build-tsan build-clang dist
