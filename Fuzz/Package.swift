// swift-tools-version: 6.2
import PackageDescription

/// Fuzzing stands in a package of its own: a program without `main`, whose entry is libFuzzer's, would break a plain
/// `swift build` of the main one. `scripts/fuzz` knows the flags.
func product(_ name: String) -> Target.Dependency { .product(name: name, package: "mosn-swift") }
let internals = product("MosnInternals")

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "Fuzz",
  products: [
    .executable(name: "fuzz", targets: ["fuzz"]),
    .executable(name: "fuzz-seeds", targets: ["fuzz-seeds"]),
  ],
  dependencies: [.package(name: "mosn-swift", path: "..")],
  targets: [
    .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CZlibPeer", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // The properties: also compiled into Tests/FuzzReplayTests.
    .target(
      name: "FuzzTargets",
      dependencies: [
        product("BoltCodec"), product("H2Codec"), internals, product("Translate"),
      ],
      swiftSettings: strict),
    // The properties that need a second opinion in C.
    .target(
      name: "FuzzDifferential",
      dependencies: ["FuzzTargets", "CNghttp2", "CZlibPeer", product("BoltCodec"), product("H2Codec")],
      swiftSettings: strict),
    // parse-as-library: its entry is libFuzzer's, which brings `main`.
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets", "FuzzDifferential"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
    .executableTarget(
      name: "fuzz-seeds",
      dependencies: [
        "FuzzTargets", product("BoltCodec"), product("H2Codec"), product("Translate"), internals,
      ],
      swiftSettings: strict),
  ]
)
