# SPDX-License-Identifier: Apache-2.0
#
# Objects go to build/<variant>/, so that variants live side by side:
#
#   make build                               build/tenetd, with gcc, and
#                                            build/tenet-ipam, the CNI plugin
#   make build CC=clang                      build/clang/tenetd
#   make build SANITIZER=address,undefined   build/sanitized/tenetd
#
# WERROR=1 makes warnings errors, V=1 shows the commands, JOBS=N builds N
# files at once.

CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
Q       := $(if $(V),,@)
say      = $(if $(V),,@printf '  %-7s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@))
MAKE_IN  = $(MAKE) --no-print-directory \
           $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

# What is built, and for whom.

COMPILER := $(if $(findstring clang,$(CC)),clang,gcc)
VARIANT  ?= $(strip $(if $(COVERAGE),cover,$(if $(SANITIZER),\
              $(if $(filter clang,$(COMPILER)),clang-)sanitized,\
              $(if $(filter clang,$(COMPILER)),clang,release))))
BUILD    := build/$(VARIANT)
PLACE    := $(if $(filter release,$(VARIANT)),build,$(BUILD))
TENETD   := $(PLACE)/tenetd
PLUGIN   := $(PLACE)/tenet-ipam

SOURCES    := $(sort $(wildcard server/*.c server/*/*.c))
CNI        := $(sort $(wildcard clients/cni/*.c))
MIGRATIONS := $(sort $(wildcard migrations/*.sql))
SUPPORT    := $(sort $(wildcard tests/support/*.c))
UNIT_TESTS := $(sort $(wildcard tests/unit/*_test.c tests/unit/*/*_test.c))
DB_TESTS   := $(sort $(wildcard tests/db/*_test.c))
API_TESTS  := $(sort $(wildcard tests/api/*_test.c))
LOAD       := $(sort $(wildcard tests/bench/load/*.c))
FUZZERS    := $(sort $(wildcard tests/fuzz/fuzz_*.c))

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB     := $(BUILD)/libtenet.a
OBJECTS := $(call objects,$(filter-out server/main.c,$(SOURCES))) \
           $(BUILD)/migrations.o

LOAD_OBJECTS := $(call objects,$(LOAD))
CNI_OBJECTS := $(call objects,$(filter-out clients/cni/main.c,$(CNI)))

# What the tests of db and api are linked with: all objects, not the library,
# for they look at every SQL statement there is.  They reach http from outside.
TESTED := $(filter-out $(BUILD)/server/http/%,$(OBJECTS))

# A folder without tests makes no binary.
TEST_BINARIES := $(if $(UNIT_TESTS),$(BUILD)/test-unit) \
                 $(if $(DB_TESTS),$(BUILD)/test-db) \
                 $(if $(API_TESTS),$(BUILD)/test-api)
REPLAYS := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/replay-%,$(FUZZERS))

# Flags.

LIBRARIES := libmicrohttpd gnutls libpq jansson uuid libcrypto libsodium \
             zlib libcurl
PKG_CFLAGS  := $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
PKG_LIBS    := $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)
CNI_LIBRARIES := libcurl jansson uuid
CNI_CFLAGS  := $(shell pkg-config --cflags $(CNI_LIBRARIES) 2>/dev/null)
CNI_LIBS    := $(shell pkg-config --libs $(CNI_LIBRARIES) 2>/dev/null)
TEST_CFLAGS := $(shell pkg-config --cflags criterion 2>/dev/null)
TEST_LIBS   := $(shell pkg-config --libs criterion 2>/dev/null)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wwrite-strings -Wformat=2 -Wundef \
            -Wswitch-enum -Wno-missing-field-initializers \
            $(if $(WERROR),-Werror)

OPTIMIZE := -O2 -D_FORTIFY_SOURCE=2
ifneq ($(SANITIZER),)
OPTIMIZE := -O1 -fno-omit-frame-pointer -fsanitize=$(SANITIZER) \
            -fno-sanitize-recover=undefined
endif
ifneq ($(COVERAGE),)
OPTIMIZE := -O0 --coverage -fprofile-abs-path
endif

HARDENING := -fstack-protector-strong -fPIE

VERSION   ?= $(or $(shell git describe --tags --always 2>/dev/null),unknown)

CPPFLAGS  := -D_GNU_SOURCE -Iinclude -include core/banned.h $(PKG_CFLAGS)
CFLAGS    := -std=c11 -g $(OPTIMIZE) $(HARDENING) $(WARNINGS) \
             $(EXTRA_CFLAGS)
LDFLAGS   := -pie -Wl,-z,relro,-z,now -pthread \
             $(if $(SANITIZER),-fsanitize=$(SANITIZER)) \
             $(if $(COVERAGE),--coverage) $(EXTRA_LDFLAGS)
CLIENT_FLAGS := -Iclients $(CNI_CFLAGS)
TEST_FLAGS   := -Itests $(CLIENT_FLAGS) $(TEST_CFLAGS) -Wno-missing-prototypes -Wno-pedantic \
                -Wno-string-concatenation \
                -Wno-switch-enum

# Help.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: help build build-tests run test check bench bench-scale fuzz lint \
        format openapi cover instructions soak deb test-deb test-upgrade clean \
        print-flags FORCE

help:  ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' \
	    $(firstword $(MAKEFILE_LIST))

# The program.

build: $(TENETD) $(PLUGIN)  ## Build the server, and the CNI plugin: build/

build/tenetd build/tenet-ipam: build/%: build/release/%
	$(Q)ln -f $< $@

$(BUILD)/tenetd: $(BUILD)/server/main.o $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tenet-ipam: $(BUILD)/clients/cni/main.o $(CNI_OBJECTS) $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CNI_LIBS)

# Made anew, so that nothing stays in it of a source that is gone.
$(LIB): $(OBJECTS) $(BUILD)/list.txt
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $(OBJECTS)

# Pure code, where every narrowing is a mistake.
$(BUILD)/server/core/%.o $(BUILD)/server/net/%.o: WARNINGS_HERE := -Wconversion

# Only the file that prints the version depends on it.
$(BUILD)/server/main.o: CPPFLAGS_HERE := -DTENET_VERSION='"$(VERSION)"'
$(BUILD)/server/main.o: $(BUILD)/version.txt

$(BUILD)/server/%.o: server/%.c $(BUILD)/flags.txt
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CPPFLAGS_HERE) $(CFLAGS) $(WARNINGS_HERE) \
	    -MMD -MP -c -o $@ $<

$(BUILD)/clients/%.o: clients/%.c $(BUILD)/flags.txt
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CLIENT_FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# SQL is longer than the string literals C11 promises (5.2.4.1); every
# compiler in use takes it.
$(BUILD)/migrations.o: $(BUILD)/migrations.c $(BUILD)/flags.txt
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-overlength-strings -MMD -MP \
	    -c -o $@ $<

# Files that change only when their content does.

replace_if_changed = cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@

$(BUILD)/migrations.c: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)awk -f migrations/embed.awk $(MIGRATIONS) </dev/null >$@.new
	$(Q)$(replace_if_changed)

$(BUILD)/flags.txt: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' '$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS)' >$@.new
	$(Q)$(replace_if_changed)

$(BUILD)/version.txt: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' '$(VERSION)' >$@.new
	$(Q)$(replace_if_changed)

$(BUILD)/list.txt: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' $(SOURCES) $(CNI) $(SUPPORT) $(UNIT_TESTS) \
	    $(DB_TESTS) $(API_TESTS) >$@.new
	$(Q)$(replace_if_changed)

# Tests.

build-tests: $(TENETD) $(PLUGIN) $(TEST_BINARIES) $(REPLAYS)

$(BUILD)/test-unit: $(call objects,$(UNIT_TESTS)) $(CNI_OBJECTS) \
                    $(LOAD_OBJECTS) $(LIB)
$(BUILD)/test-db: $(call objects,$(DB_TESTS) $(SUPPORT)) $(TESTED)
$(BUILD)/test-api: $(call objects,$(API_TESTS) $(SUPPORT)) $(TESTED)
$(BUILD)/test-%: $(BUILD)/list.txt
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) \
	    $(TEST_LIBS) $(PKG_LIBS) $(CNI_LIBS)

$(BUILD)/replay-%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o \
                   $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags.txt
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS) -MMD -MP -c -o $@ $<

test:  ## Install what is missing, build, run every test
	@.ci/deps test
	+@$(MAKE_IN) build-tests
	@.ci/tests $(BUILD)

# Running.

# Root's home is closed to the user who then runs PostgreSQL.
DATA := $(if $(filter 0,$(shell id -u)),/var/lib/tenet,$\
          $(or $(XDG_STATE_HOME),$(HOME)/.local/state)/tenet)

run:  ## Install what is missing, build, serve on 127.0.0.1:9696
	@.ci/deps run
	+@$(MAKE_IN) build
	@exec build/tenetd dev --data "$${TENET_DATA:-$(DATA)}"

# Speed.

# ROWS="create delete" measures some rows, SECONDS and ROUNDS how long and how
# often: only a run of all rows is kept in docs/performance.json.
BENCH_FLAGS = $(if $(ROWS),--rows "$(ROWS)") \
              $(if $(ROUNDS),--rounds $(ROUNDS)) \
              $(if $(SECONDS),--seconds $(SECONDS)) \
              $(if $(ROWS)$(ROUNDS)$(SECONDS),,--store)

bench:  ## Measure speed against yardsticks: docs/performance.md
	@.ci/deps bench
	+@$(MAKE_IN) -s build build/bench-load build/bench-bare
	@tests/bench/bench.py $(BENCH_FLAGS)

bench-scale:  ## Measure full subnets and 1,000,000 ports (10 minutes)
	@.ci/deps bench
	+@$(MAKE_IN) -s build build/bench-load build/bench-bare
	@tests/bench/bench.py --scale $(BENCH_FLAGS)

build/bench-load build/bench-bare: build/%: build/release/%
	$(Q)ln -f $< $@

$(BUILD)/bench-load: $(BUILD)/tests/bench/load.o $(LOAD_OBJECTS) $(LIB)
$(BUILD)/bench-bare: $(BUILD)/tests/bench/bare.o
$(BUILD)/bench-%:
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# Everything CI does.

CHECKS := test clang sanitized tidy layers size generated openapi compose \
          instructions

check:  ## Do all that CI does: tests, sanitizers, linters, generated files
	@.ci/deps check
	@.ci/check $(CHECKS)

lint:  ## Run clang-tidy, the layer check and the size check
	@.ci/deps check
	@.ci/check tidy layers size

# What clang-tidy must know of the way a file is compiled.
print-flags:
	@echo $(CPPFLAGS) $(CLIENT_FLAGS) -std=c11 $(WARNINGS)

format:  ## Format every C file with clang-format
	@.ci/deps check
	@git ls-files -co --exclude-standard '*.c' '*.h' \
	    | xargs clang-format -i

openapi: $(TENETD)  ## Write openapi/openapi.json and docs/policy.txt anew from the tables
	@env -i $(TENETD) openapi >$(BUILD)/openapi.json
	@cp $(BUILD)/openapi.json openapi/openapi.json
	@env -i $(TENETD) policy >$(BUILD)/policy.txt
	@cp $(BUILD)/policy.txt docs/policy.txt

# Shipping.

deb:  ## Build the Debian packages: build/deb/
	@.ci/deps deb
	@packaging/make-deb build/deb

test-deb: deb  ## Install, start and purge them in a debootstrap folder (root)
	@tests/packaging/deb.sh build/deb

test-upgrade: build  ## FROM=COMMIT: serve with it while migrations run
	@tests/packaging/upgrade.sh build/tenetd "$(FROM)"

# Speed and endurance.

instructions:  ## Count the instructions of requests; ACCEPT=1: that is fine
	@.ci/deps check
	+@$(MAKE_IN) build
	@tests/bench/instructions.py $(if $(ACCEPT),--accept)

soak:  ## All kinds of load for SOAK_MINUTES (30): does anything grow?
	@.ci/deps test
	+@$(MAKE_IN) build
	@tests/bench/soak.py

# Fuzzing and coverage.

FUZZ_SECONDS ?= 60
FUZZ_NAMES   := $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZERS))

fuzz:  ## Run every fuzzer for FUZZ_SECONDS (60)
	@.ci/deps fuzz
	+@$(MAKE_IN) CC=clang VARIANT=fuzz \
	    SANITIZER=fuzzer-no-link,address,undefined \
	    $(addprefix run-fuzz-,$(FUZZ_NAMES))

$(BUILD)/fuzz-%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

# What a fuzzer finds anew stays in build/; a crash is written beside it.
run-fuzz-%: $(BUILD)/fuzz-%
	$(Q)mkdir -p $(BUILD)/corpus/$* tests/fuzz/corpus/$*
	$(Q)$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -verbosity=0 \
	    -print_final_stats=1 -artifact_prefix=$(BUILD)/$*- \
	    $(BUILD)/corpus/$* tests/fuzz/corpus/$*

cover:  ## Run the tests and show which lines they reach
	@.ci/deps cover
	+@$(MAKE_IN) COVERAGE=1 build-tests
	@find build/cover -name '*.gcda' -delete
	@.ci/tests build/cover
	@gcovr --root . --filter server/ --filter clients/ --html-details build/cover/index.html \
	    --print-summary build/cover

clean:  ## Remove build/
	$(Q)rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
