import Attestation
import Cryptography
import EvidenceSigning
import OpenPGPFormat
import Policy

/// A policy as people write it, on its way to the canonical text that is signed.
///
/// Certificates and keys may be named by file, and lists of people, machines and repositories may be in any order.
struct PolicySource {
    private let file: String
    private let folder: String
    /// Where in the source the parts stand whose place in the canonical text is another.
    private var sourcePaths: [String: String] = [:]

    init(file: String) {
        self.file = file
        folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    /// The canonical text; throws with the field of the source, and for a policy that is well formed but unsound.
    mutating func compile() throws -> [UInt8] {
        let source = try SourceJSON.parse(WholeFile.read(file), of: file)
        let bytes = CanonicalJSON.encode(sorted(try resolved(source, path: ""), path: "", sourcePath: ""))
        let policy: SigningPolicy
        do throws(PolicyError) {
            policy = try SigningPolicy(parsing: bytes)
        } catch {
            guard case .malformed(.malformedField(let path, let expected)) = error else { throw error }
            throw FileProblem(file: file, reason: "\(sourcePath(of: path)): expected \(expected)")
        }
        if let reason = policy.unsoundness.first { throw FileProblem(file: file, reason: "unsound: \(reason)") }
        return bytes
    }

    /// The value with the contents of the files that it names.
    private func resolved(_ value: JSONValue, path: String) throws -> JSONValue {
        switch value {
        case .string: return value
        case .array(let elements):
            return .array(try elements.enumerated().map { try resolved($1, path: "\(path)[\($0)]") })
        case .object(let members):
            var result: [String: JSONValue] = [:]
            for (key, member) in members {
                let place = path.isEmpty ? key : "\(path).\(key)"
                for (name, text) in try replacement(of: key, by: member, at: place) ?? [(key, nil)] {
                    // A repository key may be a subkey of its certificate.
                    let isStated = name == "fingerprint" && members[name] != nil
                    if isStated, key == "certificateFile", place.hasPrefix("enclave.repositoryKeys[") { continue }
                    guard name == key || members[name] == nil else {
                        throw FileProblem(file: file, reason: "\(place): expected no \(name) beside it")
                    }
                    result[name] = try text ?? resolved(member, path: place)
                }
            }
            return .object(result)
        }
    }

    /// What a field that names a file stands for; nil for all other fields.
    private func replacement(
        of key: String, by value: JSONValue, at place: String
    ) throws -> [(name: String, value: JSONValue?)]? {
        guard ["certificateFile", "publicKeyFile", "logKeyFile", "answerKeyFile", "previousFile"].contains(key) else {
            return nil
        }
        guard case .string(let name) = value else {
            throw FileProblem(file: file, reason: "\(place): expected the name of a file")
        }
        let path = name.hasPrefix("/") ? name : folder + name
        switch key {
        case "certificateFile":
            let certificate = try CertificateFile.read(path)
            return [
                ("certificate", .string(Base64.encode(certificate.bytes))),
                ("fingerprint", .string(certificate.fingerprint.hex)),
            ]
        case "previousFile":
            return [("previous", .string(try PolicyFile(reading: path).policy.digest.hex))]
        default:
            return [(String(key.dropLast("File".count)), .string(try MachineKeyFile.publicKey(reading: path).hex))]
        }
    }

    /// The value with every list of named objects in the order of their names.
    private mutating func sorted(_ value: JSONValue, path: String, sourcePath: String) -> JSONValue {
        if path != sourcePath { sourcePaths[path] = sourcePath }
        switch value {
        case .string: return value
        case .object(let members):
            var result: [String: JSONValue] = [:]
            for (key, member) in members {
                let prefix = path.isEmpty ? "" : "\(path)."
                let sourcePrefix = sourcePath.isEmpty ? "" : "\(sourcePath)."
                result[key] = sorted(member, path: prefix + key, sourcePath: sourcePrefix + key)
            }
            return .object(result)
        case .array(let elements):
            var order = Array(elements.indices)
            let names = elements.map(Self.name)
            if names.allSatisfy({ $0 != nil }) {
                order.sort { (names[$0] ?? "").utf8.lexicographicallyPrecedes((names[$1] ?? "").utf8) }
            }
            var result: [JSONValue] = []
            for (index, original) in order.enumerated() {
                result.append(
                    sorted(elements[original], path: "\(path)[\(index)]", sourcePath: "\(sourcePath)[\(original)]"))
            }
            return .array(result)
        }
    }

    /// By what an object is sorted among its like.
    private static func name(of value: JSONValue) -> String? {
        guard case .object(let members) = value else { return nil }
        for key in ["id", "name", "fingerprint"] {
            if case .string(let name)? = members[key] { return name }
        }
        return nil
    }

    /// Where a field of the canonical text stands in the source.
    private func sourcePath(of path: String) -> String {
        var prefix = path[...]
        while true {
            if let source = sourcePaths[String(prefix)] { return source + path[prefix.endIndex...] }
            guard let cut = prefix.lastIndex(where: { $0 == "." || $0 == "[" }) else { return path }
            prefix = prefix[..<cut]
        }
    }
}
