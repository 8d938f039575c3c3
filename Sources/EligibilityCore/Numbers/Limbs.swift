/// Arithmetic on magnitudes of 64-bit limbs, least limb first. Leading zero limbs are allowed.
enum Limbs {
  static func trimmed(_ limbs: [UInt64]) -> [UInt64] {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    return limbs
  }

  static func isLess(_ left: [UInt64], _ right: [UInt64]) -> Bool {
    for index in (0..<max(left.count, right.count)).reversed() {
      let first = index < left.count ? left[index] : 0
      let second = index < right.count ? right[index] : 0
      if first != second { return first < second }
    }
    return false
  }

  static func sum(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    var result: [UInt64] = []
    var carry: UInt64 = 0
    for index in 0..<max(left.count, right.count) {
      let first = index < left.count ? left[index] : 0
      let second = index < right.count ? right[index] : 0
      let (partial, one) = first.addingReportingOverflow(second)
      let (whole, two) = partial.addingReportingOverflow(carry)
      carry = (one ? 1 : 0) + (two ? 1 : 0)
      result.append(whole)
    }
    if carry != 0 { result.append(carry) }
    return result
  }

  /// `left - right` for `left >= right`.
  static func difference(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    var result: [UInt64] = []
    var borrow: UInt64 = 0
    for index in left.indices {
      let second = index < right.count ? right[index] : 0
      let (partial, one) = left[index].subtractingReportingOverflow(second)
      let (whole, two) = partial.subtractingReportingOverflow(borrow)
      borrow = (one ? 1 : 0) + (two ? 1 : 0)
      result.append(whole)
    }
    return result
  }

  static func product(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    var result = [UInt64](repeating: 0, count: left.count + right.count + 1)
    for (row, first) in left.enumerated() {
      var carry: UInt64 = 0
      for (column, second) in right.enumerated() {
        let (high, low) = first.multipliedFullWidth(by: second)
        let (partial, one) = low.addingReportingOverflow(result[row + column])
        let (whole, two) = partial.addingReportingOverflow(carry)
        result[row + column] = whole
        carry = high &+ (one ? 1 : 0) &+ (two ? 1 : 0)
      }
      result[row + right.count] = carry
    }
    return result
  }

  /// Long division bit by bit: wide divisions are rare and short here, so the plain method serves.
  /// The divisor must not be 0.
  static func quotientAndRemainder(
    _ dividend: [UInt64], _ divisor: [UInt64]
  ) -> (quotient: [UInt64], remainder: [UInt64]) {
    let divisor = trimmed(divisor)
    let dividend = trimmed(dividend)
    if divisor.count == 1 { return quotientAndRemainder(dividend, divisor[0]) }
    var quotient = [UInt64](repeating: 0, count: dividend.count)
    var remainder: [UInt64] = []
    for index in dividend.indices.reversed() {
      for bit in (0..<64).reversed() {
        remainder = shiftedLeft(remainder, (dividend[index] >> UInt64(bit)) & 1)
        if !isLess(remainder, divisor) {
          remainder = trimmed(difference(remainder, divisor))
          quotient[index] |= 1 << UInt64(bit)
        }
      }
    }
    return (quotient, remainder)
  }

  private static func quotientAndRemainder(
    _ dividend: [UInt64], _ divisor: UInt64
  ) -> (quotient: [UInt64], remainder: [UInt64]) {
    var quotient = [UInt64](repeating: 0, count: dividend.count)
    var remainder: UInt64 = 0
    for index in dividend.indices.reversed() {
      (quotient[index], remainder) = divisor.dividingFullWidth((remainder, dividend[index]))
    }
    return (quotient, [remainder])
  }

  private static func shiftedLeft(_ limbs: [UInt64], _ lowBit: UInt64) -> [UInt64] {
    var result: [UInt64] = []
    result.reserveCapacity(limbs.count + 1)
    var carry = lowBit
    for limb in limbs {
      result.append((limb << 1) | carry)
      carry = limb >> 63
    }
    if carry != 0 { result.append(carry) }
    return result
  }
}
