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

switch_on() { # name of the log
    local log=$folder/$1
    rm -f "$log".* line
    qemu-system-x86_64 -machine q35 -accel "$accelerator" -smp 2 -m 1024 -nodefaults -vga std -display none -nic none \
        -drive if=pflash,format=raw,readonly=on,file="$firmware/OVMF_CODE.fd" -drive "if=pflash,format=raw,file=$folder/variables" \
        -drive "if=virtio,format=raw,file=$disk" \
        -chardev "socket,id=console,path=$folder/console,server=on,wait=off,logfile=$log.console" -serial chardev:console \
        -chardev pty,id=line -serial chardev:line \
        -chardev "file,id=probe,path=$log.probe" -serial chardev:probe \
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
type_at_console() { # text: one line
    # The port takes sixteen bytes at a time, and what is behind them is lost when the socket closes.
    python3 -c '
import socket, sys, time
with socket.socket(socket.AF_UNIX) as console:
    console.connect(sys.argv[1])
    console.sendall(sys.argv[2].encode() + b"\r")
    time.sleep(10)' "$folder/console" "$1"
}
asks() { # how often the passphrase was asked for in this run
    [ "$(grep -ac 'Enter passphrase for' "$log_of_machine.console")" -ge "$1" ]
}
unlock() {
    soon 300 asks 1 || { cat "$log_of_machine.console" && return 1; }
    sleep 1
    type_at_console "$passphrase"
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
