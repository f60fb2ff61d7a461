import Attestation

/// What is asked before something is done.
public enum Question: Hashable, Sendable {
    /// One of these words, by its number.
    case choice(key: String, prompt: String, of: [String])
    /// A line; the rule says what it must be.
    case text(key: String, prompt: String, rule: TextRule)
    /// A line that is not shown, of which nothing is written down.
    case secret(key: String, prompt: String)
    /// The same, typed twice.
    case newSecret(key: String, prompt: String)
    /// A key of the enclave, by its number.
    case sealedKey(key: String, prompt: String)
    /// Files that were imported, by their numbers: exactly one, or at most one, or one and more.
    case staged(key: String, prompt: String, kind: StagedKind, count: StagedCount)
}

/// What a line must be.
public enum TextRule: Hashable, Sendable {
    /// 1 to 200 characters.
    case words
    /// `2026-11-22T12:00:00Z`.
    case time
}

/// What kind of thing was imported.
public enum StagedKind: Hashable, Sendable {
    /// A file.
    case file
    /// A folder of files.
    case folder
}

/// How many of them.
public enum StagedCount: Hashable, Sendable {
    /// Exactly one.
    case one
    /// At most one.
    case optional
    /// One and more.
    case some
}

extension Question {
    /// What its answer is known by.
    public var key: String {
        switch self {
        case .choice(let key, _, _), .text(let key, _, _), .secret(let key, _), .newSecret(let key, _),
            .sealedKey(let key, _), .staged(let key, _, _, _):
            key
        }
    }

    /// What is shown.
    public var prompt: String {
        switch self {
        case .choice(_, let prompt, _), .text(_, let prompt, _), .secret(_, let prompt), .newSecret(_, let prompt),
            .sealedKey(_, let prompt), .staged(_, let prompt, _, _):
            prompt
        }
    }

    /// What may be chosen by number.
    public func options(_ facts: Facts) -> [String] {
        switch self {
        case .choice(_, _, let words): words
        case .text, .secret, .newSecret: []
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
        case .secret, .newSecret:
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
