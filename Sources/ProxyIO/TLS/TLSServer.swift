import MosnConfig
import NIOCore

#if TLS
  import NIOSSL
  import NIOTLS

  /// TLS of a listener: one certificate, or several between which the client's server name chooses.
  struct TLSServer: Sendable {
    /// In the file's order; the first serves clients that ask for none of the names.
    private let contexts: [(name: String, context: NIOSSLContext)]

    init(_ configurations: [TLSContext], folder: String) throws(DaemonError) {
      contexts = try configurations.map { configuration throws(DaemonError) in
        (configuration.serverName, try Self.context(configuration, folder: folder))
      }
    }

    /// What stands in front of the connection.
    func handlers(for channel: any Channel) -> [any ChannelHandler] {
      guard contexts.count > 1 else {
        return contexts.prefix(1).map { NIOSSLServerHandler(context: $0.context) }
      }
      return [choice(for: channel)]
    }

    /// Reads the server name that the client asks for, and puts the context that has it behind itself.
    private func choice(for channel: any Channel) -> ByteToMessageHandler<SNIHandler> {
      let handler = NIOLoopBound(SNIPlace(), eventLoop: channel.eventLoop)
      let contexts = contexts
      let choice = ByteToMessageHandler(
        SNIHandler { result in
          channel.eventLoop.makeCompletedFuture {
            var chosen = contexts.first
            if case .hostname(let name) = result { chosen = contexts.first { $0.name == name } ?? chosen }
            guard let chosen, let place = handler.value.handler else { return }
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLServerHandler(context: chosen.context), position: .after(place))
          }
        })
      handler.value.handler = choice
      return choice
    }

    private final class SNIPlace {
      weak var handler: ByteToMessageHandler<SNIHandler>?
    }

    private static func context(
      _ configuration: TLSContext, folder: String
    ) throws(DaemonError) -> NIOSSLContext {
      let chain = try TLSFile.certificates(
        configuration.certificateChain, "cert_chain", configuration, folder)
      let key = try TLSFile.privateKey(configuration, folder)
      var server = NIOSSL.TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      switch configuration.clientCertificates {
      case .none: break
      case .optional: server.certificateVerification = .optionalVerification
      case .required: server.certificateVerification = .noHostnameVerification
      }
      // So that clients that have several know which.
      server.sendCANameList = true
      try TLSFile.apply(configuration, to: &server, folder)
      return try TLSFile.context(server, configuration)
    }
  }

  /// What TLS has to say once it is set up.
  struct Handshake {
    /// ALPN's choice; nil when there was none.
    let protocolName: String?

    /// Nil for any other event. A client that was found to speak plain text has nothing to shake hands about.
    init?(_ event: Any) {
      if event is TLSInspector.PlainText {
        protocolName = nil
        return
      }
      guard case .handshakeCompleted(let name) = event as? TLSUserEvent else { return nil }
      protocolName = name
    }
  }
#else
  /// Without the package trait `TLS` there are none.
  struct TLSServer: Sendable {
    init(_ configurations: [TLSContext], folder: String) throws(DaemonError) {
      throw .tls(path: configurations.first?.path ?? "", reason: TLSFailure.notBuilt)
    }

    func handlers(for channel: any Channel) -> [any ChannelHandler] { [] }
  }

  struct Handshake {
    let protocolName: String?
    init?(_ event: Any) { return nil }
  }
#endif
