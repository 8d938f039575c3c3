internal import ArgumentParser
internal import Foundation

/// A file that a command reads.
enum InputFile {
  /// The file's text; `-` is standard input.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - what: what it should be, for the message: `a definition`.
  /// - Throws: exit code 66 where it cannot be read, 65 where it is not UTF-8.
  static func read(_ path: String, what: String) throws -> String {
    let data =
      path == "-"
      ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
    guard let data else {
      throw CommandFailure.report("cannot read '\(path)'; give the path of \(what)", code: 66)
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw CommandFailure.report("'\(path)' is not UTF-8", code: 65)
    }
    return text
  }
}
