internal import ArgumentParser
internal import Foundation
internal import MessageCoding

/// Requests in files, as `evaluate` takes them.
enum RequestFiles {
  /// A request with the name of its file.
  struct Request: Sendable {
    var name: String
    var encoded: [UInt8]
  }

  /// The requests of a file, or of a folder (.json, .yaml, .yml) in the order of its names.
  ///
  /// - Throws: exit code 65 for what is no request, 66 for what cannot be read.
  static func read(
    _ path: String, overrides: RequestDocument.Overrides
  ) throws -> [Request] {
    guard let all = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return [try read(file: path, overrides)]
    }
    let names =
      all
      .filter { name in [".json", ".yaml", ".yml"].contains { name.hasSuffix($0) } }
      .sorted()
    guard !names.isEmpty else {
      throw CommandFailure.report(
        "the folder '\(path)' has no .json, .yaml or .yml; give one with requests", code: 66)
    }
    return try names.map { try read(file: "\(path)/\($0)", overrides) }
  }

  private static func read(
    file path: String, _ overrides: RequestDocument.Overrides
  ) throws -> Request {
    let text = try InputFile.read(path, what: "a request or a folder of them")
    do {
      return Request(
        name: path.split(separator: "/").last.map(String.init) ?? path,
        encoded: try RequestDocument(text, overrides: overrides).encoded)
    } catch {
      throw CommandFailure.report("'\(path)' is no request:\n\(error)", code: 65)
    }
  }
}
