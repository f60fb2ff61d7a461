import Foundation
import Logging
import Synchronization
import Testing

@testable import SchedulerService

@Suite("Events as lines of JSON")
struct JSONLogTests {
    private final class Lines: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    /// What a logger writes while a body uses it, line by line.
    private func events(_ body: (inout Logger) -> Void) throws -> [[String: Any]] {
        let lines = Lines()
        var logger = Logger(label: "test") { _ in
            JSONLogHandler { line in lines.bytes.withLock { $0 += line } }
        }
        body(&logger)
        return try lines.bytes.withLock { $0 }.split(separator: UInt8(ascii: "\n")).map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    @Test("an event is one object with its job beside its message")
    func event() throws {
        let events = try events { logger in
            logger[metadataKey: "directory"] = "/srv"
            logger.info("signed", metadata: ["job": "abc", "databases": ["core", "extra"]])
            logger.debug("not worth it")
        }
        #expect(events.count == 1)
        #expect(events[0]["message"] as? String == "signed")
        #expect(events[0]["level"] as? String == "info")
        #expect(events[0]["job"] as? String == "abc")
        #expect(events[0]["directory"] as? String == "/srv")
        #expect(events[0]["databases"] as? [String] == ["core", "extra"])
        #expect((events[0]["time"] as? String)?.hasSuffix("Z") == true)
    }

    @Test("nothing in an event can begin a line of its own or pose as another event")
    func forgery() throws {
        let events = try events { logger in
            logger.warning("a\n{\"level\":\"info\"}", metadata: ["level": "info", "message": "b", "file": "x\r\ny"])
        }
        #expect(events.count == 1)
        #expect(events[0]["level"] as? String == "warning")
        #expect(events[0]["message"] as? String == "a\n{\"level\":\"info\"}")
        #expect(events[0]["file"] as? String == "x\r\ny")
    }
}
