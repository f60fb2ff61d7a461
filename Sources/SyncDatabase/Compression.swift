/// How a database is compressed, which is the end of its file name (repo-add(8)).
public enum Compression: String, CaseIterable, Hashable, Sendable {
    /// Not at all.
    case uncompressed = "tar"
    /// gzip, of which the canonical form is made.
    case gzip = "tar.gz"
    /// bzip2.
    case bzip2 = "tar.bz2"
    /// xz.
    case xz = "tar.xz"
    /// Zstandard.
    case zstandard = "tar.zst"
    /// lrzip.
    case lrzip = "tar.lrz"
    /// lzop.
    case lzop = "tar.lzo"
    /// compress.
    case compress = "tar.Z"
    /// LZ4.
    case lz4 = "tar.lz4"
    /// lzip.
    case lzip = "tar.lz"

    /// The end of a file name, such as `tar.gz`.
    public var fileExtension: String { rawValue }

    /// Takes the compression from a file name's end; nil if there is none that pacman knows.
    public init?(ofFileName fileName: String) {
        guard let found = Self.allCases.first(where: { fileName.hasSuffix(".\($0.rawValue)") }) else { return nil }
        self = found
    }

    /// The words of the command that repo-add pipes the archive through; none for `uncompressed`.
    ///
    /// The environment's `COMPRESSGZ` and so on (upper-case extension) replace them by one word, as in repo-add.
    public func command(environment: [String: String]) -> [String] {
        let standard: [String] =
            switch self {
            case .uncompressed: []
            case .gzip: ["gzip", "-c", "-f", "-n"]
            case .bzip2: ["bzip2", "-c", "-f"]
            case .xz: ["xz", "-c", "-z", "-"]
            case .zstandard: ["zstd", "-c", "-z", "-q", "-"]
            case .lrzip: ["lrzip", "-q"]
            case .lzop: ["lzop", "-q"]
            case .compress: ["compress", "-c", "-f"]
            case .lz4: ["lz4", "-q"]
            case .lzip: ["lzip", "-c", "-f"]
            }
        guard self != .uncompressed, let word = environment[variable], !word.isEmpty else { return standard }
        return [word]
    }

    /// The variable of the environment that replaces the command, such as `COMPRESSGZ`.
    public var variable: String { "COMPRESS\(rawValue.dropFirst(4).uppercased())" }
}
