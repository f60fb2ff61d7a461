# shellcheck shell=bash disable=SC2154
# The enclave's host as a machine of qemu: two serial ports and no network card. Read by `run`, in the folder $folder.

# KVM counts only where a machine gets to its firmware's end within seconds: some hosts have the device and run no code by it.
choose_accelerator() {
    accelerator=tcg,thread=multi
    [ -w /dev/kvm ] || return 0
    timeout 20 qemu-system-x86_64 -machine q35 -accel kvm -m 256 -nodefaults -display none -nic none -serial file:probe \
        -drive if=pflash,format=raw,readonly=on,file="$firmware/OVMF_CODE.fd" </dev/null >/dev/null 2>&1 &
    local probe=$! end=$((SECONDS + 10))
    while [ "$SECONDS" -lt "$end" ] && kill -0 "$probe" 2>/dev/null; do
        if grep -aq 'BdsDxe\|UEFI' probe 2>/dev/null; then accelerator=kvm; fi
        [ "$accelerator" != kvm ] || break
        sleep 0.2
    done
    kill "$probe" 2>/dev/null || true
    wait "$probe" 2>/dev/null || true
}

switch_on() { # name of the log, further options
    local log=$folder/$1
    rm -f "$log".* line console monitor probe
    qemu-system-x86_64 -machine q35 -accel "$accelerator" -smp 2 -m 1024 -nodefaults -vga std -display none -nic none \
        -drive if=pflash,format=raw,readonly=on,file="$firmware/OVMF_CODE.fd" -drive "if=pflash,format=raw,file=$folder/variables" \
        -drive "if=virtio,format=raw,file=$disk" -device qemu-xhci "${@:2}" \
        -chardev "socket,id=console,path=$folder/console,server=on,wait=off,logfile=$log.console" -serial chardev:console \
        -chardev pty,id=line -serial chardev:line \
        -chardev "socket,id=probe,path=$folder/probe,server=on,wait=off,logfile=$log.probe" -serial chardev:probe \
        -monitor "unix:$folder/monitor,server=on,wait=off" </dev/null >"$log.qemu" 2>&1 &
    machine=$!
    log_of_machine=$log
    started=$EPOCHREALTIME
    soon 30 grep -q 'redirected to' "$log.qemu" || { cat "$log.qemu" && return 1; }
    # The scheduler names its line once and for all; qemu gives another one each time.
    terminal=$(sed -n 's,.*redirected to \(/dev/pts/[0-9]*\) .*line.*,\1,p' "$log.qemu")
    chown 972 "$terminal"
    ln -sfn "$terminal" "$folder/line"
}
switch_off() {
    kill "$machine" 2>/dev/null || true
    wait "$machine" 2>/dev/null || true
}
at_console() { # lines: each typed when the console asks for one
    printf '%s\n' "$@" | python3 -B "$here/console.py" "$folder/console" "$log_of_machine.console" 300 >"$folder/console.out" 2>&1
    local status=$?
    cat "$folder/console.out"
    return $status
}
is_at_console() { # how often it has begun in this run
    [ "$(grep -ac '^Reposeal enclave' "$log_of_machine.console")" -ge "$1" ]
}
unlock() { # nothing is known before
    soon 400 is_at_console 1 || { cat "$log_of_machine.console" && return 1; }
    at_console 2 "$passphrase" yes && grep -q '^Done' console.out
}
monitor() { # commands of qemu's monitor
    printf '%s\n' "$@" | python3 -c '
import socket, sys
with socket.socket(socket.AF_UNIX) as monitor:
    monitor.connect(sys.argv[1])
    said = b""
    for line in [""] + sys.stdin.read().splitlines():
        if line: monitor.sendall(line.encode() + b"\n")
        while not said.endswith(b"(qemu) "): said += monitor.recv(4096)
        # It says nothing but its prompt and what was typed, unless something is wrong.
        if b"Error" in said: sys.exit(said.decode("ascii", "replace"))
        said = b""' "$folder/monitor"
}
new_medium() { # files: a stick with them
    rm -f stick && truncate --size=64M stick && mkfs.fat -n REPOSEAL stick >/dev/null || return
    [ $# -eq 0 ] || mcopy -i stick "$@" ::
}
plug_in() {
    monitor "drive_add 0 if=none,id=medium,format=raw,file=$folder/stick" 'device_add usb-storage,id=stick,drive=medium' && sleep 5
}
unplug() { monitor 'device_del stick' && sleep 3; }
with_medium() { # lines: typed while the stick is plugged in
    plug_in && at_console "$@"
    local status=$?
    unplug
    return $status
}
seconds_since_start() { awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.0f", b - a }'; }
soon() { # seconds, command: succeeds within that time
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.5
    done
}
