// swift-tools-version: 6.2
import PackageDescription

/// Every target is built alike: Swift 6, and a warning is an error.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// For the engine alone: a quarter of its instructions would be checks that no two accesses to a variable overlap, which
/// debug builds, tests and the fuzzer do make. A package with unsafe flags can be depended on by version all the same
/// since tools version 6.2; of an older one, products that do not contain the engine could.
let unchecked: SwiftSetting =
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = []
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict + more)
}

func tests(of name: String, _ more: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "Support"] + more, exclude: exclude,
    swiftSettings: strict)
}

/// The rings of docs/architecture.md: a target names only targets of rings below its own.
let package = Package(
  name: "mosn-swift",
  products: [
    .library(name: "BoltCodec", targets: ["BoltCodec"]),
    .library(name: "H2Codec", targets: ["H2Codec"]),
    .library(name: "Packets", targets: ["Packets"]),
    .library(name: "Wire", targets: ["Wire"]),
    .library(name: "Translate", targets: ["Translate"]),
    .library(name: "MosnConfig", targets: ["MosnConfig"]),
    .library(name: "Inspect", targets: ["Inspect"]),
    .library(name: "Proxy", targets: ["Proxy"]),
    .library(name: "Capture", targets: ["Capture"]),
    .library(name: "ProxyIO", targets: ["ProxyIO"]),
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
  ],
  targets: [
    // ring 0: wire
    library("MosnBytes"),
    library("BoltCodec", ["MosnBytes"]),
    library("H2Codec", ["MosnBytes"]),
    library("Packets", ["MosnBytes"]),
    // ring 1: meaning
    library("Wire", ["BoltCodec", "H2Codec"]),
    library("Translate", ["MosnBytes", "BoltCodec", "H2Codec"]),
    library("MosnConfig"),
    // ring 2: engines
    library("Inspect", ["Packets", "Wire", "BoltCodec", "H2Codec"]),
    library("Proxy", ["Translate", "MosnConfig", "BoltCodec", "H2Codec", "MosnBytes"], [unchecked]),
    // ring 3: edges
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    // What glibc's headers have and its Swift module has not.
    .systemLibrary(name: "CMalloc"),
    library("Capture", ["Packets", "MosnBytes", "CPcap", "CZlib", "CZstd"]),
    library(
      "ProxyIO",
      [
        "Proxy", "MosnConfig", "CMalloc",
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
        "Inspect", "Capture",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
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
    tests(of: "BoltCodec"),
    tests(of: "H2Codec", exclude: ["Peers/peer.py"]),
    tests(of: "Packets"),
    tests(of: "Wire", ["BoltCodec", "H2Codec"]),
    tests(of: "Translate", ["BoltCodec", "H2Codec"]),
    tests(of: "MosnConfig"),
    tests(of: "Inspect", ["Packets", "Capture", "Wire", "BoltCodec", "H2Codec"]),
    tests(of: "Capture", ["Packets", "CZlib", "CZstd"]),
    tests(of: "Proxy", ["Translate", "MosnConfig", "BoltCodec", "H2Codec"]),
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
        "BoltCodec", "H2Codec", "Packets", "Wire", "Translate", "MosnConfig", "Inspect", "Capture", "Proxy",
      ],
      swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", dependencies: ["Support"], swiftSettings: strict),
  ]
)
