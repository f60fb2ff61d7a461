# Builds the demonstration's packages with the stock makepkg. Read by transcripts with `. file`.

cat >makepkg.conf <<'CONF'
DLAGENTS=('https::/bin/false')
VCSCLIENTS=()
CARCH=x86_64
CHOST=x86_64-pc-linux-gnu
BUILDENV=(!distcc !color !ccache !check !sign)
OPTIONS=(!strip docs !libtool staticlibs emptydirs !zipman !purge !debug)
INTEGRITY_CHECK=(sha256)
PKGEXT='.pkg.tar.gz'
SRCEXT='.src.tar.gz'
COMPRESSGZ=(gzip -c -f -n)
CONF

# in_makepkg FOLDER ARGUMENT…: makepkg refuses to run as root, so root runs it as nobody.
in_makepkg() {
    local folder=$1 as=()
    shift
    if [ "$(id -u)" -eq 0 ]; then
        chown -R nobody:nogroup "$folder"
        as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    fi
    "${as[@]}" env -C "$folder" HOME="$PWD/$folder" makepkg --config "$PWD/makepkg.conf" "$@"
}

# sources NAME: the source folder NAME with its .SRCINFO.
sources() {
    cp -r "$TRANSCRIPTS/../../Demo/packages/$1" "$1"
    in_makepkg "$1" --printsrcinfo >srcinfo 2>makepkg.log
    mv srcinfo "$1/.SRCINFO"
}

# build NAME: makes the packages of the source folder NAME, and moves them here.
build() {
    cp -r "$1" "build-$1"
    in_makepkg "build-$1" -d -f >>makepkg.log 2>&1
    mv "build-$1"/*.pkg.tar.gz .
}
