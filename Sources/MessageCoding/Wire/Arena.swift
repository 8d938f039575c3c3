internal import CProtobufC

/// Memory of one request: allocations only grow, all are freed together, and their sum is capped.
///
/// libprotobuf-c takes it as its allocator. Above the cap an allocation fails, which libprotobuf-c
/// answers by failing the unpack as a whole.
final class Arena {
  private var chunks: [UnsafeMutableRawPointer] = []
  private var next: UnsafeMutableRawPointer?
  private var left = 0
  private var allocator = ProtobufCAllocator()
  /// Bytes that may still be handed out.
  private var budget: Int
  /// Whether an allocation was refused.
  private(set) var isExhausted = false

  private static let chunkSize = 64 << 10
  /// Bytes of one allocation: no message asks for more, and a sum of sizes cannot run over below it.
  private static let maximumSize = 1 << 30

  /// The cap for a message of a length: 16 times the message and 1 MiB, at most 48 MiB.
  static func limit(forMessageOf length: Int) -> Int {
    min(length.multipliedReportingOverflow(by: 16).partialValue &+ (1 << 20), 48 << 20)
  }

  init(limit: Int) {
    budget = limit
  }

  deinit {
    for chunk in chunks { chunk.deallocate() }
  }

  /// Memory aligned to 16 bytes; nil above the cap.
  func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
    guard count >= 0, count <= min(budget, Self.maximumSize) else {
      isExhausted = true
      return nil
    }
    let rounded = (count + 15) & ~15
    budget -= min(budget, rounded)
    if rounded > left || next == nil {
      let size = max(rounded, Self.chunkSize)
      let chunk = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
      chunks.append(chunk)
      if rounded >= Self.chunkSize { return chunk }
      next = chunk
      left = size
    }
    guard let result = next else { return nil }
    next = result + rounded
    left -= rounded
    return result
  }

  /// Calls with this arena as an allocator of libprotobuf-c.
  func withAllocator<Result>(
    _ body: (UnsafeMutablePointer<ProtobufCAllocator>) throws -> Result
  ) rethrows -> Result {
    allocator.alloc = { data, count in
      guard let data else { return nil }
      return Unmanaged<Arena>.fromOpaque(data).takeUnretainedValue().allocate(count)
    }
    allocator.free = { _, _ in }
    allocator.allocator_data = Unmanaged.passUnretained(self).toOpaque()
    return try withUnsafeMutablePointer(to: &allocator, body)
  }

  /// A copy of a text, ended by a NUL; nil above the cap.
  func copy(_ text: String) -> UnsafeMutablePointer<CChar>? {
    var text = text
    return text.withUTF8 { bytes in
      guard let memory = allocate(bytes.count + 1) else { return nil }
      if let source = bytes.baseAddress {
        memory.copyMemory(from: source, byteCount: bytes.count)
      }
      memory.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
      return memory.assumingMemoryBound(to: CChar.self)
    }
  }
}
