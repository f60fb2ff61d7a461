import Glibc

/// Without arguments this is the job in a jail and tries what it is told to; with arguments it starts that jail.
@main
struct Program {
    static func main() {
        var arguments = CommandLine.arguments.dropFirst()
        guard let kind = arguments.popFirst() else { return probe() }
        launch(kind: kind, program: arguments.popFirst() ?? "", options: Set(arguments))
    }
}
