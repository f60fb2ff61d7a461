# shellcheck shell=bash disable=SC2154
# The console in a scenario's world: the true program on a pseudo-terminal, and true broker, monitor and jails. What stands for
# systemd and mount(8), which need another machine, are the small programs that are made here.

# The units' processes are no jobs of this shell.
trap 'stop_units; leave' EXIT
stop_units() {
    local file
    for file in "$world"/system/*.pid; do
        [ ! -e "$file" ] || kill -KILL "$(cat "$file")" 2>/dev/null || true
        rm -f "$file"
    done
}

stand_in() { # name: a program with the text of standard input
    { printf '#!/bin/bash\nworld=%q\nexport PATH=%q\n' "$world" "$PATH" && cat; } >"system/$1"
    chmod 755 "system/$1"
}

make_console() {
    mkdir system medium console
    stand_in systemctl <<'END'
cd "$world" || exit
start() { # unit, what it listens on, command
    [ ! -e "system/$1.pid" ] || ! kill -0 "$(cat "system/$1.pid")" 2>/dev/null || return 0
    rm -f "$2"
    setsid "${@:3}" >>"$1.log" 2>&1 </dev/null &
    echo $! >"system/$1.pid"
    for _ in {1..1200}; do
        [ -S "$2" ] && grep -q " 00010000 .* $2\$" /proc/net/unix && return
        kill -0 $! 2>/dev/null || break
        sleep 0.05
    done
    tail -n 3 "$1.log"
    return 1
}
# What systemd would give the broker as a credential.
secret=console/run/unlock/passphrase
[ ! -e $secret ] || stat -c "$1 ${2%%.*} passphrase %a %s" $secret >>system/calls
command=$1
shift
case $command in
start)
    for unit; do
        case $unit in
        new-data.service)
            [ ! -e system/data-passphrase ] || { echo 'the partition has something on it'; exit 1; }
            cp console/run/unlock/data system/data-passphrase || exit ;;
        data.service)
            cmp -s console/run/unlock/data system/data-passphrase || { echo 'No key available with this passphrase.'; exit 1; }
            /usr/bin/mount --bind "$world/store" "$world/data" || exit ;;
        *broker*)
            # As the unit's condition.
            compgen -G 'enclave/keys/*.key' >/dev/null || continue
            start reposeal-broker "$world/enclave/broker" reposeal-broker serve --keys enclave/keys --socket "$world/enclave/broker" \
                --signer "$(command -v reposeal-signer)" --passphrase-file enclave/passphrase || exit ;;
        *enclave*)
            # As the unit's condition.
            [ -e enclave/state/ledger.sqlite ] || continue
            start reposeal-enclave "$world/enclave/link" reposeal-enclave serve --state "$world/enclave/state" \
                --broker "$world/enclave/broker" --verifier "$(command -v reposeal-verifier)" --listen "$world/enclave/link" \
                --desk "$world/enclave/desk" || exit ;;
        esac
    done ;;
stop)
    for unit; do
        file=system/${unit%.service}.pid
        [ -e "$file" ] || continue
        kill -TERM "$(cat "$file")" 2>/dev/null
        for _ in {1..1200}; do kill -0 "$(cat "$file")" 2>/dev/null || break; sleep 0.05; done
        rm -f "$file"
    done ;;
show)
    file=system/${2%.service}.pid state=inactive
    if [ -e "$file" ] && kill -0 "$(cat "$file")" 2>/dev/null; then state=active; fi
    printf 'Id=%s\nActiveState=%s\nResult=success\nExecMainStatus=0\n' "$2" "$state" ;;
list-units) ;;
*) echo "systemctl $command $*" >>system/calls ;;
esac
END
    stand_in journalctl <<'END'
unit=${!#}
unit=${unit#_SYSTEMD_UNIT=}
tail -n 2 "$world/${unit%.service}.log" 2>/dev/null || true
END
    stand_in setpriv <<'END'
while [[ $1 == --* ]]; do
    end=$1 && shift
    [ "$end" != -- ] || break
done
words=("$@")
# Broker and monitor have one user here.
case "${words[1]} ${words[2]}" in 'key generate' | 'key import') words+=(--demonstration) ;; esac
cd "$world" && exec "${words[@]}"
END
    stand_in mount <<'END'
echo "mount ${*:1:4}" >>"$world/system/calls"
[ -e "$world/medium" ] || { echo 'mount: no medium'; exit 32; }
rmdir "${!#}" && ln -s "$world/medium" "${!#}"
END
    stand_in umount <<'END'
rm "${!#}" && mkdir "${!#}"
END
    stand_in systemd-creds <<'END'
umask 077
case $1 in
encrypt) cat >"$world/enclave/passphrase" && echo >>"$world/enclave/passphrase" ;;
decrypt) cat "$world/enclave/passphrase" ;;
esac
END
    stand_in date <<'END'
case $2 in --set=*) echo "date $*" >>"$world/system/calls" ;; *) exec /usr/bin/date "$@" ;; esac
END
    stand_in hwclock <<'END'
echo "hwclock $*" >>"$world/system/calls"
END
    cat >console.conf <<END
programs = $(dirname "$(command -v reposeal-enclave)")
verifier = $(command -v reposeal-verifier)
keys = $world/enclave/keys
state = $world/enclave/state
broker = $world/enclave/broker
desk = $world/enclave/desk
credential = $world/enclave/passphrase
media = /dev/stick /dev/disc
work = $world/console/run
actions = $world/console/actions.log
systemctl = $world/system/systemctl
journalctl = $world/system/journalctl
setpriv = $world/system/setpriv
systemd-creds = $world/system/systemd-creds
mount = $world/system/mount
umount = $world/system/umount
date = $world/system/date
hwclock = $world/system/hwclock
END
}

# From now on the console has a data partition: what is mounted by its unit in the session in which it is opened.
make_data_partition() {
    mkdir data store
    sed -i "s,^actions = .*,actions = $world/data/actions.log," console.conf
    printf 'data-unit = data.service\nnew-data-unit = new-data.service\ndata-directory = %s/data\n' "$world" >>console.conf
}
# Runs a function with mounts of its own, as this host's systemd would give them to a unit.
with_mounts() { unshare --mount --map-root-user bash -c ". '$SCENARIOS/console.sh'; trap - EXIT; world=$world; $(printf '%q ' "$@")"; }

# Types lines at the console, each when it asks for one, and prints all that it shows.
console() { # lines; backslashes as printf(1) has them
    printf '%s\n' "$@" | python3 -B "$SCENARIOS/console.py" reposeal-console --configuration console.conf
}
# The same without the menu.
at_console() {
    console "$@" | sed -E '/^$/d; /^(Reposeal enclave|Export to the medium|Ceremony|Shut down or restart)$/d; /^ {1,2}[0-9]+  /d;
        s/^Number, 0 for the main menu: .*/>/' | grep -v '^>$'
}
