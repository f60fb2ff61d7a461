// RepositoryDirectoryTests
