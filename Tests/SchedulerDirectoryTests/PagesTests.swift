import ALPMTypes
import SchedulerSamples
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("Pages of what a directory holds") struct PagesTests {
    let fixture: SchedulerFixture

    init() throws {
        fixture = try SchedulerFixture()
        _ = try fixture.home().submit([
            try fixture.write("a"), try fixture.write("b"), try fixture.write("b", "2.0-1"),
        ])
        _ = try fixture.home().sign()
    }

    @Test("pages show every submission once, with what is missing, and events in their order") func pages() throws {
        let home = try fixture.home()
        let first = try home.submissions(limit: 2)
        let second = try home.submissions(after: #require(first.next), limit: 2)
        #expect(second.next == nil)
        let all = first.submissions + second.submissions
        #expect(Set(all) == Set(try home.status().submissions) && all.count == 3)
        #expect(try home.submissions(limit: 9, name: PackageName(parsing: "b")).submissions.count == 2)
        #expect(try home.submissions(of: all[0].sha256) == [all[0]])
        #expect(try home.overview().submissionCounts == ["waiting": 3])
        let events = try home.events(limit: 2)
        #expect(events.map(\.name) == ["accepted", "accepted"])
        #expect(try home.events(after: events[1].position, limit: 9).map(\.name) == ["accepted"])
    }
}
