internal import EligibilityCore

/// Bytes that are written from their end to their beginning, so that the length of a message is known when it
/// is written in front of it.
///
/// The memory does not grow while it is written to: what finds no room is only counted, and then all is
/// written again where there is room for it. So nothing that is called on the way could free what is read,
/// and no value has to be kept alive meanwhile. Evidence alone is put into words on the way, each
/// time anew.
struct BackwardBuffer: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private let capacity: Int
  /// Where the bytes begin; they end with the memory. Below 0 some found no room.
  private var first: Int

  private init(capacity: Int) {
    memory = .allocate(byteCount: capacity, alignment: 8)
    self.capacity = capacity
    first = capacity
  }

  deinit { memory.deallocate() }

  /// Bytes so far.
  var count: Int { capacity - first }

  /// The bytes that are written, behind some free space.
  ///
  /// - Parameters:
  ///   - capacity: bytes that are enough for most.
  ///   - write: it may be called twice.
  static func bytes(
    headroom: Int, capacity: Int, _ write: (inout BackwardBuffer) -> Void
  ) -> [UInt8] {
    var buffer = BackwardBuffer(capacity: capacity)
    write(&buffer)
    if buffer.first < 0 {
      buffer = BackwardBuffer(capacity: buffer.count)
      write(&buffer)
    }
    let count = buffer.count
    let start = buffer.memory + buffer.first
    return [UInt8](unsafeUninitializedCapacity: headroom + count) { target, initialized in
      guard let base = target.baseAddress else { return }
      base.initialize(repeating: 0, count: headroom)
      UnsafeMutableRawPointer(base + headroom).copyMemory(from: start, byteCount: count)
      initialized = headroom + count
    }
  }

  // MARK: Fields

  // A tag is written as its one or two bytes, the first of them below: the number of the field times 8, and
  // 0 for numbers or 2 for what has a length.

  @inline(__always) private mutating func byte(_ byte: UInt8) {
    first &-= 1
    if first >= 0 { memory.storeBytes(of: byte, toByteOffset: first, as: UInt8.self) }
  }

  /// Puts a tag and a length in front of what they belong to.
  @inline(__always) private mutating func front(_ tag: UInt16, length: Int) {
    if length < 0x80 {
      byte(UInt8(truncatingIfNeeded: length))
    } else {
      longLength(length)
    }
    if tag > 0xFF { byte(UInt8(tag >> 8)) }
    byte(UInt8(truncatingIfNeeded: tag))
  }

  @inline(never) private mutating func longLength(_ length: Int) {
    var groups = (length.bitWidth - length.leadingZeroBitCount + 6) / 7
    var continuation: UInt8 = 0
    while groups > 0 {
      groups -= 1
      byte(UInt8(truncatingIfNeeded: length >> (groups * 7)) & 0x7F | continuation)
      continuation = 0x80
    }
  }

  /// A number, or the number of an enum's value; 0 is left out.
  @inline(__always) mutating func number(_ tag: UInt8, _ number: UInt8) {
    if number == 0 { return }
    byte(number)
    byte(tag)
  }

  /// A text; an empty one is left out.
  @inline(__always) mutating func text(_ tag: UInt16, _ text: String) {
    if !text.isEmpty { element(tag, text) }
  }

  /// A text that stands even if it is empty. No text of an answer holds a NUL, at which libprotobuf-c would
  /// end it: the readers of requests, definitions and changes refuse it.
  mutating func element(_ tag: UInt16, _ text: String) {
    front(tag, length: put(text))
  }

  /// Puts the bytes of a text in front; how many they are.
  @discardableResult mutating func put(_ text: String) -> Int {
    let written = text.utf8.withContiguousStorageIfAvailable { bytes in
      put(UnsafeRawBufferPointer(bytes))
      return bytes.count
    }
    guard let written else {
      preconditionFailure("texts of this platform are UTF-8 in one piece")
    }
    return written
  }

  /// Puts bytes in front; how many they are.
  mutating func put(_ bytes: Span<UInt8>) -> Int {
    bytes.withUnsafeBytes { put($0) }
    return bytes.count
  }

  @inline(__always) private mutating func put(_ bytes: UnsafeRawBufferPointer) {
    let count = bytes.count
    first &-= count
    guard first >= 0, let base = bytes.baseAddress else { return }
    let target = memory + first
    // Most are short: they take two words, which overlap.
    switch count {
    case 8...16:
      let start = base.loadUnaligned(as: UInt64.self)
      let end = base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      target.storeBytes(of: start, as: UInt64.self)
      target.storeBytes(of: end, toByteOffset: count &- 8, as: UInt64.self)
    case 4...7:
      let start = base.loadUnaligned(as: UInt32.self)
      let end = base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      target.storeBytes(of: start, as: UInt32.self)
      target.storeBytes(of: end, toByteOffset: count &- 4, as: UInt32.self)
    default: target.copyMemory(from: base, byteCount: count)
    }
  }

  mutating func texts(_ tag: UInt16, _ texts: [String]) {
    let texts = texts.span
    var index = texts.count
    while index > 0 {
      index -= 1
      element(tag, texts[index])
    }
  }

  /// A day, YYYY-MM-DD; nil is left out.
  mutating func date(_ tag: UInt16, _ date: CalendarDate?) {
    guard let date else { return }
    digits(date.day, 2)
    byte(UInt8(ascii: "-"))
    digits(date.month, 2)
    byte(UInt8(ascii: "-"))
    digits(date.year, 4)
    front(tag, length: 10)
  }

  private mutating func digits(_ number: Int, _ count: Int) {
    var rest = number
    for _ in 0..<count {
      byte(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
  }

  /// Makes a message of what was written since there were so many bytes.
  @inline(__always) mutating func close(_ tag: UInt16, behind: Int) {
    front(tag, length: count - behind)
  }

  /// A list of so many messages, each written by its place.
  @inline(__always) mutating func list(
    _ tag: UInt16, count: Int, _ body: (inout BackwardBuffer, Int) -> Void
  ) {
    var index = count
    while index > 0 {
      index -= 1
      let behind = self.count
      body(&self, index)
      close(tag, behind: behind)
    }
  }

  /// A list of messages.
  @inline(__always) mutating func list<Element>(
    _ tag: UInt16, _ elements: [Element],
    _ body: (inout BackwardBuffer, borrowing Element) -> Void
  ) {
    let elements = elements.span
    var index = elements.count
    while index > 0 {
      index -= 1
      let behind = count
      body(&self, elements[index])
      close(tag, behind: behind)
    }
  }
}
