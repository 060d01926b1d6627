import BoltCodec
import H2Codec

/// A frame of either protocol, as a view of the bytes of the decoder that gave it.
public enum WireFrame: Sendable {
  case bolt(BoltFrame)
  case http2(H2Frame)
}

/// What was wrong with bytes that are no frame.
public enum WireError: Error, Sendable {
  case bolt(BoltError)
  case http2(H2Error)
}
