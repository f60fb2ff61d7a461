import ArgumentParser

/// `reposeal-broker key`: the life of the enclave's keys.
struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, import, show, certify, rotate and retire the enclave's keys.",
        discussion: """
            Run these as the broker's user, to whom the keys belong. `reposeal-enclave key` is the same. A broker that \
            runs knows the keys that were there when it started.
            """,
        subcommands: [
            KeyGenerate.self, KeyImport.self, KeyToken.self, KeyRequest.self, KeyAccept.self, KeyList.self,
            KeyRotate.self,
            KeyRetire.self,
        ])
}
