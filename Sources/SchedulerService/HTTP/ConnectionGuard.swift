import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// What one connection may do before any handler is asked: bytes that are no HTTP, heads that are too large or never end,
/// and connections that are to close get their answer here.
///
/// Hummingbird answers what it cannot parse with an empty 400; this puts the problem in its place.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let headTime: TimeAmount
    private var timeout: Scheduled<Void>?
    private var hasRequest = false
    private var parserError: HTTPParserError?
    private var isClosing = false

    /// A guard of one connection, whose first head must be there in time.
    init(headTime: TimeAmount) { self.headTime = headTime }

    // The connection is active already, or will be, when the handler is added.
    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timeout = context.eventLoop.scheduleTask(in: headTime) {
            let (handler, context) = bound.value
            if !handler.hasRequest { handler.refuse(.requestTimeout, context) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timeout?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isClosing { return }
        if !hasRequest {
            hasRequest = true
            timeout?.cancel()
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        parserError = parserError ?? error as? HTTPParserError
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        switch part {
        case .head(let head):
            if let parserError, head.status == .badRequest {
                write(Problem(parserError == .headerOverflow ? .headTooLarge : .malformedRequest), context)
                return
            }
            isClosing = head.headerFields[.connection] == "close"
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            context.writeAndFlush(data, promise: promise)
            if isClosing { close(context) }
        }
    }

    private func refuse(_ kind: ProblemKind, _ context: ChannelHandlerContext) {
        write(Problem(kind), context)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        close(context)
    }

    private func write(_ problem: Problem, _ context: ChannelHandlerContext) {
        isClosing = true
        let body = ByteBuffer(bytes: problem.body)
        var head = HTTPResponse(status: problem.status)
        head.headerFields = [
            .contentType: Problem.mediaType, .contentLength: "\(body.readableBytes)", .connection: "close",
        ]
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
    }

    /// Ends what is written at once, and the rest when the peer ends too or a second later.
    ///
    /// Closing all of it while bytes of the peer lie unread would reset the connection, and the answer with it.
    private func close(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.close(promise: nil) }
    }
}
