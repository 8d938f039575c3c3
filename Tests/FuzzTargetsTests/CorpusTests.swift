import Foundation
import FuzzTargets
import Testing

/// Every seed of the fuzz targets, and every input that ever failed, runs without a finding.
@Suite struct CorpusTests {
  static let targets: [(name: String, run: @Sendable ([UInt8]) -> Void)] = [
    ("FuzzHTTP2", HTTP2Target.run), ("FuzzFrames", FramesTarget.run),
    ("FuzzWire", MessagesTarget.wire), ("FuzzCodec", CodecTarget.run),
    ("FuzzProtoJSON", MessagesTarget.document),
  ]

  static func files(_ target: String) throws -> [URL] {
    let fuzz = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz")
    return try ["Corpus", "Failures"].flatMap { folder -> [URL] in
      let directory = fuzz.appending(path: folder).appending(path: target)
      guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
      return try FileManager.default.contentsOfDirectory(
        at: directory, includingPropertiesForKeys: nil)
    }
  }

  @Test(arguments: targets.indices) func nothingIsFound(_ index: Int) throws {
    let target = Self.targets[index]
    let files = try Self.files(target.name)
    #expect(files.count >= 3, "\(target.name) has seeds")
    for file in files {
      let bytes = [UInt8](try Data(contentsOf: file))
      target.run(bytes)
      // And the same cut short at every place of its first bytes.
      for length in 0..<min(64, bytes.count) { target.run(Array(bytes[..<length])) }
    }
  }
}
