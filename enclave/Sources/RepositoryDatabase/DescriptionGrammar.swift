/// The text form of a `desc` entry: `%FIELD%`, a line per value, an empty line, for each field in order.
enum DescriptionGrammar {
    typealias Values = [DescriptionField: [String]]

    static func encode(_ values: Values) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in DescriptionField.allCases {
            guard let lines = values[field], !lines.isEmpty else { continue }
            bytes += "%\(field.rawValue)%\n".utf8
            for line in lines { bytes += "\(line)\n".utf8 }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    static func parse(_ untrustedBytes: [UInt8]) throws(RepositoryDatabaseError) -> Values {
        var rest = try UntrustedText.decode(untrustedBytes, field: "desc", limit: Limits.description)
        var values: Values = [:]
        var order = DescriptionField.allCases[...]
        while let marker = rest.popLine() {
            let field = try parseMarker(UntrustedText.text(marker))
            guard let position = order.firstIndex(of: field) else {
                throw .malformed(field: field.rawValue, expected: "given once, in the order of descv2")
            }
            order = order[(position + 1)...]
            values[field] = try parseValues(popBlock(of: field, from: &rest), of: field)
        }
        return values
    }

    private static func parseMarker(_ marker: String) throws(RepositoryDatabaseError) -> DescriptionField {
        guard marker.hasPrefix("%"), marker.hasSuffix("%"), marker.utf8.count > 2,
            let field = DescriptionField(rawValue: String(marker.dropFirst().dropLast()))
        else {
            throw .malformed(field: "desc", expected: "made of the fields of descv2 without MD5SUM and PGPSIG")
        }
        return field
    }

    private static func popBlock(
        of field: DescriptionField, from rest: inout ArraySlice<UInt8>
    ) throws(RepositoryDatabaseError) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        while let line = rest.popLine() {
            if line.isEmpty { return lines }
            lines.append(line)
        }
        throw .malformed(field: field.rawValue, expected: "followed by an empty line")
    }

    private static func parseValues(
        _ lines: [ArraySlice<UInt8>], of field: DescriptionField
    ) throws(RepositoryDatabaseError) -> [String] {
        guard field.isList ? !lines.isEmpty : lines.count == 1 else {
            throw .malformed(field: field.rawValue, expected: field.isList ? "one or more lines" : "one line")
        }
        for line in lines {
            try UntrustedText.checkLine(line, field: field.rawValue)
            guard line.first != UInt8(ascii: " "), line.last != UInt8(ascii: " ") else {
                throw .malformed(field: field.rawValue, expected: "free of leading and trailing spaces")
            }
            guard line.first != UInt8(ascii: "%") || line.last != UInt8(ascii: "%") else {
                throw .malformed(field: field.rawValue, expected: "distinguishable from a field marker")
            }
        }
        return lines.map(UntrustedText.text)
    }
}
