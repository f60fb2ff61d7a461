/// Numbered choices; 0 goes back.
public struct Menu: Sendable {
    /// What it is about.
    public let title: String
    /// The choices, numbered from 1.
    public let items: [Item]

    /// A choice.
    public enum Item: Sendable {
        /// Something to do.
        case action(Action)
        /// More choices.
        case menu(Menu)

        /// What stands behind the number.
        public var title: String {
            switch self {
            case .action(let action): action.title
            case .menu(let menu): menu.title
            }
        }
    }

    /// The item with a number as it was typed; nil for back, which the main menu has not.
    public func item(numbered text: String) throws(InputError) -> Item? {
        if text == "0" { return nil }
        guard text.utf8.count <= 2, let number = Int(text), items.indices.contains(number - 1), !text.hasPrefix("+")
        else { throw .expected("a number from 0 to \(items.count)") }
        return items[number - 1]
    }

    /// What is shown, line by line.
    public var lines: [String] {
        [title]
            + items.enumerated().map { index, item in
                (index < 9 ? "  " : " ") + "\(index + 1)  \(item.title)"
            }
    }

    /// The fixed menu.
    public static let main = Menu(
        title: "Reposeal enclave",
        items: [
            .action(.status), .action(.unlock), .action(.clock), .action(.takeIn),
            .menu(
                Menu(
                    title: "Export to the medium",
                    items: [
                        .action(.giveStatus), .action(.givePublicKeys), .action(.giveRequests), .action(.giveLedger),
                        .action(.giveBackups), .action(.giveActions),
                    ])),
            .menu(
                Menu(
                    title: "Ceremony",
                    items: [
                        .action(.sealPassphrase), .action(.keyGenerate), .action(.keyImport), .action(.keyRequest),
                        .action(.keyAccept), .action(.keyList), .action(.keyRotate), .action(.keyRetire),
                        .action(.backup), .action(.restore), .action(.discard), .action(.makeData),
                        .action(.setAside),
                    ])),
            .action(.firstPolicy), .action(.propose),
            .menu(
                Menu(
                    title: "Shut down or restart",
                    items: [.action(.stop), .action(.restart), .action(.powerOff), .action(.reboot)])),
        ])
}
