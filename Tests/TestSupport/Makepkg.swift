import Foundation

/// Runs the stock makepkg, which refuses to run as root, as the user nobody if need be.
public enum Makepkg {
    /// makepkg or its dependency failed.
    public struct Failure: Error, CustomStringConvertible {
        /// What makepkg wrote.
        public let description: String
    }

    private static let configuration = """
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

        """

    /// Builds the PKGBUILD in a directory, which nobody's user then owns, and returns the packages' paths.
    public static func build(in folder: TemporaryDirectory, compression suffix: String = ".gz") throws -> [String] {
        try run(in: folder, ["PKGEXT=.pkg.tar\(suffix)"], "-d", "-f")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return names.filter { $0.hasSuffix(".pkg.tar\(suffix)") }.map { folder.path($0) }
    }

    /// What `makepkg --printsrcinfo` prints for the PKGBUILD in a directory.
    public static func sourceInfo(in folder: TemporaryDirectory) throws -> String {
        try run(in: folder, [], "--printsrcinfo")
    }

    @discardableResult
    private static func run(
        in folder: TemporaryDirectory, _ variables: [String], _ options: String...
    ) throws -> String {
        let home = try TemporaryDirectory(permissions: 0o755)
        let configuration = try home.write("makepkg.conf", text: Self.configuration)
        var words = ["env", "-C", folder.path, "HOME=\(folder.path)", "LC_ALL=C.UTF-8"] + variables
        if getuid() == 0 {
            _ = try Tool("chown", "-R", "nobody:nogroup", folder.path).run()
            words = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + words
        }
        let result = try Tool(words + ["makepkg", "--config", configuration] + options).run()
        guard result.status == 0 else { throw Failure(description: result.complaint) }
        return result.text
    }
}
