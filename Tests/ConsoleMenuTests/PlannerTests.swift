import ConsoleMenu
import Testing

@Suite("Plans of the console")
struct PlannerTests {
    private static func facts(_ change: (inout Facts) -> Void = { _ in }) -> Facts {
        var facts = Facts()
        facts.stagedFiles = ["backup-key", "erin.json", "frank.json", "keys.backup", "policy.json"]
        facts.stagedFolders = ["ledger"]
        facts.keys = ["AB"]
        facts.digests = ["policy.json": "0123456789abcdef" + String(repeating: "0", count: 40) + "fedcba98"]
        change(&facts)
        return facts
    }

    private static let answers = Answers([
        "time": ["2026-11-22T12:00:00Z"], "device": ["/dev/sdb1"], "use": ["log"], "algorithm": ["ed25519"],
        "label": ["example.org/log"], "primary": ["backup-key"], "file": ["erin.json"], "name": ["AB"],
        "kek": ["backup-key"], "keys": ["keys.backup"], "memory": ["ledger"], "policy": ["policy.json"],
        "approvals": ["erin.json", "frank.json"], "statements": ["erin.json"], "checkpoint": ["frank.json"],
    ])

    /// All that can be set, with a data partition.
    private static let everything: ConsoleSettings = {
        var settings = ConsoleSettings()
        settings.dataUnit = "data.service"
        settings.newDataUnit = "new-data.service"
        settings.dataDirectory = "/var/lib"
        settings.look = "/usr/lib/reposeal/look"
        return settings
    }()

    private static func plan(_ action: Action, _ settings: ConsoleSettings = everything) throws -> Plan {
        let isFresh = [.restore, .sealPassphrase, .firstPolicy].contains(action)
        let facts = facts {
            if isFresh { $0.keys = [] }
            $0.hasLedger = !isFresh
            $0.isDataOpen = ![.makeData, .unlock].contains(action)
        }
        return try Planner(settings, facts, answers).plan(action)
    }

    private static func commands(_ plan: Plan) -> [Command] {
        (plan.preview + plan.steps).compactMap { step in
            switch step.work {
            case .run(let command), .ask(let command), .record(let command, _), .unseal(let command, _),
                .expect(let command, _, _), .expectFailure(let command, _):
                command
            default: nil
            }
        }
    }

    @Test("no plan starts a shell, and every program is one of the settings", arguments: Action.allCases)
    func programs(action: Action) throws {
        let settings = Self.everything
        let known = [
            settings.systemctl, settings.journalctl, settings.setpriv, settings.systemdCreds, settings.mount,
            settings.umount, settings.date, settings.hwclock, settings.look,
        ]
        for command in Self.commands(try Self.plan(action)) {
            #expect(known.contains(command.program))
            #expect(!command.arguments.contains { $0.hasSuffix("/sh") || $0 == "-c" })
        }
    }

    @Test("what a user could change is root's while root reads it or writes there", arguments: Action.allCases)
    func owners(action: Action) throws {
        let folders = ["/run/reposeal-console/broker", "/run/reposeal-console/enclave"]
        let plan = try Self.plan(action)
        var seized = Set<String>()
        for step in plan.preview + plan.steps {
            switch step.work {
            case .directory(let path, let owner, _):
                if owner == "root" { seized.insert(path) } else { seized.remove(path) }
            case .seize(let path), .clear(let path): seized.insert(path)
            case .copy(let source, let target, _):
                for folder in folders where target.hasPrefix("\(folder)/") { #expect(seized.contains(folder)) }
                // What the broker's user writes is one file, in whose place no other name is followed.
                if source.hasPrefix("\(folders[1])/") { #expect(seized.contains(folders[1])) }
            default: break
            }
        }
    }

    @Test(
        "every program of the enclave runs as a user of its own, who can become nobody else", arguments: Action.allCases
    )
    func users(action: Action) throws {
        for command in Self.commands(try Self.plan(action)) where command.program == "/usr/bin/setpriv" {
            let end = try #require(command.arguments.firstIndex(of: "--"))
            let words = Array(command.arguments[..<end])
            let program = command.arguments[end + 1].split(separator: "/").last.map(String.init) ?? ""
            #expect(["--reuid=\(program)", "--regid=\(program)"] == Array(words.prefix(2)))
            #expect(words.contains("--no-new-privs") && words.contains("--bounding-set=-all"))
        }
    }

    @Test("a passphrase that is sealed goes from what unseals it to the program that needs it, and into no file")
    func unsealed() throws {
        let steps = try Self.plan(.keyRotate).steps
        guard case .unseal(let unseal, "passphrase") = steps.first?.work, case .run(let rotate) = steps.last?.work
        else {
            Issue.record("expected an unsealed passphrase and a program")
            return
        }
        #expect(unseal.arguments.last == "-")
        #expect(rotate.input == "passphrase" && rotate.arguments.suffix(2) == ["--passphrase-file", "-"])
    }

    @Test(
        "before the data partition is open nothing looks at it, and nothing makes it once it is",
        arguments: Action.allCases)
    func closedData(action: Action) throws {
        var facts = Self.facts()
        let needsIt = action.questions(Self.everything, facts).contains { $0.key == "data" }
        #expect(needsIt == [.unlock, .makeData].contains(action))
        let looksAtData = [
            Action.sealPassphrase, .keyGenerate, .keyImport, .keyRequest, .keyAccept, .keyList, .keyRotate, .keyRetire,
            .backup, .restore, .setAside, .firstPolicy, .givePublicKeys, .giveRequests, .giveLedger,
        ].contains(action)
        facts.keys = []
        if looksAtData {
            #expect(throws: PlanError.self) { _ = try Planner(Self.everything, facts, Self.answers).plan(action) }
        } else {
            _ = try Planner(Self.everything, facts, Self.answers).plan(action)
        }
        facts.isDataOpen = true
        if action == .makeData {
            #expect(throws: PlanError.self) { _ = try Planner(Self.everything, facts, Self.answers).plan(action) }
        }
        #expect(!action.questions(Self.everything, facts).contains { $0.key == "data" })
    }

    @Test("a memory is set aside only if it cannot be opened, or is locked for good", arguments: [true, false])
    func unusable(isRunning: Bool) throws {
        let plan = try Planner(
            Self.everything,
            Self.facts {
                $0.hasLedger = true
                $0.isDataOpen = true
                $0.isRunning = isRunning
            }, Self.answers
        ).plan(.setAside)
        let moved = try #require(
            plan.steps.firstIndex {
                if case .move = $0.work { true } else { false }
            })
        let checked = plan.steps.firstIndex { step in
            switch step.work {
            case .expect(_, let words, _): isRunning && words == ["locked (checkpoint)", "locked (ledger)"]
            case .expectFailure(let command, _): !isRunning && command.arguments.contains("export")
            default: false
            }
        }
        #expect(try #require(checked) < moved)
    }

    @Test("whatever cuts a restore off, no policy 1 follows with its keys")
    func restoreMark() throws {
        let facts = Self.facts {
            $0.keys = []
            $0.isDataOpen = true
        }
        let steps = try Planner(Self.everything, facts, Self.answers).plan(.restore).steps
        #expect(steps.first == Step(.directory(Self.everything.restoreMark, owner: "root", mode: 0o700)))
        let later = Self.facts {
            $0.hadMemory = true
            $0.isDataOpen = true
        }
        #expect(throws: PlanError.self) { _ = try Planner(Self.everything, later, Self.answers).plan(.firstPolicy) }
    }

    @Test("a memory that was set aside is followed by a backup, and not by another policy 1")
    func aside() throws {
        let facts = Self.facts {
            $0.isAside = true
            $0.hadMemory = true
            $0.isDataOpen = true
        }
        for action in [Action.firstPolicy, .setAside] {
            #expect(throws: PlanError.self) { _ = try Planner(Self.everything, facts, Self.answers).plan(action) }
        }
    }

    @Test("only what changes nothing is done without a word", arguments: Action.allCases)
    func confirmations(action: Action) throws {
        let expected: Plan.Confirmation =
            switch action {
            case .status, .keyList: .none
            case .firstPolicy: .digest(Self.facts().digests["policy.json"] ?? "")
            default: .yes
            }
        let plan = try Self.plan(action)
        #expect(plan.confirmation == expected)
        #expect(plan.words.isEmpty == (expected == .none))
        #expect(plan.words.allSatisfy { $0.utf8.count <= 200 })
    }

    @Test("what is mounted is mounted with fixed options and unmounted whatever happens", arguments: Action.allCases)
    func media(action: Action) throws {
        let settings = ConsoleSettings()
        let plan = try Self.plan(action)
        guard let mount = Self.commands(plan).first(where: { $0.program == settings.mount }) else { return }
        let mode = action == .takeIn ? "ro" : "rw"
        #expect(mount.arguments[3] == "\(mode),nosuid,nodev,noexec")
        #expect(mount.arguments[1] == (action == .takeIn ? "vfat,ext4,iso9660" : "vfat,ext4"))
        #expect(
            plan.steps.contains(Step(.run(Command(settings.umount, ["--", "/run/reposeal-console/medium"]))).always))
    }

    @Test("a passphrase that is typed is wiped whatever happens, and is in no argument", arguments: Action.allCases)
    func typedPassphrase(action: Action) throws {
        var settings = Self.everything
        settings.passphrase = .typed
        guard action != .sealPassphrase else { return }
        let steps = try Self.plan(action, settings).steps
        let path = "/run/reposeal-console/unlock/passphrase"
        guard let placed = steps.firstIndex(of: Step(.place(secret: "passphrase", at: path))) else { return }
        let wiped = try #require(steps.lastIndex(of: Step(.wipe(path)).always))
        #expect(placed < wiped)
        #expect(action.questions(settings).contains { $0.key == "passphrase" })
    }

    @Test(
        "what needs an empty host, or one that is not, is refused on the other",
        arguments: [
            (Action.restore, true, true), (.sealPassphrase, true, false),
            (.backup, false, false),
        ])
    func refused(action: Action, hasKeys: Bool, hasLedger: Bool) {
        let facts = Self.facts {
            if !hasKeys { $0.keys = [] }
            $0.hasLedger = hasLedger
        }
        #expect(throws: PlanError.self) { _ = try Planner(ConsoleSettings(), facts, Self.answers).plan(action) }
    }

    @Test("policy 1 is confirmed by both ends of the digest and nothing else")
    func digest() {
        let digest = Self.facts().digests["policy.json"] ?? ""
        #expect(Plan.confirms(["01234567", "fedcba98"], digest: digest))
        for typed in [["01234567", "fedcba99"], ["01234567", ""], ["", "fedcba98"], [digest, digest], ["01234567"]] {
            #expect(!Plan.confirms(typed, digest: digest))
        }
        #expect(Plan.groups(of: digest).hasPrefix("01234567 89abcdef 00000000 "))
    }

    @Test(
        "an answer is one of the options by its number, or what the rule says",
        arguments: [
            (Question.choice(key: "a", prompt: "", of: ["x", "y"]), "2", ["y"]),
            (.choice(key: "a", prompt: "", of: ["x", "y"]), "3", nil),
            (.choice(key: "a", prompt: "", of: ["x"]), "x", nil),
            (.staged(key: "a", prompt: "", kind: .file, count: .some), "1 2", ["backup-key", "erin.json"]),
            (.staged(key: "a", prompt: "", kind: .file, count: .some), "1 1", nil),
            (.staged(key: "a", prompt: "", kind: .file, count: .some), "", nil),
            (.staged(key: "a", prompt: "", kind: .file, count: .optional), "0", []),
            (.staged(key: "a", prompt: "", kind: .folder, count: .one), "1", ["ledger"]),
            (.staged(key: "a", prompt: "", kind: .folder, count: .one), "0", nil),
            (.sealedKey(key: "a", prompt: ""), "1", ["AB"]), (.sealedKey(key: "a", prompt: ""), "AB", nil),
            (.text(key: "a", prompt: "", rule: .time), "2026-11-22T12:00:00Z", ["2026-11-22T12:00:00Z"]),
            (.text(key: "a", prompt: "", rule: .time), "now", nil),
            (.text(key: "a", prompt: "", rule: .words), "--keys", nil),
        ] as [(Question, String, [String]?)])
    func answers(question: Question, typed: String, answer: [String]?) {
        #expect((try? question.answer(typed, options: question.options(Self.facts()))) == answer)
    }
}
