// swift-tools-version: 6.2

import PackageDescription

/// Settings of every Swift target: Swift 6 rules, explicit import access, no warning left standing.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Settings of the rooms that hold no unsafe pointer: every unsafe expression is an error.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

let generatedC: [CSetting] = [
  .define("NDEBUG", .when(configuration: .release)),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "trialgate",
  products: [
    .executable(name: "trialgate", targets: ["trialgate"]),
    .library(name: "TrialGateClient", targets: ["TrialGateClient"]),
    .executable(name: "interop-server", targets: ["interop-server"]),
    .executable(name: "interop-client", targets: ["interop-client"]),
    .executable(name: "conformance-server", targets: ["conformance-server"]),
    .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", "4.5.2"..<"5.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .target(name: "CTrialGateProto", dependencies: ["CProtobufC"], cSettings: generatedC),
    .target(
      name: "CTrialGateResources", exclude: ["definitions"], cSettings: generatedC),

    .target(name: "EligibilityCore", swiftSettings: safe),
    .target(
      name: "CohortConfiguration", dependencies: ["EligibilityCore"], swiftSettings: safe),
    .target(
      name: "CohortStoreSQLite",
      dependencies: ["CohortConfiguration", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: safe),

    .target(name: "HTTP2", dependencies: ["CNGHTTP2"], swiftSettings: strict),
    .target(
      name: "Transport",
      dependencies: [
        "HTTP2",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      swiftSettings: strict),
    .target(name: "MessageCompression", dependencies: ["CZlib"], swiftSettings: strict),
    .target(
      name: "RPC", dependencies: ["HTTP2", "MessageCompression", "Transport"],
      swiftSettings: safe),
    .target(
      name: "LoadGeneration",
      dependencies: [
        "HTTP2", "RPC", "Transport",
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      swiftSettings: safe),

    .target(
      name: "MessageCoding",
      dependencies: [
        "CohortConfiguration", "CProtobufC", "CTrialGateProto", "CTrialGateResources",
        "EligibilityCore",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(name: "ReportRendering", dependencies: ["EligibilityCore"], swiftSettings: safe),
    .target(
      name: "TrialGateServices",
      dependencies: [
        "CohortConfiguration", "EligibilityCore", "MessageCoding", "RPC",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: safe),
    .target(
      name: "TrialGateClient",
      dependencies: ["CohortConfiguration", "EligibilityCore", "MessageCoding", "RPC"],
      swiftSettings: safe),
    .target(
      name: "ClinicalCases",
      dependencies: [
        "CohortConfiguration", "EligibilityCore", "MessageCoding", "TrialGateServices",
      ],
      swiftSettings: safe),
    .executableTarget(
      name: "trialgate",
      dependencies: [
        "ClinicalCases", "CohortConfiguration", "CohortStoreSQLite", "EligibilityCore",
        "LoadGeneration", "MessageCoding",
        "ReportRendering", "RPC", "Transport", "TrialGateServices",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: safe),

    .target(
      name: "TestServerSupport", path: "Tests/TestServerSupport", swiftSettings: safe),
    .executableTarget(
      name: "interop-server",
      dependencies: [
        "RPC", "TestServerSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/InteropServer", swiftSettings: safe),
    .executableTarget(
      name: "conformance-server",
      dependencies: [
        "RPC", "TestServerSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/ConformanceServer", swiftSettings: safe),
    .executableTarget(
      name: "interop-client",
      dependencies: [
        "RPC",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/InteropClient", swiftSettings: safe),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "CohortConfiguration", "EligibilityCore", "HTTP2", "MessageCoding", "MessageCompression",
        "RPC",
      ],
      path: "Tests/FuzzTargets", swiftSettings: strict),
    .executableTarget(
      name: "evaluation-benchmark",
      dependencies: [
        "CohortConfiguration", "EligibilityCore", "MessageCoding", "TrialGateServices",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Benchmarks/Evaluation", exclude: ["patient-110-facts.json"],
      swiftSettings: strict),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: safe),
    .target(
      name: "VerdictProperties",
      dependencies: [
        "CohortConfiguration", "EligibilityCore", "MessageCoding", "TestSupport",
        "TrialGateServices",
      ],
      path: "Tests/VerdictProperties", swiftSettings: safe),
    .executableTarget(
      name: "verdict-properties",
      dependencies: [
        "VerdictProperties", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/VerdictPropertiesRun", swiftSettings: safe),
    .testTarget(
      name: "VerdictPropertiesTests", dependencies: ["VerdictProperties"],
      swiftSettings: strict),
    .testTarget(
      name: "EligibilityCoreTests", dependencies: ["EligibilityCore", "TestSupport"],
      swiftSettings: strict),
    .target(
      name: "CohortStoreContract", dependencies: ["CohortConfiguration"],
      path: "Tests/CohortStoreContract", swiftSettings: safe),
    .testTarget(
      name: "CohortConfigurationTests",
      dependencies: [
        "CohortConfiguration", "CohortStoreContract", "EligibilityCore", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "StoreExercises",
      dependencies: [
        "CohortConfiguration", "CohortStoreSQLite", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      path: "Tests/StoreExercises", swiftSettings: safe),
    .target(
      name: "DiskFaults", path: "Tests/DiskFaults", cSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "store-torture",
      dependencies: [
        "CohortConfiguration", "CohortStoreSQLite", "DiskFaults", "StoreExercises",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/StoreTorture", swiftSettings: safe),
    .testTarget(
      name: "CohortStoreSQLiteTests",
      dependencies: [
        "CohortConfiguration", "CohortStoreContract", "CohortStoreSQLite", "StoreExercises",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "ScriptedPeer", dependencies: ["CNGHTTP2"], path: "Tests/ScriptedPeer",
      swiftSettings: strict),
    .testTarget(
      name: "FuzzTargetsTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
    .testTarget(
      name: "HTTP2Tests", dependencies: ["HTTP2", "CNGHTTP2", "ScriptedPeer", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TransportTests",
      dependencies: [
        "Transport", "HTTP2", "ScriptedPeer",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MessageCompressionTests",
      dependencies: ["MessageCompression", "CZlib", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RPCTests",
      dependencies: [
        "RPC", "Transport", "HTTP2", "MessageCompression", "ScriptedPeer", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LoadGenerationTests", dependencies: ["LoadGeneration", "RPC"],
      swiftSettings: strict),
    .testTarget(
      name: "TrialGateClientTests",
      dependencies: [
        "TrialGateClient", "CohortConfiguration", "MessageCoding", "TrialGateServices",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MessageCodingTests",
      dependencies: [
        "MessageCoding", "CohortConfiguration", "EligibilityCore", "CTrialGateProto", "CProtobufC",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ClinicalCasesTests",
      dependencies: ["ClinicalCases", "EligibilityCore", "MessageCoding", "TrialGateServices"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportRenderingTests",
      dependencies: ["ReportRendering", "EligibilityCore", "MessageCoding"],
      swiftSettings: strict),
    .testTarget(
      name: "TrialGateServicesTests",
      dependencies: [
        "TrialGateServices", "CohortConfiguration", "EligibilityCore", "MessageCoding", "RPC",
        "HTTP2", "ScriptedPeer", "Transport",
      ],
      swiftSettings: strict),
  ]
)
