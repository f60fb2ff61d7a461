import Descriptors
import Glibc
import TestSupport
import Testing

@Suite("A descriptor")
struct DescriptorTests {
    @Test("what is written to a pipe is read from it, to the end")
    func pipe() throws {
        let pipe = try Pipe()
        try pipe.writer.writeAll([1, 2, 3, 4, 5])
        let reader = pipe.takeReader()
        #expect(try reader.readExactly(2) == [1, 2])
        #expect(try reader.readToEnd(limit: 3) == [3, 4, 5])
        #expect(try reader.read(atMost: 10) == [])
    }

    @Test("a stream that ends early says how far it came")
    func earlyEnd() throws {
        let pipe = try Pipe()
        try pipe.writer.writeAll([1])
        let reader = pipe.takeReader()
        #expect(throws: DescriptorError.endOfStream(wanted: 2, have: 1)) { try reader.readExactly(2) }
    }

    @Test("a stream one byte over the limit is refused")
    func limit() throws {
        let pipe = try Pipe()
        try pipe.writer.writeAll([UInt8](repeating: 7, count: 11))
        let reader = pipe.takeReader()
        #expect(throws: DescriptorError.limitExceeded(limit: 10)) { try reader.readToEnd(limit: 10) }
    }

    @Test("reading a silent pipe and writing a full one end at the deadline")
    func deadlines() throws {
        let pipe = try Pipe()
        #expect(throws: DescriptorError.timedOut) {
            try pipe.reader.read(atMost: 1, deadline: Deadline(milliseconds: 20))
        }
        try pipe.writer.setNonblocking()
        #expect(throws: DescriptorError.timedOut) {
            try pipe.writer.writeAll([UInt8](repeating: 0, count: 1 << 20), deadline: Deadline(milliseconds: 20))
        }
    }

    @Test("every way to make a descriptor marks it close-on-exec")
    func closeOnExecute() throws {
        let directory = try TemporaryDirectory()
        let pipe = try Pipe()
        let created = try Descriptor.creating(directory.path("file"))
        let memory = try Descriptor.memory(name: "test")
        let numbers = [pipe.reader.number, pipe.writer.number, created.number, memory.number]
        for number in numbers { #expect(fcntl(number, F_GETFD) == FD_CLOEXEC) }
    }

    @Test("a descriptor that goes is closed, one that is released is not")
    func ownership() throws {
        let first = try Descriptor.memory(name: "first").release()
        #expect(fcntl(first, F_GETFD) == FD_CLOEXEC)
        try Descriptor(adopting: first).close()
        #expect(throws: DescriptorError.self) { try Descriptor(adopting: -1).close() }
    }

    @Test("creating a file that exists, or a dangling link, is refused and names the path")
    func exclusive() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("file")
        _ = try Descriptor.creating(path)
        let refusal = DescriptorError.systemCall(SystemCallError(call: "open", number: EEXIST, subject: path))
        #expect(throws: refusal) { _ = try Descriptor.creating(path) }
        #expect(refusal.description == "open on \(path) failed: File exists")
        #expect(unsafe symlink(directory.path("nowhere"), directory.path("link")) == 0)
        #expect(throws: DescriptorError.self) { _ = try Descriptor.creating(directory.path("link")) }
    }

    @Test("sealed memory holds its contents and refuses change")
    func sealed() throws {
        let contents: [UInt8] = [9, 8, 7]
        let file = try Descriptor.memory(name: "secret")
        try file.writeAll(contents)
        try file.seal()
        #expect(try file.readToEnd(limit: 3) == contents)
        try file.rewind()
        let refusal = DescriptorError.systemCall(
            SystemCallError(call: "write", number: EPERM, subject: "descriptor \(file.number)"))
        #expect(throws: refusal) { try file.writeAll([0]) }
        #expect(ftruncate(file.number, 0) == -1)
        #expect(ftruncate(file.number, 4096) == -1)
    }

    @Test("a rename replaces, and names are listed in byte order")
    func names() throws {
        let directory = try TemporaryDirectory()
        for name in ["b", "a", "B"] { try Descriptor.creating(directory.path(name)).writeAll(Array(name.utf8)) }
        try FileSystem.rename(directory.path("b"), to: directory.path("a"))
        try FileSystem.synchronizeDirectory(directory.path)
        #expect(try FileSystem.names(inDirectory: directory.path) == ["B", "a"])
        #expect(try Descriptor.reading(directory.path("a")).readToEnd(limit: 9) == Array("b".utf8))
    }

    @Test("the clocks agree with what they promise")
    func clocks() {
        #expect(SystemClock.realtimeSeconds() > 1_700_000_000)
        #expect(SystemClock.monotonicNanoseconds() <= SystemClock.monotonicNanoseconds())
        #expect(SystemClock.bootNanoseconds() >= SystemClock.monotonicNanoseconds() - 1_000_000_000)
    }
}
