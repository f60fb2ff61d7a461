import JailEscapes

extension JailProfile {
    /// Starts jails as jobs have them, in each of them a probe instead of the program, and throws if one finds a way out.
    ///
    /// The probe is the program `reposeal-jail-probe` in the same directory as the profile's own. It takes a tenth of a second.
    public func testIsolation() throws(SandboxError) {
        let directory = program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let probe = (directory + ["reposeal-jail-probe"]).joined(separator: "/")
        let profile = try JailProfile(kind: kind, program: probe, files: files, token: token, limits: limits)
        // What a token's library reads and looks at may be anywhere, and is no way out: what it hides is seen without it.
        let own: Set<Escape> = kind == .tokenSigner ? [.hostFiles, .environment] : []
        if !own.isEmpty {
            try survey(Jail.start(JailProfile(kind: kind, program: probe, limits: limits)))
        }
        let killing = Escape.allCases.filter(\.mustKill)
        // Waiting jails are started side by side.
        let jails = JailStock(of: profile, capacity: killing.count + 1)
        jails.fill()
        try survey(jails.take(), except: own)
        for escape in killing { try expectDeath(by: escape, in: jails.take()) }
    }

    /// Asks a probe in a jail for all ways out that it lives to tell of.
    func survey(_ jail: consuming Jail, except own: Set<Escape> = []) throws(SandboxError) {
        let answer: ProbeAnswer
        do throws(SandboxError) { answer = try self.answer(of: jail, to: ProbeAnswer.survey) } catch {
            throw untested(error)
        }
        for escape in Escape.allCases where answer.open.contains(escape) && !own.contains(escape) {
            throw .notIsolated(kind: kind, escape: escape)
        }
    }

    /// Has a probe in a jail make the system call that must end it.
    func expectDeath(by escape: Escape, in jail: consuming Jail) throws(SandboxError) {
        let badSystemCall: Int32 = 31
        do throws(SandboxError) { _ = try answer(of: jail, to: escape.rawValue) } catch {
            if case .killed(signal: badSystemCall, _) = error { return }
            throw untested(error)
        }
        throw .notIsolated(kind: kind, escape: escape)
    }

    private func answer(of jail: consuming Jail, to request: UInt8) throws(SandboxError) -> ProbeAnswer {
        try jail.send([request])
        let bytes = try jail.finish(limit: ProbeAnswer.byteCount)
        guard let answer = ProbeAnswer(parsing: bytes) else {
            throw .notTested(kind: kind, reason: "its answer cannot be read")
        }
        return answer
    }

    /// What to say where a probe did not do its work; why a jail cannot be made at all says more.
    private func untested(_ error: SandboxError) -> SandboxError {
        switch error {
        case .forbidden, .notStarted, .notTested: error
        default: .notTested(kind: kind, reason: "\(error)")
        }
    }
}
