import TestSupport
import Testing

@testable import MessageCompression

/// Compression of messages: gzip (RFC 1952) and `deflate`, which is the format of zlib (RFC 1950).
@Suite struct MessageCompressionTests {
  static let text = Array(
    "entry criteria of the trial, entry criteria of the trial, 入组标准".utf8)
  private static let limit = 1 << 20

  private static func inflate(
    _ bytes: [UInt8], _ algorithm: CompressionAlgorithm, limit: Int = limit
  ) -> Result<[UInt8], MessageCompression.Fault> {
    do throws(MessageCompression.Fault) {
      return .success(
        try MessageCompression.decompress(bytes.span, with: algorithm, limit: limit))
    } catch {
      return .failure(error)
    }
  }

  private static func deflate(
    _ bytes: [UInt8], _ algorithm: CompressionAlgorithm, headroom: Int = 0
  ) throws -> [UInt8] {
    let result = MessageCompression.compress(bytes.span, with: algorithm, headroom: headroom)
    return try #require(result)
  }

  // MARK: Vectors

  /// The text as Python 3 writes it; DEFLATE's part is the same in all that are not stored.
  static let raw =
    "4bcd2b29aa54482eca2c492dca4c54c84f5328c948552801b273741452f1493e6d5dfa7c77cbb305ed4fdbdb00"
  /// CRC-32 and length, little-endian; Adler-32, big-endian.
  static let gzipEnd = "e63922b746000000"
  static let zlibEnd = "b1b11d3b"
  static let gzipText = hex("1f8b0800000000000203" + raw + gzipEnd)
  static let zlibText = hex("78da" + raw + zlibEnd)

  static let vectors: [(name: String, algorithm: CompressionAlgorithm, bytes: [UInt8])] = [
    // gzip.compress(text, 9, mtime=0)
    ("gzip", .gzip, gzipText),
    // GzipFile(filename="facts.bin", mtime=1)
    (
      "gzip with a file's name", .gzip,
      hex("1f8b08080100000002ff66616374732e62696e00" + raw + gzipEnd)
    ),
    // zlib.compress(text, 9), and with a window of 2^9
    ("zlib", .deflate, zlibText),
    ("zlib with a small window", .deflate, hex("18d3" + raw + zlibEnd)),
    // zlib.compress(text, 0)
    ("zlib, stored", .deflate, hex("7801014600b9ff") + text + hex(zlibEnd)),
  ]

  @Test(arguments: vectors.indices) func vectorsAreInflated(_ index: Int) {
    let row = Self.vectors[index]
    #expect(Self.inflate(row.bytes, row.algorithm) == .success(Self.text), "\(row.name)")
  }

  /// gzip.compress(b"", mtime=0) and zlib.compress(b"").
  @Test func anEmptyMessageIsAMessage() throws {
    #expect(Self.inflate(hex("1f8b080000000000020303000000000000000000"), .gzip) == .success([]))
    #expect(Self.inflate(hex("789c030000000001"), .deflate) == .success([]))
    for algorithm in CompressionAlgorithm.allCases {
      let bytes = try Self.deflate([], algorithm)
      #expect(!bytes.isEmpty && Self.inflate(bytes, algorithm, limit: 0) == .success([]))
    }
  }

  /// The frame that the formats ask for around what is compressed.
  @Test func whatIsCompressedHasItsFrame() throws {
    let gzip = try Self.deflate(Self.text, .gzip)
    #expect(gzip.prefix(3) == [0x1F, 0x8B, 8] && gzip.suffix(8) == hex(Self.gzipEnd))
    let zlib = try Self.deflate(Self.text, .deflate)
    #expect(zlib[0] == 0x78 && (Int(zlib[0]) << 8 | Int(zlib[1])) % 31 == 0)
    #expect(zlib.suffix(4) == hex(Self.zlibEnd))
    #expect(gzip.count < Self.text.count + 18 && zlib.count < Self.text.count)
  }

  @Test func theNamesAreThoseOfTheProtocol() {
    #expect(CompressionAlgorithm.allCases.map(\.rawValue) == ["gzip", "deflate"])
  }

  // MARK: Round trips

  @Test(arguments: CompressionAlgorithm.allCases, [1, 5, 16 << 10, 100_000, 5 << 20])
  func messagesOfEverySizeComeBack(_ algorithm: CompressionAlgorithm, _ size: Int) throws {
    var generator = SeededGenerator(seed: UInt64(size))
    let random = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let regular = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    for message in [random, regular, [UInt8](repeating: 0, count: size)] {
      let bytes = try Self.deflate(message, algorithm)
      #expect(bytes.count <= size + size / 1_000 + 64)
      let isSame = Self.inflate(bytes, algorithm, limit: size) == .success(message)
      #expect(isSame)
    }
  }

  @Test(arguments: CompressionAlgorithm.allCases, [0, 1, 5, 1_000])
  func freeSpaceIsLeftInFront(_ algorithm: CompressionAlgorithm, _ headroom: Int) throws {
    let bytes = try Self.deflate(Self.text, algorithm, headroom: headroom)
    #expect(bytes.prefix(headroom).allSatisfy { $0 == 0 })
    let plain = try Self.deflate(Self.text, algorithm)
    #expect(Array(bytes.dropFirst(headroom)) == plain)
  }

  // MARK: Limit

  @Test(
    arguments: CompressionAlgorithm.allCases,
    [1, 70, (16 << 10) - 1, 16 << 10, (16 << 10) + 1, 32 << 10, 100_000, 4 << 20])
  func theLimitIsThatOfTheMessage(_ algorithm: CompressionAlgorithm, _ size: Int) throws {
    let message = [UInt8](repeating: 3, count: size)
    let bytes = try Self.deflate(message, algorithm)
    #expect(Self.inflate(bytes, algorithm, limit: size) == .success(message))
    #expect(Self.inflate(bytes, algorithm, limit: size + 1) == .success(message))
    #expect(Self.inflate(bytes, algorithm, limit: size - 1) == .failure(.tooLarge))
    #expect(Self.inflate(bytes, algorithm, limit: 0) == .failure(.tooLarge))
  }

  /// Memory grows with what comes out, so a limit that is never reached costs nothing.
  @Test func aHighLimitTakesNoMemory() {
    #expect(Self.inflate(Self.gzipText, .gzip, limit: 1 << 60) == .success(Self.text))
  }

  // MARK: Faults

  static let faults: [(name: String, algorithm: CompressionAlgorithm, bytes: [UInt8])] = [
    ("nothing", .gzip, []), ("nothing", .deflate, []),
    ("the text itself", .gzip, text), ("the text itself", .deflate, text),
    ("zlib as gzip", .gzip, zlibText), ("gzip as deflate", .deflate, gzipText),
    ("bare DEFLATE", .deflate, hex(raw)), ("bare DEFLATE", .gzip, hex(raw)),
    ("a byte too many", .gzip, gzipText + [0]), ("a byte too many", .deflate, zlibText + [0]),
    ("two members", .gzip, gzipText + gzipText), ("two messages", .deflate, zlibText + zlibText),
    ("another checksum", .gzip, hex("1f8b0800000000000203" + raw + "e63922b846000000")),
    ("another length", .gzip, hex("1f8b0800000000000203" + raw + "e63922b747000000")),
    ("another checksum", .deflate, hex("78da" + raw + "b1b11d3c")),
    ("another method", .gzip, hex("1f8b0700000000000203" + raw + gzipEnd)),
    ("flags that are reserved", .gzip, hex("1f8b08e0000000000203" + raw + gzipEnd)),
    ("a header that is no multiple of 31", .deflate, hex("78db" + raw + zlibEnd)),
    // zlib.compressobj(zdict=b"trial"): nobody has the dictionary.
    (
      "a dictionary", .deflate,
      hex("78f9067a021d4bcd2b29aa54482eca2c49057215f2d3144a3252154a40523a0a78259fb62e7dbebbe5d9")
        + hex("82f6a7ed6d00b1b11d3b")
    ),
    ("a block of type 3", .deflate, [0x78, 0xDA, 0x07]),
    ("random", .gzip, (0..<200).map { UInt8($0) }),
  ]

  @Test(arguments: faults.indices) func whatIsMalformedIsRefused(_ index: Int) {
    let row = Self.faults[index]
    #expect(
      Self.inflate(row.bytes, row.algorithm) == .failure(.malformed),
      "\(row.name) as \(row.algorithm)")
  }

  @Test(arguments: vectors.indices) func whatIsCutOffIsMalformed(_ index: Int) {
    let row = Self.vectors[index]
    for length in 0..<row.bytes.count {
      #expect(
        Self.inflate(Array(row.bytes.prefix(length)), row.algorithm) == .failure(.malformed),
        "\(row.name) \(length)")
    }
  }

  /// Every byte changed: never a crash, and never another text.
  @Test func aChangedByteIsNoticed() {
    for position in Self.zlibText.indices {
      var bytes = Self.zlibText
      bytes[position] ^= 0x55
      #expect(Self.inflate(bytes, .deflate) == .failure(.malformed), "\(position)")
    }
  }

  @Test(arguments: 0..<20) func randomBytesAreRefused(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      // Behind a header that is right, so that the blocks are looked at.
      let bytes =
        [0x78, 0xDA]
        + (0..<Int(generator.next() % 100)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      let isRefused =
        switch Self.inflate(bytes, .deflate, limit: 10_000) {
        case .success: false
        case .failure: true
        }
      #expect(isRefused)
    }
  }
}
