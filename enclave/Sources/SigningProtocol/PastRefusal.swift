import ByteCoding

/// A refusal that the enclave gave before, as it remembers it.
public struct PastRefusal: Hashable, Sendable {
    /// Its number, counted from 0 since the enclave's memory began.
    public var number: UInt64
    /// When it was given, in Unix seconds.
    public var time: UInt64
    /// What was refused and why, in one line.
    public var text: String

    /// Puts the parts together.
    public init(number: UInt64, time: UInt64, text: String) {
        self.number = number
        self.time = time
        self.text = text
    }
}

extension PastRefusal: Coded {
    static let minimumByteCount = 8 + 8 + 2

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            number: try reader.integer("number"), time: try reader.integer("time"), text: try reader.text("text"))
    }

    func write(to writer: inout ByteWriter) {
        writer.integer(number)
        writer.integer(time)
        writer.text(text)
    }
}
