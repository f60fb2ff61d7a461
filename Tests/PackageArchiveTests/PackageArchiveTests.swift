// PackageArchiveTests
