/// Bytes that arrive in pieces, kept in one piece.
package struct ByteAccumulator: Sendable {
  /// The bytes so far.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package var count: Int { bytes.count }

  package mutating func append(_ piece: Span<UInt8>) {
    piece.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
  }

  package mutating func reserve(_ count: Int) {
    bytes.reserveCapacity(count)
  }

  /// Forgets the first bytes.
  package mutating func removeFirst(_ count: Int) {
    bytes.removeFirst(count)
  }

  /// Forgets the bytes and keeps the memory, unless it is more than `limit`.
  package mutating func removeAll(keepingAtMost limit: Int) {
    bytes.removeAll(keepingCapacity: bytes.capacity <= limit)
  }
}
