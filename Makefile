# make help lists the targets.

VERSION := $(shell sed -n 's/^.define SIGNALBOX_VERSION "\(.*\)"/\1/p' fcgi/core/version.h)
B       ?= build$(if $(SAN),-san)
VAR     ?= var
PREFIX  ?= /usr/local
PARTS   ?= *
J       ?= $(shell nproc)

CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wimplicit-fallthrough -Wno-missing-field-initializers -Werror
CPPFLAGS += -D_GNU_SOURCE -Ifcgi -I$(B) -Itests -isystem /usr/include/postgresql
HARDEN   := -fstack-protector-strong -fPIE
LDFLAGS  += -pie -Wl,-z,relro,-z,now -Wl,--as-needed
WRAP     := $(addprefix -Xlinker --wrap=,PQsendQuery PQsendQueryParams PQsendQueryPrepared crypto_pwhash_str_alg)
LDLIBS   += -lm -lpq -lfcgi -ljson-c -lcurl -ljwt -lctemplate -lsodium -lpthread -lstdc++
ifneq ($(SAN)$(FUZZ),)
HARDEN   += -O1 -fsanitize=address,undefined$(if $(FUZZ), -fsanitize=fuzzer-no-link -w) -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CPPFLAGS += -DARENA_DEBUG$(if $(FUZZ), -DLIBFUZZER)
LDFLAGS  += -fsanitize=address,undefined
else ifdef COVER
HARDEN   += -O0 --coverage
CPPFLAGS += -DCOUNTS_COVERAGE=1
LDFLAGS  += --coverage
else
CPPFLAGS += -D_FORTIFY_SOURCE=2
endif
COMPILE  := $(CC) -std=c11 $(WARN) $(CPPFLAGS) $(CFLAGS) $(HARDEN) -include fcgi/core/banned.h

SRC      := $(wildcard $(foreach p,$(PARTS),fcgi/$p/*.c fcgi/$p/*/*.c fcgi/$p/*.cc))
TEST     := $(sort $(wildcard tests/lib/*.c tests/fcgi-wire/wire.c tests/cli/program.c $(foreach p,$(PARTS),tests/$p/test_*.c tests/$p/*/test_*.c tests/$p/given.c tests/$p/listener.c)))
FUZZERS  := $(wildcard tests/fuzz/*.c)
obj       = $(patsubst %,$(B)/obj/%.o,$(1))
MADE     := $(B)/sql_statements.h $(B)/sql_migrations.h $(B)/static_names.h

SAY       = $(if $(V),,@echo "  $@"; )

MAKEFLAGS += --no-builtin-rules $(if $(filter 0,$(MAKELEVEL)),-j$(J))
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help run test quick check lint format format-check fuzz shots bench cover db db-explain install dist clean

all: $(B)/signalbox $(B)/signalbox.1      ## build the program, its static files and man page

help:                                     ## list the targets
	@awk -F '## ' '/^[a-z_.-]+:.*## /{ split($$1, t, ":"); printf "  %-22s %s\n", t[1], $$2 }' Makefile

run: all                                  ## install what is missing, start everything, print the address (VAR=dir)
	@B='$(B)' VAR='$(VAR)' exec nginx/run

test: all check $(B)/replay              ## all tests, T=name only those; SAN=1 under the sanitizers
	@B='$(B)' T='$(T)' SAN='$(SAN)' exec tests/run

quick: all check $(B)/replay             ## the tests without nginx, a browser and waiting; T=name only those
	@B='$(B)' T='$(T)' exec tests/run quick

check: $(B)/check                         ## build the test program; PARTS="core http" of these folders alone

lint: all                                 ## layers, templates, headers alone, format, clang-tidy of what changed (ALL=1: all)
	@B='$(B)' ALL='$(ALL)' COMPILE='$(COMPILE)' exec tests/lint

format:                                   ## clang-format in place
	@clang-format -i $(shell find fcgi tests -name '*.[ch]')

format-check:                             ## say what clang-format would change
	@clang-format --dry-run -Werror $(shell find fcgi tests -name '*.[ch]')

fuzz:                                     ## libFuzzer on one parser, F=form SECONDS=60
	@$(MAKE) --no-print-directory FUZZ=1 CC=clang CXX=clang++ B=$(B)-fuzz $(B)-fuzz/fuzz-$(F)
	@mkdir -p $(B)-fuzz/$(F)
	$(B)-fuzz/fuzz-$(F) -max_total_time=$(or $(SECONDS),60) -timeout=5 -artifact_prefix=$(B)-fuzz/ $(B)-fuzz/$(F) tests/fuzz/corpus/$(F)

shots: all                                ## the screenshots of README, from a real site
	@B='$(B)' node tests/browser/shots.mjs

bench: all                                ## the measurements of tests/bench
	@B='$(B)' exec tests/bench/run

cover:                                    ## line coverage, a row a folder
	@$(MAKE) --no-print-directory COVER=1 B=$(B)-cover quick && tests/cover $(B)-cover

db: all                                   ## psql in the database of the tests
	@B='$(B)' exec tests/pg psql

db-explain: all                           ## the plan of one named statement, Q=job_get
	@B='$(B)' exec tests/pg explain '$(Q)'

compile_commands.json: $(MADE)            ## for editors
	@for f in $(SRC) $(TEST); do printf '{"directory":"$(CURDIR)","file":"%s","command":"$(COMPILE) -c %s"},\n' $$f $$f; \
	  done | sed '1s/^/[/;$$s/,$$/]/' > $@

install: all                              ## into DESTDIR and PREFIX
	install -Dm755 $(B)/signalbox $(DESTDIR)$(PREFIX)/bin/signalbox
	install -Dm644 $(B)/signalbox.1 $(DESTDIR)$(PREFIX)/share/man/man1/signalbox.1
	for d in templates templates/parts templates/mail templates/mail/parts; do install -Dm644 -t $(DESTDIR)$(PREFIX)/share/signalbox/$$d $$(ls $$d/*.html $$d/*.txt 2>/dev/null); done
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/signalbox/static $(B)/static/*
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/signalbox/nginx nginx/*.conf*

dist:                                     ## a source archive of the last commit
	mkdir -p $(B) && git archive --prefix=signalbox-$(VERSION)/ -o $(B)/signalbox-$(VERSION).tar.gz HEAD

clean:                                    ## remove what was built
	rm -rf build build-* compile_commands.json

$(B)/.installed-%: nginx/install
	@mkdir -p $(@D)
	@nginx/install $* && touch $@

$(B)/sql_statements.h: sql/sql2c.awk $(wildcard sql/queries/*.sql)
	@mkdir -p $(@D)
	@awk -f $^ > $@.tmp && mv $@.tmp $@

$(B)/sql_migrations.h: sql/migrations2c.awk $(wildcard sql/migrations/*.sql sql/*.sql)
	@mkdir -p $(@D)
	@sha256sum $(filter sql/migrations/%,$^) | awk -f $< - $(filter-out %.awk,$^) > $@.tmp && mv $@.tmp $@

# Names carry a hash of the content, so that a browser may keep a file for ever.
$(B)/static_names.h: Makefile $(wildcard static/*.css static/*.js static/*.svg)
	@rm -rf $(B)/static && mkdir -p $(B)/static
	@for f in $(filter-out Makefile,$^); do h=$$(sha256sum $$f | cut -c 1-8); n=$${f##*/}; n=$${n%.*}-$$h.$${n##*.}; cp $$f $(B)/static/$$n; \
	  case $$f in *.css) m=CSS;; *.js) m=JS;; *) m=ICON;; esac; echo "#define STATIC_$$m \"/static/$$n\""; done > $@.tmp && mv $@.tmp $@

$(B)/obj/%.c.o: %.c | $(MADE) $(B)/.installed-build
	@mkdir -p $(@D)
	$(SAY)$(COMPILE) -MMD -MP -c -o $@ $<

$(B)/obj/%.cc.o: %.cc | $(MADE) $(B)/.installed-build
	@mkdir -p $(@D)
	$(SAY)$(CXX) -std=c++17 -Wall -Wextra -Werror $(CPPFLAGS) $(CFLAGS) $(HARDEN) -MMD -MP -c -o $@ $<

$(B)/signalbox: $(call obj,$(SRC) fcgi/main.c)
	$(SAY)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/signalbox.1: $(B)/signalbox
	@$< manual > $@

$(B)/check: $(call obj,$(SRC) $(TEST))
	$(SAY)$(CC) $(LDFLAGS) $(WRAP) -o $@ $^ $(LDLIBS) -lcmocka

$(B)/replay: $(call obj,$(SRC) $(FUZZERS))
	$(SAY)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/fuzz-%: $(B)/obj/tests/fuzz/fuzz_%.c.o $(call obj,$(SRC))
	$(SAY)$(CXX) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

$(call obj,$(TEST)): | $(B)/.installed-test
.SECONDARY:
-include $(wildcard $(patsubst %.o,%.d,$(call obj,$(SRC) $(TEST) $(FUZZERS) fcgi/main.c)))
