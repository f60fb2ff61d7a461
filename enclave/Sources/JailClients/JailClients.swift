// JailClients
