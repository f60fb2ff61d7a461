import ALPMTypes
import Cryptography
import TestSupport
import Testing

@testable import Refusals

private func everyRefusal() throws -> [Refusal] {
    let identity = PackageClass(
        architecture: try Architecture(parsing: "x86_64"), name: try PackageName(parsing: "zlib-ng"),
        version: try Version(parsing: "1:2.0-3"))
    let digest = SHA256.digest(of: [1])
    return [
        .notEnoughApprovals(kind: "buildRecord", role: "builder", have: 1, need: 2),
        .alreadySigned(identity, sha256: digest), .downgrade(identity, highest: try Version(parsing: "1:2.1-1")),
        .staleSerial(current: 7), .databaseMismatch(expected: digest, computed: SHA256.digest(of: [2])),
        .evidenceExpired, .evidenceNotYetValid, .evidenceForAnotherPolicy, .unknownRepository, .unknownSigner,
        .signerRevoked, .roleNotHeld, .notInRepository(name: try PackageName(parsing: "zlib")),
        .rateLimited(retryAfter: 60), .jobTooLarge(limit: 1000), .requestExpired, .clockSuspect, .signatureInvalid,
        .requestForAnotherEnclave, .policyExpired, .policyQuorumNotMet, .policyVersionNotNext, .keyUnavailable,
        .quarantined, .revoked, .databaseTooLarge(limit: 120 << 20), .entryInvalid(field: "CSIZE"),
        .policyUnsound(reason: "it expires before it begins"), .refreshTooEarly, .statementConsumed,
        .incompleteTogether(name: try PackageName(parsing: "zlib")), .enclaveLocked(reason: "checkpoint"),
    ]
}

/// Fails to compile when a case is added, until it stands in the list above as well.
private func isListed(_ refusal: Refusal) -> Bool {
    switch refusal {
    case .notEnoughApprovals, .alreadySigned, .downgrade, .staleSerial, .databaseMismatch, .evidenceExpired,
        .evidenceNotYetValid, .evidenceForAnotherPolicy, .unknownRepository, .unknownSigner, .signerRevoked,
        .roleNotHeld, .notInRepository, .rateLimited, .jobTooLarge, .requestExpired, .clockSuspect,
        .signatureInvalid, .requestForAnotherEnclave, .policyExpired, .policyQuorumNotMet, .policyVersionNotNext,
        .keyUnavailable, .quarantined, .revoked, .databaseTooLarge, .entryInvalid, .policyUnsound, .refreshTooEarly,
        .statementConsumed, .incompleteTogether, .enclaveLocked:
        true
    }
}

@Test("every refusal crosses the link as its code and arguments")
func everyRefusalRoundTrips() throws {
    for refusal in try everyRefusal() {
        #expect(isListed(refusal))
        #expect(Refusal(code: refusal.code, arguments: refusal.arguments) == refusal, "\(refusal.code)")
    }
}

@Test("every refusal has a code of its own, which is the name of its case")
func codesAreStable() throws {
    let refusals = try everyRefusal()
    #expect(Set(refusals.map(\.code)).count == refusals.count)
    for refusal in refusals {
        let name = String(describing: Mirror(reflecting: refusal).children.first?.label ?? refusal.code)
        #expect(refusal.code == name)
    }
}

@Test("every refusal is one sentence that shows what it carries")
func sentences() throws {
    for refusal in try everyRefusal() {
        let sentence = refusal.description
        #expect(sentence.hasSuffix(".") && !sentence.contains("\n"), "\(refusal.code)")
        #expect(sentence.first?.isLowercase == false || !refusal.arguments.isEmpty, "\(refusal.code)")
        for argument in refusal.arguments { #expect(sentence.contains(argument), "\(refusal.code)") }
    }
}

@Test("arguments too few, too many or malformed are no refusal")
func malformedArguments() throws {
    for refusal in try everyRefusal() {
        #expect(Refusal(code: refusal.code, arguments: refusal.arguments + ["x"]) == nil, "\(refusal.code)")
        if !refusal.arguments.isEmpty {
            #expect(Refusal(code: refusal.code, arguments: Array(refusal.arguments.dropLast())) == nil)
        }
        for index in refusal.arguments.indices {
            for bad in ["bad\u{1b}[2J", "bad\u{7f}", String(repeating: "x", count: 1025)] {
                var arguments = refusal.arguments
                arguments[index] = bad
                #expect(Refusal(code: refusal.code, arguments: arguments) == nil, "\(refusal.code)")
            }
        }
    }
}

@Test(
    "numbers and identities have one form",
    arguments: [
        ("staleSerial", ["07"]), ("staleSerial", ["+7"]), ("staleSerial", ["-1"]), ("staleSerial", [""]),
        ("staleSerial", ["18446744073709551616"]), ("notEnoughApprovals", ["k", "r", "01", "2"]),
        ("alreadySigned", ["x86_64", String(repeating: "0", count: 64)]),
        ("alreadySigned", ["x86_64/zlib", String(repeating: "0", count: 64)]),
        ("alreadySigned", ["x86_64/zlib-1-1", String(repeating: "A", count: 64)]),
        ("downgrade", ["x86_64/zlib-1-1", "2"]), ("notInRepository", ["-zlib"]), ("unheardOf", []),
        ("evidenceexpired", []), ("", []),
    ])
func otherForms(code: String, arguments: [String]) {
    #expect(Refusal(code: code, arguments: arguments) == nil)
}
