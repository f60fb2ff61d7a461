// JailClientsTests
