import H2Codec

/// One stream of HTTP/2: a request and its response, each with its place in the capture.
struct HTTP2Exchange {
  /// One direction of the stream.
  struct Half {
    /// The message as far as it came, and where its head was.
    var message: HTTP2Message?
    var place: Place?
    var progress = H2MessageProgress()
    var findings: [Finding] = []
    /// What its sender has used of the stream's window.
    var window = FlowWindow()

    /// Whether the message has ended and been handed out: whatever comes behind it belongs to none.
    var isOver: Bool { message == nil && progress.stage == .over }
  }

  let stream: H2StreamID
  /// As the client sees it.
  var state: H2StreamState
  /// By direction of the connection.
  var halves: [2 of Half] = [Half(), Half()]
  /// Whether the request says gRPC, and in which form: then the answer has to be gRPC too.
  var grpc = GRPCForm.none
  var requestForm: H2MessageHead.RequestForm = .other
  /// Whether it is an answer to a request that is not followed any more, or was not read yet: nobody knows what it has to
  /// be like.
  var isLate = false

  /// Bytes of memory that a stream and its two messages take, about, beside their header lists.
  static let footprint = 1_024

  init(stream: H2StreamID, state: H2StreamState) {
    self.stream = stream
    self.state = state
  }
}
