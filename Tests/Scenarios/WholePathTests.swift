import TestSupport
import Testing

@Suite("Scenarios of the whole path")
struct WholePathTests {
    @Test("what must not be signed is refused, and nothing changes", arguments: Transcript.all(in: "attacks"))
    func attack(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("whatever dies and whenever, every job is signed once", arguments: Transcript.all(in: "crashes"))
    func crash(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test(
        "on a disk that is full nothing is lost, and with room it goes on",
        .enabled(if: UnprivilegedAccount.areDistinct, "only root can make a disk"),
        arguments: Transcript.all(in: "disks"))
    func disk(_ transcript: Transcript) throws { try World.shared().replay(transcript, memoryDisk: 64) }

    @Test("the enclave outlives whoever is on the line", arguments: Transcript.all(in: "link"))
    func link(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("the enclave itself changes only as its quorums say", arguments: Transcript.all(in: "motions"))
    func motion(_ transcript: Transcript) throws { try World.shared().replay(transcript) }

    @Test("stock tools accept what is published", arguments: Transcript.all(in: "published"))
    func publication(_ transcript: Transcript) throws { try World.shared().replay(transcript) }
}
