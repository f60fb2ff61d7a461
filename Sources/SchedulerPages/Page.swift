/// One page, ready to be sent.
public struct Page: Sendable {
    /// What a browser may do with a page: nothing of any other place, and no style or script that is written into it.
    public static let securityPolicy = """
        default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
        form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """
    /// What a page is.
    public static let mediaType = "text/html; charset=utf-8"

    /// The page's bytes.
    public let bytes: [UInt8]

    /// Fills a template into the frame that every page has.
    init(_ template: Template, title: String, section: Section? = nil, _ values: [String: Any]) {
        let sections = Section.allCases.map { other in
            ["name": other.rawValue, "path": other.path, "isHere": other == section] as [String: Any]
        }
        let layout: [String: Any] = [
            "title": title, "sections": sections, "style": PageAsset.style.path, "script": PageAsset.script.path,
            "icon": PageAsset.icon.path, "content": template.render(values),
        ]
        bytes = Array(Template.layout.render(layout).utf8)
    }

    /// The parts of the service that every page leads to.
    enum Section: String, CaseIterable {
        case queue = "Queue"
        case repositories = "Repositories"
        case mirrors = "Mirrors"
        case log = "Log"
        case health = "Health"

        var path: String {
            switch self {
            case .queue: "/"
            case .repositories: "/repositories"
            case .mirrors: "/mirrors"
            case .log: "/log"
            case .health: "/health"
            }
        }
    }
}
