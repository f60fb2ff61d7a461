# Small packages and repositories for the drop-in commands. Read by transcripts with `. file`.

# pacman's names lead to the program under test.
mkdir -p bin
for name in repo-add repo-remove vercmp; do ln -s "$(command -v reposeal)" bin/$name; done
PATH=$PWD/bin:$PATH

# package FILE NAME VERSION [LINE…]: a package whose .PKGINFO has these and further lines.
package() {
    local file=$1 folder
    folder=$(mktemp -d)
    printf 'pkgname = %s\npkgver = %s\narch = any\n' "$2" "$3" >"$folder/.PKGINFO"
    shift 3
    [ $# -eq 0 ] || printf '%s\n' "$@" >>"$folder/.PKGINFO"
    mkdir "$folder/usr"
    bsdtar -czf "$file" -C "$folder" --uid 0 --gid 0 .PKGINFO usr
    rm -r "$folder"
}

# simple NAME-VERSION…: packages with the names that makepkg gives them.
simple() {
    local entry
    for entry in "$@"; do
        package "$entry-any.pkg.tar.gz" "${entry%-*-*}" "${entry#"${entry%-*-*}"-}"
    done
}

# person NAME [EXPIRY [OPTION…]]: an OpenPGP key without a passphrase.
person() {
    gpg --quiet --batch --no-auto-check-trustdb --passphrase '' "${@:3}" --quick-generate-key \
        "$1 <$1@example.org>" ed25519 sign "${2:-never}" 2>/dev/null
}

# state: every name in the folder with what it is, what it holds and where it leads.
state() { find . -path ./.gnupg -prune -o -path ./bin -prune -o -type f -exec sha256sum {} + -o -printf '%p %y %l\n' | sort; }

# remember and unchanged: whether anything below this folder is another than it was.
remember() { state >"${TMPDIR:-/tmp}/state-$$"; }
unchanged() {
    state | diff "${TMPDIR:-/tmp}/state-$$" - && echo unchanged
    rm "${TMPDIR:-/tmp}/state-$$"
}

# entries DATABASE: the directories in it.
entries() { bsdtar -tf "$1" | grep '/$'; }

# good DATABASE: whether the database and the files database have good signatures.
good() { gpg --quiet --verify "$1.sig" "$1" 2>/dev/null && echo "good signature of $1"; }
