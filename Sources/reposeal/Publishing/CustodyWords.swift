import Custody

extension CustodyChain {
    /// The chain for people, with the verdict as its last line.
    var lines: [String] {
        var lines = [Terminal.styled(fileName ?? "a package", .strong), "    sha256 \(sha256)"]
        lines += steps.flatMap(\.lines)
        if let log { lines.append("log \(log.origin): \(log.size) leaves, root \(log.root)") }
        if let distribution { lines.append("distribution \(distribution)") }
        for finding in findings {
            // The name of a record comes from whoever made the records.
            let words = Terminal.plain("\(finding.record): \(finding.sentence)")
            lines.append("\(Terminal.styled(finding.kind.rawValue, .bad))  \(words)")
        }
        for doubt in doubts {
            let words = Terminal.plain("\(doubt.record): since \(doubt.time) \(doubt.reason)")
            lines.append("\(Terminal.styled("later", .bad))  \(words)")
        }
        return lines + [verdict]
    }

    private var verdict: String {
        guard holds else { return "the chain \(Terminal.styled("does not hold", .bad)): \(findings.count) findings" }
        let words = "the chain \(Terminal.styled("holds", .good))"
        if isRevoked { return "\(words), but the package is \(Terminal.styled("revoked", .bad))" }
        return doubts.isEmpty ? words : "\(words), but what came later speaks against it: \(doubts.count) doubts"
    }
}

extension CustodyChain.Finding {
    fileprivate var sentence: String { kind == .wrong ? "expected \(reason)" : reason }
}

extension CustodyChain.Step {
    fileprivate var lines: [String] {
        let place = serial.map { ", serial \($0)" } ?? ""
        let rules = policyVersion.map { ", under policy \($0)" } ?? ""
        return ["\(repository)/\(architecture): \(kind) at \(time)\(place)\(rules)"]
            + statements.flatMap(\.lines)
            + requirements.map { "    \($0.have) of \($0.need) \($0.kind) by \($0.role)" }
            + ["    job \(job)", "    leaf \(leaf) of the log"] + signatures.flatMap(\.lines)
    }
}

extension CustodyChain.Statement {
    fileprivate var lines: [String] {
        let runner = `operator`.map { " of \($0)" } ?? ""
        return ["    \(kind) by \(signer)\(runner), key \(key)"]
            + [
                signedAt.map { "signed \($0)" }, "counts from \(notBefore) until \(notAfter)",
                sourceManifest.map { "sources \($0)" }, pkgbuild.map { "PKGBUILD \($0)" },
                environment.map { "environment \($0)" }, record,
            ].compactMap { $0.map { "        \($0)" } }
    }
}

extension CustodyChain.Signature {
    fileprivate var lines: [String] {
        let end = expiresAt.map { ", expires \($0)" } ?? ""
        return ["    signature over \(file), key \(key)", "        signed \(signedAt)\(end)", "        \(record)"]
    }
}
