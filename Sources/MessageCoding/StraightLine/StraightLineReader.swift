internal import EligibilityCore

/// Reads an `EvaluateRequest` in one pass over its bytes, without the scan and libprotobuf-c.
///
/// It takes only what encoders write when all is well: every field once and in the order of its number,
/// known, of the right wire type and of the right form. At anything else it gives up, and the scan,
/// libprotobuf-c and `FormReader` read the bytes from the beginning: what is refused, and in which words,
/// is theirs alone to say. What it takes they take too, with the same value.
struct StraightLineReader: ~Copyable {
  /// Something is not as encoders write it when all is well.
  struct Irregularity: Error {}

  let start: UnsafePointer<UInt8>
  /// Length of the whole.
  let count: Int
  /// Where the next field begins, at its tag.
  private(set) var position = 0
  /// Where the message at hand ends.
  private(set) var end: Int
  /// The next field's tag; 0, which no field has, at the end of the message at hand.
  private(set) var tag: UInt8 = 0
  /// Sub-messages and texts so far, as the scan counts them.
  private(set) var elements = 0
  /// Bytes that the arena of libprotobuf-c would have given out by now, or more.
  private(set) var memory = Self.outermostMemory

  var ids: FactIDTable
  /// The facts so far. Their texts are pieces of the whole.
  var draft = FactRecordsDraft()
  private var times = TimeMemo()

  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count <= Int(UInt32.max) else { return nil }
    start = base.assumingMemoryBound(to: UInt8.self)
    count = bytes.count
    end = bytes.count
    ids = FactIDTable(messageLength: bytes.count)
    advance(to: 0)
  }

  /// Reads the whole of some bytes; nil when anything about them is irregular.
  static func read<Value>(
    _ bytes: UnsafeRawBufferPointer,
    _ body: (inout StraightLineReader) throws(Irregularity) -> Value
  ) -> Value? {
    guard var reader = StraightLineReader(bytes) else { return nil }
    do throws(Irregularity) {
      let value = try body(&reader)
      try reader.finish()
      return value
    } catch {
      return nil
    }
  }

  /// Nothing is left, and the limits of the scan and of the arena hold.
  private mutating func finish() throws(Irregularity) {
    guard position == count, elements <= WireScan.maximumElements,
      memory <= Arena.limit(forMessageOf: count)
    else { throw Irregularity() }
  }

  // MARK: What libprotobuf-c would need

  /// The request, the snapshot, an enrolment record and an item of a stream around them: each once.
  static let outermostMemory = 4 << 10
  /// Any other message: its struct.
  static let messageMemory = 128
  /// An element of a list: its pointer, and its share of the tables in which libprotobuf-c notes the fields
  /// of a message that has more than 16, 64 bytes a field. A message has so many only for its lists, and
  /// then at most three times as many fields as elements of lists.
  static let listMemory = 24 + 3 * 64

  // MARK: Fields

  @inline(__always) private mutating func advance(to next: Int) {
    position = next
    tag = next < end ? start[next] : 0
  }

  /// The content of the length-delimited field at the position.
  @inline(__always) mutating func content() throws(Irregularity) -> (start: Int, end: Int) {
    var place = position + 1
    guard place < end else { throw Irregularity() }
    var length = Int(start[place])
    place += 1
    if length >= 0x80 {
      length = try Self.longLength(length & 0x7F, start, &place, end)
    }
    guard length <= end - place else { throw Irregularity() }
    elements &+= 1
    memory &+= length &+ 16
    return (place, place + length)
  }

  /// A length of two to four bytes, behind the first of them.
  private static func longLength(
    _ first: Int, _ start: UnsafePointer<UInt8>, _ place: inout Int, _ end: Int
  ) throws(Irregularity) -> Int {
    var length = first
    for shift in [7, 14, 21] {
      guard place < end else { break }
      let byte = Int(start[place])
      place += 1
      length |= (byte & 0x7F) << shift
      if byte < 0x80 { return length }
    }
    throw Irregularity()
  }

  /// Enters the sub-message at the position; what comes back is for `leave`.
  @inline(__always) mutating func enter() throws(Irregularity) -> Int {
    let content = try content()
    guard elements <= WireScan.maximumElements else { throw Irregularity() }
    memory &+= Self.messageMemory
    let outer = end
    end = content.end
    advance(to: content.start)
    return outer
  }

  /// Leaves a sub-message of which every field was read.
  @inline(__always) mutating func leave(_ outer: Int) throws(Irregularity) {
    guard position == end else { throw Irregularity() }
    end = outer
    advance(to: position)
  }

  /// A list of messages or texts: the elements that follow one another.
  @inline(__always) mutating func list<Element>(
    _ tag: UInt8, _ read: (inout StraightLineReader) throws(Irregularity) -> Element
  ) throws(Irregularity) -> [Element] {
    let count = try countList(tag)
    if count == 0 { return [] }
    if count == 1 { return [try read(&self)] }
    var list: [Element] = []
    list.reserveCapacity(min(count, FormReader.maximumFacts))
    while self.tag == tag { list.append(try read(&self)) }
    return list
  }

  /// How many elements the list at the position has, with the memory that they would need.
  @discardableResult
  @inline(__always) mutating func countList(_ tag: UInt8) throws(Irregularity) -> Int {
    guard self.tag == tag else { return 0 }
    let count = try Self.run(of: tag, start, position, end)
    memory &+= count &* Self.listMemory
    return count
  }

  /// How many fields with a tag follow one another.
  private static func run(
    of tag: UInt8, _ start: UnsafePointer<UInt8>, _ position: Int, _ end: Int
  ) throws(Irregularity) -> Int {
    var place = position
    var count = 0
    while place < end, start[place] == tag {
      place += 1
      guard place < end else { throw Irregularity() }
      var length = Int(start[place])
      place += 1
      if length >= 0x80 { length = try longLength(length & 0x7F, start, &place, end) }
      guard length <= end - place else { throw Irregularity() }
      place += length
      count += 1
    }
    guard count <= WireScan.maximumElements else { throw Irregularity() }
    return count
  }

  // MARK: Values

  /// The value of an enum whose names stand in a table from 1 on; nil for "unspecified".
  @inline(__always) mutating func value<Value>(
    _ tag: UInt8, _ table: [Value]
  ) throws(Irregularity) -> Value? {
    guard self.tag == tag else { return nil }
    let place = position + 1
    guard place < end else { throw Irregularity() }
    let number = Int(start[place])
    guard number <= table.count else { throw Irregularity() }
    advance(to: place + 1)
    return number == 0 ? nil : table[number - 1]
  }

  @inline(__always) mutating func requiredValue<Value>(
    _ tag: UInt8, _ table: [Value]
  ) throws(Irregularity) -> Value {
    guard let value = try value(tag, table) else { throw Irregularity() }
    return value
  }

  mutating func flag(_ tag: UInt8) throws(Irregularity) -> Bool {
    try number(tag, upTo: 1) == 1
  }

  /// A number of at most two bytes; 0 where there is none.
  mutating func number(_ tag: UInt8, upTo limit: Int) throws(Irregularity) -> Int {
    guard self.tag == tag else { return 0 }
    var place = position + 1
    guard place < end else { throw Irregularity() }
    var number = Int(start[place])
    if number >= 0x80 {
      place += 1
      guard place < end, start[place] < 0x80 else { throw Irregularity() }
      number = number & 0x7F | Int(start[place]) << 7
    }
    guard number <= limit else { throw Irregularity() }
    advance(to: place + 1)
    return number
  }

  /// A text; empty where there is none.
  mutating func text(
    _ tag: UInt8, upTo limit: Int = .max
  ) throws(Irregularity) -> String {
    guard self.tag == tag else { return "" }
    let content = try content()
    guard content.end - content.start <= limit else { throw Irregularity() }
    let text = try Self.string(content, start)
    advance(to: content.end)
    return text
  }

  /// A text of a fact; empty where there is none.
  mutating func piece(_ tag: UInt8) throws(Irregularity) -> TextPiece {
    guard self.tag == tag else { return .empty }
    let content = try content()
    if !Self.isPlain(content, start) { try Self.validate(content, start) }
    advance(to: content.end)
    return TextPiece(start: content.start, count: content.end - content.start)
  }

  /// A text of a fact that is looked up; empty where there is none.
  mutating func code(_ tag: UInt8) throws(Irregularity) -> CodeText {
    guard self.tag == tag else { return .empty }
    let content = try content()
    let (head, isPlain) = Self.head(content, start, count)
    let length = content.end &- content.start
    if !isPlain || length > TextHead.maximumCount, !Self.isPlain(content, start) {
      try Self.validate(content, start)
    }
    advance(to: content.end)
    return CodeText(piece: TextPiece(start: content.start, count: length), head: head)
  }

  /// The place of a terminology among those of the draft; nil where there is none. One that was read before has
  /// its place already, as far as a few are looked at.
  mutating func system(_ tag: UInt8) throws(Irregularity) -> Int? {
    guard self.tag == tag else { return nil }
    let content = try content()
    let length = content.end - content.start
    guard length > 0 else { return nil }
    let text = UnsafeRawPointer(start + content.start)
    for place in draft.systems.indices.prefix(Self.rememberedSystems) {
      let known = draft.systems[place]
      guard known.count == length,
        text.isEqual(to: UnsafeRawPointer(start + Int(known.start)), length)
      else { continue }
      advance(to: content.end)
      return place
    }
    if !Self.isPlain(content, start) { try Self.validate(content, start) }
    draft.systems.append(TextPiece(start: content.start, count: length))
    advance(to: content.end)
    return draft.systems.count - 1
  }

  /// Terminologies that are looked for among those that were read before.
  private static let rememberedSystems = 16

  /// A text that the evaluation does not take.
  mutating func skipText(_ tag: UInt8) throws(Irregularity) {
    guard self.tag == tag else { return }
    let content = try content()
    if !Self.isPlain(content, start) { try Self.validate(content, start) }
    advance(to: content.end)
  }

  mutating func texts(_ tag: UInt8) throws(Irregularity) -> [String] {
    try list(tag) { reader throws(Irregularity) in try reader.text(tag) }
  }

  /// The id of a fact: required, short and of this fact alone.
  mutating func factID() throws(Irregularity) -> TextPiece {
    guard tag == 0x0A else { throw Irregularity() }
    let content = try content()
    let length = content.end - content.start
    guard length > 0, length <= FormReader.maximumIDLength else { throw Irregularity() }
    if !Self.isPlain(content, start) {
      try Self.validate(content, start)
      ids.haveOtherThanASCII = true
    }
    guard ids.insert(content, start), ids.count <= FormReader.maximumFacts else {
      throw Irregularity()
    }
    advance(to: content.end)
    return TextPiece(start: content.start, count: length)
  }

  /// A time; nil where there is none.
  mutating func recordedTime(_ tag: UInt8) throws(Irregularity) -> RecordedTime? {
    guard self.tag == tag else { return nil }
    let content = try content()
    if content.start == content.end {
      advance(to: content.end)
      return nil
    }
    if let known = times.time(content, start) {
      advance(to: content.end)
      return known
    }
    let bytes = UnsafeBufferPointer(
      start: start + content.start, count: content.end - content.start)
    guard let span = try? TimeSpan(bytes.span) else { throw Irregularity() }
    let time = RecordedTime(
      span: span, text: TextPiece(start: content.start, count: content.end - content.start))
    times.remember(time, content, start)
    advance(to: content.end)
    return time
  }

  /// A time outside the facts that are kept as records; nil where there is none.
  mutating func time(_ tag: UInt8) throws(Irregularity) -> ClinicalTime? {
    guard let time = try recordedTime(tag) else { return nil }
    return ClinicalTime(text: try text(time.text), span: time.span)
  }

  mutating func requiredTime(_ tag: UInt8) throws(Irregularity) -> ClinicalTime {
    guard let time = try time(tag), time.precision == .day || time.precision == .instant else {
      throw Irregularity()
    }
    return time
  }

  mutating func date(_ tag: UInt8) throws(Irregularity) -> CalendarDate? {
    let text = try text(tag)
    if text.isEmpty { return nil }
    guard let date = CalendarDate(parsing: text) else { throw Irregularity() }
    return date
  }

  /// A number; nil where there is none.
  mutating func decimal(_ tag: UInt8) throws(Irregularity) -> ExactDecimal? {
    guard self.tag == tag else { return nil }
    let content = try content()
    guard content.start < content.end else {
      advance(to: content.end)
      return nil
    }
    let digits = UnsafeBufferPointer(
      start: start + content.start, count: content.end - content.start)
    guard let number = ExactDecimal(bytes: digits.span) else { throw Irregularity() }
    advance(to: content.end)
    return number
  }

  /// A text that was read.
  func text(_ piece: TextPiece) throws(Irregularity) -> String {
    let place = Int(piece.start)
    return try Self.string((place, place + Int(piece.count)), start)
  }

  /// The facts, with all the bytes.
  func records() -> FactRecords {
    FactRecords(draft, bytes: Array(UnsafeBufferPointer(start: start, count: count)))
  }
}
