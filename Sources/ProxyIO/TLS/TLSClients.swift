import MosnConfig
import NIOCore

#if TLS
  import NIOSSL

  /// TLS towards the hosts of all clusters, read when the configuration is.
  struct TLSClients: Sendable {
    private var contexts: [Key: NIOSSLContext] = [:]

    private struct Key: Hashable {
      let configuration: TLSContext
      let speaksHTTP2: Bool
    }

    init(_ clusters: [ClusterConfiguration], folder: String) throws(DaemonError) {
      for tls in clusters.compactMap(\.tls) where tls.isEnabled {
        for speaksHTTP2 in [false, true] {
          let key = Key(configuration: tls, speaksHTTP2: speaksHTTP2)
          contexts[key] = try Self.context(tls, speaksHTTP2: speaksHTTP2, folder: folder)
        }
      }
    }

    /// - Parameter host: the name or address that is connected to; its name is verified unless `server_name` is.
    func client(
      _ configuration: TLSContext, speaksHTTP2: Bool, host: String
    ) throws(DaemonError) -> TLSClient {
      guard let context = contexts[Key(configuration: configuration, speaksHTTP2: speaksHTTP2)] else {
        throw .tls(path: configuration.path, reason: "this cluster is no longer configured")
      }
      let name = configuration.serverName.isEmpty ? host : configuration.serverName
      return TLSClient(context: context, serverName: name)
    }

    private static func context(
      _ configuration: TLSContext, speaksHTTP2: Bool, folder: String
    ) throws(DaemonError) -> NIOSSLContext {
      var client = NIOSSL.TLSConfiguration.makeClientConfiguration()
      if configuration.insecureSkip { client.certificateVerification = .none }
      if speaksHTTP2 { client.applicationProtocols = ["h2"] }
      if !configuration.certificateChain.isEmpty {
        let chain = try TLSFile.certificates(
          configuration.certificateChain, "cert_chain", configuration, folder)
        client.certificateChain = chain.map { .certificate($0) }
        client.privateKey = .privateKey(try TLSFile.privateKey(configuration, folder))
      }
      try TLSFile.apply(configuration, to: &client, folder)
      return try TLSFile.context(client, configuration)
    }
  }

  /// TLS of one connection to a host.
  struct TLSClient: Sendable {
    let context: NIOSSLContext
    let serverName: String

    func addHandler(to pipeline: ChannelPipeline.SynchronousOperations) throws {
      // An address is no server name; certificates are then verified against the address itself.
      let isAddress = (try? SocketAddress(ipAddress: serverName, port: 0)) != nil
      try pipeline.addHandler(
        NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : serverName))
    }
  }
#else
  /// Without the package trait `TLS` there are none.
  struct TLSClients: Sendable {
    init(_ clusters: [ClusterConfiguration], folder: String) throws(DaemonError) {
      guard let tls = clusters.compactMap(\.tls).first(where: \.isEnabled) else { return }
      throw .tls(path: tls.path, reason: TLSFailure.notBuilt)
    }

    func client(
      _ configuration: TLSContext, speaksHTTP2: Bool, host: String
    ) throws(DaemonError) -> TLSClient {
      throw .tls(path: configuration.path, reason: TLSFailure.notBuilt)
    }
  }

  struct TLSClient: Sendable {
    func addHandler(to pipeline: ChannelPipeline.SynchronousOperations) throws {}
  }
#endif
