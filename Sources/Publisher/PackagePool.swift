import Cryptography
import Descriptors

/// Where each published package lies once, whichever databases name it: `pool/packages`, as on Arch's mirrors.
///
/// The folders of the databases hold links to the packages and signatures there.
struct PackagePool {
    /// The published directory.
    let target: String

    /// The folder of the packages.
    var path: String { "\(target)/pool/packages" }

    /// Where the links in `REPOSITORY/os/ARCHITECTURE` point.
    static func linkTarget(of name: String) -> String { "../../../pool/packages/\(name)" }

    /// Whether the pool has a copy of a file, judged as rsync judges it: by size and time of change.
    ///
    /// A copy gets both from its original when it is made, which is after the original was verified.
    func hasCopy(of source: String, as name: String) throws(DescriptorError) -> Bool {
        guard let original = try FileStatus(of: source) else { return false }
        return try FileStatus(of: "\(path)/\(name)") == original
    }

    /// Takes a copy of a file that has this digest; false, and nothing is changed, if it has another.
    func take(_ source: String, as name: String, expecting digest: SHA256Digest) throws(DescriptorError) -> Bool {
        try DurableFile.copy(source, to: "\(path)/\(name)", expecting: digest)
    }

    /// Whether a folder has the link to a file of the pool.
    func isLinked(_ name: String, in folder: String) throws(DescriptorError) -> Bool {
        try DurableFile.target(ofLink: "\(folder)/\(name)") == Self.linkTarget(of: name)
    }

    /// Makes the link, also in place of a file; the caller synchronises the folder.
    func link(_ name: String, in folder: String) throws(DescriptorError) {
        if try isLinked(name, in: folder) { return }
        try DurableFile.placeLink(to: Self.linkTarget(of: name), at: "\(folder)/\(name)")
    }
}
