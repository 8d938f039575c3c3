internal import Glibc
internal import NIOConcurrencyHelpers
internal import NIOSSL

/// The TLS of a server, whose files may be replaced while it runs. New connections use what was read last;
/// those that are open stay with what they began with.
package final class TLSCertificates: Sendable {
  /// What tells one state of a file from another.
  private struct Fingerprint: Hashable {
    var inode: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    /// Follows links, as the secrets of an orchestrator are; nil where there is no such file.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      inode = UInt(status.st_ino)
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  private struct State {
    var context: NIOSSLContext
    /// Of the files when they were last read, well or not.
    var fingerprints: [Fingerprint?]
  }

  private let files: TLSFiles
  private let state: NIOLockedValueBox<State>

  /// Reads the files.
  ///
  /// - Throws: `TransportError` that names the file at fault.
  init(_ files: TLSFiles) throws(TransportError) {
    self.files = files
    let fingerprints = Self.fingerprints(files)
    state = NIOLockedValueBox(State(context: try files.context(), fingerprints: fingerprints))
  }

  var context: NIOSSLContext { state.withLockedValue(\.context) }

  /// Reads the files again where one was replaced since they were last read.
  ///
  /// - Returns: whether there is something new.
  /// - Throws: `TransportError` where they cannot be used, as between the replacement of the one and of the
  ///   other; what was read before stays in use.
  package func reloadIfChanged() throws(TransportError) -> Bool {
    let found = Self.fingerprints(files)
    guard found != state.withLockedValue(\.fingerprints) else { return false }
    try reload()
    return true
  }

  /// Reads the files again.
  ///
  /// - Throws: `TransportError` where they cannot be used; what was read before stays in use.
  package func reload() throws(TransportError) {
    // Taken before the files are read: what changes meanwhile is seen the next time.
    let fingerprints = Self.fingerprints(files)
    state.withLockedValue { $0.fingerprints = fingerprints }
    let context = try files.context()
    state.withLockedValue { $0.context = context }
  }

  private static func fingerprints(_ files: TLSFiles) -> [Fingerprint?] {
    [files.certificateChain, files.privateKey, files.clientAuthorities].map {
      $0.flatMap(Fingerprint.init)
    }
  }
}
