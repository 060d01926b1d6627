// swift-tools-version: 6.2
import PackageDescription

/// Every target is built alike: Swift 6, and a warning is an error.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ more: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "Support"] + more, exclude: exclude,
    swiftSettings: strict)
}

/// The rings of docs/architecture.md: a target names only targets of rings below its own. SwiftPM wants target names unique
/// among all packages of a build, so what a product contains is called as no stranger's target will be.
let package = Package(
  name: "mosn-swift",
  products: [
    .library(name: "BoltCodec", targets: ["BoltCodec"]),
    .library(name: "H2Codec", targets: ["H2Codec"]),
    .library(name: "Translate", targets: ["Translate"]),
    .library(
      name: "MosnInspectKit", targets: ["MosnInspectKit", "MosnCapture", "MosnPackets", "MosnProtobuf"]),
    // For this project's own Fuzz and Benchmarks; not supported, changes without notice.
    .library(
      name: "MosnInternals",
      targets: [
        "MosnPackets", "MosnWire", "MosnConfig", "MosnCapture", "MosnInspectKit", "ProxyEngine",
        "MosnHessian", "MosnProtobuf", "ContentProperties",
      ]),
    .executable(name: "mosn-inspect", targets: ["mosn-inspect"]),
    .executable(name: "mosnd", targets: ["mosnd"]),
  ],
  traits: [
    .default(enabledTraits: ["TLS"]),
    .trait(
      name: "TLS", description: "TLS for mosnd by NIOSSL, which brings a BoringSSL and takes long to build"),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.95.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.35.0"),
    // Without its traits it needs no more of Foundation than ArgumentParser.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    // ring 0: wire
    library("MosnBytes"),
    library("MosnText", ["MosnBytes"]),
    library("BoltCodec", ["MosnBytes"]),
    library("H2Codec", ["MosnBytes"]),
    library("MosnPackets", ["MosnBytes"]),
    // ring 1: meaning
    library("MosnWire", ["BoltCodec", "H2Codec"]),
    library("Translate", ["MosnBytes", "BoltCodec", "H2Codec"]),
    library("MosnHessian", ["MosnBytes", "MosnText"]),
    library("MosnProtobuf", ["MosnBytes", "MosnText"]),
    library("MosnConfig", ["MosnBytes"]),
    // ring 2: engines
    library(
      "MosnInspectKit",
      [
        "MosnBytes", "MosnText", "MosnPackets", "MosnWire", "BoltCodec", "H2Codec", "Translate",
        "MosnHessian", "MosnProtobuf",
      ]),
    library("ProxyEngine", ["Translate", "MosnConfig", "BoltCodec", "H2Codec", "MosnBytes"]),
    // ring 3: edges
    .systemLibrary(name: "CMosnPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CMosnZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMosnZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    // What glibc's headers have and its Swift module has not.
    .systemLibrary(name: "CMosnMalloc"),
    library("MosnCapture", ["MosnPackets", "MosnBytes", "CMosnPcap", "CMosnZlib", "CMosnZstd"]),
    library(
      "ProxyIO",
      [
        "ProxyEngine", "MosnConfig", "CMosnMalloc",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio", condition: .when(traits: ["TLS"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
      ]),
    // programs
    .executableTarget(
      name: "mosnd",
      dependencies: [
        "ProxyIO",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "mosn-inspect",
      dependencies: [
        "MosnInspectKit", "MosnCapture", "MosnProtobuf",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "sofarpc-server",
      dependencies: [
        "BoltCodec",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Examples/sofarpc-sample/server", swiftSettings: strict),
    .executableTarget(
      name: "sofarpc-client", dependencies: ["BoltCodec"], path: "Examples/sofarpc-sample/client",
      swiftSettings: strict),

    .target(name: "Support", path: "Tests/Support", swiftSettings: strict),
    // What holds for any bytes, for tests and fuzzers.
    .target(
      name: "ContentProperties", dependencies: ["MosnHessian", "MosnProtobuf", "MosnText"],
      path: "Tests/ContentProperties", swiftSettings: strict),
    tests(of: "BoltCodec"),
    tests(of: "H2Codec", exclude: ["Peers/peer.py"]),
    tests(of: "MosnPackets"),
    tests(of: "MosnWire", ["BoltCodec", "H2Codec"]),
    tests(of: "Translate", ["BoltCodec", "H2Codec"]),
    tests(of: "MosnHessian", ["ContentProperties"]),
    tests(of: "MosnProtobuf", ["ContentProperties"]),
    tests(of: "MosnText"),
    tests(of: "MosnConfig", ["MosnBytes"]),
    tests(
      of: "MosnInspectKit",
      ["MosnBytes", "MosnText", "MosnPackets", "MosnCapture", "MosnWire", "BoltCodec", "H2Codec"]),
    tests(of: "MosnCapture", ["MosnPackets", "CMosnPcap", "CMosnZlib", "CMosnZstd"]),
    tests(of: "ProxyEngine", ["Translate", "MosnConfig", "BoltCodec", "H2Codec"]),
    tests(
      of: "ProxyIO",
      [
        "mosnd", "sofarpc-server", "sofarpc-client", "BoltCodec",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ]),
    // Compiles the fuzzer's targets (a link to Fuzz/Sources/FuzzTargets) and replays what they found.
    .testTarget(
      name: "FuzzReplayTests",
      dependencies: [
        "BoltCodec", "H2Codec", "MosnPackets", "MosnWire", "Translate", "MosnConfig", "MosnInspectKit",
        "MosnCapture", "ProxyEngine", "ContentProperties",
      ],
      swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", dependencies: ["Support"], swiftSettings: strict),
  ]
)
