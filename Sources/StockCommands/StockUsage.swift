extension StockProgram {
    /// What `--help` prints; empty for vercmp, which has its own way.
    func usage(version: String) -> String {
        switch self {
        case .repoAdd:
            """
            \(version)

            Usage: repo-add [options] <path-to-db> <package> ...

            Adds packages to a repository database, or replaces those of the same name.
            Both databases, .db and .files, change together or not at all.

            Options:
              -n, --new                only add packages that are not already in the database
              -p, --prevent-downgrade  skip packages that are older than the present entry
              -R, --remove             delete the replaced package files after publication
                  --include-sigs       embed PACKAGE.sig in the database
            \(Self.commonOptions)
                  --profile <release>  write entries as repo-add 7.1 (default) or 6.0 does

            See repo-add(8) for more.

            Example:  repo-add /path/to/repo.db.tar.gz pacman-7.1.0-1-x86_64.pkg.tar.zst

            """
        case .repoRemove:
            """
            \(version)

            Usage: repo-remove [options] <path-to-db> <packagename> ...

            Removes packages from a repository database by their names.
            Both databases, .db and .files, change together or not at all.

            Options:
              -R, --remove             delete the removed package files after publication
            \(Self.commonOptions)

            See repo-remove(8) for more.

            Example:  repo-remove /path/to/repo.db.tar.gz linux

            """
        case .vercmp: ""
        }
    }

    private static let commonOptions = """
          -q, --quiet              print only warnings and errors
              --nocolor            print without colours
          -s, --sign               sign the databases with gpg
          -k, --key <key>          sign with this key (default: $GPGKEY, then gpg's own)
          -v, --verify             verify the present signatures first
          -w, --wait-for-lock      wait until the lock is free
              --drop-signatures    publish without signatures where there were some
        """
}
