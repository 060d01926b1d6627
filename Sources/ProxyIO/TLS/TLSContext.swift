import MosnConfig

// NIOSSL has types of the same names, and the module MosnConfig cannot be named where its enum hides it.

/// A `tls_context` of the configuration.
typealias TLSContext = TLSConfiguration
typealias TLSContextVersion = TLSVersion
