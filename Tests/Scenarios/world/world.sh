# shellcheck shell=bash disable=SC2012,SC2034,SC2119,SC2120
# What the scenarios do in a small distribution of their own. Every scenario begins in a fresh copy of the world that
# `prepare` made, with this file read; $world is the copy, $SCENARIOS the folder of this file.

set -u
world=$PWD
export LC_ALL=C.UTF-8 GNUPGHOME=$world/gnupg SOURCE_DATE_EPOCH=1560556800

trap leave EXIT
leave() {
    gpgconf --kill all
    jobs -p | xargs -r kill -KILL
    wait 2>/dev/null || true
}

wait_for() { # seconds, a command: until it succeeds, or the process that was started last has ended
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || { echo "waited too long for: $*" && return 1; }
        # A process that ended will not do what is waited for.
        kill -0 $! 2>/dev/null || return 1
        sleep 0.05
    done
}

# Whether a Unix socket takes connections: it is there before it listens (proc(5), the flags).
listens() { [ -S "$1" ] && grep -q " 00010000 .* $1\$" /proc/net/unix; }

# The enclave's two processes, and their ends.

start_broker() { # keys; a command in the array `wrapped_broker` starts it
    rm -f enclave/broker
    "${wrapped_broker[@]}" reposeal-broker serve --keys "${1:-enclave/keys}" --socket "$world/enclave/broker" \
        --signer "$(command -v reposeal-signer)" --passphrase-file enclave/passphrase >broker.log 2>&1 &
    broker=$!
    wait_for 60 listens "$world/enclave/broker" || { cat broker.log && return 1; }
}
wrapped_broker=()
provision() {
    reposeal-enclave provision --state "$world/enclave/state" --broker "$world/enclave/broker" \
        --verifier "$(command -v reposeal-verifier)" "$@"
}
# Puts a broker between the monitor and the true one that answers as wrongly as the file `faults` says (faulty.py).
start_faulty_broker() {
    start_broker
    mv enclave/broker enclave/true-broker
    touch faults
    python3 -B "$SCENARIOS/faulty.py" enclave/broker enclave/true-broker faults >faulty.log 2>&1 &
    wait_for 60 test -S enclave/broker || { cat faulty.log && return 1; }
}
launch_enclave() { # options; a command in the array `wrapped` starts it
    rm -f enclave/link
    touch enclave.log
    opened=$(openings)
    "${wrapped[@]}" reposeal-enclave serve --state "$world/enclave/state" --broker "$world/enclave/broker" \
        --verifier "$(command -v reposeal-verifier)" --listen "${address:-$world/enclave/link}" "$@" >>enclave.log 2>&1 &
    enclave=$!
}
wrapped=() address=''
openings() { grep -c 'the link is open' enclave.log || true; }
is_open() {
    if [ -z "$address" ]; then listens "$world/enclave/link"; else [ "$(openings)" -gt "$opened" ]; fi
}
start_waiting_enclave() { # options
    launch_enclave "$@"
    wait_for 60 is_open || { cat enclave.log && return 1; }
}
# A serial line instead of the socket, for the enclaves that are started from now on and for `scheduler`.
start_line() { # options of line-simulator
    line-simulator line-a line-b --baud 921600 "$@" >line.log 2>&1 &
    line=$!
    wait_for 60 test -e line-b || { cat line.log && return 1; }
    address="tty:$world/line-b?baud=921600"
    sed -i 's#"unix:[^"]*"#"tty:../line-a?baud=921600"#' scheduler/scheduler.json
}
stop_line() {
    kill "$line" && wait "$line"
    cat line.log
}
start_enclave() { # options
    start_waiting_enclave "$@" && { reposeal enclave resume --scheduler scheduler >resume.log 2>&1 || true; }
}
# As a power cut does it: no time for last words.
kill_enclave() {
    kill -KILL "$enclave"
    wait "$enclave" 2>/dev/null || true
}
kill_broker() {
    kill -KILL "$broker" 2>/dev/null || true
    wait "$broker" 2>/dev/null || true
}
start() { start_broker && start_enclave; }
# The jails that wait for a job, seven verifiers below the monitor and three signers below the broker.
waiting_jails() { cat "/proc/$enclave/task/$enclave/children" "/proc/$broker/task/$broker/children"; }
all_jails_wait() { [ "$(waiting_jails | wc -w)" = 10 ]; }

# What the enclave remembers, as it says itself.
memory() { reposeal enclave status --scheduler scheduler | grep -E '^(log|database) '; }
state() { reposeal enclave status --scheduler scheduler | sed -n 's/^state  *//p'; }
serial() { # repository
    memory | awk -v place="$1/x86_64" '$2 == place { print $4 }'
}
# Runs commands that must leave the enclave's memory as it is.
nothing_changes() {
    local before after
    before=$(memory)
    "$@"
    after=$(memory)
    if [ -n "$before" ] && [ "$before" = "$after" ]; then echo "nothing changed"; else echo "THE ENCLAVE CHANGED"; fi
}

# Packages by hand; bsdtar makes them as makepkg would.

package() { # name, version, text of its one file, further lines of .PKGINFO
    local folder base=${base:-$1} pkgbuild
    pkgbuild=$(sha256sum <"${sources:-/dev/null}${sources:+/PKGBUILD}" | cut -d ' ' -f 1)
    folder=$(mktemp -d "$world/package.XXXXXX")
    mkdir -p "$folder/usr/share/$1" "${into:-packages}"
    echo "$3" >"$folder/usr/share/$1/text"
    # With `files` it has so many more, whose names nothing compresses well.
    if [ -n "${files:-}" ]; then
        openssl rand -hex $((16 * files)) | fold -w 32 | (cd "$folder/usr/share/$1" && xargs touch)
    fi
    cat >"$folder/.PKGINFO" <<END
pkgname = $1
pkgbase = $base
pkgver = $2
pkgdesc = Something in the harbour
url = https://example.org/$1
builddate = $SOURCE_DATE_EPOCH
packager = Harbour Linux <build@example.org>
size = 100
arch = ${arch:-x86_64}
license = Apache-2.0
${4-}
END
    sed -i '/^$/d' "$folder/.PKGINFO"
    cat >"$folder/.BUILDINFO" <<END
format = 1
pkgname = $1
pkgbase = $base
pkgver = $2
pkgarch = ${arch:-x86_64}
pkgbuild_sha256sum = $pkgbuild
packager = Harbour Linux <build@example.org>
builddate = $SOURCE_DATE_EPOCH
builddir = /build
END
    pack "$folder" "${into:-packages}/$1-$2-${arch:-x86_64}.pkg.tar.gz"
    rm -rf "$folder"
}
pack() { # folder, package
    find "$1" -exec touch -d @"$SOURCE_DATE_EPOCH" {} +
    (cd "$1" && LC_ALL=C ls -A | bsdtar --uid 0 --gid 0 --uname root --gname root -cf - -T -) | gzip -n >"$2"
}

# What people and machines say. The last argument is the output; the options come before it.

approve() { # signer, repository, options, package…, output
    local signer=$1 repository=$2
    shift 2
    reposeal approve package "${@:1:$#-1}" --policy "${policy:-policy.json}" --repository "$repository" \
        --signer "$signer" --output "evidence/${!#}.dsse.json" >/dev/null
}
both() { # repository, options, package…, name: approved by alice and by bob, as NAME-alice and NAME-bob
    approve alice "$1" "${@:2:$#-2}" "${!#}-alice" && approve bob "$1" "${@:2:$#-2}" "${!#}-bob"
}
approve_source() { # signer, output
    reposeal approve source "$sources" --policy policy.json --repository core --signer "$1" \
        --output "evidence/$2.dsse.json" >/dev/null
}
attest() { # machine, package…, output
    reposeal attest build "${@:2:$#-2}" --source "$sources" --policy policy.json --repository core --signer "$1" \
        --key "machines/$1.key" --output "evidence/${!#}.dsse.json" >/dev/null
}
approve_removal() { # signer, repository, name, output
    reposeal approve removal "$3" --from "scheduler/repositories/$2/x86_64/db" --architecture x86_64 \
        --policy policy.json --repository "$2" --signer "$1" --output "evidence/$4.dsse.json" >/dev/null
}
fingerprint() { # person
    gpg --batch --with-colons --list-keys "<$1@example.org>" | awk -F: '$1 == "fpr" { print $10; exit }'
}
forge() { # a statement, its name when it says something else, how
    python3 -B "$SCENARIOS/forge.py" "evidence/$1.dsse.json" "evidence/$2.dsse.json" "${@:3}"
}
# bob says something else, which he signs himself; tide-alice and this are asked with.
bob_says() { # how he changes his approval of tide
    forge tide-bob tide-bob-says "$@" --gpg "$(fingerprint bob)" && ask tide tide-alice tide-bob-says
}
evidence() { # names: their files
    local name
    for name in "$@"; do printf 'evidence/%s.dsse.json\n' "$name"; done
}

# Schedulers, honest and hostile.

submit() { # a package, several in quotes, or -; names of evidence
    local packages=''
    [ "$1" = - ] || packages=$1
    # shellcheck disable=SC2046,SC2086
    reposeal submit $packages $(evidence "${@:2}") --scheduler "${scheduler:-scheduler}" >/dev/null
}
sign() { reposeal sign --scheduler "${scheduler:-scheduler}" "$@"; }
# Puts the job for a package in jobs/NAME, as a scheduler with this evidence sends it; nothing is sent.
job() { # name, then as `submit`
    rm -rf hostile
    cp -a scheduler hostile
    rm -rf hostile/submissions/*
    python3 -c 'import sqlite3; c = sqlite3.connect("hostile/scheduler.sqlite"); c.execute("PRAGMA foreign_keys = ON")
for table in "target", "submission": c.execute("DELETE FROM " + table)
c.commit()'
    sed -i 's#"unix:[^"]*"#"unix:../enclave/nobody"#' hostile/scheduler.json
    scheduler=hostile submit "${@:2}"
    scheduler=hostile sign --ask-anyway >job.log 2>&1 || true
    local made
    made=$(find hostile/jobs -name job -newer hostile/scheduler.json)
    [ -n "$made" ] || { cat job.log && return 1; }
    mkdir -p jobs && cp "$made" "jobs/$1"
}
# Changes jobs/NAME as no honest tool would, and asks for that.
altered() { # job, edits, --, names of evidence
    local job=$1 edits=()
    shift
    while [ "$1" != -- ]; do
        edits+=("$1")
        shift
    done
    python3 -B "$SCENARIOS/alter.py" "jobs/$job" "jobs/$job-altered" "${edits[@]}" && ask "$job-altered" "${@:2}"
}
# Asks the enclave for jobs/NAME with just this evidence, whatever an honest scheduler would think of it.
ask() { # options, job, names of evidence
    local options=()
    while [[ $1 == --* ]]; do
        options+=("$1" "$2")
        shift 2
    done
    # shellcheck disable=SC2046
    python3 -B "$SCENARIOS/peer.py" ask enclave/link scheduler "${options[@]}" -- "jobs/$1" $(evidence "${@:2}")
}
link() { python3 -B "$SCENARIOS/peer.py" link enclave/link scheduler "$@"; }

# Starts the enclave and asks for the job `tide` again and again, while from its n-th call on a system call does what strace(1)
# makes of it; n grows until there are no so many calls, from the third hit on by chance, so that each run tries others. Afterwards,
# on a sound disk, the job must be signed once, and at once if an answer said that it is. The broker must run.
sweep() { # the system call, what strace makes of it, of whom
    local number=${from:-1} hits=0
    [ -d before ] || { mkdir before && cp -a enclave/state scheduler before; }
    # The shell says of each process how it was killed.
    while attempt "$1" "$2" "$number" "${3:-monitor}" 2>/dev/null; do
        hits=$((hits + 1))
        if [ $hits -lt 3 ]; then
            number=$((number + 1 + number / ${steps:-3}))
        else
            number=$((number + 1 + RANDOM % (2 * number / ${steps:-1} + 1)))
        fi
    done
    if [ $hits -ge "${least:-3}" ]; then echo "${3:+$3, }$1, $2: nothing was lost"; else echo "$1, $2: only $hits times"; fi
}
# The same for the broker, or for each process of the jails below monitor (verifiers) or broker (signers): all those that come to
# their n-th call end there. A system call that the parent makes as often ends the parent.
sweep_jails() { steps=1 least=1 sweep "$@"; }
# Traces the enclave and all that it starts from now on; jails that wait already are replaced by such.
trace_enclave() { # the words of strace
    "$@" -p "$enclave" 2>strace.log &
    wait_for 60 grep -q 'TracerPid:	[1-9]' "/proc/$enclave/status" || { cat strace.log && return 1; }
    # shellcheck disable=SC2046
    kill -KILL $(cat "/proc/$enclave/task/$enclave/children") 2>/dev/null || true
}
# Runs a command where bubblewrap has a fault: it leaves out an option, or it has more options.
with_faulty_bubblewrap() { # the option or `none`, more options, --, the command
    local left=$1 more=()
    shift
    while [ "$1" != -- ]; do
        more+=("$1")
        shift
    done
    shift
    [ -e true-bwrap ] || cp /usr/bin/bwrap true-bwrap
    cat >faulty-bwrap <<END
#!/bin/bash
words=()
for word; do
    [ "\$word" != --remount-ro ] || words+=(${more[*]})
    [ "\$word" = $left ] || words+=("\$word")
done
exec $world/true-bwrap "\${words[@]}"
END
    chmod 755 faulty-bwrap
    bwrap --dev-bind / / --ro-bind faulty-bwrap /usr/bin/bwrap -- "$@"
}
# Starts the broker again and sets `calls` to how often it makes system calls of a set before it listens.
count_calls_of_broker() { # as strace(1) names the set
    kill_broker
    wrapped_broker=(strace -D -qqq -o calls -e "trace=$1")
    start_broker && kill_broker
    wrapped_broker=()
    start_broker && calls=$(grep -c '^[a-z]' calls)
}
attempt() { # as `sweep`, and the number; fails if there are not so many calls
    local answer=none wasHit=no traced
    rm -rf enclave/state scheduler && cp -a before/state enclave/ && cp -a before/scheduler .
    traced=(strace -qqq -o trace -e "trace=$1" -e "inject=$1:$2:when=$3+")
    case $4 in verifiers | signers) traced+=(-f) ;; esac
    case $4 in
    monitor) wrapped=("${traced[@]}" -D) ;;
    broker | signers)
        kill_broker
        wrapped_broker=("${traced[@]}" -D)
        start_broker >/dev/null
        ;;
    esac
    launch_enclave
    wrapped=() wrapped_broker=()
    if wait_for 60 listens "$world/enclave/link"; then
        # Where no jail works, the enclave does not start at all; so these die only now.
        if [ "$4" = verifiers ]; then trace_enclave "${traced[@]}" || return 1; fi
        reposeal enclave resume --scheduler scheduler >resume.log 2>&1 || true
        answer=$(ask tide tide-alice tide-bob)
        # What is not signed is refused because of a lock, or the enclave is locked since, or dead, or its jails were.
        case "$4 $answer,$(state)" in
        *' signed '* | *' refused enclaveLocked '* | *,locked* | *,) ;;
        [!m]*' the enclave reset: '*) ;;
        *) echo "$4 $1 $3: $answer, $(state)" ;;
        esac
    fi
    ! grep -Eq 'INJECTED|killed by SIGKILL' trace && kill -0 "$enclave" 2>/dev/null || wasHit=yes
    kill_enclave
    case $4 in broker | signers) kill_broker && start_broker || return 1 ;; esac
    start_enclave || return 1
    case $answer in signed*) [ "$(serial extra)" = 2 ] || echo "$4 $1 $3: an answer was lost" ;; esac
    [ "$(ask tide tide-alice tide-bob)" = 'signed extra/x86_64 serial 2' ] || echo "$4 $1 $3: the job was lost"
    [[ $(memory) == 'log           7 leaves'* ]] || echo "$4 $1 $3: $(memory)"
    kill_enclave
    [ $wasHit = yes ]
}
