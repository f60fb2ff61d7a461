import Mustache

/// The templates of the pages, which are part of the program.
enum Template: String, CaseIterable {
    case layout, queue, submission, repositories, update, history, job, mirrors, log, health, problem
    // Parts of pages.
    case state, chart

    private var source: [UInt8] {
        switch self {
        case .layout: PackageResources.layout_mustache
        case .queue: PackageResources.queue_mustache
        case .submission: PackageResources.submission_mustache
        case .repositories: PackageResources.repositories_mustache
        case .update: PackageResources.update_mustache
        case .history: PackageResources.history_mustache
        case .job: PackageResources.job_mustache
        case .mirrors: PackageResources.mirrors_mustache
        case .log: PackageResources.log_mustache
        case .health: PackageResources.health_mustache
        case .problem: PackageResources.problem_mustache
        case .state: PackageResources.state_mustache
        case .chart: PackageResources.chart_mustache
        }
    }

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(PageText(), named: PageText.name)
        var library = MustacheLibrary()
        for template in allCases {
            // What is wrong with a template is wrong with the program: the tests use every one of them.
            // Each begins with how it escapes: a part does not take that over from the page that it is in.
            let text = "{{% CONTENT_TYPE:\(PageText.name)}}" + String(decoding: template.source, as: UTF8.self)
            do {
                try library.register(text, named: template.rawValue)
            } catch {
                preconditionFailure("the template \(template.rawValue) is malformed: \(error)")
            }
        }
        return library
    }()

    /// The template with its tags replaced.
    func render(_ values: [String: Any]) -> String {
        // The library has every case of this type.
        guard let text = Self.library.render(values, withTemplate: rawValue) else {
            preconditionFailure("the template \(rawValue) is not registered")
        }
        return text
    }
}
