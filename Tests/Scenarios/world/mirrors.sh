# shellcheck shell=bash disable=SC2034,SC2154
# An rsync daemon for the folders `north` and `south` of $world, and a web server for $world, on the loopback; read after world.sh.

servers=$world/servers
mkdir -p "$servers"

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Starts a server on a port that nobody has; its words come from a function that gets the port. Sets port and server.
start_server() { # function
    local _
    for _ in $(seq 20); do
        port=$((RANDOM % 12000 + 20000))
        "$1" "$port" >"$servers/$1.log" 2>&1 &
        server=$!
        wait_for 20 listening "$port" && return
    done
    return 1
}

serve_rsync() { # port
    printf 'mirror:secret\n' >"$servers/secrets"
    printf 'secret\n' >"$servers/password"
    chmod 600 "$servers/secrets" "$servers/password"
    cat >"$servers/rsyncd.conf" <<END
address = 127.0.0.1
port = $1
use chroot = no
munge symlinks = no
read only = no
auth users = mirror
secrets file = $servers/secrets
[north]
path = $world/north
[south]
path = $world/south
END
    exec rsync --daemon --no-detach --config="$servers/rsyncd.conf"
}
serve_web() { # port
    cat >"$servers/nginx.conf" <<END
daemon off;
master_process off;
pid $servers/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path $servers/body;
    proxy_temp_path $servers/proxy;
    fastcgi_temp_path $servers/fastcgi;
    uwsgi_temp_path $servers/uwsgi;
    scgi_temp_path $servers/scgi;
    server { listen 127.0.0.1:$1; root $world; }
}
END
    exec nginx -p "$servers" -c "$servers/nginx.conf" -e "$servers/error.log"
}

start_daemon() { start_server serve_rsync && daemon_port=$port daemon=$server; }
start_nginx() { start_server serve_web && web_port=$port web=$server; }
stop() { # process
    kill -KILL "$1"
    wait "$1" 2>/dev/null || true
}
# The same daemon once more, on the port that it had.
restart_daemon() {
    serve_rsync "$daemon_port" >"$servers/serve_rsync.log" 2>&1 &
    daemon=$!
    wait_for 20 listening "$daemon_port"
}
