import ScriptedPeer
import TestSupport
import Testing

@testable import HTTP2

/// Frames are found however the bytes are cut (RFC 9113, 4.1).
@Suite struct FrameScannerTests {
  private static func scan(
    _ pieces: [[UInt8]], expectsPreface: Bool = false, _ scanner: inout FrameScanner
  ) -> [FrameScanner.Frame] {
    var frames: [FrameScanner.Frame] = []
    for (index, piece) in pieces.enumerated() {
      let now = MonotonicTime(nanoseconds: UInt64(index + 1))
      piece.withUnsafeBytes { bytes in
        var offset = 0
        while let frame = scanner.next(in: bytes, from: &offset, at: now) { frames.append(frame) }
        #expect(offset == bytes.count)
      }
    }
    return frames
  }

  private static let bytes: [UInt8] =
    Script.settings([(4, 9)]) + Script.headers(1, request, endHeaders: false)
    + Script.continuation(1, [("a", "b")], endHeaders: true) + Script.data(1, [], endStream: false)
    + Script.data(1, [1, 2, 3], endStream: true) + Script.ping() + Script.windowUpdate(0, 5)
    + Frame(type: 0xEE, flags: 0xFF, stream: .max, payload: [9]).bytes

  @Test func everyFrameOfOneReadIsFound() {
    var scanner = FrameScanner(expectsPreface: false)
    let frames = Self.scan([Self.bytes], &scanner)
    #expect(frames.map(\.type) == [4, 1, 9, 0, 0, 6, 8, 0xEE])
    #expect(frames.map(\.stream) == [0, 1, 1, 1, 1, 0, 0, .max])
    #expect(frames.map(\.length).suffix(5) == [0, 3, 8, 4, 1])
    #expect(frames.map(\.endsStream) == [false, false, false, false, true, false, false, false])
    #expect(scanner.incompleteSince == nil)
  }

  /// Byte by byte, and cut at random places.
  @Test func cutsMakeNoDifference() {
    let all = Script.magic + Self.bytes
    var whole = FrameScanner(expectsPreface: true)
    let expected = Self.scan([all], &whole)
    #expect(expected.count == 8)
    var single = FrameScanner(expectsPreface: true)
    #expect(Self.scan(all.map { [$0] }, &single) == expected)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      var pieces: [[UInt8]] = []
      var rest = all[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...40, using: &generator)
        pieces.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      var scanner = FrameScanner(expectsPreface: true)
      #expect(Self.scan(pieces, &scanner) == expected)
    }
  }

  /// The length of the padding is itself no content (RFC 9113, 6.1).
  static let paddings: [(payload: [UInt8], content: Int)] = [
    ([0], 0), ([3, 0, 0, 0], 0), ([2, 7, 0, 0], 1), ([0, 7, 7], 2), ([200, 1], 0),
  ]

  @Test(arguments: paddings.indices, [false, true])
  func paddingIsNoContent(_ index: Int, _ isCut: Bool) {
    let row = Self.paddings[index]
    let bytes = Frame(
      type: FrameScanner.Kind.data, flags: FrameScanner.Flag.padded, stream: 1, payload: row.payload
    ).bytes
    var scanner = FrameScanner(expectsPreface: false)
    let frames = Self.scan(isCut ? bytes.map { [$0] } : [bytes], &scanner)
    #expect(frames.map(\.content) == [row.content] && frames.map(\.length) == [row.payload.count])
  }

  static let beginnings: [(name: String, bytes: [UInt8], isIncomplete: Bool)] = [
    ("nothing", [], false),
    ("half a frame's head", Array(Script.ping().prefix(4)), true),
    ("half a PING", Array(Script.ping().prefix(12)), true),
    ("a header block without its end", Script.headers(1, request, endHeaders: false), true),
    (
      "the same with a CONTINUATION that is not the last",
      Script.headers(1, request, endHeaders: false) + Script.continuation(1, [("a", "b")]), true
    ),
    (
      "the same with its end",
      Script.headers(1, request, endHeaders: false)
        + Script.continuation(1, [("a", "b")], endHeaders: true), false
    ),
    ("half the content of DATA", Array(Script.data(1, [1, 2, 3, 4]).dropLast(2)), false),
    ("half the head of DATA", Array(Script.data(1, [1, 2, 3, 4]).prefix(5)), true),
  ]

  @Test(arguments: beginnings.indices) func whatIsIncompleteHasABeginning(_ index: Int) {
    let row = Self.beginnings[index]
    var scanner = FrameScanner(expectsPreface: false)
    _ = Self.scan([Script.settings(), row.bytes], &scanner)
    #expect(
      scanner.incompleteSince == (row.isIncomplete ? MonotonicTime(nanoseconds: 2) : nil),
      "\(row.name)")
  }

  /// More bytes of the same block do not make it younger; another frame is another beginning.
  @Test func aBlockThatTricklesKeepsItsBeginning() {
    var scanner = FrameScanner(expectsPreface: false)
    let bytes = Script.headers(1, request, endHeaders: false)
    _ = Self.scan(bytes.map { [$0] }, &scanner)
    #expect(scanner.incompleteSince == MonotonicTime(nanoseconds: 1))
    let end = Script.continuation(1, [], endHeaders: true) + [0, 0]
    _ = Self.scan([[], [], end], &scanner)
    #expect(scanner.incompleteSince == MonotonicTime(nanoseconds: 3))
  }
}
