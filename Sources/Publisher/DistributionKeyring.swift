import Cryptography
public import OpenPGPFormat

/// The keyring of a distribution: the three files that `pacman-key --populate` reads, and a package that brings them.
///
/// pacman-key looks for `NAME.gpg`, `NAME-trusted` and `NAME-revoked` (pacman-key(8), PROVIDING A KEYRING FOR IMPORT).
public struct DistributionKeyring: Sendable {
    /// What `pacman-key --populate` is given.
    public let name: String
    private let distribution: String
    private let version: UInt64
    private let certificates: [Certificate]
    private let revoked: [Fingerprint]

    /// Joins the certificates that clients trust and the keys that they must trust no more.
    ///
    /// `version` is the package's, which rises with each change. Nil if the name is none that a package may have.
    public init?(
        name: String, distribution: String, version: UInt64, certificates: [Certificate], revoked: [Fingerprint]
    ) {
        guard Self.isName(name) else { return nil }
        self.name = name
        // It stands in a quoted word of a shell script.
        self.distribution = String(distribution.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == " ") })
        self.version = version
        self.certificates = certificates
        self.revoked = revoked
    }

    /// A name made from that of a distribution: `Harbour Linux` becomes `harbour-linux`.
    public static func name(for distribution: String) -> String {
        let words = distribution.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return words.isEmpty ? "distribution" : words.joined(separator: "-")
    }

    /// The primary keys that clients trust, each once.
    public var trusted: [Fingerprint] {
        var trusted: [Fingerprint] = []
        for certificate in certificates where !trusted.contains(certificate.fingerprint) {
            trusted.append(certificate.fingerprint)
        }
        return trusted
    }

    /// The files by their names, as they lie beside the PKGBUILD.
    public var files: [String: [UInt8]] {
        var files = sources
        files["PKGBUILD"] = Array(packageBuild.utf8)
        files["\(name)-keyring.install"] = Array(installScript.utf8)
        return files
    }

    /// What pacman-key reads.
    private var sources: [String: [UInt8]] {
        // The owner trust, 4, is what Arch gives its own keys; that a key counts comes from pacman-key's local signature.
        let trusted = trusted.map { "\($0.hex.uppercased()):4:\n" }
        return [
            "\(name).gpg": certificates.flatMap(\.bytes), "\(name)-trusted": Array(trusted.joined().utf8),
            "\(name)-revoked": Array(revoked.map { "\($0.hex.uppercased())\n" }.joined().utf8),
        ]
    }

    private var packageBuild: String {
        let sources = sources.sorted { $0.key < $1.key }
        return """
            pkgname=\(name)-keyring
            pkgver=\(version)
            pkgrel=1
            pkgdesc='\(distribution) repository keys'
            arch=(any)
            license=(custom:none)
            depends=(pacman)
            install=$pkgname.install
            source=(\(sources.map(\.key).joined(separator: " ")))
            sha256sums=(\(sources.map { SHA256.digest(of: $0.value).hex }.joined(separator: "\n            ")))

            package() {
                install -Dm644 -t "$pkgdir/usr/share/pacman/keyrings" "${source[@]}"
            }

            """
    }

    private var installScript: String {
        """
        post_install() {
            if usr/bin/pacman-key --list-keys >/dev/null 2>&1; then
                usr/bin/pacman-key --populate \(name)
            fi
        }

        post_upgrade() {
            post_install
        }

        """
    }

    /// Whether a package may have the name, with which a file of it begins.
    private static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), !text.hasPrefix("-"), !text.hasPrefix(".") else { return false }
        return text.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "@._+-".utf8.contains(byte)
        }
    }
}
