import Testing

@testable import RepositoryUpdate

@Suite struct UpdateOptionsTests {
    @Test("without options nothing is skipped, deleted or embedded")
    func defaults() {
        let options = UpdateOptions()
        #expect(!options.onlyNew && !options.preventsDowngrade)
        #expect(!options.removesOldPackages && !options.includesSignatures)
    }
}
