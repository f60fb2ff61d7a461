// DescriptorsTests
