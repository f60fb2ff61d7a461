import ConsoleMenu
import Cryptography
import Descriptors
import Glibc

/// The menu's loop: asks, plans, has people confirm, writes down, does.
struct Console {
    let settings: ConsoleSettings
    let terminal: Terminal
    let journal: Journal

    /// Serves until nothing can be read any more.
    func serve() throws {
        clearLeftovers()
        while true {
            do { try choose(in: Menu.main) } catch EndOfInput.forGood {
                return
            } catch EndOfInput.forNow {
                terminal.say()
            } catch { terminal.say("\(error)") }
        }
    }

    /// Removes what a plan left behind that was cut off, unless another console may be at one.
    private func clearLeftovers() {
        do { try journal.takeLock() } catch { return terminal.say("\(error)") }
        defer { journal.giveLock() }
        for path in Planner(settings, Facts(), Answers()).leftovers {
            do { try ConsoleFiles.clear(path) } catch { terminal.say("\(error)") }
        }
    }

    private func choose(in menu: Menu) throws {
        terminal.say()
        for line in menu.lines { terminal.say(line) }
        let typed = try terminal.ask("Number, 0 for the main menu")
        switch try menu.item(numbered: typed) {
        case nil: return
        case .menu(let menu)?: try choose(in: menu)
        case .action(let action)?: try perform(action)
        }
    }

    private func perform(_ action: Action) throws {
        terminal.say("-- \(action.title)")
        var facts = Host(settings: settings).facts
        var answers = Answers()
        var secrets = Secrets()
        defer { secrets.wipe() }
        for question in action.questions(settings, facts) {
            switch question {
            case .secret(let key, let prompt): secrets.add(try terminal.askSecret(prompt), for: key)
            case .newSecret(let key, let prompt): secrets.add(try newSecret(prompt), for: key)
            default: answers.values[question.key] = try answer(question, facts)
            }
        }
        // The log says what was used, and not only its name.
        for name in Set(answers.values.values.joined()).intersection(facts.stagedFiles) {
            facts.digests[name] = Host(settings: settings).digest(of: name)
        }
        let plan = try Planner(settings, facts, answers).plan(action)
        answers.values["sha256"] = facts.digests.map { "\($0.key) \($0.value)" }.sorted()
        try carryOut(plan, of: action, answers, secrets, isLogClosed: !settings.dataUnit.isEmpty && !facts.isDataOpen)
    }

    private func newSecret(_ prompt: String) throws -> [UInt8] {
        var (once, twice) = ([UInt8](), [UInt8]())
        defer {
            Cryptography.wipe(&once)
            Cryptography.wipe(&twice)
        }
        once = try terminal.askSecret(prompt)
        guard once.count >= Self.shortestSecret else {
            throw InputError.expected("\(Self.shortestSecret) characters or more")
        }
        twice = try terminal.askSecret("The same again")
        guard once == twice else { throw InputError.expected("the same passphrase twice") }
        // A copy of its own, since these are wiped.
        return once.map { $0 }
    }

    /// In characters: few enough to type at each start, and more than can be tried.
    private static let shortestSecret = 12

    private func answer(_ question: Question, _ facts: Facts) throws -> [String] {
        let options = question.options(facts)
        for (index, option) in options.enumerated() { terminal.say("  \(index + 1)  \(option)") }
        while true {
            let typed = try terminal.ask(question.prompt)
            if typed.isEmpty { throw InputError.expected("an answer") }
            do throws(InputError) { return try question.answer(typed, options: options) } catch {
                terminal.say("\(error)")
                if options.isEmpty, question.needsOptions { throw error }
            }
        }
    }

    private func carryOut(
        _ plan: Plan, of action: Action, _ answers: Answers, _ secrets: Secrets, isLogClosed: Bool
    ) throws {
        do { try journal.takeLock() } catch {
            terminal.say("\(error)")
            guard action.needsNoLog else { return terminal.say("Nothing is done.") }
        }
        defer { journal.giveLock() }
        let isWritten: Bool
        do {
            let beginning = ActionLog.Entry(action.rawValue, answers.values, .begins)
            try journal.begin(beginning, isDiskClosed: isLogClosed)
            isWritten = true
        } catch {
            terminal.say("The log of actions cannot be written: \(error)")
            guard action.needsNoLog else { return terminal.say("Nothing is done.") }
            isWritten = false
        }
        let end: ActionLog.Entry
        do {
            let isDone = try confirmAndRun(plan, of: action, secrets)
            end = ActionLog.Entry(action.rawValue, answers.values, isDone ? .done : .notConfirmed)
        } catch {
            terminal.say("\(error)")
            let status = (error as? StepFailure)?.status
            end = ActionLog.Entry(action.rawValue, answers.values, .failed, status: status)
        }
        terminal.say(end.state == .done ? "Done." : end.state == .failed ? "Failed." : "Nothing was done.")
        guard isWritten else { return }
        do {
            try journal.end(end, isDiskClosed: isLogClosed && !Host(settings: settings).facts.isDataOpen)
        } catch { terminal.say("The end could not be written down: \(error)") }
    }

    /// False if nobody confirms it.
    private func confirmAndRun(_ plan: Plan, of action: Action, _ secrets: Secrets) throws -> Bool {
        // Users of steps come through it to what is theirs.
        try ConsoleFiles.makeDirectory(settings.work, owner: "root", mode: 0o711)
        let runner = Runner(settings: settings, terminal: terminal, secrets: secrets)
        defer { runner.wipe() }
        // Before the screen shows the digest, from which it could be typed.
        guard try isKnown(plan.confirmation) else { return false }
        try runner.run(plan.preview)
        for line in plan.words { terminal.say(line) }
        guard try isConfirmed(plan.confirmation) else { return false }
        try runner.run(plan.steps)
        if action == .status {
            for sentence in StatusWords.sentences(about: runner.printed, monitor: settings.enclaveUnit) {
                terminal.say(sentence)
            }
        }
        return true
    }

    /// Whether people know the digest that is to be confirmed, if one is.
    private func isKnown(_ confirmation: Plan.Confirmation) throws -> Bool {
        guard case .digest(let digest) = confirmation else { return true }
        return try asking {
            let typed = [
                try terminal.ask("The first 8 characters that you read at your desk"),
                try terminal.ask("The last 8 characters that you read at your desk"),
            ]
            let isKnown = Plan.confirms(typed, digest: digest)
            if !isKnown { terminal.say("That is another digest.") }
            return isKnown
        }
    }

    private func isConfirmed(_ confirmation: Plan.Confirmation) throws -> Bool {
        if confirmation == .none { return true }
        return try asking { try terminal.ask("Type yes to do it") == "yes" }
    }

    private func asking(_ question: () throws -> Bool) throws -> Bool {
        do { return try question() } catch let error as InputError {
            terminal.say("\(error)")
            return false
        } catch is EndOfInput {
            // The log gets its end; who hung up is noticed at the next question.
            return false
        }
    }
}

extension Question {
    fileprivate var needsOptions: Bool {
        switch self {
        case .staged(_, _, _, .optional), .text, .secret, .newSecret: false
        default: true
        }
    }
}

/// Secrets that were typed, until they are wiped.
struct Secrets {
    private var values: [String: [UInt8]] = [:]

    mutating func add(_ bytes: [UInt8], for key: String) { values[key] = bytes }

    /// A secret by its key; for an empty key 32 random bytes in Base64, which nobody knows.
    func bytes(_ key: String) throws -> [UInt8] {
        if key.isEmpty { return Array(Base64.encode(try SystemRandom.bytes(32)).utf8) }
        return values[key] ?? []
    }

    mutating func wipe() {
        // A copy of the names: while the dictionary is walked through, a change would be made to a copy of it.
        for key in Array(values.keys) { Cryptography.wipe(&values[key, default: []]) }
        values = [:]
    }
}
