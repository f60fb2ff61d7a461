# shellcheck shell=bash disable=SC2154
# A storm over the scheduler: two mirrors, each behind an rsync daemon of its own, and nginx in front of everything.

# shellcheck source=/dev/null
. "$SCENARIOS/mirrors.sh"

scheduler_storm() { # KILLS [SEED]
    local first
    mkdir -p north south
    start_daemon && first=$daemon_port first_daemon=$daemon
    start_daemon && start_nginx || return 1
    mirror_of() { # name, port
        printf '{"name": "%s", "address": "rsync://mirror@127.0.0.1:%s/%s", "passwordFile": "../servers/password",' "$1" "$2" "$1"
        printf ' "readBack": "http://127.0.0.1:%s/%s", "attempts": 3, "firstWaitMilliseconds": 200}' "$web_port" "$1"
    }
    printf '{"published": "../mirror", "retrySeconds": 1, "mirrors": [%s, %s]}\n' \
        "$(mirror_of north "$first")" "$(mirror_of south "$daemon_port")" >scheduler/mirrors.json
    python3 -B "$SCENARIOS/../Interop/scheduler_storm" "$1" "${2:-$((RANDOM * 32768 + RANDOM))}" "$web_port" \
        "$first_daemon" "$daemon"
}
