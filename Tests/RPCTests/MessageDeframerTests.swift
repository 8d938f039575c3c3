import ScriptedPeer
import Testing

@testable import RPC

/// The framing of messages (gRPC, PROTOCOL-HTTP2, Length-Prefixed-Message).
@Suite struct MessageDeframerTests {
  private static let content: [UInt8] = [10, 20, 30, 40, 50, 60, 70]

  /// Feeds pieces and takes each message as soon as it is whole; the messages, or what is wrong.
  private static func outcome(
    _ pieces: [[UInt8]], limit: Int = 1_000
  ) -> Result<[[UInt8]], MessageDeframer.Fault> {
    var deframer = MessageDeframer(maximumLength: limit)
    var messages: [[UInt8]] = []
    do throws(MessageDeframer.Fault) {
      for piece in pieces {
        try deframer.append(piece.span)
        while let message = try deframer.next() {
          messages.append(Array(deframer.bytes[message.range]) + (message.isCompressed ? [1] : []))
        }
      }
      if let fault = deframer.faultAtEnd { throw fault }
      return .success(messages)
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: 0...content.count + 5) func aMessageMayBeCutAnywhere(_ cut: Int) {
    let body = Script.message(Self.content)
    #expect(
      Self.outcome([Array(body[..<cut]), Array(body[cut...])]) == .success([Self.content]))
  }

  @Test func aMessageMayComeByteByByte() {
    let body = Script.message(Self.content)
    #expect(Self.outcome(body.map { [$0] }) == .success([Self.content]))
  }

  @Test func anEmptyMessageIsAMessage() {
    #expect(Self.outcome([Script.message([])]) == .success([[]]))
  }

  @Test func noMessageIsNoFault() {
    #expect(Self.outcome([]) == .success([]))
    #expect(Self.outcome([[]]) == .success([]))
  }

  @Test func aMessageMayBeMarkedCompressed() {
    #expect(Self.outcome([Script.message([5], flag: 1)]) == .success([[5, 1]]))
  }

  /// Messages follow each other however the pieces are cut, long ones and short ones.
  @Test(arguments: [1, 2, 3, 7, 64, 1_000, 100_000]) func messagesFollowEachOther(_ piece: Int) {
    let sizes = [0, 1, 5, 70_000, 0, 300, 66_000, 2]
    let messages = sizes.enumerated().map { index, size in
      [UInt8](repeating: UInt8(index), count: size)
    }
    let body = messages.flatMap { Script.message($0) }
    let pieces = stride(from: 0, to: body.count, by: piece).map {
      Array(body[$0..<min(body.count, $0 + piece)])
    }
    #expect(Self.outcome(pieces, limit: 100_000) == .success(messages))
  }

  /// Messages that are not taken wait, and what was taken is forgotten.
  @Test func messagesWaitUntilTheyAreTaken() throws {
    var deframer = MessageDeframer(maximumLength: 1_000)
    for _ in 0..<3 { try deframer.append(Script.message(Self.content).span) }
    #expect(deframer.hasMessage && deframer.hasMoreThanOneMessage)
    #expect(deframer.count == 36)
    for left in [24, 12, 0] {
      #expect(try deframer.next() != nil)
      #expect(deframer.count == left)
    }
    #expect(!deframer.hasMessage && !deframer.hasMoreThanOneMessage)
    #expect(try deframer.next() == nil)
  }

  /// A message that is whole is not lost because of what comes behind it in the same piece.
  @Test(arguments: [[2, 0, 0, 0, 0], [0, 0, 0, 4, 0]] as [[UInt8]])
  func aMessageIsTakenInFrontOfAFault(_ behind: [UInt8]) throws {
    var deframer = MessageDeframer(maximumLength: 1_000)
    try deframer.append((Script.message(Self.content) + behind).span)
    let message = try #require(try deframer.next())
    #expect(Array(deframer.bytes[message.range]) == Self.content)
    #expect(throws: MessageDeframer.Fault.self) { try deframer.next() }
    #expect(throws: MessageDeframer.Fault.self) { try deframer.append([1].span) }
  }

  @Test func memoryDoesNotGrowWithTheStream() throws {
    var deframer = MessageDeframer(maximumLength: 1_000)
    let message = Script.message([UInt8](repeating: 1, count: 995))
    // A message and a half at a time, so that there is always a rest.
    try deframer.append(Array(message[..<500]).span)
    for _ in 0..<10_000 {
      try deframer.append(Array(message[500...] + message[..<500]).span)
      #expect(try deframer.next() != nil)
    }
    #expect(deframer.capacity < 1 << 18)
  }

  @Test(arguments: [(7, true), (6, false)]) func theLimitIsThatOfTheMessage(
    _ limit: Int, _ isTaken: Bool
  ) {
    let body = Script.message(Self.content)
    #expect(
      Self.outcome([body], limit: limit)
        == (isTaken ? .success([Self.content]) : .failure(.tooLarge)))
  }

  /// The five bytes of the prefix are enough to refuse.
  @Test(arguments: [UInt32(1_001), 5 << 20, .max]) func aMessageThatIsTooLongIsRefusedByItsPrefix(
    _ length: UInt32
  ) {
    var deframer = MessageDeframer(maximumLength: 1_000)
    let prefix = [0] + bigEndian(length)
    #expect(throws: MessageDeframer.Fault.tooLarge) { try deframer.append(prefix.span) }
    #expect(deframer.count == 5)
  }

  @Test func anAnnouncedLengthHoldsNoMemory() {
    var deframer = MessageDeframer(maximumLength: 1 << 30)
    #expect(throws: Never.self) { try deframer.append(([0] + bigEndian(1 << 29)).span) }
    #expect(deframer.capacity <= 1 << 20)
  }

  static let faults: [(name: String, pieces: [[UInt8]], fault: MessageDeframer.Fault)] = [
    ("flag 2", [Script.message(content, flag: 2)], .reservedFlag),
    ("flag 255", [Script.message(content, flag: 255)], .reservedFlag),
    ("compressed and too long", [[1] + bigEndian(1_001)], .tooLarge),
    ("flag 2 of the second message", [Script.message(content) + [2, 0, 0, 0, 0]], .reservedFlag),
    ("one byte more", [Script.message(content) + [0]], .truncated),
  ]

  @Test(arguments: faults.indices) func whatIsWrongIsNamed(_ index: Int) {
    let row = Self.faults[index]
    #expect(Self.outcome(row.pieces) == .failure(row.fault), "\(row.name)")
  }

  @Test(arguments: 1..<content.count + 5) func aMessageThatEndsEarlyIsTruncated(_ length: Int) {
    let body = Script.message(Self.content)
    #expect(Self.outcome([Array(body.prefix(length))]) == .failure(.truncated))
  }

  @Test func theCountIsThatOfTheBytesHeld() {
    var deframer = MessageDeframer(maximumLength: 1_000)
    for (index, byte) in Script.message(Self.content).enumerated() {
      #expect(throws: Never.self) { try deframer.append([byte].span) }
      #expect(deframer.count == index + 1)
    }
  }

  @Test(arguments: [0, 1, 255, 256, 65_536, 100_000]) func anAnswersPrefixIsReadBack(
    _ length: Int
  ) {
    let content = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    let framed = ResponseMessage(withPrefix: [9, 9, 9, 9, 9] + content).bytes
    #expect([framed] == [Script.message(content)])
    #expect(Self.outcome([framed], limit: 100_000) == .success([content]))
  }

  @Test(arguments: 0..<5) func anAnswerWithoutRoomForItsPrefixIsEmpty(_ room: Int) {
    #expect(
      ResponseMessage(withPrefix: [UInt8](repeating: 7, count: room)).bytes == [0, 0, 0, 0, 0])
  }
}
