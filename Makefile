# make demo   signs a real repository update and lets stock pacman judge it
# make test   builds everything, runs every test, and ends with what failed
# make crash-storm   kills reposeal database add again and again, SECONDS=60
# make enclave-storm   kills the enclave's processes again and again, KILLS=1000
# make scheduler-storm   kills the scheduler's service and all around it while everybody works, KILLS=300
# make jail-leaks   has JOBS=2000 jobs done one after the other and PARALLEL=200 jails at once, and counts what they leave
# make bench  measures repo-add and repo-remove against the stock tools, the enclave against gpg, the service under load
# make link-schedules  sessions over bad lines in simulated time, SEEDS=10000 from FIRST=1
# make model  checks the commit protocol in every order of events, and that broken variants of it are caught
# make fuzz   gives the parsers of untrusted bytes random input, SECONDS=10 for each of them
# make lint   formatting, the enclave's boundary, shell scripts, playbooks
# make size   the line counts of the trusted base
# make units-test   boots a throw-away system with the systemd units and has it sign, publish, stop and start; needs root
# make places-test  has an enclave sign as one user, as several, and in podman's containers; needs root
# make check-test   plants faults in a tree and has the security check-up find them; needs root
# make ansible-test   plays ansible/site.yml against two hosts in memory, of Debian and of what stands in for Arch; needs root
# make ansible-image-test   plays ansible/enclave-image.yml on this machine, has it killed and go on; needs root
# make rebuild-test   plays ansible/enclave-provision.yml and enclave-rebuild.yml with a disk in a file and a true enclave; needs root
# make image  the bootable image of the enclave's host in .build/image, IMAGE_VERSION=0.1 IMAGE_LINK=tty:/dev/ttyS1?baud=115200
# make image-test     boots that image in qemu, has it sign over its serial line, updates it and breaks it; needs root
# make install PREFIX=/usr/local DESTDIR= PACMAN_NAMES=yes   what make build made, with manual pages, completions and units
# Each but install and uninstall installs what is missing (.ci/debian-packages) and builds first.

.DEFAULT_GOAL := help
SHELL := /bin/bash
SWIFT := .ci/swift
PROGRAMS := .build/release

.PHONY: help setup build install uninstall demo test crash-storm enclave-storm scheduler-storm link-schedules units-test places-test
.PHONY: check-test ansible-test ansible-image-test rebuild-test image image-test bench jail-leaks fuzz model lint size clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@.ci/setup
	@$(SWIFT) --version >/dev/null 2>&1 || $(SWIFT) --version

build: setup ## the programs, as release builds with the Swift library linked in
	@$(SWIFT) build -c release --static-swift-stdlib

install: ## what was built, below PREFIX (PACMAN_NAMES=no leaves out repo-add, repo-remove, vercmp)
	@PROGRAMS="$(PROGRAMS)" PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" PACMAN_NAMES="$(PACMAN_NAMES)" .ci/install install

uninstall: ## takes away what install put there, with the same PREFIX and DESTDIR
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" .ci/install uninstall

demo: build ## signs a real repository update end to end
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Demo/run

test: build ## every test, against the real programs; ends with what failed
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" .ci/test

crash-storm: build ## kills reposeal database add at any moment, SECONDS=60
	@REPOSEAL_STORM_SECONDS="$(or $(SECONDS),60)" REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" \
		$(SWIFT) test --filter 'Scenarios.CrashStormTests'

enclave-storm: build ## kills the enclave's processes at any moment, KILLS=1000
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Scenarios/storm/run enclave $(or $(KILLS),1000) $(SEED)

scheduler-storm: build ## kills the scheduler's service, the enclave and copies to mirrors at any moment, KILLS=300
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Scenarios/storm/run scheduler $(or $(KILLS),300) $(SEED)

jail-leaks: build ## what jobs in jails leave behind, JOBS=2000 one after the other and PARALLEL=200 at once
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Scenarios/storm/run jails $(or $(PARALLEL),200) $(or $(JOBS),2000)

link-schedules: setup ## sessions over SEEDS=10000 bad lines, in simulated time
	@REPOSEAL_LINK_SEEDS="$(or $(SEEDS),10000)" REPOSEAL_LINK_FIRST="$(or $(FIRST),1)" $(SWIFT) test -c release \
		-Xswiftc -enable-testing --scratch-path .build/link-schedules --filter 'LinkTests.FaultScheduleTests/schedules'

units-test: build ## the systemd units under a systemd of their own, in memory; needs root
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Units/run

places-test: build ## an update signed as one user, as several, and in containers of podman's; needs root
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Places/run

check-test: setup ## the security check-up against planted faults; needs root
	@python3 -B Tests/Checkup/faults.py
	@python3 -B Tests/Checkup/image.py
	@python3 -B Tests/Checkup/plays.py

ansible-test: build ## ansible/site.yml against a scheduler and a mirror in memory, on Debian and on a stand-in for Arch; needs root
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Ansible/run debian
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Ansible/run arch

ansible-image-test: build ## ansible/enclave-image.yml on this machine; needs root
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Ansible/image

image: build ## the bootable image of the enclave's host, in .build/image
	@enclave/image/build "$(PROGRAMS)" .build/image
	@enclave/image/exposure .build/image/work/root

rebuild-test: build ## first keys and a new image by the playbooks, with a disk in a file and a true enclave; needs root
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Ansible/rebuild

image-test: build ## the image in qemu: it boots, signs, is updated, and falls back; needs root
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Image/run

bench: build ## repo-add against the stock tools, the enclave against gpg, the service under load; ROWS="add1 size" measures these rows only
	@REPOSEAL_BIN="$(CURDIR)/$(PROGRAMS)" Tests/Bench/run $(ROWS)

fuzz: setup ## every parser of untrusted bytes; SECONDS=60, PARSERS="entries versions"
	@SECONDS_EACH="$(or $(SECONDS),10)" Tests/Fuzz/run $(PARSERS)

model: setup ## the commit protocol, every order of events, by spin
	@docs/model/run

lint: setup ## swift-format strict, the enclave's boundary, shellcheck, ansible-lint
	@.ci/lint

size: setup ## line counts of the trusted base
	@.ci/size

clean: ## removes what was built
	@rm -rf .build
