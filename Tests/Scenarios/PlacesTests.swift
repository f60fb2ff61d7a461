import TestSupport
import Testing

@Suite("Places", .ownThreads)
struct PlacesTests {
    @Test("an update is signed by one user's processes, and by those of several, without systemd, names and homes")
    func users() throws {
        let places = UnprivilegedAccount.areDistinct ? ["user", "users"] : ["user"]
        let result = try Tool(["\(RepositoryRoot.path)/Tests/Places/run"] + places)
            .run(environment: ["REPOSEAL_BIN": ReleaseBinaries.directory])
        #expect(result.status == 0, "\(result.text)\(result.complaint)")
    }

    @Test("where no jail can be made, nothing begins, and who asks is told", arguments: Transcript.all(in: "places"))
    func refused(_ transcript: Transcript) throws { try World.shared().replay(transcript) }
}
