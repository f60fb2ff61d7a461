// PublisherTests
