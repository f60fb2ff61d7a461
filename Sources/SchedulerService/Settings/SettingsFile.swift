import Configuration
import FoundationEssentials
import Publisher

/// One file of settings: a JSON object whose members are settings, or objects with more of them.
enum SettingsFile {
    private static let maximumByteCount = 1 << 20

    /// Reads a file; nil if there is none.
    static func values(in path: String) throws(SchedulerServiceError) -> [String: ConfigContent]? {
        let bytes: [UInt8]?
        do {
            bytes = try DurableFile.readIfPresent(path, limit: maximumByteCount)
        } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
        return try bytes.map { bytes throws(SchedulerServiceError) in try values(of: bytes, in: path) }
    }

    /// The settings in a file's bytes, by their keys.
    static func values(
        of untrustedBytes: [UInt8], in path: String
    ) throws(SchedulerServiceError) -> [String: ConfigContent] {
        guard case .members(let members)? = try? JSONDecoder().decode(Tree.self, from: Data(untrustedBytes)) else {
            throw .malformed(origin: path, field: "file", expected: "one JSON object")
        }
        var values: [String: ConfigContent] = [:]
        try gather(members, below: "", in: path, into: &values)
        return values
    }

    private static func gather(
        _ members: [String: Tree], below prefix: String, in path: String, into values: inout [String: ConfigContent]
    ) throws(SchedulerServiceError) {
        for (name, tree) in members.sorted(by: { $0.key < $1.key }) {
            let key = prefix + name
            if case .members(let members) = tree, Setting.all.contains(where: { $0.key.hasPrefix("\(key).") }) {
                try gather(members, below: "\(key).", in: path, into: &values)
                continue
            }
            guard let setting = Setting.all.first(where: { $0.key == key }) else {
                throw .unknown(origin: path, key: key, nearest: Setting.nearest(to: key))
            }
            guard let content = tree.content, setting.kind.admits(content) else {
                throw .malformed(origin: path, field: key, expected: setting.kind.expectation)
            }
            values[key] = content
        }
    }

    /// Any JSON value.
    private enum Tree: Decodable {
        case members([String: Tree])
        case content(ConfigContent)
        case other

        init(from decoder: any Decoder) throws {
            if let members = try? [String: Tree](from: decoder) {
                self = .members(members)
                return
            }
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .content(.string(text))
            } else if let number = try? container.decode(Int.self) {
                self = .content(.int(number))
            } else if let texts = try? container.decode([String].self) {
                self = .content(.stringArray(texts))
            } else {
                self = .other
            }
        }

        var content: ConfigContent? {
            guard case .content(let content) = self else { return nil }
            return content
        }
    }
}

extension Setting {
    /// The known key that looks most like another one.
    static func nearest(to key: String) -> String {
        all.map(\.key).min { distance($0, key) < distance($1, key) } ?? ""
    }

    /// How many characters have to be changed, added or taken away to get from one text to the other.
    private static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.lowercased().utf8)
        let b = Array(b.lowercased().utf8)
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
