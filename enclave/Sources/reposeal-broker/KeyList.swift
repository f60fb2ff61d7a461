import ArgumentParser
import Attestation
import Descriptors
import JailRecords
import KeyVault
import OpenPGPFormat

/// `reposeal-broker key list`.
struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show which keys there are.",
        discussion: """
            Warns of keys that expire within 90 days. Needs no passphrase and no PIN, and opens no key: this is what the files say. When a key of the log or of the answers was \
            made, and its label, is sealed with it.
            """)

    @OptionGroup var vault: VaultOptions

    @Flag(help: "Print a list in JSON.")
    var json = false

    func run() throws {
        let now = SystemClock.realtimeSeconds()
        let entries = try KeyEntry.all(in: vault.keys)
        let keys = entries.map { KeyRow($0, at: now) }
        if json {
            print(String(decoding: CanonicalJSON.encode(.array(keys.map(\.value))), as: UTF8.self))
        } else {
            let widths = KeyRow.columns.map { column in keys.map { column($0).count }.max() ?? 0 }
            for key in keys { print(key.line(widths)) }
        }
        for entry in entries {
            guard let days = entry.daysLeft(at: now), days <= Self.warningDays else { continue }
            Remark.write("warning: \(entry.selector) expires in \(days) days: let its successor sign everything before")
        }
    }

    /// As long as a rotation takes, with clients that seldom update.
    private static let warningDays: UInt64 = 90
}

/// What a person or a program is told about one key; empty where it is not known.
private struct KeyRow {
    let name, use, algorithm, state, created, expires, primary, token, label: String
    let isDemonstration: Bool

    init(_ entry: KeyEntry, at now: UInt64) {
        name = entry.selector.description
        use = KeyGenerate.Use(entry.use).rawValue
        algorithm = KeyGenerate.Algorithm(entry.algorithm).rawValue
        state = entry.state(at: now).rawValue
        created = entry.creationTime.flatMap { Timestamp(seconds: UInt64($0))?.text } ?? ""
        expires = entry.expirationTime.flatMap { Timestamp(seconds: $0)?.text } ?? ""
        // Who made the certificate may have put in what a terminal obeys.
        label = String((entry.label ?? "").map { $0.unicodeScalars.contains(where: Self.isControl) ? "?" : $0 })
        primary = entry.primary?.hex ?? ""
        token = if case .token(let object) = entry.place { object } else { "" }
        isDemonstration = entry.isDemonstration
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isBidiControl
    }

    static let columns: [@Sendable (KeyRow) -> String] = [
        \.use, \.algorithm, \.name, \.state, { $0.created.isEmpty ? "" : "made \($0.created)" },
        { $0.expires.isEmpty ? "" : "expires \($0.expires)" }, { $0.primary.isEmpty ? "" : "subkey of \($0.primary)" },
        { $0.token.isEmpty ? "" : "in a token: \($0.token)" }, { $0.isDemonstration ? "for demonstrations" : "" },
        \.label,
    ]

    func line(_ widths: [Int]) -> String {
        let cells = zip(Self.columns, widths).filter { $1 > 0 }.map { column, width in
            let text = column(self)
            return text + String(repeating: " ", count: width - text.count)
        }
        let line = cells.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    var value: JSONValue {
        .object([
            "name": .string(name), "use": .string(use), "algorithm": .string(algorithm), "state": .string(state),
            "created": .string(created), "expires": .string(expires), "label": .string(label),
            "primary": .string(primary), "token": .string(token),
            "demonstration": .string(isDemonstration ? "yes" : "no"),
        ])
    }
}
