internal import CNGHTTP2

/// A list of header fields in memory that nghttp2 can send from without copying.
///
/// Immutable after creation, so one block can serve every connection.
package final class HeaderBlock: @unchecked Sendable {
  // Sendable although it holds pointers: the memory is written in init and freed in deinit alone.
  private let fields: UnsafeMutablePointer<nghttp2_nv>
  private let count: Int
  private let memory: UnsafeMutablePointer<UInt8>

  /// Creates a block.
  ///
  /// - Parameters:
  ///   - list: names in lower case, and values.
  ///   - isPermanent: whether the block outlives every session that it is given to, as a global does;
  ///     nghttp2 then sends from its memory.
  package init(_ list: [(name: String, value: String)], isPermanent: Bool = false) {
    count = list.count
    fields = .allocate(capacity: max(1, list.count))
    memory = .allocate(
      capacity: max(1, list.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }))
    var next = memory
    func copy(_ text: String) -> (UnsafeMutablePointer<UInt8>, Int) {
      let start = next
      for byte in text.utf8 {
        next.initialize(to: byte)
        next += 1
      }
      return (start, next - start)
    }
    let flags =
      isPermanent
      ? UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
      : UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)
    for (index, field) in list.enumerated() {
      let (name, nameLength) = copy(field.name)
      let (value, valueLength) = copy(field.value)
      (fields + index).initialize(
        to: nghttp2_nv(
          name: name, value: value, namelen: nameLength, valuelen: valueLength, flags: flags))
    }
  }

  /// Lends the fields; without this the block could go as soon as its pointer was read.
  func withFields<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
    withExtendedLifetime(self) { body(UnsafeBufferPointer(start: fields, count: count)) }
  }

  deinit {
    fields.deallocate()
    memory.deallocate()
  }
}
