import Descriptors
import FoundationEssentials
import Glibc
public import Publisher

/// One mirror, as `mirrors.json` describes it.
public struct Mirror: Hashable, Sendable {
    /// How ssh is called for it.
    public struct Shell: Hashable, Sendable {
        /// The port; nil for ssh's own choice.
        public let port: Int?
        /// The file of the private key; nil for ssh's own choice.
        public let identity: String?
        /// The file of known hosts; nil for ssh's own choice.
        public let knownHosts: String?
    }

    /// Its name in reports.
    public let name: String
    /// Where its files are written.
    public let address: MirrorAddress
    /// Where clients read them, `http://…` or `https://…`; nil if they are read back by rsync.
    public let readBack: String?
    /// The file of the daemon's password.
    public let passwordFile: String?
    /// How ssh is called.
    public let shell: Shell
    /// After how many seconds without a byte a transfer has failed.
    public let timeout: Int
    /// How often a transfer is tried.
    public let backoff: Backoff
}

/// What `mirrors.json` says.
public struct MirrorConfiguration: Sendable {
    /// The file.
    public let file: String
    /// The directory that `reposeal publish` writes.
    public let published: PublishedTree
    /// For how many seconds a package stays that no database names any more.
    public let keep: UInt64
    /// After how many seconds without a synchronisation a mirror lags.
    public let lag: UInt64
    /// After how many seconds the service begins anew with a mirror that failed.
    public let retry: UInt64
    /// The mirrors.
    public let mirrors: [Mirror]

    /// Reads the file; relative paths in it start from its folder.
    public init(reading file: String) throws(MirrorsError) {
        guard let bytes = try mirroring({ try DurableFile.readIfPresent(file, limit: 1 << 20) }) else {
            throw .missing(file: file)
        }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw .malformed(file: file, field: error.path ?? "document", expected: error.expectation)
        } catch {
            throw .malformed(file: file, field: "document", expected: "one JSON object")
        }
        self.file = file
        let reader = FieldReader(file: file)
        published = PublishedTree(try reader.plainPath(document.published, "published"))
        keep = try reader.number(document.keepSeconds, in: 0...(10 * 366 * 86_400), "keepSeconds") ?? 14 * 86_400
        lag = try reader.number(document.lagSeconds, in: 1...(366 * 86_400), "lagSeconds") ?? 3600
        retry = try reader.number(document.retrySeconds, in: 1...86_400, "retrySeconds") ?? 60
        var mirrors: [Mirror] = []
        for (index, item) in document.mirrors.enumerated() {
            let mirror = try reader.mirror(item, "mirrors[\(index)]")
            guard !mirrors.contains(where: { $0.name == mirror.name }) else {
                throw .malformed(file: file, field: "mirrors[\(index)].name", expected: "a name that no other has")
            }
            mirrors.append(mirror)
        }
        self.mirrors = mirrors
    }

    /// The mirrors of these names, or all if there are none.
    public func mirrors(named names: [String]) throws(MirrorsError) -> [Mirror] {
        for name in names where !mirrors.contains(where: { $0.name == name }) {
            throw .unknownMirror(name, file: file)
        }
        return names.isEmpty ? mirrors : mirrors.filter { names.contains($0.name) }
    }
}

/// Turns the document's values into those that hold nothing else.
private struct FieldReader {
    let file: String

    func mirror(_ item: Document.Item, _ place: String) throws(MirrorsError) -> Mirror {
        guard (1...64).contains(item.name.utf8.count), item.name.utf8.allSatisfy(MirrorAddress.isNameByte),
            !item.name.hasPrefix("-"), !item.name.hasPrefix(".")
        else {
            throw malformed(
                "\(place).name", "1 to 64 ASCII letters, digits, - . and _, of which - and . do not come first")
        }
        guard let address = MirrorAddress(item.address) else {
            throw malformed("\(place).address", MirrorAddress.expectation)
        }
        if let readBack = item.readBack {
            let isAddress = ["http://", "https://"].contains { readBack.hasPrefix($0) && readBack.count > $0.count }
            let isPlain = readBack.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }
            guard isAddress, isPlain, !readBack.hasSuffix("/") else {
                throw malformed("\(place).readBack", "http://… or https://…, without a slash at its end")
            }
        }
        let shell = Mirror.Shell(
            port: try number(item.ssh?.port, in: 1...65_535, "\(place).ssh.port").map { Int($0) },
            identity: try path(item.ssh?.identity, "\(place).ssh.identity"),
            knownHosts: try path(item.ssh?.knownHosts, "\(place).ssh.knownHosts"))
        return Mirror(
            name: item.name, address: address, readBack: item.readBack,
            passwordFile: try path(item.passwordFile, "\(place).passwordFile"), shell: shell,
            timeout: Int(try number(item.timeoutSeconds, in: 1...86_400, "\(place).timeoutSeconds") ?? 60),
            backoff: Backoff(
                attempts: Int(try number(item.attempts, in: 1...100, "\(place).attempts") ?? 5),
                first: try number(item.firstWaitMilliseconds, in: 1...60_000, "\(place).firstWaitMilliseconds")
                    ?? 1000))
    }

    func number(
        _ value: Int64?, in range: ClosedRange<Int64>, _ field: String
    ) throws(MirrorsError) -> UInt64? {
        guard let value else { return nil }
        guard range.contains(value) else {
            throw malformed(field, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return UInt64(value)
    }

    func path(_ text: String?, _ field: String) throws(MirrorsError) -> String? {
        guard let text else { return nil }
        return try plainPath(text, field)
    }

    /// A path that ssh and rsync read as one word and never as an option, from the root on.
    func plainPath(_ text: String, _ field: String) throws(MirrorsError) -> String {
        guard !text.isEmpty, !text.hasPrefix("-"), Self.isPlain(text) else {
            throw malformed(field, "a path without spaces, quotes, % and backslashes that does not begin with -")
        }
        let whole = text.hasPrefix("/") ? text : "\(try folder(of: field))/\(text)"
        guard Self.isPlain(whole) else {
            throw malformed(field, "the path to it, \(whole), to be without spaces, quotes, % and backslashes")
        }
        return whole
    }

    /// The folder of the file, from the root on: rsync takes `host:path` for another machine's.
    private func folder(of field: String) throws(MirrorsError) -> String {
        let folder = DurableFile.parent(of: file)
        if folder.hasPrefix("/") { return folder }
        guard let current = unsafe getcwd(nil, 0) else {
            throw malformed(field, "a path that begins with /, since the current directory has none")
        }
        defer { unsafe free(current) }
        return unsafe "\(String(cString: current))/\(folder)"
    }

    private static func isPlain(_ path: String) -> Bool {
        path.isOneWord && path.utf8.allSatisfy { ![0x22, 0x25, 0x27, 0x5c].contains($0) }
    }

    private func malformed(_ field: String, _ expected: String) -> MirrorsError {
        .malformed(file: file, field: field, expected: expected)
    }
}
