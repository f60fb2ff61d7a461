/// What the lines of a status mean, in plain words.
public enum StatusWords {
    /// Sentences about what `systemctl show`, `reposeal-enclave status` and the journal printed, each once.
    public static func sentences(about text: String, monitor: String) -> [String] {
        var sentences: [String] = []
        var unit: [String: String] = [:]
        var (isCorrupt, isRunning, doesAnswer) = (false, false, false)
        for line in text.split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, ["Id", "ActiveState", "Result", "ExecMainStatus"].contains(pair[0]) {
                unit[String(pair[0])] = String(pair[1])
                if unit.count == 4 {
                    sentences.append(sentence(about: unit))
                    if unit["Id"] == monitor { isRunning = unit["ActiveState"] == "active" }
                    unit = [:]
                }
            } else if line.hasPrefix("reposeal-enclave: "), line.contains("/ledger.sqlite: ") {
                isCorrupt = true
            } else if line.hasPrefix("state ") {
                doesAnswer = true
                if let sentence = lockSentence(String(line.dropFirst(14))) { sentences.append(sentence) }
            }
        }
        // What the journal has may be of an earlier start.
        if doesAnswer { return sentences }
        if isRunning { sentences.append("The monitor is starting: ask again in a minute.") }
        if isCorrupt {
            sentences.append(
                isRunning
                    ? "Before this start it did not start on its ledger, which was corrupt or could not be read."
                    : "The monitor does not start on its ledger, which is corrupt or cannot be read: restore a backup.")
        }
        return sentences
    }

    private static func sentence(about unit: [String: String]) -> String {
        let (name, state) = (unit["Id"] ?? "", unit["ActiveState"] ?? "")
        switch (state, unit["ExecMainStatus"]) {
        case ("active", _): return "\(name) runs."
        case ("inactive", _): return "\(name) does not run."
        case ("failed", "77"): return "\(name) failed: a token does not sign. Find out why before it is tried again."
        default:
            return "\(name) is \(state) (\(unit["Result"] ?? ""), exit status \(unit["ExecMainStatus"] ?? ""))."
        }
    }

    private static func lockSentence(_ state: String) -> String? {
        switch state {
        case "ready": "The enclave signs."
        case "clockSuspect":
            "The clock is wrong or jumped: the enclave signs nothing until the quorum states the time (8)."
        case "locked (restart)":
            "The enclave waits since its start for the newest head of its log, which the scheduler or the quorum (8) shows."
        case "locked (restored)": "The memory comes from a backup: the quorum must confirm its head (8)."
        case "locked (checkpoint)":
            "The memory is an old one: somebody showed a head that it does not have. Restore a newer backup."
        case "locked (disk)": "The disk is full: the enclave signs again once there is room."
        case "locked (ledger)":
            "The ledger is corrupt or cannot be read or written: mend the cause and restart, or restore a backup."
        case "locked (selfTest)": "A key does not sign its test: see 'last error'."
        default: nil
        }
    }
}
