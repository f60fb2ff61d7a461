import Configuration
import Descriptors
import Publisher

/// All settings in their layers, of which an upper one hides a lower one, setting by setting.
///
/// From the top: the command line, the environment, the files named on the command line (the last one first), the files
/// `scheduler.d/*.json` of the directory (the last name first), its `scheduler.json`, and what holds where nobody says.
public struct Settings: Sendable {
    /// One place that settings come from.
    struct Layer: Sendable {
        let name: String
        let provider: any ConfigProvider
    }

    /// A value and the layer that it is from.
    struct Choice: Sendable {
        let content: ConfigContent
        let origin: String
    }

    /// What begins the name of every environment variable that is a setting.
    public static let environmentPrefix = "REPOSEAL_SCHEDULER_"

    private let layers: [Layer]

    /// Reads every layer; an unknown setting in any of them is an error, and so is a value that is none of its kind.
    ///
    /// `assignments` are those of the command line, as `KEY=VALUE`, and `files` its files.
    public init(
        directory: String, assignments: [String], environment: [String: String], files: [String]
    ) throws(SchedulerServiceError) {
        var layers = [
            try Self.commandLine(assignments), try Self.environment(environment),
        ]
        for file in files.reversed() { layers.append(try Self.file(file)) }
        let folder = "\(directory)/scheduler.d"
        let names: [String]
        do throws(DescriptorError) { names = try DurableFile.names(in: folder) } catch {
            throw .unreadable(file: folder, reason: "\(error)")
        }
        for name in names.sorted().reversed() where name.hasSuffix(".json") && !name.hasPrefix(".") {
            layers.append(try Self.file("\(folder)/\(name)"))
        }
        layers.append(try Self.file("\(directory)/scheduler.json"))
        let standards = Setting.all.compactMap { setting in setting.standard.map { (setting.key, $0) } }
        layers.append(Layer(name: "default", values: Dictionary(standards) { $1 }))
        self.layers = layers
        for setting in Setting.all { _ = try choices(of: setting) }
    }

    /// What a setting is, if it is set at all; the first is what holds, the others are hidden by it.
    func choices(of setting: Setting) throws(SchedulerServiceError) -> [Choice] {
        var found: [Choice] = []
        for layer in layers {
            let result: LookupResult
            do {
                result = try layer.provider.value(forKey: Self.key(setting.key), type: setting.kind.type)
            } catch {
                throw .malformed(origin: layer.name, field: setting.key, expected: setting.kind.expectation)
            }
            guard var content = result.value?.content else { continue }
            // An empty variable is an empty list, not a list of an empty text.
            if content == .stringArray([""]) { content = .stringArray([]) }
            guard setting.kind.admits(content) else {
                throw .malformed(origin: layer.name, field: setting.key, expected: setting.kind.expectation)
            }
            found.append(Choice(content: content, origin: layer.name))
        }
        return found
    }

    // MARK: The layers

    private static func key(_ text: String) -> AbsoluteConfigKey {
        AbsoluteConfigKey(text.split(separator: ".").map(String.init))
    }

    private static func commandLine(_ assignments: [String]) throws(SchedulerServiceError) -> Layer {
        let origin = "command line"
        var values: [String: ConfigContent] = [:]
        for assignment in assignments {
            guard let equals = assignment.firstIndex(of: "=") else {
                throw .malformed(origin: origin, field: assignment, expected: "KEY=VALUE")
            }
            let key = String(assignment[..<equals])
            let text = String(assignment[assignment.index(after: equals)...])
            guard let setting = Setting.all.first(where: { $0.key == key }) else {
                throw .unknown(origin: origin, key: key, nearest: Setting.nearest(to: key))
            }
            guard let content = setting.kind.content(of: text) else {
                throw .malformed(origin: origin, field: key, expected: setting.kind.expectation)
            }
            values[key] = content
        }
        return Layer(name: origin, values: values)
    }

    private static func environment(_ variables: [String: String]) throws(SchedulerServiceError) -> Layer {
        let ours = variables.filter { $0.key.hasPrefix(environmentPrefix) }
        let provider = EnvironmentVariablesProvider(environmentVariables: ours)
            .prefixKeys(with: ["reposeal", "scheduler"])
        let known = Setting.all.map { setting in
            (try? provider.value(forKey: key(setting.key), type: .string).encodedKey) ?? ""
        }
        for name in ours.keys.sorted() where !known.contains(name) {
            let word = name.dropFirst(environmentPrefix.count).replacing("_", with: ".")
            throw .unknown(origin: "environment", key: name, nearest: Setting.nearest(to: String(word)))
        }
        return Layer(name: "environment", provider: provider)
    }

    private static func file(_ path: String) throws(SchedulerServiceError) -> Layer {
        guard let values = try SettingsFile.values(in: path) else {
            throw .unreadable(file: path, reason: "there is no such file")
        }
        return Layer(name: path, values: values)
    }
}

extension Settings.Layer {
    fileprivate init(name: String, values: [String: ConfigContent]) {
        self.name = name
        let pairs = values.map { key, content in
            (AbsoluteConfigKey(key.split(separator: ".").map(String.init)), ConfigValue(content, isSecret: false))
        }
        provider = InMemoryProvider(name: name, values: Dictionary(pairs) { $1 })
    }
}

extension Setting.Kind {
    /// A value written as one text.
    fileprivate func content(of text: String) -> ConfigContent? {
        switch self {
        case .text, .choice: .string(text)
        case .texts: .stringArray(text.split(separator: ",").map(String.init))
        case .number: Int(text).map(ConfigContent.int)
        }
    }
}
