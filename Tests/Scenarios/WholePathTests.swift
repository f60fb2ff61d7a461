import Foundation
import TestSupport
import Testing

@Suite("Scenarios of the whole path", .ownThreads)
struct WholePathTests {
    @Test("what must not be signed is refused, and nothing changes", arguments: Transcript.all(in: "attacks"))
    func attack(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    /// None of them changes anything, so all of them attack one enclave, which then still does what is right.
    @Test("what a hostile scheduler sends is refused, attack by attack, and nothing changes")
    func hostileScheduler() throws {
        let attacks = Transcript.all(in: "attacks/refused")
        #expect(attacks.count >= 50)
        let parts =
            [Transcript(name: "world/before-attacks.txt")] + attacks + [Transcript(name: "world/after-attacks.txt")]
        try World.shared().replay(Transcript(name: "attacks/refused", of: parts))
    }

    @Test("every attack is refused with the code that it names", arguments: Transcript.all(in: "attacks/refused"))
    func code(_ transcript: Transcript) throws {
        let text = try String(contentsOfFile: "\(Transcript.scenarios)/\(transcript.name)", encoding: .utf8)
        let lines = text.split(separator: "\n")
        let code = try #require(lines.first?.wholeMatch(of: /# code: ([A-Za-z]+)/)).output.1
        // Malformed bytes are no refusals: they end the connection.
        let beginning = code == "reset" ? "the enclave reset: " : "refused \(code)"
        #expect(lines.contains { $0.hasPrefix(beginning) })
        #expect(lines.contains("nothing changed"))
    }

    @Test("whatever dies and whenever, every job is signed once", arguments: Transcript.all(in: "crashes"))
    func crash(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test(
        "on a disk that is full nothing is lost, and with room it goes on",
        .enabled(if: UnprivilegedAccount.areDistinct, "only root can make a disk"),
        arguments: Transcript.all(in: "disks"))
    func disk(_ transcript: Transcript) throws { try World.shared().replay(transcript, memoryDisk: 64) }

    @Test(
        "no byte of a key is where it must not be, while a job is in flight and after it",
        .enabled(if: UnprivilegedAccount.areDistinct, "only root can look into every process"),
        arguments: Transcript.all(in: "secrets"))
    func secrets(_ transcript: Transcript) throws { try World.shared().replay(transcript, asRoot: true) }

    @Test("of many jobs nothing is left", arguments: Transcript.all(in: "leaks"))
    func leaks(_ transcript: Transcript) throws {
        try World.shared().replay(transcript, asRoot: UnprivilegedAccount.areDistinct)
    }

    @Test("the enclave outlives whoever is on the line", arguments: Transcript.all(in: "link"))
    func link(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("a client made from docs/spec alone gets a package signed", arguments: Transcript.all(in: "interop"))
    func interop(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("the enclave itself changes only as its quorums say", arguments: Transcript.all(in: "motions"))
    func motion(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("what a runbook says is done as it stands there", arguments: Transcript.all(in: "runbooks"))
    func runbook(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("at the console every ceremony is done, and nothing else", arguments: Transcript.all(in: "console"))
    func console(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("packages and evidence come in over HTTP, and nobody else's do", arguments: Transcript.all(in: "collect"))
    func collecting(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("what was signed can be shown and verified, and what fails is told", arguments: Transcript.all(in: "audit"))
    func audit(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("stock tools accept what is published", arguments: Transcript.all(in: "published"))
    func publication(_ transcript: Transcript) throws { try World.shared().replay(transcript) }
}
