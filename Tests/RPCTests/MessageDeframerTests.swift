import ScriptedPeer
import Testing

@testable import RPC

/// The framing of messages (gRPC, PROTOCOL-HTTP2, Length-Prefixed-Message).
@Suite struct MessageDeframerTests {
  private static let content: [UInt8] = [10, 20, 30, 40, 50, 60, 70]

  /// Feeds pieces; what comes of them.
  private static func outcome(
    _ pieces: [[UInt8]], limit: Int = 1_000
  ) -> Result<[UInt8], MessageDeframer.Fault> {
    var deframer = MessageDeframer(maximumLength: limit)
    do throws(MessageDeframer.Fault) {
      for piece in pieces { try deframer.append(piece.span) }
      return .success(try deframer.finish())
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: 0...content.count + 5) func aMessageMayBeCutAnywhere(_ cut: Int) {
    let body = Script.message(Self.content)
    #expect(Self.outcome([Array(body[..<cut]), Array(body[cut...])]) == .success(body))
  }

  @Test func aMessageMayComeByteByByte() {
    let body = Script.message(Self.content)
    #expect(Self.outcome(body.map { [$0] }) == .success(body))
  }

  @Test func anEmptyMessageIsAMessage() {
    #expect(Self.outcome([Script.message([])]) == .success([0, 0, 0, 0, 0]))
  }

  @Test(arguments: [(7, true), (6, false)]) func theLimitIsThatOfTheMessage(
    _ limit: Int, _ isTaken: Bool
  ) {
    let body = Script.message(Self.content)
    #expect(
      Self.outcome([body], limit: limit) == (isTaken ? .success(body) : .failure(.tooLarge)))
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
    ("nothing", [], .noMessage),
    ("an empty piece", [[]], .noMessage),
    ("compressed", [Script.message(content, flag: 1)], .compressed),
    ("flag 2", [Script.message(content, flag: 2)], .reservedFlag),
    ("flag 255", [Script.message(content, flag: 255)], .reservedFlag),
    ("compressed and too long", [[1] + bigEndian(1_001)], .tooLarge),
    ("two messages in one piece", [Script.message(content) + Script.message([])], .secondMessage),
    ("two messages in two pieces", [Script.message(content), Script.message([])], .secondMessage),
    ("one byte more", [Script.message(content) + [0]], .secondMessage),
    ("one byte more, later", [Script.message([]), [0]], .secondMessage),
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
    #expect(Self.outcome([framed], limit: 100_000) == .success(framed))
  }

  @Test(arguments: 0..<5) func anAnswerWithoutRoomForItsPrefixIsEmpty(_ room: Int) {
    #expect(
      ResponseMessage(withPrefix: [UInt8](repeating: 7, count: room)).bytes == [0, 0, 0, 0, 0])
  }
}
