import Foundation
import SchedulerSamples
import TestSupport
import Testing

@testable import SchedulerService

@Suite("The pages in a real browser", .timeLimit(.minutes(10)))
struct BrowserTests {
    @Test("Chromium shows every page wide and narrow, light and dark, by keys alone, and has nothing to complain of")
    func pages() async throws {
        let world = try PagesFixture()
        try world.wait(8)
        let pictures = "\(RepositoryRoot.path)/.build/screenshots"
        try await world.service.serving { port in
            let arguments = [
                "\(RepositoryRoot.path)/Tests/Browser/pages.py", "http://127.0.0.1:\(port)",
                world.directory.folder.path("scheduler.sqlite"), pictures,
            ]
            let paths = world.paths.filter { !$0.contains("?") || $0.hasSuffix("none") }
            let folder = world.directory.folder.path
            let result = try await Background {
                try Tool(["\(RepositoryRoot.path)/.build/venv/bin/python3"] + arguments + paths).run(
                    environment: ["HOME": folder, "TMPDIR": folder])
            }.value
            #expect(result.status == 0, "\(result.text)\(result.complaint)")
        }
    }
}
