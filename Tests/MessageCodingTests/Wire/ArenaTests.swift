import CProtobufC
import Testing

@testable import MessageCoding

@Suite struct ArenaTests {
  static let limits: [(length: Int, limit: Int)] = [
    (0, 1 << 20), (1, (1 << 20) + 16), (1_000, (1 << 20) + 16_000),
    (3_080_192, 48 << 20), (3_080_191, (48 << 20) - 16), (3_080_193, 48 << 20),
    (64 << 20, 48 << 20),
  ]

  /// 16 times the message and 1 MiB, at most 48 MiB.
  @Test(arguments: limits.indices) func theLimitFollowsTheLength(_ index: Int) {
    #expect(Arena.limit(forMessageOf: Self.limits[index].length) == Self.limits[index].limit)
  }

  @Test func piecesAreAlignedAndDoNotOverlap() throws {
    let arena = Arena(limit: 10 << 20)
    var pieces: [(start: UInt, end: UInt)] = []
    for size in [1, 2, 15, 16, 17, 100, 4_096, 65_535, 65_536, 65_537, 200_000, 3, 8] {
      let memory = try #require(arena.allocate(size))
      memory.initializeMemory(
        as: UInt8.self, repeating: UInt8(truncatingIfNeeded: size), count: size)
      let start = UInt(bitPattern: memory)
      #expect(start % 16 == 0)
      pieces.append((start, start + UInt(size)))
    }
    let sorted = pieces.sorted { $0.start < $1.start }
    for (left, right) in zip(sorted, sorted.dropFirst()) { #expect(left.end <= right.start) }
  }

  @Test(arguments: [1, 16, 100, 1_000, 70_000]) func nothingIsHandedOutBeyondTheLimit(_ size: Int) {
    let limit = 300_000
    let arena = Arena(limit: limit)
    var handedOut = 0
    while let memory = arena.allocate(size) {
      // Written to the last byte: a checker of addresses would see what does not belong to it.
      memory.storeBytes(of: 1, toByteOffset: size - 1, as: UInt8.self)
      handedOut += size
      #expect(handedOut <= limit)
      if handedOut > limit { return }
    }
    #expect(arena.isExhausted)
    // What alignment takes counts as handed out.
    let taken = handedOut / size * ((size + 15) / 16 * 16)
    #expect(max(0, limit - taken) < size)
  }

  @Test func theLimitItselfIsHandedOut() {
    let arena = Arena(limit: 1_000)
    #expect(arena.allocate(1_000) != nil && !arena.isExhausted)
    #expect(arena.allocate(1) == nil && arena.isExhausted)
  }

  @Test func aRefusalLeavesTheRest() {
    let arena = Arena(limit: 1_000)
    #expect(arena.allocate(1_001) == nil && arena.isExhausted)
    #expect(arena.allocate(1_000) != nil)
  }

  @Test func nothingTakesNothing() {
    let arena = Arena(limit: 16)
    #expect((0..<100).allSatisfy { _ in arena.allocate(0) != nil })
    #expect(arena.allocate(16) != nil)
  }

  /// A size that only an error can ask for is refused, also where there is no limit.
  @Test(arguments: [-1, Int.min, Int.max, Int.max - 14, Int.max / 2]) func absurdSizesAreRefused(
    _ size: Int
  ) {
    #expect(Arena(limit: 1 << 20).allocate(size) == nil)
    #expect(Arena(limit: .max).allocate(size) == nil)
  }

  @Test func libprotobufCAllocatesFromIt() throws {
    let arena = Arena(limit: 100)
    arena.withAllocator { allocator in
      let memory = allocator.pointee.alloc(allocator.pointee.allocator_data, 100)
      #expect(memory != nil)
      allocator.pointee.free(allocator.pointee.allocator_data, memory)
      #expect(allocator.pointee.alloc(allocator.pointee.allocator_data, 1) == nil)
    }
    #expect(arena.isExhausted)
  }

  @Test(arguments: ["", "a", "系统", String(repeating: "x", count: 100_000)])
  func textsAreCopiedWithTheirEnd(_ text: String) throws {
    let arena = Arena(limit: 1 << 20)
    let copy = try #require(arena.copy(text))
    #expect([String(cString: copy)] == [text])
    #expect(Arena(limit: text.utf8.count).copy(text) == nil)
    #expect(Arena(limit: text.utf8.count + 1).copy(text) != nil)
  }
}
