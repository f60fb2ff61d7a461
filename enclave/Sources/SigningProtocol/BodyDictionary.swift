import Attestation
public import Cryptography

/// What both sides think before a small body, so that it need not cross the line (docs/spec/protocol.md).
public enum BodyDictionary {
    /// The most bytes of a body that is deflated with a dictionary.
    public static let largestBody = 1 << 14
    private static let largestDictionary = 1 << 15

    /// Before the body of a request.
    public static let request = Array(requestText.utf8)

    /// Before the body of an answer to this request: what the request says, and the digests that follow from it.
    public static func answer(to request: RequestBody, logRoot: SHA256Digest) -> [UInt8] {
        let told = request.impliedDigests.flatMap { Array("\"\($0.hex)\",".utf8) }
        let dictionary =
            request.encoded + Array(answerText.utf8) + told + (request.job?.bytes ?? [])
            + Array(Base64.encode(logRoot.bytes).utf8)
        return dictionary.suffix(largestDictionary)
    }

    /// What descriptions and statements consist of.
    private static let requestText = """
        %FILES%
        usr/share/licenses/usr/share/doc/usr/share/man/man1/usr/share/locale/de/LC_MESSAGES/usr/lib/systemd/system/usr/bin/usr/\
        include/etc/%FILENAME%
        %BASE%
        %GROUPS%
        %CSIZE%
        %ISIZE%
        %SHA256SUM%
        %LICENSE%
        GPL-3.0-or-later
        %REPLACES%
        %CONFLICTS%
        %PROVIDES%
        %DEPENDS%
        glibc
        %OPTDEPENDS%
        %MAKEDEPENDS%
        %CHECKDEPENDS%
        %NAME%
        %VERSION%
        %DESC%
        %URL%
        https://github.com/%ARCH%
        x86_64
        %BUILDDATE%
        17%PACKAGER%
        {"_type":"https://in-toto.io/Statement/v1","predicate":{"distribution":"","environment":"","nonce":"","notAfter":"2026-\
        12-01T00:00:00Z","notBefore":"2026-12-01T00:00:00Z","packages":[{"architecture":"x86_64","desc":"","fileName":"\
        -1-x86_64.pkg.tar.zst","files":"","name":"","sha256":"","size":"","state":"","version":"1:"}],"pkgbase":"",\
        "policyVersion":"1","repository":"extra","signer":"","sourceManifest":"","together":"no","version":""},\
        "predicateType":"https://reposeal.dev/package-approval/v1","https://reposeal.dev/source-approval/v1",\
        "https://reposeal.dev/build-record/v1","subject":[{"digest":{"sha256":""},"name":".manifest"}]}
        """

    /// What outcomes consist of.
    private static let answerText = """
        {"architecture":"x86_64","base":"","desc":"","evidence":[""],"fileName":"-x86_64.pkg.tar.zst","files":"","job":"",\
        "kind":"admission","name":"","repository":"extra","sha256":"","signature":"","time":"2026-01-01T00:00:00Z",\
        "version":""}{"architecture":"x86_64","db":"","dbSignature":"","entrySet":"","expires":"2026-01-01T00:00:00Z",\
        "files":"","filesSignature":"","job":"","kind":"database","policyVersion":"1","repository":"extra","serial":"",\
        "time":"2026-"}/log\n\n\n\u{2014}\u{20}
        """
}

extension RequestBody {
    /// The digests that its answer may name and that follow from it.
    fileprivate var impliedDigests: [SHA256Digest] {
        guard case .job(let asked) = self else { return job.map { [$0] } ?? [] }
        let additions = asked.changes.flatMap(\.additions).flatMap { addition in
            [SHA256.digest(of: addition.untrustedDescription)]
                + [addition.untrustedFiles.map { SHA256.digest(of: $0) }, addition.state?.digest].compactMap(\.self)
        }
        return additions + asked.evidence.map(\.digest)
            + asked.changes.flatMap { [$0.expectedDatabase, $0.expectedFiles] } + [asked.hash]
    }
}

extension SHA256State {
    /// The digest of the whole message.
    fileprivate var digest: SHA256Digest { SHA256(state: self).finalize() }
}
