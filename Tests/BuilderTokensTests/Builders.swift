import ALPMTypes
import Attestation
import BuilderTokens
import Cryptography
import Policy
import SchedulerSamples

/// Two builders, packages of theirs and tokens for them.
enum Builders {
    static let now: UInt64 = 1_800_000_000

    static func key(_ name: String) throws -> Ed25519PrivateKey { try BuilderPolicy.key(name) }

    static func policy() throws -> SigningPolicy { try SigningPolicy(parsing: BuilderPolicy.bytes()) }

    static func package(
        builder: String = "builder1", fileName: String = "hello-1.0-1-any.pkg.tar.zst", content: String = "hello",
        size: UInt64 = 5
    ) throws -> UploadedPackage {
        UploadedPackage(
            builder: try SignerID(parsing: builder), fileName: try PackageFileName(parsing: fileName),
            sha256: SHA256.digest(of: Array(content.utf8)), size: size)
    }

    static func token(
        scope: String = UploadToken.scope, method: String = "PATCH", builder: String = "builder1",
        distribution: SHA256Digest? = nil, from: UInt64 = now - 60, to: UInt64 = now + 60
    ) throws -> UploadToken {
        UploadToken(
            scope: scope, method: method, package: try package(builder: builder),
            distribution: try distribution ?? policy().digest, notBefore: from, notAfter: to)
    }

    static func verdict(
        on token: UploadToken, signedBy name: String = "builder1", at time: UInt64 = now
    ) throws -> TokenVerdict {
        let text = try SignedUploadToken(signing: token, with: key(name)).text
        let policy = try policy()
        return try SignedUploadToken(parsing: text)
            .verdict(under: policy, distribution: policy.digest, method: "PATCH", now: time)
    }
}
