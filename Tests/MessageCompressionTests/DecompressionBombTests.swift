import CZlib
import Foundation
import Testing

@testable import MessageCompression

/// A small message that stands for a very large one.
@Suite struct DecompressionBombTests {
  private static let gibibyte = 1 << 30

  /// 1 GiB of zeros, compressed piece by piece.
  private static func bomb(_ algorithm: CompressionAlgorithm) throws -> [UInt8] {
    var stream = z_stream()
    let windowBits: Int32 = algorithm == .gzip ? 31 : 15
    try #require(
      deflateInit2_(
        &stream, 9, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { deflateEnd(&stream) }
    var zeros = [UInt8](repeating: 0, count: 1 << 20)
    var piece = zeros
    var result: [UInt8] = []
    let count = gibibyte / zeros.count
    for index in 1...count {
      zeros.withUnsafeMutableBufferPointer { input in
        piece.withUnsafeMutableBufferPointer { output in
          stream.next_in = input.baseAddress
          stream.avail_in = UInt32(input.count)
          repeat {
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, index == count ? Z_FINISH : Z_NO_FLUSH)
            result += output[..<(output.count - Int(stream.avail_out))]
          } while stream.avail_out == 0
        }
      }
    }
    return result
  }

  /// The most memory that the process has had, in bytes.
  private static func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.split(separator: " ")[1])) << 10
  }

  @Test(arguments: CompressionAlgorithm.allCases)
  func aBombIsRefusedWithoutBeingInflated(_ algorithm: CompressionAlgorithm) throws {
    let bomb = try Self.bomb(algorithm)
    #expect(bomb.count < 2 << 20)
    let before = try Self.peakMemory()
    for limit in [0, 1_000, 4 << 20] {
      #expect(throws: MessageCompression.Fault.tooLarge) {
        try MessageCompression.decompress(bomb.span, with: algorithm, limit: limit)
      }
    }
    // Other tests run meanwhile; none of them takes half of what the bomb would.
    #expect(try Self.peakMemory() - before < Self.gibibyte / 2)
  }
}
