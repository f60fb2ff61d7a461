/// Reads Prometheus' text format as its definition has it, and gives up at the first line that is none of it.
struct PrometheusFamilies {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init?(parsing text: String) {
        guard text.isEmpty || text.hasSuffix("\n") else { return nil }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
                guard types.updateValue(String(match.2), forKey: String(match.1)) == nil else { return nil }
            } else if let sample = Self.sample(line) {
                // A sample belongs to the family that was declared before it.
                let families = ["", "_bucket", "_sum", "_count"].filter { sample.name.hasSuffix($0) }
                    .map { String(sample.name.dropLast($0.count)) }
                guard families.contains(where: { types[$0] != nil }),
                    !samples.contains(where: { $0.isSame(as: sample) })
                else { return nil }
                samples.append(sample)
            } else {
                return nil
            }
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func sample(_ line: Substring) -> Sample? {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/),
            let value = Double(match.3.replacing("Inf", with: "infinity")),
            let labels = labels(match.2 ?? "")
        else { return nil }
        return Sample(name: String(match.1), labels: labels, value: value)
    }

    private static func labels(_ text: Substring) -> [String: String]? {
        var labels: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/),
                labels.updateValue(unescaped(match.2), forKey: String(match.1)) == nil
            else { return nil }
            rest = rest[match.range.upperBound...]
        }
        return labels
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}

extension PrometheusFamilies.Sample {
    fileprivate func isSame(as other: Self) -> Bool { name == other.name && labels == other.labels }
}
