// swift-tools-version: 6.2
import PackageDescription

/// A stranger's package: it uses every product as README shows it, and has targets of the names that strangers' have.
/// `scripts/check-dependents` builds and runs it, by path and by version.
let names = ["Bytes", "Wire", "Packets", "Capture", "Inspect", "Proxy"]
let products = ["BoltCodec", "H2Codec", "Translate", "MosnInspectKit"]

let package = Package(
  name: "outside",
  dependencies: [.package(name: "mosn-swift", path: "../..", traits: [])],
  targets: names.map { .target(name: $0) } + [
    .executableTarget(
      name: "outside",
      dependencies: names.map { .target(name: $0) }
        + products.map { .product(name: $0, package: "mosn-swift") })
  ])
