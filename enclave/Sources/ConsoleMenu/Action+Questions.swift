extension Action {
    /// What must be known before it can be done.
    public func questions(_ settings: ConsoleSettings, _ facts: Facts = Facts()) -> [Question] {
        let isTyped = settings.passphrase == .typed
        let secret: [Question] =
            isTyped ? [.secret(key: "passphrase", prompt: "The passphrase of the keys, which is not shown")] : []
        let medium = Question.choice(key: "device", prompt: "Which medium?", of: settings.media)
        switch self {
        case .status, .keyList, .discard, .stop, .powerOff, .reboot, .sealPassphrase, .setAside: return []
        case .restart: return secret
        case .unlock:
            let data: [Question] =
                settings.dataUnit.isEmpty || facts.isDataOpen
                ? [] : [.secret(key: "data", prompt: "The passphrase of the data partition, which is not shown")]
            return data + secret
        case .makeData where facts.isDataOpen: return []
        case .makeData:
            return [.newSecret(key: "data", prompt: "A passphrase for the data partition, which is not shown")]
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
            // Keys that are there stay.
            let keys: [Question] =
                facts.keys.isEmpty
                ? [
                    .staged(key: "keys", prompt: "The backup of the keys", kind: .file, count: .one),
                    .staged(key: "kek", prompt: "The backup key", kind: .file, count: .one),
                ] : []
            return keys + [.staged(key: "memory", prompt: "The backup of the memory", kind: .folder, count: .one)]
                + secret
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
