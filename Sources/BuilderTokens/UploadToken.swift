public import Attestation
public import Cryptography

/// What a builder may do at any scheduler of its distribution, for at most an hour: one method on one upload.
public struct UploadToken: Hashable, Sendable {
    /// The only scope that uploads accept.
    public static let scope = "upload"
    /// The most seconds between the two ends of a token's window.
    public static let maximumWindow: UInt64 = 3600

    /// What the token is for: `upload`, or something that no scheduler knows yet.
    public let scope: String
    /// The one HTTP method that the token is good for, in capitals.
    public let method: String
    /// The package.
    public let package: UploadedPackage
    /// The digest of policy 1 of the distribution.
    public let distribution: SHA256Digest
    /// The first second in which the token counts, in Unix time.
    public let notBefore: UInt64
    /// The last second in which the token counts, in Unix time.
    public let notAfter: UInt64

    /// Puts the parts together; times are Unix seconds before the year 10000.
    public init(
        scope: String = UploadToken.scope, method: String, package: UploadedPackage, distribution: SHA256Digest,
        notBefore: UInt64, notAfter: UInt64
    ) {
        self.scope = scope
        self.method = method
        self.package = package
        self.distribution = distribution
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    private static let fields = ["distribution", "method", "notAfter", "notBefore", "scope"] + UploadedPackage.fields

    /// Reads the data of a token, which must be its canonical encoding.
    public init(parsing untrustedData: [UInt8]) throws(AttestationError) {
        let json = try CanonicalJSON.parse(untrustedData, maximumDepth: 1, maximumBytes: SignedUploadToken.maximumData)
        let reader = try FieldReader(json, keys: Self.fields)
        scope = try reader.text("scope")
        method = try reader.text("method")
        package = try UploadedPackage(reader)
        distribution = try reader.digest("distribution")
        notBefore = try reader.time("notBefore")
        notAfter = try reader.time("notAfter")
    }

    /// The data that is signed.
    public var canonicalBytes: [UInt8] {
        let members: [String: JSONValue] = [
            "distribution": .string(distribution.hex), "method": .string(method), "scope": .string(scope),
            "notBefore": .string(Timestamp(seconds: notBefore)?.text ?? ""),
            "notAfter": .string(Timestamp(seconds: notAfter)?.text ?? ""),
        ]
        return CanonicalJSON.encode(.object(members.merging(package.members) { $1 }))
    }
}
