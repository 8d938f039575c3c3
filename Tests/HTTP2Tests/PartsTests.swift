import CNGHTTP2
import Testing

@testable import HTTP2

@Suite struct OutputBufferTests {
  private static func contents(_ buffer: borrowing OutputBuffer) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: buffer.memory, count: buffer.count))
  }

  @Test(arguments: [1, 7, 4_096, 4_097, 100_000]) func bytesStandInTheOrderOfTheirComing(
    _ size: Int
  ) {
    var buffer = OutputBuffer(capacity: 16)
    var expected: [UInt8] = []
    for round in 0..<5 {
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ round) }
      piece.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress { buffer.append(start, bytes.count) }
      }
      expected += piece
    }
    #expect(buffer.count == expected.count)
    #expect(Self.contents(buffer) == expected)
  }

  @Test func aClearedBufferIsEmptyAndUsable() {
    var buffer = OutputBuffer()
    buffer.reserve(1 << 20)
    buffer.clear()
    #expect(buffer.count == 0)
    [UInt8(1), 2, 3].withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { buffer.append(start, bytes.count) }
    }
    #expect(Self.contents(buffer) == [1, 2, 3])
  }
}

@Suite struct ByteAccumulatorTests {
  @Test func piecesStandInTheOrderOfTheirComing() {
    var accumulator = ByteAccumulator()
    for piece in [[1, 2], [], [3]] as [[UInt8]] { accumulator.append(piece.span) }
    #expect(accumulator.bytes == [1, 2, 3] && accumulator.count == 3)
    accumulator.removeAll(keepingAtMost: 10)
    #expect(accumulator.count == 0)
  }
}

@Suite struct HeaderBlockTests {
  private static func fields(_ block: HeaderBlock) -> [[String]] {
    func text(_ start: UnsafePointer<UInt8>?, _ count: Int) -> String {
      String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
    return block.withFields { fields in
      fields.map { [text($0.name, $0.namelen), text($0.value, $0.valuelen)] }
    }
  }

  @Test func fieldsAreKeptInTheirOrder() {
    let block = HeaderBlock([(":status", "200"), ("x", ""), ("x", "ü")])
    #expect(Self.fields(block) == [[":status", "200"], ["x", ""], ["x", "ü"]])
  }

  @Test func anEmptyListIsABlock() {
    #expect(Self.fields(HeaderBlock([])).isEmpty)
  }

  @Test func onlyAPermanentBlockIsSentWithoutCopying() {
    let flags = UInt8(
      NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
    for isPermanent in [false, true] {
      let block = HeaderBlock([("x", "y")], isPermanent: isPermanent)
      #expect(block.withFields { $0.map(\.flags) } == [isPermanent ? flags : 0])
    }
  }
}

@Suite struct MonotonicTimeTests {
  @Test(arguments: [
    (UInt64(0), UInt64(5), UInt64(5)), (10, 0, 10), (.max - 1, 1, .max), (.max - 1, 2, .max),
    (.max, .max, .max),
  ])
  func theEndOfTheClockIsNotRunOver(_ start: UInt64, _ step: UInt64, _ end: UInt64) {
    let time = MonotonicTime(nanoseconds: start)
    #expect(time.advanced(byNanoseconds: step) == MonotonicTime(nanoseconds: end))
    #expect(time <= time.advanced(byNanoseconds: step))
  }
}
