import ALPMTypes
import Attestation
import Cryptography
import Foundation
import TestSupport
import Testing

/// Replaces the only occurrence of a text.
private func replacing(_ old: String, _ new: String, in bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.components(separatedBy: old)
    precondition(parts.count >= 2, "the sample has no \(old)")
    return Array((parts[0] + new + parts.dropFirst().joined(separator: old)).utf8)
}

@Test("every kind of statement is read back from its bytes")
func roundTrip() throws {
    for statement in try StatementSamples.all() {
        let bytes = statement.canonicalBytes
        #expect(try Statement(parsing: bytes) == statement)
        #expect(try CanonicalJSON.encode(CanonicalJSON.parse(bytes)) == bytes)
    }
}

@Test("every kind of statement has the bytes on file")
func statementVectors() throws {
    for statement in try StatementSamples.all() {
        let path = RepositoryRoot.vector("statements/\(statement.name).json")
        let bytes = try Array(Data(contentsOf: URL(filePath: path)))
        #expect(bytes == statement.canonicalBytes, "\(statement.name)")
        #expect(try Statement(parsing: bytes) == statement)
    }
}

@Test("packages are sorted when a statement is made")
func sorting() throws {
    guard case .packageApproval(let approval) = try StatementSamples.packageApproval() else { return }
    #expect(approval.packages.map(\.fileName.text) == StatementSamples.fileNames)
}

@Test("a statement names at least one package and none twice")
func distinctPackages() throws {
    let header = try StatementSamples.header(signer: "alice")
    let repository = try RepositoryName(parsing: "extra")
    let package = try StatementSamples.identity(StatementSamples.fileNames[0])
    #expect(throws: AttestationError.self) {
        try PackageApproval(header: header, repository: repository, packages: [])
    }
    #expect(throws: AttestationError.self) {
        try PackageApproval(header: header, repository: repository, packages: [package, package])
    }
}

@Test("a builder cannot state a state that does not end in the package's digest")
func foreignState() throws {
    let identity = try StatementSamples.identity(StatementSamples.fileNames[0])
    let other = try StatementSamples.built(StatementSamples.fileNames[1])
    #expect(throws: AttestationError.self) { try BuildRecord.Package(identity: identity, state: other.state) }
}

@Test(
    "a header has a version above 0, 16 bytes of nonce and a window",
    arguments: [
        (0, 10, 20, 16), (1, 20, 20, 16), (1, 21, 20, 16), (1, 10, Timestamp.maximumSeconds + 1, 16),
        (1, 10, 20, 15), (1, 10, 20, 17),
    ] as [(UInt64, UInt64, UInt64, Int)])
func headerRules(version: UInt64, notBefore: UInt64, notAfter: UInt64, nonceLength: Int) throws {
    let signer = try SignerID(parsing: "alice")
    #expect(throws: AttestationError.self) {
        try StatementHeader(
            distribution: SHA256.digest(of: []), policyVersion: version, notBefore: notBefore, notAfter: notAfter,
            nonce: [UInt8](repeating: 0, count: nonceLength), signer: signer)
    }
}

@Test(
    "a signer is 1 to 64 lower-case letters, digits, dots, underscores and hyphens",
    arguments: [
        "", ".a", "-a", "_a", "A", "aB", "a b", "a/b", "a\u{301}", "\u{212A}", String(repeating: "a", count: 65),
    ])
func signerGrammar(text: String) throws {
    #expect(throws: AttestationError.self) { try SignerID(parsing: text) }
    #expect(try SignerID(parsing: String(repeating: "a", count: 64)).text.count == 64)
    #expect(try SignerID(parsing: "0._-").text == "0._-")
}

/// Changes to the build record, and the complaint about each.
private let spoiled: [(old: String, new: String, complaint: String)] = [
    (#""_type":"https://in-toto.io/Statement/v1","#, "", "_type: expected a value, not a missing field"),
    ("Statement/v1", "Statement/v0", #"_type: expected "https://in-toto.io/Statement/v1""#),
    ("build-record/v1", "build-record/v2", "predicateType: expected the address of a known predicate"),
    (#"{"_type""#, #"{"Extra":"","_type""#, "Extra: expected no field of this name"),
    (#""predicate":{"#, #""predicate":{"Extra":"","#, "predicate.Extra: expected no field of this name"),
    (#""policyVersion":"3","#, "", "predicate.policyVersion: expected a value, not a missing field"),
    (
        #""policyVersion":"3""#, #""policyVersion":"03""#,
        "predicate.policyVersion: expected a decimal number below 2^64 without leading zeros"
    ),
    (
        #""policyVersion":"3""#, #""policyVersion":"99999999999999999999999""#,
        "predicate.policyVersion: expected a decimal number below 2^64 without leading zeros"
    ),
    (
        #""policyVersion":"3""#, #""policyVersion":"+3""#,
        "predicate.policyVersion: expected a decimal number below 2^64 without leading zeros"
    ),
    (#""policyVersion":"3""#, #""policyVersion":"0""#, "predicate.policyVersion: expected a number above 0"),
    (
        "2026-11-28T06:00:00Z", "2026-11-28T06:00:60Z",
        "predicate.notAfter: expected a time such as 2026-11-21T06:00:00Z"
    ),
    (
        "2026-11-28T06:00:00Z", "2026-11-21T06:00:00Z",
        "predicate.notAfter: expected a time after notBefore, before the year 10000"
    ),
    ("000102030405", "00010203040", "predicate.nonce: expected 32 lower-case hexadecimal digits"),
    (
        "000102030405060708090a0b", "000102030405060708090A0B",
        "predicate.nonce: expected 32 lower-case hexadecimal digits"
    ),
    (#""signer":"builder-1""#, #""signer":"Builder""#, "predicate.signer: expected \(SignerID.expectation)"),
    (#""repository":"extra""#, #""repository":"../x""#, "predicate.repository: expected a repository name"),
    (#""pkgbase":"zlib""#, #""pkgbase":"-zlib""#, "predicate.pkgbase: expected a package name"),
    (
        #""name":"zlib-doc","sha256""#, #""name":"zlib-dok","sha256""#,
        "predicate.packages[1].fileName: expected the name, version and architecture stated beside it"
    ),
    (
        #""fileName":"zlib-doc-1:1.3.1-2-any"#, #""fileName":"a-1:1.3.1-2-any"#,
        "predicate.packages[1].fileName: expected objects sorted by this field, each value once"
    ),
    (
        #""size":"45""#, #""size":"46""#,
        "predicate.packages[1].state: expected the hexadecimal SHA-256 state of a file of the stated size"
    ),
    (#""subject":[{"digest""#, #""subject":[{"digest":{"sha256":""},"name":""},{"digest""#, "subject[0]"),
]

@Test("a spoiled field is named", arguments: spoiled.indices)
func spoiledFields(index: Int) throws {
    let (old, new, complaint) = spoiled[index]
    let bytes = replacing(old, new, in: try StatementSamples.buildRecord().canonicalBytes)
    do {
        _ = try Statement(parsing: bytes)
        Issue.record("accepted")
    } catch {
        #expect("\(error)".hasPrefix(complaint))
    }
}

@Test("subjects are exactly what the predicate names")
func subjects() throws {
    let bytes = try StatementSamples.buildRecord().canonicalBytes
    let text = String(decoding: bytes, as: UTF8.self)
    let start = try #require(text.range(of: #""subject":["#)?.upperBound)
    let objects = text[start...].dropLast(2).components(separatedBy: ",{\"digest\"")
    let (first, second) = (objects[0], "{\"digest\"" + objects[1])
    for list in [first, second, "\(second),\(first)", "\(first),\(first)", "\(first),\(second),\(second)"] {
        #expect(throws: AttestationError.self, "\(list)") {
            try Statement(parsing: Array("\(text[..<start])\(list)]}".utf8))
        }
    }
    #expect(try Statement(parsing: Array("\(text[..<start])\(first),\(second)]}".utf8)).canonicalBytes == bytes)
}

@Test("a character that Swift equates with another is not that other: U+212A is no K")
func kelvinSign() throws {
    let bytes = try StatementSamples.removal().canonicalBytes
    let name = replacing(#""name":"zlib-1"#, #""name":"zli\u212a-1"#, in: bytes)
    #expect(throws: AttestationError.self) { try Statement(parsing: name) }
    for place in ["removal/v1", "Statement/v1", "\"extra\"", "\"alice\""] {
        let changed = replacing(place, place.replacingOccurrences(of: "a", with: "\u{FF41}"), in: bytes)
        guard changed != bytes else { continue }
        #expect(throws: AttestationError.self, "\(place)") { try Statement(parsing: changed) }
    }
}

@Test("the limit on bytes holds")
func byteLimitOfStatements() throws {
    let bytes = try StatementSamples.removal().canonicalBytes
    _ = try Statement(parsing: bytes, maximumBytes: bytes.count)
    #expect(throws: AttestationError.self) { try Statement(parsing: bytes, maximumBytes: bytes.count - 1) }
}

@Test("a mutated statement is refused, or is the canonical text of something else")
func mutatedStatements() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    for statement in try StatementSamples.all() {
        let bytes = statement.canonicalBytes
        for _ in 0..<250 {
            let changed = Mutation.mutated(bytes, using: &random)
            guard let parsed = try? Statement(parsing: changed) else { continue }
            #expect(parsed.canonicalBytes == changed, "seed \(seed)")
        }
    }
}
