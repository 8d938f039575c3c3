// swift-tools-version: 6.2

import PackageDescription

/// The fuzz targets, in a package of their own so that nobody builds them who does not fuzz. `fuzz.sh` builds
/// and runs them.
let targets = ["FuzzHTTP2", "FuzzFrames", "FuzzWire", "FuzzCodec", "FuzzProtoJSON"]

let package = Package(
  name: "Fuzz",
  dependencies: [.package(name: "trialgate", path: "../..")],
  targets: targets.map { name in
    .executableTarget(
      name: name, dependencies: [.product(name: "FuzzTargets", package: "trialgate")],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  }
)
