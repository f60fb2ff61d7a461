public import Hummingbird

/// What a handler knows of its request beside the request itself.
public struct ServiceContext: RequestContext {
    /// The framework's own part.
    public var coreContext: CoreRequestContextStorage

    /// Made by the framework for each request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
