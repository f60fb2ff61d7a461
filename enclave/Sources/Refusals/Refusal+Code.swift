import ALPMTypes
import Cryptography

/// How a refusal crosses the link: a code and texts.
extension Refusal {
    /// The stable name of the refusal.
    public var code: String { wire.code }

    /// What the refusal carries, as text, in a fixed order.
    public var arguments: [String] { wire.arguments }

    /// Reads what `code` and `arguments` wrote; nil when this program does not know such a refusal.
    public init?(code: String, arguments: [String]) {
        guard arguments.allSatisfy({ $0.utf8.count <= 1024 && $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }) else {
            return nil
        }
        guard let refusal = Self.parse(code, arguments), refusal.wire == (code, arguments) else { return nil }
        self = refusal
    }

    private var wire: (code: String, arguments: [String]) {
        switch self {
        case .notEnoughApprovals(let kind, let role, let have, let need):
            ("notEnoughApprovals", [kind, role, String(have), String(need)])
        case .alreadySigned(let identity, let sha256): ("alreadySigned", [identity.text, sha256.hex])
        case .downgrade(let identity, let highest): ("downgrade", [identity.text, highest.text])
        case .staleSerial(let current): ("staleSerial", [String(current)])
        case .databaseMismatch(let expected, let computed): ("databaseMismatch", [expected.hex, computed.hex])
        case .evidenceExpired: ("evidenceExpired", [])
        case .evidenceNotYetValid: ("evidenceNotYetValid", [])
        case .evidenceForAnotherPolicy: ("evidenceForAnotherPolicy", [])
        case .unknownRepository: ("unknownRepository", [])
        case .unknownSigner: ("unknownSigner", [])
        case .signerRevoked: ("signerRevoked", [])
        case .roleNotHeld: ("roleNotHeld", [])
        case .notInRepository(let name): ("notInRepository", [name.text])
        case .rateLimited(let retryAfter): ("rateLimited", [String(retryAfter)])
        case .jobTooLarge(let limit): ("jobTooLarge", [String(limit)])
        case .requestExpired: ("requestExpired", [])
        case .clockSuspect: ("clockSuspect", [])
        case .signatureInvalid: ("signatureInvalid", [])
        case .requestForAnotherEnclave: ("requestForAnotherEnclave", [])
        case .policyExpired: ("policyExpired", [])
        case .policyQuorumNotMet: ("policyQuorumNotMet", [])
        case .policyVersionNotNext: ("policyVersionNotNext", [])
        case .keyUnavailable: ("keyUnavailable", [])
        case .quarantined: ("quarantined", [])
        case .revoked: ("revoked", [])
        case .databaseTooLarge(let limit): ("databaseTooLarge", [String(limit)])
        case .entryInvalid(let field): ("entryInvalid", [field])
        case .policyUnsound(let reason): ("policyUnsound", [reason])
        case .refreshTooEarly: ("refreshTooEarly", [])
        case .statementConsumed: ("statementConsumed", [])
        case .incompleteTogether(let name): ("incompleteTogether", [name.text])
        case .enclaveLocked(let reason): ("enclaveLocked", [reason])
        }
    }

    private static let plain: [Refusal] = [
        .evidenceExpired, .evidenceNotYetValid, .evidenceForAnotherPolicy, .unknownRepository, .unknownSigner,
        .signerRevoked, .roleNotHeld, .requestExpired, .clockSuspect, .signatureInvalid, .requestForAnotherEnclave,
        .policyExpired, .policyQuorumNotMet, .policyVersionNotNext, .keyUnavailable, .quarantined, .revoked,
        .refreshTooEarly, .statementConsumed,
    ]

    private static func parse(_ code: String, _ arguments: [String]) -> Refusal? {
        switch (code, arguments.count) {
        case (_, 0): plain.first { $0.code == code }
        case (_, 1): parse(code, arguments[0])
        case (_, 2): parse(code, arguments[0], arguments[1])
        case ("notEnoughApprovals", 4):
            UInt64(arguments[2]).flatMap { have in
                UInt64(arguments[3]).map {
                    .notEnoughApprovals(kind: arguments[0], role: arguments[1], have: have, need: $0)
                }
            }
        default: nil
        }
    }

    private static func parse(_ code: String, _ argument: String) -> Refusal? {
        switch code {
        case "staleSerial": UInt64(argument).map { .staleSerial(current: $0) }
        case "rateLimited": UInt64(argument).map { .rateLimited(retryAfter: $0) }
        case "jobTooLarge": UInt64(argument).map { .jobTooLarge(limit: $0) }
        case "databaseTooLarge": UInt64(argument).map { .databaseTooLarge(limit: $0) }
        case "notInRepository": (try? PackageName(parsing: argument)).map { .notInRepository(name: $0) }
        case "incompleteTogether": (try? PackageName(parsing: argument)).map { .incompleteTogether(name: $0) }
        case "entryInvalid": .entryInvalid(field: argument)
        case "policyUnsound": .policyUnsound(reason: argument)
        case "enclaveLocked": .enclaveLocked(reason: argument)
        default: nil
        }
    }

    private static func parse(_ code: String, _ first: String, _ second: String) -> Refusal? {
        switch code {
        case "alreadySigned":
            PackageClass(parsing: first).flatMap { identity in
                (try? SHA256Digest(parsingHex: second)).map { .alreadySigned(identity, sha256: $0) }
            }
        case "downgrade":
            PackageClass(parsing: first).flatMap { identity in
                (try? Version(parsing: second)).map { .downgrade(identity, highest: $0) }
            }
        case "databaseMismatch":
            (try? SHA256Digest(parsingHex: first)).flatMap { expected in
                (try? SHA256Digest(parsingHex: second)).map { .databaseMismatch(expected: expected, computed: $0) }
            }
        default: nil
        }
    }
}
