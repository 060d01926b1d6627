import H2Codec

/// One stream of HTTP/2: a request and its response. What each direction says of it stands beside, in the table.
struct HTTP2Exchange {
  let stream: H2StreamID
  /// As the client sees it.
  var state: H2StreamState
  /// Whether the request says gRPC, and in which form: then the answer has to be gRPC too.
  var grpc = GRPCForm.none
  var requestForm: H2MessageHead.RequestForm = .other
  /// Whether it is an answer to a request that is not followed any more, or was not read yet: nobody knows what it has to
  /// be like.
  var isLate = false

  /// Bytes of memory that a stream and its two messages take, about, beside their header lists.
  static let footprint = 1_024
  /// The longest path kept: names of services and methods are shorter.
  static let longestPath = 256

  init(stream: H2StreamID, state: H2StreamState) {
    self.stream = stream
    self.state = state
  }
}

extension HTTP2Exchange {
  /// One direction of a stream: its message as far as it came.
  struct Half: ~Copyable {
    /// The message, and where its head was.
    var message: HTTP2Message?
    var place: Place?
    /// Of a request, what it asks for, where bodies are kept: that tells what the answer's is.
    var path: [UInt8]?
    /// What its DATA has brought.
    var body = HTTP2Body(.none, keeping: 0)
    var progress = H2MessageProgress()
    var findings: [Finding] = []
    /// What its sender has used of the stream's window.
    var window = FlowWindow()

    /// Whether the message has ended and been handed out: whatever comes behind it belongs to none.
    var isOver: Bool { message == nil && progress.stage == .over }
  }
}
