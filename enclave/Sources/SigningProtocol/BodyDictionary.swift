/// What both sides think before a small body, so that it need not cross the line (docs/spec/protocol.md).
public enum BodyDictionary {
    /// The most bytes of a body that is deflated with a dictionary.
    public static let largestBody = 1 << 14
    /// The most bytes of a dictionary; of a longer one the end counts.
    static let largest = 1 << 15

    /// Before the body of a request.
    public static let request = Array(requestText.utf8)

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
    static let answerText = """
        {"architecture":"x86_64","base":"","desc":"","evidence":[""],"fileName":"-x86_64.pkg.tar.zst","files":"","job":"",\
        "kind":"admission","name":"","repository":"extra","sha256":"","signature":"","time":"2026-01-01T00:00:00Z",\
        "version":""}{"architecture":"x86_64","db":"","dbSignature":"","entrySet":"","expires":"2026-01-01T00:00:00Z",\
        "files":"","filesSignature":"","job":"","kind":"database","policyVersion":"1","repository":"extra","serial":"",\
        "time":"2026-"}serial@reposeal.example.orgrepo@reposeal.example.orgextraarch@reposeal.example.orgx86_64policy@\
        reposeal.example.orglog@reposeal.example.org
        """
}
