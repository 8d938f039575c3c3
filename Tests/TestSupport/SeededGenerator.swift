/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same values on every machine, so
/// that a property that fails once fails again.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in a range.
  package mutating func number(in range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  /// One of some values.
  package mutating func pick<Value>(_ values: [Value]) -> Value {
    values[number(in: 0...(values.count - 1))]
  }

  /// Whether something happens that happens once in so many times.
  package mutating func chance(oneIn count: Int) -> Bool {
    number(in: 1...count) == 1
  }

  /// So many decimal digits, the first of them not 0.
  package mutating func digits(_ count: Int) -> String {
    var text = ""
    for position in 0..<count {
      text += String(number(in: (position == 0 && count > 1 ? 1 : 0)...9))
    }
    return text
  }
}
