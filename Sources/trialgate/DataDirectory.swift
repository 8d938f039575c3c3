internal import Foundation

/// The directory of a server's own data, held by one process at a time.
final class DataDirectory {
  private let lock: FileHandle

  /// Creates the directory where it is missing and locks it.
  ///
  /// - Throws: an exit code where it cannot be written or another server holds it.
  init(path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure.report(
        "cannot create the data directory '\(path)'; choose one that you may write", code: 73)
    }
    let file = path + "/lock"
    if !FileManager.default.fileExists(atPath: file) {
      _ = FileManager.default.createFile(atPath: file, contents: nil)
    }
    guard let handle = FileHandle(forUpdatingAtPath: file) else {
      throw CommandFailure.report(
        "cannot write in the data directory '\(path)'; choose one that you may write", code: 73)
    }
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw CommandFailure.report(
        "another server holds the data directory '\(path)'; stop it or choose another", code: 75)
    }
    lock = handle
  }

  deinit {
    try? lock.close()
  }
}
