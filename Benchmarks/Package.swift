// swift-tools-version: 6.2
import PackageDescription

/// Benchmarks stand in a package of their own, so that what they compare with never enters the main one.
func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: ["Measure"] + dependencies)
}

func product(_ name: String) -> Target.Dependency { .product(name: name, package: "mosn-swift") }
let internals = product("MosnInternals")

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "mosn-swift", path: ".."),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
  ],
  targets: [
    .target(name: "CAllocations"),
    .target(name: "Measure", dependencies: ["CAllocations"]),
    .systemLibrary(
      name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    benchmark("bolt-bench", [product("BoltCodec")]),
    .target(name: "PcapWalk"),
    benchmark("packets-bench", [internals, "PcapWalk"]),
    benchmark("inspect-bench", [internals]),
    benchmark("hessian-bench", [internals]),
    .executableTarget(name: "l4-dump", dependencies: [internals, "PcapWalk"]),
    benchmark(
      "hpack-bench",
      [product("H2Codec"), "CNghttp2", .product(name: "NIOHPACK", package: "swift-nio-http2")]),
    .executableTarget(name: "hpack-check", dependencies: [product("H2Codec")]),
    .executableTarget(name: "h2-check", dependencies: [product("H2Codec")]),
    benchmark("translate-bench", [product("BoltCodec"), product("H2Codec"), product("Translate")]),
    benchmark(
      "proxy-bench", [internals, product("BoltCodec"), product("H2Codec")]),
    benchmark("h2-bench", [product("H2Codec"), "CNghttp2"]),
  ]
)
