import ByteCoding
import Testing

@Suite("The byte codec")
struct ByteCodingTests {
    @Test("integers are big-endian and as wide as their type")
    func integers() {
        var writer = ByteWriter()
        writer.integer(UInt8(1))
        writer.integer(UInt16(0x0203))
        writer.integer(UInt32(0x0405_0607))
        writer.integer(UInt64(0x0809_0a0b_0c0d_0e0f))
        #expect(writer.bytes == Array(1...15))
    }

    @Test("every kind of field comes back as it was written")
    func roundTrip() throws {
        var writer = ByteWriter()
        writer.integer(UInt64.max)
        writer.fixed([1, 2, 3])
        writer.counted([4, 5])
        writer.text("größer")
        writer.list([7, 8] as [UInt16]) { writer, value in writer.integer(value) }
        var reader = ByteReader(untrusted: writer.bytes)
        #expect(try reader.integer("a", as: UInt64.self) == .max)
        #expect(try reader.fixed(3, "b") == [1, 2, 3])
        #expect(try reader.counted("c") == [4, 5])
        #expect(try reader.text("d") == "größer")
        let list = try reader.list("e", minimumByteCount: 2) { reader throws(ByteCodingError) in
            try reader.integer("value", as: UInt16.self)
        }
        #expect(list == [7, 8])
        try reader.end("message")
    }

    @Test(
        "text is UTF-8 without control characters",
        arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x00], [0x0a], [0x7f]] as [[UInt8]])
    func badText(bytes: [UInt8]) {
        var reader = ByteReader(untrusted: [0, UInt8(bytes.count)] + bytes)
        #expect(throws: ByteCodingError.self) { try reader.text("name") }
    }

    @Test("a count that the remaining bytes cannot hold is refused before anything is read")
    func impossibleCount() {
        var reader = ByteReader(untrusted: [0xff, 0xff, 0xff, 0xff, 1, 2])
        var elementsRead = 0
        #expect(throws: ByteCodingError.malformed(field: "list", expected: "a count that the message can hold")) {
            try reader.list("list", minimumByteCount: 1) { _ throws(ByteCodingError) in elementsRead += 1 }
        }
        #expect(elementsRead == 0)
    }

    @Test("going beyond the reader's own limit is told apart from malformed bytes")
    func limits() {
        var reader = ByteReader(untrusted: [0, 0, 0, 3, 1, 2, 3])
        #expect(throws: ByteCodingError.tooLarge(field: "body", limit: 2)) { try reader.counted("body", atMost: 2) }
    }

    @Test("an error names the path of its field")
    func path() {
        var reader = ByteReader(untrusted: [0, 0, 0, 2, 1, 2])
        #expect(throws: ByteCodingError.malformed(field: "job.changes[1].kind", expected: "1")) {
            try reader.group("job") { reader throws(ByteCodingError) in
                try reader.list("changes", minimumByteCount: 1) { reader throws(ByteCodingError) in
                    try reader.constant(1 as UInt8, "kind")
                }
            }
        }
    }

    @Test("a flag is 0 or 1", arguments: 2...255 as ClosedRange<UInt8>)
    func flag(byte: UInt8) {
        var reader = ByteReader(untrusted: [byte])
        #expect(throws: ByteCodingError.self) { try reader.flag("hasFiles") }
    }

    @Test("nothing may follow the last field")
    func trailing() {
        let reader = ByteReader(untrusted: [0])
        #expect(throws: ByteCodingError.malformed(field: "message", expected: "nothing after the last field")) {
            try reader.end("message")
        }
    }
}
