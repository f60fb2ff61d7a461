import Attestation

extension Action {
    /// What must be known before it can be done.
    public func questions(_ settings: ConsoleSettings) -> [Question] {
        let isTyped = settings.passphrase == .typed
        let secret: [Question] =
            isTyped ? [.secret(key: "passphrase", prompt: "The passphrase of the keys, which is not shown")] : []
        let medium = Question.choice(key: "device", prompt: "Which medium?", of: settings.media)
        switch self {
        case .status, .keyList, .discard, .stop, .powerOff, .reboot, .sealPassphrase: return []
        case .restart: return secret
        case .unlock:
            let data: [Question] =
                settings.dataDevice.isEmpty
                ? [] : [.secret(key: "data", prompt: "The passphrase of the data partition, which is not shown")]
            return data + secret
        case .clock: return [.text(key: "time", prompt: "The time in UTC, such as 2026-11-22T12:00:00Z", rule: .time)]
        case .takeIn, .giveStatus, .givePublicKeys, .giveRequests, .giveLedger, .giveBackups, .giveActions:
            return [medium]
        case .keyGenerate:
            return [
                .choice(key: "use", prompt: "What may it sign?", of: ["openpgp", "log", "answer"]),
                .choice(key: "algorithm", prompt: "Which algorithm?", of: ["ed25519", "rsa4096"]),
                .text(
                    key: "label", prompt: "User ID of an OpenPGP key, origin of a log, or words for people",
                    rule: .words),
                .staged(
                    key: "primary", prompt: "The certificate of its offline primary key, 0 for none", kind: .file,
                    count: .optional),
            ] + secret
        case .keyImport:
            return [
                .staged(key: "file", prompt: "gpg's export without a passphrase", kind: .file, count: .one),
                .text(key: "label", prompt: "Words for people", rule: .words),
            ] + secret
        case .keyRequest:
            return [
                .sealedKey(key: "name", prompt: "The subkey"),
                .staged(key: "primary", prompt: "The certificate of the primary key", kind: .file, count: .one),
            ] + secret
        case .keyAccept:
            return [.staged(key: "file", prompt: "The certificate", kind: .file, count: .one)]
        case .keyRotate:
            return [.sealedKey(key: "name", prompt: "The key that is to be succeeded")] + secret
        case .keyRetire: return [.sealedKey(key: "name", prompt: "The key that nothing needs any more")]
        case .backup:
            return [.staged(key: "kek", prompt: "The backup key", kind: .file, count: .one)] + secret
        case .restore:
            return [
                .staged(key: "keys", prompt: "The backup of the keys", kind: .file, count: .one),
                .staged(key: "kek", prompt: "The backup key", kind: .file, count: .one),
                .staged(key: "memory", prompt: "The backup of the memory", kind: .folder, count: .one),
            ] + secret
        case .firstPolicy:
            return [
                .staged(key: "policy", prompt: "The policy", kind: .file, count: .one),
                .staged(key: "approvals", prompt: "The approvals", kind: .file, count: .some),
            ]
        case .propose:
            return [
                .staged(key: "statements", prompt: "The statements", kind: .file, count: .some),
                .staged(
                    key: "checkpoint",
                    prompt:
                        "For statements about the head the published checkpoint, 0 only if nothing was published, or else",
                    kind: .file, count: .optional),
                .staged(
                    key: "policy", prompt: "For approvals of a policy the policy, else 0", kind: .file,
                    count: .optional),
            ]
        }
    }
}

extension Question {
    /// What its answer is known by.
    public var key: String {
        switch self {
        case .choice(let key, _, _), .text(let key, _, _), .secret(let key, _), .sealedKey(let key, _),
            .staged(let key, _, _, _):
            key
        }
    }

    /// What is shown.
    public var prompt: String {
        switch self {
        case .choice(_, let prompt, _), .text(_, let prompt, _), .secret(_, let prompt), .sealedKey(_, let prompt),
            .staged(_, let prompt, _, _):
            prompt
        }
    }

    /// What may be chosen by number.
    public func options(_ facts: Facts) -> [String] {
        switch self {
        case .choice(_, _, let words): words
        case .text, .secret: []
        case .sealedKey: facts.keys
        case .staged(_, _, .file, _): facts.stagedFiles
        case .staged(_, _, .folder, _): facts.stagedFolders
        }
    }

    /// The answer in a line that was typed: numbers among the options, or the line itself.
    public func answer(_ text: String, options: [String]) throws(InputError) -> [String] {
        switch self {
        case .choice, .sealedKey: return [try Self.option(text, options)]
        case .staged(_, _, _, .one): return [try Self.option(text, options)]
        case .staged(_, _, _, .optional): return text == "0" ? [] : [try Self.option(text, options)]
        case .staged(_, _, _, .some):
            var chosen: [String] = []
            for word in text.split(separator: " ") {
                let option = try Self.option(String(word), options)
                guard !chosen.contains(option) else { throw .expected("each number once") }
                chosen.append(option)
            }
            guard !chosen.isEmpty else { throw .expected("numbers with spaces between them") }
            return chosen
        case .text(_, _, let rule):
            guard rule.allows(text) else { throw .expected(rule.words) }
            return [text]
        case .secret:
            guard !text.isEmpty else { throw .expected("at least one character") }
            return [text]
        }
    }

    private static func option(_ text: String, _ options: [String]) throws(InputError) -> String {
        guard text.utf8.count <= 4, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            options.indices.contains(number - 1)
        else { throw .expected(options.isEmpty ? "nothing: there is nothing to choose" : "1 to \(options.count)") }
        return options[number - 1]
    }
}

extension TextRule {
    /// Whether a line is so.
    func allows(_ text: String) -> Bool {
        switch self {
        case .words: !text.isEmpty && !text.hasPrefix("-")
        case .time: Timestamp(parsing: text) != nil
        }
    }

    var words: String {
        switch self {
        case .words: "words that do not begin with a dash"
        case .time: "a time such as 2026-11-22T12:00:00Z"
        }
    }
}
