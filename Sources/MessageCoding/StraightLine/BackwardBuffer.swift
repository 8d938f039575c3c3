internal import EligibilityCore

/// Bytes that are written from their end to their beginning, so that the length of a message is known when it
/// is written in front of it.
struct BackwardBuffer: ~Copyable {
  private var memory: UnsafeMutableRawBufferPointer
  /// Where the bytes begin; they end with the memory.
  private var first: Int

  init(capacity: Int) {
    memory = .allocate(byteCount: capacity, alignment: 8)
    first = capacity
  }

  deinit { memory.deallocate() }

  /// Bytes so far.
  var count: Int { memory.count - first }

  /// The bytes behind some free space.
  consuming func bytes(headroom: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: headroom + count) { buffer, initialized in
      let target = UnsafeMutableRawBufferPointer(buffer)
      target.prefix(headroom).initializeMemory(as: UInt8.self, repeating: 0)
      UnsafeMutableRawBufferPointer(rebasing: target[headroom...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[first...]))
      initialized = headroom + count
    }
  }

  /// Room for so many bytes more.
  @inline(__always) private mutating func reserve(_ more: Int) {
    if more > first { grow(more) }
  }

  @inline(never) private mutating func grow(_ more: Int) {
    let count = count
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(memory.count * 2, count + more), alignment: 8)
    let start = larger.count - count
    UnsafeMutableRawBufferPointer(rebasing: larger[start...])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[first...]))
    memory.deallocate()
    memory = larger
    first = start
  }

  // MARK: Fields

  // A tag is written as its one or two bytes, the first of them below: the number of the field times 8, and
  // 0 for numbers or 2 for what has a length.

  @inline(__always) private mutating func byte(_ byte: UInt8) {
    first -= 1
    memory.storeBytes(of: byte, toByteOffset: first, as: UInt8.self)
  }

  /// Puts a tag and a length in front of what they belong to; there must be room for 12 bytes.
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
    reserve(2)
    byte(number)
    byte(tag)
  }

  /// A text; an empty one is left out.
  @inline(__always) mutating func text(_ tag: UInt16, _ text: String) {
    if !text.isEmpty { element(tag, text) }
  }

  /// A text that stands even if it is empty.
  mutating func element(_ tag: UInt16, _ text: String) {
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      reserve(bytes.count + 12)
      first -= bytes.count
      if let base = bytes.baseAddress {
        UnsafeMutableRawBufferPointer(rebasing: memory[first...])
          .copyMemory(from: UnsafeRawBufferPointer(start: base, count: bytes.count))
      }
      front(tag, length: bytes.count)
    }
    if isWritten == nil { element(tag, String(decoding: Array(text.utf8), as: UTF8.self)) }
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
    reserve(22)
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
    reserve(12)
    front(tag, length: count - behind)
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
