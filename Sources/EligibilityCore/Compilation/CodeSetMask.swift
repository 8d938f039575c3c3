/// Membership in up to 128 code sets.
struct CodeSetMask: Sendable, Hashable {
  static let capacity = 128

  private var bits: UInt128 = 0

  init() {}

  init(set index: Int) {
    bits = UInt128(1) << UInt128(index)
  }

  func contains(_ index: Int) -> Bool { bits & (UInt128(1) << UInt128(index)) != 0 }

  mutating func formUnion(_ other: CodeSetMask) { bits |= other.bits }

  mutating func subtract(_ other: CodeSetMask) { bits &= ~other.bits }

  var isEmpty: Bool { bits == 0 }

  /// Visits the sets in it, ascending.
  func forEach(_ body: (Int) -> Void) {
    var rest = bits
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }
}
