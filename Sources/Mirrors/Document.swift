import FoundationEssentials

/// The JSON of `mirrors.json`; a key that it does not know is an error.
struct Document: Decodable {
    /// One mirror.
    struct Item: Decodable {
        let name: String
        let address: String
        let readBack: String?
        let passwordFile: String?
        let ssh: Shell?
        let timeoutSeconds: Int64?
        let attempts: Int64?
        let firstWaitMilliseconds: Int64?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case name, address, readBack, passwordFile, ssh, timeoutSeconds, attempts, firstWaitMilliseconds
        }

        init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownKeys(CodingKeys.self)
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decode(String.self, forKey: .name)
            address = try values.decode(String.self, forKey: .address)
            readBack = try values.decodeIfPresent(String.self, forKey: .readBack)
            passwordFile = try values.decodeIfPresent(String.self, forKey: .passwordFile)
            ssh = try values.decodeIfPresent(Shell.self, forKey: .ssh)
            timeoutSeconds = try values.decodeIfPresent(Int64.self, forKey: .timeoutSeconds)
            attempts = try values.decodeIfPresent(Int64.self, forKey: .attempts)
            firstWaitMilliseconds = try values.decodeIfPresent(Int64.self, forKey: .firstWaitMilliseconds)
        }
    }

    /// How ssh is called.
    struct Shell: Decodable {
        let port: Int64?
        let identity: String?
        let knownHosts: String?

        enum CodingKeys: String, CodingKey, CaseIterable { case port, identity, knownHosts }

        init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownKeys(CodingKeys.self)
            let values = try decoder.container(keyedBy: CodingKeys.self)
            port = try values.decodeIfPresent(Int64.self, forKey: .port)
            identity = try values.decodeIfPresent(String.self, forKey: .identity)
            knownHosts = try values.decodeIfPresent(String.self, forKey: .knownHosts)
        }
    }

    let published: String
    let keepSeconds: Int64?
    let lagSeconds: Int64?
    let retrySeconds: Int64?
    let mirrors: [Item]

    enum CodingKeys: String, CodingKey, CaseIterable { case published, keepSeconds, lagSeconds, retrySeconds, mirrors }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        published = try values.decode(String.self, forKey: .published)
        keepSeconds = try values.decodeIfPresent(Int64.self, forKey: .keepSeconds)
        lagSeconds = try values.decodeIfPresent(Int64.self, forKey: .lagSeconds)
        retrySeconds = try values.decodeIfPresent(Int64.self, forKey: .retrySeconds)
        mirrors = try values.decode([Item].self, forKey: .mirrors)
    }
}

/// Any key of an object.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Throws if the object has a key that is not one of these.
    fileprivate func refuseUnknownKeys<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws {
        let known = Key.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath + [key],
                    debugDescription: "no such field; there are \(known.sorted().joined(separator: ", "))"))
        }
    }
}
