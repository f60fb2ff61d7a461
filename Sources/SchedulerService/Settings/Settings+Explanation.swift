import Configuration

extension Settings {
    /// Every setting that is set, a line for each: `KEY = VALUE`, and with origins also where it is from and what it hides.
    public func lines(origins: Bool) throws(SchedulerServiceError) -> [String] {
        var lines: [String] = []
        for setting in Setting.all {
            let choices = try choices(of: setting)
            guard let choice = choices.first else {
                if origins { lines.append("\(setting.key) is not set: \(setting.meaning)") }
                continue
            }
            lines.append("\(setting.key) = \(choice.content.words)")
            guard origins else { continue }
            lines.append("    from \(choice.origin): \(setting.meaning)")
            for hidden in choices.dropFirst() {
                lines.append("    hides \(hidden.content.words) from \(hidden.origin)")
            }
        }
        return lines
    }
}
