import ConsoleMenu
import Testing

@Suite("The log of actions")
struct ActionLogTests {
    private static func lines() -> [[UInt8]] {
        var log = ActionLog()
        return [
            log.line(ActionLog.Entry("unlock", [:], .begins), at: 1_600_000_000),
            log.line(ActionLog.Entry("unlock", [:], .failed, status: 1), at: 1_600_000_001),
            log.line(
                ActionLog.Entry("propose", ["statements": ["erin.json", "frank.json"]], .begins), at: 1_600_000_002),
        ]
    }

    @Test("a log that was written is read back, with its number of lines")
    func written() throws {
        let log = try ActionLog(checking: Self.lines().flatMap(\.self))
        #expect(log.count == 3)
        #expect(try ActionLog(checking: []) == ActionLog())
    }

    @Test("a line that is changed, left out, repeated or put elsewhere is found")
    func changed() {
        let lines = Self.lines()
        let changes: [[[UInt8]]] = [
            [lines[1], lines[2]], [lines[0], lines[2]], [lines[0], lines[0], lines[1]], [lines[1], lines[0], lines[2]],
        ]
        for change in changes {
            #expect(throws: ActionLogError.self) { _ = try ActionLog(checking: change.flatMap(\.self)) }
        }
    }

    @Test("a line that was cut off while it was written is told from the whole ones before it")
    func torn() throws {
        let lines = Self.lines()
        let whole = lines[0] + lines[1]
        for count in 0..<lines[2].count {
            #expect(ActionLog.wholeByteCount(of: whole + lines[2].prefix(count)) == whole.count)
        }
        #expect(ActionLog.wholeByteCount(of: lines.flatMap(\.self)) == lines.flatMap(\.self).count)
        #expect(ActionLog.wholeByteCount(of: []) == 0)
        #expect(ActionLog.wholeByteCount(of: whole + Array("words".utf8)) == nil)
    }

    @Test("no byte before the last line can be changed, and no line be cut")
    func bytes() {
        let lines = Self.lines()
        let whole = lines.flatMap(\.self)
        for position in 0..<(lines[0].count + lines[1].count) {
            var changed = whole
            changed[position] ^= 1
            #expect(throws: ActionLogError.self) { _ = try ActionLog(checking: changed) }
        }
        #expect(throws: ActionLogError.self) { _ = try ActionLog(checking: Array(whole.dropLast())) }
    }
}
