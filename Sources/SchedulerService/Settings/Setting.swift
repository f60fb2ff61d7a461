import Configuration

/// One thing that can be set, under a key such as `http.listen`.
struct Setting: Hashable, Sendable {
    /// What a value must be.
    enum Kind: Hashable, Sendable {
        case text
        case texts
        case number(ClosedRange<Int>)
        case choice([String])
    }

    let key: String
    let kind: Kind
    /// What holds where nobody sets it; nil if it then is absent.
    let standard: ConfigContent?
    /// What it is, for people.
    let meaning: String

    private init(_ key: String, _ kind: Kind, _ standard: ConfigContent?, _ meaning: String) {
        (self.key, self.kind, self.standard, self.meaning) = (key, kind, standard, meaning)
    }

    /// Every setting, in the order in which people read them.
    static let all = [
        enclave, policy, schedulerID, requestKey, batchSeconds, batchChanges, listen,
        maximumHeadBytes, maximumConnections,
        idleSeconds, passSeconds, patience, logLevel, logFormat,
    ]

    static let enclave = Setting("enclave", .text, nil, "where the link to the enclave is")
    static let policy = Setting("policy", .text, nil, "the file with the policy in force")
    static let schedulerID = Setting("schedulerID", .text, nil, "under which name of the policy requests are signed")
    static let requestKey = Setting("requestKey", .text, nil, "the file with the key that signs requests")
    static let batchSeconds = Setting(
        "batchSeconds", .number(0...86_400), .int(0), "how long ready changes wait for others to share a job with them")
    static let batchChanges = Setting(
        "batchChanges", .number(1...1 << 20), nil, "how many ready changes wait no longer")
    static let listen = Setting(
        "http.listen", .texts, .stringArray(["127.0.0.1:7480"]), "the addresses to serve on; none for no service")
    static let maximumHeadBytes = Setting(
        "http.maximumHeadBytes", .number(1024...1 << 16), .int(1 << 14), "how large the head of a request may be")
    static let maximumConnections = Setting(
        "http.maximumConnections", .number(1...65_536), .int(1024), "how many connections are served at once")
    static let idleSeconds = Setting(
        "http.idleSeconds", .number(1...3600), .int(30), "how long a request may stand still before its connection ends"
    )
    static let passSeconds = Setting(
        "passes.idleSeconds", .number(1...3600), .int(60), "how long nothing need come in before a pass is made")
    static let patience = Setting(
        "link.patience", .number(0...86_400), nil, "for how many seconds a broken line to the enclave is tried again")
    static let logLevel = Setting(
        "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), .string("info"),
        "the least important events that are written")
    static let logFormat = Setting(
        "log.format", .choice(["json", "text"]), .string("json"), "how events are written to standard error")
}

extension Setting.Kind {
    /// What a value must be, for messages.
    var expectation: String {
        switch self {
        case .text: "a text"
        case .texts: "a list of texts"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        }
    }

    /// The type under which providers are asked.
    var type: ConfigType {
        switch self {
        case .text, .choice: .string
        case .texts: .stringArray
        case .number: .int
        }
    }

    /// Whether a value is what it must be.
    func admits(_ content: ConfigContent) -> Bool {
        switch (self, content) {
        case (.text, .string(let text)): !text.isEmpty
        case (.texts, .stringArray): true
        case (.number(let range), .int(let number)): range.contains(number)
        case (.choice(let words), .string(let text)): words.contains(text)
        default: false
        }
    }
}

extension ConfigContent {
    /// The value as it is printed.
    var words: String {
        switch self {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .stringArray(let texts): texts.isEmpty ? "none" : texts.joined(separator: ", ")
        default: "\(self)"
        }
    }
}
