# Small packages, our programs under pacman's names, and stock pacman as a client. Read by transcripts with `. file`.

mkdir -p bin
for name in repo-add repo-remove vercmp; do ln -s "$(command -v reposeal)" "bin/$name"; done

# ours COMMAND…: with our programs under those names; stock COMMAND…: with pacman's own.
ours() { PATH=$HOME/bin:$PATH "$@"; }
stock() { PATH=/usr/bin:/bin "$@"; }

# package NAME VERSION [LINE…]: makes a package with one file and further lines of .PKGINFO.
package() {
    local name=$1 version=$2
    shift 2
    rm -rf tree && mkdir -p "tree/usr/share/$name"
    echo "$version" >"tree/usr/share/$name/version"
    {
        printf '%s = %s\n' pkgname "$name" pkgbase "$name" pkgver "$version" pkgdesc "The $name of the harbour" \
            url "https://example.org/$name" builddate 1560000000 packager "A <a@example.org>" size 4096 arch x86_64 \
            license MIT
        [ $# -eq 0 ] || printf '%s\n' "$@"
    } >tree/.PKGINFO
    bsdtar -C tree --uid 0 --gid 0 -czf "repo/$name-$version-x86_64.pkg.tar.gz" .PKGINFO usr
}

# client NAME SERVER SIGLEVEL: a pacman of its own in the directory NAME.
client() {
    mkdir -p "$1/root" "$1/db" "$1/cache" && mkdir -m 700 "$1/gpg"
    cat >"$1/pacman.conf" <<END
[options]
RootDir = $HOME/$1/root
DBPath = $HOME/$1/db
GPGDir = $HOME/$1/gpg
CacheDir = $HOME/$1/cache
HookDir = $HOME/$1/hooks
LogFile = $HOME/$1/log
Architecture = x86_64
SigLevel = $3
[harbour]
Server = $2
END
}
# pacman_of NAME ARGUMENT…
pacman_of() { fakeroot pacman --config "$1/pacman.conf" --noconfirm --color never "${@:2}"; }

# serve DIRECTORY: nginx on the loopback, on a port that it sets.
serve() {
    mkdir -p nginx
    for _ in $(seq 20); do
        port=$((RANDOM % 20000 + 20000))
        cat >nginx/nginx.conf <<END
daemon off;
master_process off;
pid $HOME/nginx/pid;
error_log $HOME/nginx/error.log;
events {}
http {
    access_log $HOME/nginx/access.log;
    client_body_temp_path $HOME/nginx/body;
    proxy_temp_path $HOME/nginx/proxy;
    fastcgi_temp_path $HOME/nginx/fastcgi;
    uwsgi_temp_path $HOME/nginx/uwsgi;
    scgi_temp_path $HOME/nginx/scgi;
    server { listen 127.0.0.1:$port; root $HOME/$1; }
}
END
        nginx -p nginx -c "$HOME/nginx/nginx.conf" -e "$HOME/nginx/error.log" &
        nginx=$!
        # A test's process may have blocked the signals that would end it more kindly.
        trap 'kill -s KILL $nginx' EXIT
        while kill -0 "$nginx" 2>/dev/null; do
            (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        done
    done
    return 1
}
