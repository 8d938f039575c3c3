/// Bytes on their way to the peer, in one piece so that they leave in one write.
struct OutputBuffer: ~Copyable {
  private(set) var memory: UnsafeMutableRawPointer
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 1 << 10) {
    self.capacity = capacity
    memory = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    memory.deallocate()
  }

  /// Room for so many more bytes.
  mutating func reserve(_ additional: Int) {
    let needed = count + additional
    guard needed > capacity else { return }
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    moved.copyMemory(from: memory, byteCount: count)
    memory.deallocate()
    memory = moved
    capacity = larger
  }

  mutating func append(_ bytes: UnsafeRawPointer, _ length: Int) {
    reserve(length)
    (memory + count).copyMemory(from: bytes, byteCount: length)
    count += length
  }

  /// Forgets the bytes; memory beyond what an idle connection should hold is given back.
  mutating func clear() {
    count = 0
    let idle = 1 << 10
    if capacity > idle {
      memory.deallocate()
      memory = .allocate(byteCount: idle, alignment: 16)
      capacity = idle
    }
  }
}
