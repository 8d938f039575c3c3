import EligibilityCore
import TestSupport
import Testing

/// Arithmetic against digits on paper, and the identities that hold for all whole numbers.
@Suite struct ExactIntegerArithmeticTests {
  /// Numbers of all widths, with more of those around powers of two and around 128 bits.
  static func numbers(seed: UInt64, count: Int) -> [String] {
    var generator = SeededGenerator(seed: seed)
    var found = [
      "0", "1", "-1", "2", "10", "9223372036854775807", "9223372036854775808",
      "18446744073709551615", "18446744073709551616", "-18446744073709551616",
      "170141183460469231731687303715884105727", "170141183460469231731687303715884105728",
      "-170141183460469231731687303715884105728", "-170141183460469231731687303715884105729",
      "340282366920938463463374607431768211455", "340282366920938463463374607431768211456",
      "6277101735386680763835789423207666416102355444464034512895",
      "6277101735386680763835789423207666416102355444464034512896",
      "6277101735386680763835789423207666416083908700390324961280",
    ]
    while found.count < count {
      found.append(generator.pick(["", "-"]) + generator.digits(generator.number(in: 1...90)))
    }
    return found
  }

  private func pairs(seed: UInt64, count: Int) -> [(String, String)] {
    let numbers = Self.numbers(seed: seed, count: 60)
    var generator = SeededGenerator(seed: seed &+ 1)
    let edges = numbers.prefix(19).flatMap { first in numbers.prefix(19).map { (first, $0) } }
    return edges + (0..<count).map { _ in (generator.pick(numbers), generator.pick(numbers)) }
  }

  private func exact(_ text: String) throws -> ExactInteger {
    try #require(ExactInteger(decimalDigits: text))
  }

  @Test func textsComeBack() throws {
    for text in Self.numbers(seed: 2, count: 300) where text != "-0" {
      #expect(try exact(text).description == text)
    }
  }

  @Test func sumsAndDifferences() throws {
    for (left, right) in pairs(seed: 3, count: 400) {
      let (first, second) = try (exact(left), exact(right))
      let (one, other) = (SchoolbookNumber(left), SchoolbookNumber(right))
      #expect((first + second).description == (one + other).description, "\(left) + \(right)")
      #expect((first - second).description == (one - other).description, "\(left) - \(right)")
      #expect((first < second) == (one < other), "\(left) < \(right)")
    }
  }

  @Test func products() throws {
    for (left, right) in pairs(seed: 4, count: 400) {
      let product = try exact(left) * exact(right)
      let expected = SchoolbookNumber(left) * SchoolbookNumber(right)
      #expect(product.description == expected.description, "\(left) * \(right)")
    }
  }

  @Test func quotientsAndRemainders() throws {
    for (left, right) in pairs(seed: 5, count: 400) where !SchoolbookNumber(right).isZero {
      let divided = try #require(exact(left).quotientAndRemainder(dividingBy: exact(right)))
      let expected = SchoolbookNumber(left).divided(by: SchoolbookNumber(right))
      #expect(divided.quotient.description == expected.quotient.description, "\(left) / \(right)")
      #expect(
        divided.remainder.description == expected.remainder.description, "\(left) % \(right)")
    }
  }

  /// Divisors whose top limb is as small or as large as it can be, with quotients next to a power of
  /// two: where an estimated digit of long division is wrong by one or two, it is here.
  @Test func hardDivisions() throws {
    var limbs: [ExactInteger] = [0, 1, 2, "9223372036854775807", "9223372036854775808"]
    limbs += ["9223372036854775809", "18446744073709551614", "18446744073709551615"]
    let base: ExactInteger = "18446744073709551616"
    var numbers: [ExactInteger] = []
    for top in limbs.dropFirst() {
      for middle in limbs {
        for low in [limbs[0], limbs[1], limbs[7]] {
          numbers.append((top * base + middle) * base + low)
        }
      }
    }
    for divisor in numbers {
      for quotient in [ExactInteger(1), base - 1, base, base * base - 1, numbers[5]] {
        for rest in [ExactInteger(0), 1, divisor - 1] {
          let dividend = divisor * quotient + rest
          let divided = try #require(dividend.quotientAndRemainder(dividingBy: divisor))
          #expect(divided.quotient == quotient && divided.remainder == rest)
        }
      }
    }
  }

  @Test func ringLaws() throws {
    let numbers = Self.numbers(seed: 6, count: 60)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let (a, b, c) = try (
        exact(generator.pick(numbers)), exact(generator.pick(numbers)),
        exact(generator.pick(numbers))
      )
      #expect(a + b == b + a)
      #expect(a * b == b * a)
      #expect((a + b) + c == a + (b + c))
      #expect((a * b) * c == a * (b * c))
      #expect(a * (b + c) == a * b + a * c)
      #expect(a - a == 0)
      #expect(a + -a == 0)
      #expect(-(-a) == a)
      #expect(a * 1 == a && a * 0 == 0)
      #expect((a + b).hashValue == (b + a).hashValue)
    }
  }

  /// a = q b + r, |r| < |b|, r has the sign of a.
  @Test func divisionIdentity() throws {
    for (left, right) in pairs(seed: 8, count: 400) {
      let (a, b) = try (exact(left), exact(right))
      guard let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b) else {
        #expect(b == 0)
        continue
      }
      #expect(quotient * b + remainder == a, "\(left) / \(right)")
      #expect(remainder.magnitude < b.magnitude)
      #expect(remainder == 0 || remainder.signum == a.signum)
    }
  }

  /// The greatest common divisor divides both, and what is left over has no common divisor.
  @Test func greatestCommonDivisor() throws {
    for (left, right) in pairs(seed: 9, count: 100) {
      let (a, b) = try (exact(left), exact(right))
      let divisor = ExactInteger.greatestCommonDivisor(a, b)
      #expect(divisor.signum >= 0)
      guard divisor != 0 else {
        #expect(a == 0 && b == 0)
        continue
      }
      let first = try #require(a.quotientAndRemainder(dividingBy: divisor))
      let second = try #require(b.quotientAndRemainder(dividingBy: divisor))
      #expect(first.remainder == 0 && second.remainder == 0)
      #expect(ExactInteger.greatestCommonDivisor(first.quotient, second.quotient) == 1)
    }
  }
}
