// EnclaveCoreTests
