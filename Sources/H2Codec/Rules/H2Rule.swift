/// What RFC 9113 and its kin forbid: one rule, one name, one consequence.
///
/// The consequence is an endpoint's. An observer notes the same rule and reads on.
public enum H2Rule: UInt8, CaseIterable, Sendable {
  // MARK: Preface and frames (§3.4, §4, §6)

  /// The client's first 24 bytes are not the preface. RFC 9113 §3.4.
  case preface
  /// The first frame is no SETTINGS, or only the acknowledgement of one. RFC 9113 §3.4.
  case settingsFirst
  /// A frame is longer than the receiver's MAX_FRAME_SIZE. RFC 9113 §4.2.
  case frameSize
  /// A frame that belongs to a stream came on stream 0. RFC 9113 §6.
  case streamRequired
  /// A frame that belongs to the connection came on a stream. RFC 9113 §6.
  case streamForbidden
  /// The padding is as long as the payload or longer. RFC 9113 §6.1.
  case paddingLength
  /// HEADERS too short for the fields its flags announce. RFC 9113 §6.2.
  case headersLength
  /// PRIORITY that is not 5 bytes long. The RFC lets it cost the stream only; as one of the frames that
  /// make a server reset streams (MadeYouReset) it costs the connection. RFC 9113 §6.3.
  case priorityLength
  /// RST_STREAM that is not 4 bytes long. RFC 9113 §6.4.
  case resetLength
  /// SETTINGS whose length is no multiple of 6. RFC 9113 §6.5.
  case settingsLength
  /// An acknowledgement of SETTINGS that carries entries. RFC 9113 §6.5.
  case settingsAcknowledgementLength
  /// PUSH_PROMISE too short for the stream it promises. RFC 9113 §6.6.
  case pushPromiseLength
  /// PING that is not 8 bytes long. RFC 9113 §6.7.
  case pingLength
  /// GOAWAY of fewer than 8 bytes. RFC 9113 §6.8.
  case goAwayLength
  /// WINDOW_UPDATE that is not 4 bytes long. RFC 9113 §6.9.
  case windowUpdateLength
  /// WINDOW_UPDATE by 0. On a stream the RFC lets it cost the stream only;
  /// see `priorityLength`. RFC 9113 §6.9.
  case windowIncrement
  /// A stream made to depend on itself. RFC 9113 has priority ignored;
  /// see `priorityLength`. RFC 7540 §5.3.1.
  case selfDependency

  // MARK: Field blocks (§4.3, §6.10)

  /// A field block was interrupted by another frame. RFC 9113 §6.10.
  case continuationExpected
  /// CONTINUATION without a field block to continue. RFC 9113 §6.10.
  case continuationUnexpected
  /// The field block is not valid HPACK. RFC 9113 §4.3.
  case compression

  // MARK: Settings (§6.5)

  /// An acknowledgement of SETTINGS that were never sent. RFC 9113 §6.5.3.
  case settingsAcknowledgement
  /// ENABLE_PUSH that is neither 0 nor 1, or 1 from a server. RFC 9113 §6.5.2.
  case enablePush
  /// INITIAL_WINDOW_SIZE above 2^31-1. RFC 9113 §6.5.2.
  case initialWindowSize
  /// MAX_FRAME_SIZE outside 16384...16777215. RFC 9113 §6.5.2.
  case maxFrameSize
  /// ENABLE_CONNECT_PROTOCOL that is neither 0 nor 1, or withdrawn. RFC 8441 §3.
  case enableConnectProtocol
  /// NO_RFC7540_PRIORITIES that is neither 0 nor 1. RFC 9218 §2.1.
  case noRFC7540Priorities
  /// SETTINGS were not acknowledged in time. RFC 9113 §6.5.3.
  case settingsTimeout

  // MARK: Streams (§5.1, §6)

  /// A stream opened with a number of the other side. RFC 9113 §5.1.1.
  case streamParity
  /// A stream opened or promised with a number not above those before. RFC 9113 §5.1.1.
  case streamOrder
  /// A frame on a stream nobody opened. RFC 9113 §5.1.
  case idleStream
  /// A frame that a reserved stream does not allow. RFC 9113 §5.1.
  case reservedStream
  /// A frame after the sender's END_STREAM. The RFC lets it cost the stream;
  /// see `priorityLength`. RFC 9113 §5.1.
  case halfClosedStream
  /// A frame on a stream that both sides ended. RFC 9113 §5.1.
  case closedStream
  /// A frame on a stream that its own sender reset. RFC 9113 §5.1.
  case resetStream
  /// More streams at once than MAX_CONCURRENT_STREAMS. RFC 9113 §5.1.2.
  case concurrentStreams
  /// PUSH_PROMISE of stream 0 or of a client's number. RFC 9113 §6.6.
  case promisedStream
  /// PUSH_PROMISE by a client, or to one that turned push off. RFC 9113 §8.4.
  case pushForbidden
  /// A second GOAWAY with a higher last stream than the first. RFC 9113 §6.8.
  case goAwayOrder

  // MARK: Flow control (§5.2, §6.9)

  /// More DATA than the stream's window allows. RFC 9113 §6.9.1.
  case streamWindow
  /// More DATA than the connection's window allows. RFC 9113 §6.9.1.
  case connectionWindow
  /// A stream's window raised above 2^31-1. RFC 9113 §6.9.1.
  case streamWindowOverflow
  /// The connection's window raised above 2^31-1. RFC 9113 §6.9.1.
  case connectionWindowOverflow

  // MARK: Messages (§8)

  /// DATA before the final head of the message. RFC 9113 §8.1.
  case dataBeforeHeaders
  /// Trailers without END_STREAM. RFC 9113 §8.1.
  case trailersWithoutEnd
  /// A 1xx response that ends the stream. RFC 9113 §8.1.
  case informationalEnd
  /// A field without a name. RFC 9113 §8.2.1.
  case fieldNameEmpty
  /// A byte no field name may have. RFC 9113 §8.2.1.
  case fieldNameCharacter
  /// A field name with upper-case letters. RFC 9113 §8.2.1.
  case fieldNameUppercase
  /// NUL, CR or LF in a field value. RFC 9113 §8.2.1.
  case fieldValueCharacter
  /// A field value that begins or ends with a space or a tab. RFC 9113 §8.2.1.
  case fieldValueWhitespace
  /// connection, proxy-connection, keep-alive, transfer-encoding or upgrade. RFC 9113 §8.2.2.
  case connectionField
  /// te with anything but trailers. RFC 9113 §8.2.2.
  case teField
  /// A pseudo-header nobody defined, or one of the other kind of message. RFC 9113 §8.3.
  case pseudoUnknown
  /// A pseudo-header given twice. RFC 9113 §8.3.
  case pseudoRepeated
  /// A pseudo-header after a regular field. RFC 9113 §8.3.
  case pseudoOrder
  /// A pseudo-header in trailers. RFC 9113 §8.1.
  case pseudoInTrailers
  /// A request without :method, or one that is no token. RFC 9113 §8.3.1.
  case methodMissing
  /// A request without :scheme (RFC 9113 §8.3.1), or with one that is none (RFC 3986 §3.1).
  case schemeMissing
  /// A request without :path, or an empty one. RFC 9113 §8.3.1.
  case pathMissing
  /// :path of http or https that does not begin with / (or is * without
  /// OPTIONS), or holds a space or control. RFC 9113 §8.3.1.
  case pathForm
  /// :authority with user information, a space or a control (RFC 9113 §8.3.1), or an empty host in http or https
  /// (RFC 9110 §4.2.1).
  case authorityForm
  /// host differs from :authority, or is given twice. RFC 9113 §8.3.1.
  case authorityHost
  /// :status missing or not three digits from 100. RFC 9113 §8.3.2.
  case statusForm
  /// :status 101, which HTTP/2 does not have. RFC 9113 §8.6.
  case statusSwitching
  /// CONNECT without a host in :authority, or with :scheme or :path. RFC 9113 §8.5.
  case connectForm
  /// :protocol without CONNECT, without :scheme and :path, or without the server's consent. RFC 8441 §4.
  case protocolForm
  /// content-length that is no number, or two that differ. RFC 9110 §8.6.
  case contentLengthForm
  /// DATA and content-length disagree. RFC 9113 §8.1.1.
  case contentLength

  // MARK: Floods (§10.5): each legal by itself, too much together; the budgets are those of `H2FloodLimits`

  /// Too many streams reset by the peer (CVE-2023-44487). RFC 9113 §10.5.
  case floodResets
  /// Too many streams the peer made us reset (CVE-2025-8671). RFC 9113 §10.5.
  case floodStreamErrors
  /// Too many CONTINUATION frames in a block (CVE-2024-27316 and its kin). RFC 9113 §10.5.1.
  case floodContinuations
  /// A field block with too many encoded bytes. RFC 9113 §10.5.1.
  case floodFieldBlock
  /// A field block that was begun and not ended in time. RFC 9113 §10.5.
  case floodBlockTime
  /// Too many PING, SETTINGS and PRIORITY frames (CVE-2019-9512, -9513, -9515). RFC 9113 §10.5.
  case floodControlFrames
  /// Too many entries in one SETTINGS frame (CVE-2020-11080). RFC 9113 §10.5.
  case floodSettings
  /// Too many frames without content in a row (CVE-2019-9518). RFC 9113 §10.5.
  case floodEmptyFrames
  /// Too many DATA frames of a few bytes. RFC 9113 §10.5.
  case floodSmallData
  /// Far more WINDOW_UPDATE frames than what we sent can explain. RFC 9113 §10.5.
  case floodWindowUpdates
}

/// How far a violation reaches (RFC 9113 §5.4).
public enum H2Scope: UInt8, Sendable { case connection, stream }

extension H2Rule {
  /// Where it is written.
  public var section: String {
    switch self {
    case .preface, .settingsFirst: "RFC 9113 §3.4"
    case .frameSize: "RFC 9113 §4.2"
    case .streamRequired, .streamForbidden: "RFC 9113 §6"
    case .paddingLength: "RFC 9113 §6.1"
    case .headersLength: "RFC 9113 §6.2"
    case .priorityLength: "RFC 9113 §6.3"
    case .resetLength: "RFC 9113 §6.4"
    case .settingsLength, .settingsAcknowledgementLength: "RFC 9113 §6.5"
    case .pushPromiseLength, .promisedStream: "RFC 9113 §6.6"
    case .pingLength: "RFC 9113 §6.7"
    case .goAwayLength, .goAwayOrder: "RFC 9113 §6.8"
    case .windowUpdateLength, .windowIncrement: "RFC 9113 §6.9"
    case .selfDependency: "RFC 7540 §5.3.1"
    case .continuationExpected, .continuationUnexpected: "RFC 9113 §6.10"
    case .compression: "RFC 9113 §4.3"
    case .floodContinuations, .floodFieldBlock: "RFC 9113 §10.5.1"
    case .settingsAcknowledgement, .settingsTimeout: "RFC 9113 §6.5.3"
    case .enablePush, .initialWindowSize, .maxFrameSize: "RFC 9113 §6.5.2"
    case .enableConnectProtocol: "RFC 8441 §3"
    case .noRFC7540Priorities: "RFC 9218 §2.1"
    case .streamParity, .streamOrder: "RFC 9113 §5.1.1"
    case .idleStream, .reservedStream, .halfClosedStream, .closedStream, .resetStream: "RFC 9113 §5.1"
    case .concurrentStreams: "RFC 9113 §5.1.2"
    case .pushForbidden: "RFC 9113 §8.4"
    case .streamWindow, .connectionWindow, .streamWindowOverflow, .connectionWindowOverflow: "RFC 9113 §6.9.1"
    case .dataBeforeHeaders, .trailersWithoutEnd, .informationalEnd, .pseudoInTrailers: "RFC 9113 §8.1"
    case .fieldNameEmpty, .fieldNameCharacter, .fieldNameUppercase, .fieldValueCharacter,
      .fieldValueWhitespace:
      "RFC 9113 §8.2.1"
    case .connectionField, .teField: "RFC 9113 §8.2.2"
    case .pseudoUnknown, .pseudoRepeated, .pseudoOrder: "RFC 9113 §8.3"
    case .methodMissing, .schemeMissing, .pathMissing, .pathForm, .authorityForm, .authorityHost:
      "RFC 9113 §8.3.1"
    case .statusForm: "RFC 9113 §8.3.2"
    case .statusSwitching: "RFC 9113 §8.6"
    case .connectForm: "RFC 9113 §8.5"
    case .protocolForm: "RFC 8441 §4"
    case .contentLengthForm: "RFC 9110 §8.6"
    case .contentLength: "RFC 9113 §8.1.1"
    case .floodResets, .floodStreamErrors, .floodBlockTime, .floodControlFrames, .floodSettings,
      .floodEmptyFrames, .floodSmallData, .floodWindowUpdates:
      "RFC 9113 §10.5"
    }
  }

  /// What it costs: the stream, or the connection.
  public var scope: H2Scope {
    switch self {
    case .preface, .settingsFirst, .frameSize, .streamRequired, .streamForbidden, .paddingLength,
      .headersLength, .priorityLength, .resetLength, .settingsLength,
      .settingsAcknowledgementLength, .pushPromiseLength, .pingLength, .goAwayLength,
      .windowUpdateLength, .windowIncrement, .selfDependency, .continuationExpected,
      .continuationUnexpected, .compression, .settingsAcknowledgement, .enablePush,
      .initialWindowSize, .maxFrameSize, .enableConnectProtocol, .noRFC7540Priorities,
      .settingsTimeout, .streamParity, .streamOrder, .idleStream, .reservedStream,
      .halfClosedStream, .closedStream, .promisedStream, .pushForbidden, .goAwayOrder,
      .connectionWindow, .connectionWindowOverflow, .floodResets, .floodStreamErrors,
      .floodContinuations, .floodFieldBlock, .floodBlockTime, .floodControlFrames, .floodSettings,
      .floodEmptyFrames, .floodSmallData, .floodWindowUpdates:
      .connection
    case .resetStream, .concurrentStreams, .streamWindow, .streamWindowOverflow,
      .dataBeforeHeaders, .trailersWithoutEnd, .informationalEnd, .fieldNameEmpty,
      .fieldNameCharacter, .fieldNameUppercase, .fieldValueCharacter, .fieldValueWhitespace,
      .connectionField, .teField, .pseudoUnknown, .pseudoRepeated, .pseudoOrder, .pseudoInTrailers,
      .methodMissing, .schemeMissing, .pathMissing, .pathForm, .authorityForm, .authorityHost,
      .statusForm, .statusSwitching, .connectForm, .protocolForm, .contentLengthForm,
      .contentLength:
      .stream
    }
  }

  /// The code of the RST_STREAM or GOAWAY that answers it.
  public var code: H2ErrorCode {
    switch self {
    case .preface, .settingsFirst, .streamRequired, .streamForbidden, .paddingLength,
      .windowIncrement, .selfDependency, .continuationExpected, .continuationUnexpected,
      .settingsAcknowledgement, .enablePush, .maxFrameSize, .enableConnectProtocol,
      .noRFC7540Priorities, .streamParity, .streamOrder, .idleStream, .reservedStream,
      .promisedStream, .pushForbidden, .goAwayOrder, .dataBeforeHeaders, .trailersWithoutEnd,
      .informationalEnd, .fieldNameEmpty, .fieldNameCharacter, .fieldNameUppercase,
      .fieldValueCharacter, .fieldValueWhitespace, .connectionField, .teField, .pseudoUnknown,
      .pseudoRepeated, .pseudoOrder, .pseudoInTrailers, .methodMissing, .schemeMissing,
      .pathMissing, .pathForm, .authorityForm, .authorityHost, .statusForm, .statusSwitching,
      .connectForm, .protocolForm, .contentLengthForm, .contentLength:
      .protocolError
    case .frameSize, .headersLength, .priorityLength, .resetLength, .settingsLength,
      .settingsAcknowledgementLength, .pushPromiseLength, .pingLength, .goAwayLength,
      .windowUpdateLength:
      .frameSizeError
    case .compression: .compressionError
    case .floodResets, .floodStreamErrors, .floodContinuations, .floodFieldBlock,
      .floodBlockTime, .floodControlFrames, .floodSettings, .floodEmptyFrames, .floodSmallData,
      .floodWindowUpdates:
      .enhanceYourCalm
    case .initialWindowSize, .streamWindow, .connectionWindow, .streamWindowOverflow,
      .connectionWindowOverflow:
      .flowControlError
    case .settingsTimeout: .settingsTimeout
    case .halfClosedStream, .closedStream, .resetStream: .streamClosed
    case .concurrentStreams: .refusedStream
    }
  }
}
