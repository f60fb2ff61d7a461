extension DecodingError {
    /// The field that is wrong, as a path such as `mirrors[0].name`; nil where it is the document itself.
    package var path: String? {
        let (path, last): ([any CodingKey], String?) =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context.codingPath, nil)
            case .keyNotFound(let key, let context): (context.codingPath, key.stringValue)
            @unknown default: ([], nil)
            }
        let names = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
        let text = (names + (last.map { [".\($0)"] } ?? [])).joined()
        return text.isEmpty ? nil : String(text.hasPrefix(".") ? text.dropFirst() : text[...])
    }

    /// What was expected there, worded to complete "expected …".
    package var expectation: String {
        switch self {
        case .keyNotFound: "to be there"
        case .typeMismatch(let type, _), .valueNotFound(let type, _): "a value of the kind \(type)"
        case .dataCorrupted(let context): context.codingPath.isEmpty ? "one JSON object" : context.debugDescription
        @unknown default: "a well-formed value"
        }
    }
}
