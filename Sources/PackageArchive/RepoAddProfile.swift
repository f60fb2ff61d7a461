/// Whose `desc` entries are written: those of one generation of repo-add.
public enum RepoAddProfile: Sendable, CaseIterable {
    /// repo-add 7.1: descv2 of the alpm specifications.
    case descv2
    /// repo-add 6.0.2: with `%MD5SUM%`, and blind to a last line of `.PKGINFO` without a newline.
    case v6_0
}
