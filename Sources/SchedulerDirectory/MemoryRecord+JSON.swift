import ALPMTypes
import Cryptography
import FoundationEssentials

extension MemoryRecord {
    /// The record as JSON with a line for each claim, of which a large repository has tens of thousands.
    ///
    /// Foundation's encoder would take longer for them than all else that a job costs.
    var json: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(512 + claims.count * 400)
        text += "{\n  \"claims\": [".utf8
        for (index, claim) in claims.enumerated() {
            text += (index == 0 ? "\n    {" : ",\n    {").utf8
            Self.append("", "base", claim.base.text, to: &text)
            Self.append(", ", "desc", claim.desc.hex, to: &text)
            Self.append(", ", "files", claim.files.hex, to: &text)
            Self.append(", ", "name", claim.name.text, to: &text)
            if let removedAt = claim.removedAt { text += ", \"removedAt\": \(removedAt)".utf8 }
            Self.append(", ", "sha256", claim.sha256.hex, to: &text)
            Self.append(", ", "version", claim.version.text, to: &text)
            text += "}".utf8
        }
        text += "\n  ],\n  \"consumed\": [".utf8
        for (index, digest) in consumed.enumerated() {
            text += (index == 0 ? "\n    " : ",\n    ").utf8
            Self.append(string: digest, to: &text)
        }
        text += "\n  ],\n  \"expiresAt\": \(expiresAt),\n  \"signedAt\": \(signedAt)\n}\n".utf8
        return text
    }

    private static func append(_ separator: String, _ key: String, _ value: String, to text: inout [UInt8]) {
        text += separator.utf8
        append(string: key, to: &text)
        text += ": ".utf8
        append(string: value, to: &text)
    }

    private static func append(string: String, to text: inout [UInt8]) {
        let quoted = [UInt8(ascii: "\""), UInt8(ascii: "\\")]
        let isPlain = string.utf8.allSatisfy { (0x20..<0x7f).contains($0) && !quoted.contains($0) }
        guard isPlain else {
            // A string can always be encoded.
            if let encoded = try? JSONEncoder().encode(string) { text += Array(encoded) }
            return
        }
        text.append(quoted[0])
        text += string.utf8
        text.append(quoted[0])
    }
}
