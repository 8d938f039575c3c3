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

  /// Long division (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D). The divisor must not
  /// be 0.
  static func quotientAndRemainder(
    _ dividend: [UInt64], _ divisor: [UInt64]
  ) -> (quotient: [UInt64], remainder: [UInt64]) {
    let divisor = trimmed(divisor)
    let dividend = trimmed(dividend)
    if divisor.count == 1 { return quotientAndRemainder(dividend, divisor[0]) }
    if isLess(dividend, divisor) { return ([], dividend) }
    // With the divisor's top bit set an estimated digit is at most 2 too large.
    let shift = UInt64(divisor[divisor.count - 1].leadingZeroBitCount)
    let scaled = shiftedLeft(divisor, by: shift)
    var rest = shiftedLeft(dividend, by: shift) + [0]
    let count = scaled.count
    var quotient = [UInt64](repeating: 0, count: rest.count - count)
    for position in quotient.indices.reversed() {
      var digit = estimatedDigit(rest, position, scaled)
      if subtract(scaled, times: digit, from: &rest, at: position) {
        digit &-= 1
        addBack(scaled, to: &rest, at: position)
      }
      quotient[position] = digit
    }
    return (quotient, shiftedRight(Array(rest.prefix(count)), by: shift))
  }

  /// The digit of the quotient at a position: right, or 1 too large.
  private static func estimatedDigit(
    _ rest: [UInt64], _ position: Int, _ divisor: [UInt64]
  ) -> UInt64 {
    let count = divisor.count
    let (first, second) = (divisor[count - 1], divisor[count - 2])
    let (top, next) = (rest[position + count], rest[position + count - 1])
    var digit = UInt64.max
    var remainder: UInt64
    var isWide = false
    if top < first {
      (digit, remainder) = first.dividingFullWidth((top, next))
    } else {
      (remainder, isWide) = next.addingReportingOverflow(first)
    }
    while !isWide {
      let (high, low) = digit.multipliedFullWidth(by: second)
      guard (high, low) > (remainder, rest[position + count - 2]) else { break }
      digit &-= 1
      (remainder, isWide) = remainder.addingReportingOverflow(first)
    }
    return digit
  }

  /// Takes a multiple of the divisor away; whether it was too large.
  private static func subtract(
    _ divisor: [UInt64], times digit: UInt64, from rest: inout [UInt64], at position: Int
  ) -> Bool {
    var carry: UInt64 = 0
    var borrow: UInt64 = 0
    for index in 0...divisor.count {
      let limb = index < divisor.count ? divisor[index] : 0
      let (high, low) = digit.multipliedFullWidth(by: limb)
      let (taken, overflow) = low.addingReportingOverflow(carry)
      carry = high &+ (overflow ? 1 : 0)
      let (partial, one) = rest[position + index].subtractingReportingOverflow(taken)
      let (whole, two) = partial.subtractingReportingOverflow(borrow)
      borrow = (one ? 1 : 0) + (two ? 1 : 0)
      rest[position + index] = whole
    }
    return borrow != 0
  }

  private static func addBack(
    _ divisor: [UInt64], to rest: inout [UInt64], at position: Int
  ) {
    var carry: UInt64 = 0
    for index in 0...divisor.count {
      let limb = index < divisor.count ? divisor[index] : 0
      let (partial, one) = rest[position + index].addingReportingOverflow(limb)
      let (whole, two) = partial.addingReportingOverflow(carry)
      carry = (one ? 1 : 0) + (two ? 1 : 0)
      rest[position + index] = whole
    }
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

  /// Shifted by less than a limb; one limb longer where bits leave the last one.
  private static func shiftedLeft(_ limbs: [UInt64], by bits: UInt64) -> [UInt64] {
    guard bits > 0 else { return limbs }
    var result: [UInt64] = []
    result.reserveCapacity(limbs.count + 2)
    var carry: UInt64 = 0
    for limb in limbs {
      result.append((limb << bits) | carry)
      carry = limb >> (64 - bits)
    }
    if carry != 0 { result.append(carry) }
    return result
  }

  private static func shiftedRight(_ limbs: [UInt64], by bits: UInt64) -> [UInt64] {
    guard bits > 0 else { return limbs }
    return limbs.indices.map { index in
      let above = index + 1 < limbs.count ? limbs[index + 1] << (64 - bits) : 0
      return (limbs[index] >> bits) | above
    }
  }
}
