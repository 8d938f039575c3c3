internal import EligibilityCore

/// The ids of the facts of one message, by their bytes: whether each is of its fact alone.
///
/// An open table that grows. A message may be made so that its ids fall on the same places; then the search
/// ends early, and whoever looks for ids in a keyed table decides.
struct FactIDTable: ~Copyable {
  /// Whether an id is not all ASCII. Such ids may be equal although their bytes differ.
  var haveOtherThanASCII = false
  private(set) var count = 0
  /// Where ids stand, 0 = free: 32 bits of the offset in the message, which is never 0, and the length.
  private var places: [UInt64]
  /// Places that may still be looked at.
  private var patience = 64

  /// - Parameter messageLength: bytes, for a first guess of how many facts there are.
  init(messageLength: Int) {
    var size = 64
    while size < messageLength / 32, size < 16_384 { size *= 2 }
    places = [UInt64](repeating: 0, count: size)
  }

  /// Notes an id; false when another fact has it, or when that would take too long to find out.
  mutating func insert(
    _ content: (start: Int, end: Int), _ message: UnsafePointer<UInt8>
  ) -> Bool {
    if count * 2 >= places.count, !grow(message) { return false }
    count += 1
    patience += 8
    return put(UInt64(content.start) << 32 | UInt64(content.end - content.start), message)
  }

  private mutating func put(_ place: UInt64, _ message: UnsafePointer<UInt8>) -> Bool {
    let mask = places.count - 1
    let length = Int(place & 0xFFFF_FFFF)
    let text = UnsafeRawPointer(message + Int(place >> 32))
    var slot = Int(truncatingIfNeeded: text.hashed(length) >> 32) & mask
    while places[slot] != 0 {
      patience -= 1
      guard patience > 0 else { return false }
      let other = places[slot]
      if Int(other & 0xFFFF_FFFF) == length,
        text.isEqual(to: UnsafeRawPointer(message + Int(other >> 32)), length)
      {
        return false
      }
      slot = (slot + 1) & mask
    }
    places[slot] = place
    return true
  }

  private mutating func grow(_ message: UnsafePointer<UInt8>) -> Bool {
    let old = places
    places = [UInt64](repeating: 0, count: old.count * 2)
    patience += 8 * count
    for place in old where place != 0 {
      if !put(place, message) { return false }
    }
    return true
  }
}

/// Times of a message that were read before and may come again. Each has one place, which another one takes from it.
struct TimeMemo: ~Copyable {
  private var times: [RecordedTime] = []
  /// Where a time stands in `times`, and 1; 0 = free.
  private var places = [32 of UInt8](repeating: 0)
  private var last: RecordedTime?

  /// A time that was written in the same way before.
  mutating func time(_ content: (start: Int, end: Int), _ message: UnsafePointer<UInt8>)
    -> RecordedTime?
  {
    let length = content.end - content.start
    guard length >= 8 else { return nil }
    let text = UnsafeRawPointer(message + content.start)
    func isSame(_ known: RecordedTime) -> Bool {
      known.text.count == length
        && text.isEqual(to: UnsafeRawPointer(message + Int(known.text.start)), length)
    }
    // Facts that follow each other mostly have the same.
    if let last, isSame(last) { return last }
    let number = Int(places[Self.slot(text, length)])
    guard number > 0, isSame(times[number - 1]) else { return nil }
    last = times[number - 1]
    return last
  }

  mutating func remember(
    _ time: RecordedTime, _ content: (start: Int, end: Int), _ message: UnsafePointer<UInt8>
  ) {
    let length = content.end - content.start
    guard length >= 8 else { return }
    let slot = Self.slot(UnsafeRawPointer(message + content.start), length)
    let number = Int(places[slot])
    if number == 0 {
      times.append(time)
      places[slot] = UInt8(truncatingIfNeeded: times.count)
    } else {
      times[number - 1] = time
    }
  }

  private static func slot(_ text: UnsafeRawPointer, _ length: Int) -> Int {
    Int(truncatingIfNeeded: text.hashedEnds(length) >> 59)
  }
}

extension UnsafeRawPointer {
  /// Whether so many bytes are the same at another place.
  func isEqual(to other: UnsafeRawPointer, _ length: Int) -> Bool {
    var offset = 0
    while offset + 8 <= length {
      if loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset += 8
    }
    while offset < length {
      if load(fromByteOffset: offset, as: UInt8.self)
        != other.load(fromByteOffset: offset, as: UInt8.self)
      {
        return false
      }
      offset += 1
    }
    return true
  }

  /// A number made of the first and the last eight of so many bytes, at least eight; its highest bits are
  /// the best mixed.
  fileprivate func hashedEnds(_ length: Int) -> UInt64 {
    let first = loadUnaligned(as: UInt64.self) &* 0x9E37_79B9_7F4A_7C15
    let last = loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
    return ((first ^ first >> 32) &+ last) &* 0xBF58_476D_1CE4_E5B9
  }

  /// A number made of so many bytes, its upper half well mixed.
  func hashed(_ length: Int) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: length)
    var offset = 0
    while offset + 8 <= length {
      hash.mix(loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < length {
      rest = rest << 8 | UInt64(load(fromByteOffset: offset, as: UInt8.self))
      offset += 1
    }
    hash.mix(rest)
    return hash
  }
}

extension UInt64 {
  /// Multiplication carries upwards alone; the shift brings what it carried down again.
  fileprivate mutating func mix(_ word: UInt64) {
    self = (self ^ word) &* 0x9E37_79B9_7F4A_7C15
    self ^= self >> 29
  }
}
