internal import ArgumentParser
internal import Foundation

/// Tells a failure in words on standard error.
enum CommandFailure {
  /// The code to exit with, to be thrown. Codes follow sysexits(3): 65 data, 66 no input, 73 cannot
  /// create, 75 try again; 1 where the server or the core refused.
  static func report(_ description: String, code: Int32) -> ExitCode {
    FileHandle.standardError.write(Data("trialgate: \(description)\n".utf8))
    return ExitCode(code)
  }
}
