import TestSupport
import Testing

@testable import HTTP2

/// What is still to be sent on a stream, message by message.
@Suite struct StreamBodyTests {
  /// Messages are counted when their last byte is taken.
  @Test func finishedMessagesAreCounted() {
    let body = StreamBody()
    for length in [3, 1, 5] { body.append([UInt8](repeating: 0, count: length)) }
    #expect([2, 1, 2, 4, 1].map { body.take($0) { _, _ in } } == [0, 1, 1, 1, 0])
  }

  private static func take(_ body: StreamBody, _ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    body.take(count) { start, length in
      result += UnsafeRawBufferPointer(start: start, count: length)
    }
    return result
  }

  /// Messages of these lengths; their bytes count on through all of them.
  private static func body(_ lengths: [Int]) -> StreamBody {
    let body = StreamBody()
    var next = 0
    for length in lengths {
      body.append((next..<next + length).map { UInt8(truncatingIfNeeded: $0) })
      next += length
    }
    return body
  }

  private static func bytes(_ range: Range<Int>) -> [UInt8] {
    range.map { UInt8(truncatingIfNeeded: $0) }
  }

  static let takes: [(lengths: [Int], counts: [Int])] = [
    ([], [1]), ([5], [5]), ([5], [0, 2, 3, 1]), ([3, 2, 4], [9]), ([3, 2, 4], [3, 2, 4]),
    ([3, 2, 4], [1, 4, 3, 1]), ([3, 2, 4], [100]), ([3, 0, 4], [2, 2, 3]),
    ([Int](repeating: 1, count: 300), [Int](repeating: 1, count: 300)),
    ([Int](repeating: 3, count: 300), [Int](repeating: 7, count: 200)),
    ([100_000], [Int](repeating: 16_384, count: 7)),
  ]

  @Test(arguments: takes.indices) func bytesComeInTheirOrderAndOnce(_ index: Int) {
    let row = Self.takes[index]
    let body = Self.body(row.lengths)
    let total = row.lengths.reduce(0, +)
    var taken = 0
    #expect(body.left == total)
    for count in row.counts {
      let expected = Self.bytes(taken..<min(taken + count, total))
      let found = Self.take(body, count)
      #expect(found == expected, "row \(index)")
      taken += expected.count
      #expect(body.left == total - taken)
    }
    #expect(Self.take(body, .max) == Self.bytes(taken..<total))
    #expect(body.left == 0)
  }

  @Test func moreMayComeWhenAllIsTaken() {
    let body = StreamBody()
    for round in 0..<200 {
      body.append([UInt8(round), 1, 2])
      #expect(Self.take(body, 2) == [UInt8(round), 1])
      body.append([3])
      #expect(Self.take(body, 5) == [2, 3] && body.left == 0)
    }
  }

  @Test func aBodyThatComesWholeIsEnded() {
    let body = StreamBody(bytes: [1, 2, 3], trailers: nil)
    #expect(body.isEnded && body.left == 3 && Self.take(body, 2) == [1, 2])
    #expect(!StreamBody().isEnded)
  }

  struct Drop {
    var lengths: [Int]
    var taken: Int
    var promised: Int
    /// Bytes that are still sent.
    var kept: Int
  }

  /// A message of which a byte has left, or is promised to a frame, is sent whole; the rest is forgotten.
  static let drops: [Drop] = [
    Drop(lengths: [], taken: 0, promised: 0, kept: 0),
    Drop(lengths: [3, 2, 4], taken: 0, promised: 0, kept: 0),
    Drop(lengths: [3, 2, 4], taken: 1, promised: 0, kept: 2),
    Drop(lengths: [3, 2, 4], taken: 3, promised: 0, kept: 0),
    Drop(lengths: [3, 2, 4], taken: 4, promised: 0, kept: 1),
    Drop(lengths: [3, 2, 4], taken: 8, promised: 0, kept: 1),
    Drop(lengths: [3, 2, 4], taken: 9, promised: 0, kept: 0),
    Drop(lengths: [3, 2, 4], taken: 0, promised: 1, kept: 3),
    Drop(lengths: [3, 2, 4], taken: 0, promised: 3, kept: 3),
    Drop(lengths: [3, 2, 4], taken: 0, promised: 4, kept: 5),
    Drop(lengths: [3, 2, 4], taken: 0, promised: 9, kept: 9),
    Drop(lengths: [3, 2, 4], taken: 1, promised: 2, kept: 2),
    Drop(lengths: [3, 2, 4], taken: 1, promised: 3, kept: 4),
    Drop(lengths: [3, 2, 4], taken: 3, promised: 2, kept: 2),
    Drop(lengths: [3, 2, 4], taken: 3, promised: 3, kept: 6),
    Drop(lengths: [5], taken: 2, promised: 3, kept: 3),
    Drop(lengths: [Int](repeating: 2, count: 200), taken: 299, promised: 5, kept: 5),
    Drop(lengths: [Int](repeating: 2, count: 200), taken: 300, promised: 5, kept: 6),
  ]

  @Test(arguments: drops.indices) func whatHasNotBegunIsForgotten(_ index: Int) {
    let row = Self.drops[index]
    let body = Self.body(row.lengths)
    _ = Self.take(body, row.taken)
    body.promised = row.promised
    body.dropUnsent()
    #expect(body.left == row.kept, "row \(index)")
    #expect(Self.take(body, .max) == Self.bytes(row.taken..<row.taken + row.kept), "row \(index)")
  }

  @Test func droppingTwiceIsDroppingOnce() {
    let body = Self.body([3, 2, 4])
    _ = Self.take(body, 1)
    body.promised = 3
    body.dropUnsent()
    body.dropUnsent()
    #expect(body.left == 4 && Self.take(body, 9) == [1, 2, 3, 4])
  }

  /// Any order of messages and frames gives the bytes that the messages have.
  @Test(arguments: 0..<30) func randomPiecesKeepTheirOrder(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let body = StreamBody()
    var (appended, taken) = (0, 0)
    for _ in 0..<400 {
      let count = Int(generator.next() % 9)
      if generator.next() % 2 == 0 {
        body.append(Self.bytes(appended..<appended + count))
        appended += count
      } else {
        let found = Self.take(body, count)
        #expect(found == Self.bytes(taken..<taken + min(count, appended - taken)))
        taken += found.count
      }
      #expect(body.left == appended - taken)
    }
  }
}
