import Attestation

/// What the lines of a status mean, in plain words.
public enum StatusWords {
    /// Sentences about what `systemctl show`, `reposeal-enclave status` and the journal printed, each once.
    public static func sentences(about text: String, monitor: String) -> [String] {
        var sentences: [String] = []
        var unit: [String: String] = [:]
        var (isCorrupt, isRunning, doesAnswer, isReady) = (false, false, false, false)
        var (hostTime, time): (UInt64?, UInt64?) = (nil, nil)
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
            } else if line.hasPrefix("host clock ") {
                hostTime = Timestamp(parsing: String(line.dropFirst(14)))?.seconds
            } else if line.hasPrefix("time ") {
                time = Timestamp(parsing: String(line.dropFirst(14)))?.seconds
            } else if line.hasPrefix("state ") {
                doesAnswer = true
                isReady = line.hasSuffix(" ready")
                if let sentence = lockSentence(String(line.dropFirst(14))) { sentences.append(sentence) }
            }
        }
        if !isReady, let hostTime, let time, let sentence = clockSentence(hostTime, time) { sentences.append(sentence) }
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

    /// How long the status may take after the host's clock was shown.
    private static let allowedSeconds: UInt64 = 120

    private static func clockSentence(_ hostTime: UInt64, _ time: UInt64) -> String? {
        if hostTime + allowedSeconds < time {
            return
                "The host's clock is behind what the enclave knows of time: set it (3), and restart the monitor (9, 2)."
        }
        if time + allowedSeconds < hostTime {
            return
                "The enclave does not follow the host's clock, which jumped or is far ahead: set it right (3), and restart the"
                + " monitor (9, 2). If it is suspect then, the quorum states the time (8)."
        }
        return nil
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
