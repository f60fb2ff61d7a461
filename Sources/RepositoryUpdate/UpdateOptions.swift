/// What a person asked of an update beyond the packages, with repo-add's meanings.
public struct UpdateOptions: Equatable, Sendable {
    /// `-n`: skip what is there already in exactly this version.
    public var onlyNew = false
    /// `-p`: skip what is older than the entry that is there.
    public var preventsDowngrade = false
    /// `-R`: delete the package files of entries that went, after publication.
    public var removesOldPackages = false
    /// `--include-sigs`: embed `PACKAGE.sig` as `%PGPSIG%`.
    public var includesSignatures = false

    /// The options of a call without any.
    public init() {}
}
