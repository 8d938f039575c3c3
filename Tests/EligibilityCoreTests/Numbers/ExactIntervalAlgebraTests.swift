import EligibilityCore
import Testing

/// Every operation on intervals against values that belong to them: the ends that do, and values close
/// to them and in the middle. Ends and limits are in halves, far apart beside how close those are.
@Suite struct ExactIntervalAlgebraTests {
  static let limits: [ExactRational] = [0, "0.5", 1, "1.5", 2, "2.5", 3, "3.5"]

  /// Intervals within 0 to 3, all kinds of ends; none is empty.
  static let intervals: [ExactInterval] = {
    let ends: [ExactRational] = [0, "0.5", 1, 2, 3]
    var found: [ExactInterval] = [.atLeast(0), .greater(than: 1), .atLeast("0.5")]
    for low in ends {
      for high in ends where low <= high {
        for lowIncluded in [true, false] {
          for highIncluded in [true, false] {
            let interval = ExactInterval(
              lower: .init(low, isIncluded: lowIncluded),
              upper: .init(high, isIncluded: highIncluded))
            if !interval.isEmpty { found.append(interval) }
          }
        }
      }
    }
    return found
  }()

  private func members(_ interval: ExactInterval) -> [ExactRational] {
    guard let lower = interval.lower else { return [] }
    let high = interval.upper?.value ?? lower.value + 1_000
    let step: ExactRational = "1/64"
    let inside = [lower.value + step, (lower.value + high) * "1/2", high - step]
    return ([lower.value, high] + inside).filter(interval.contains)
  }

  /// What comparing must yield: true where it holds for every member, false where for none.
  private func truth(_ holds: [Bool]) -> Truth {
    holds.allSatisfy { $0 } ? .true : holds.contains(true) ? .unknown : .false
  }

  private func compare(
    _ left: ExactRational, _ comparison: ComparisonOperator, _ right: ExactRational
  ) -> Bool {
    switch comparison {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    }
  }

  @Test(arguments: ComparisonOperator.allCases)
  func comparingIsWhatAllMembersSay(_ comparison: ComparisonOperator) {
    for interval in Self.intervals {
      for limit in Self.limits {
        var expected = truth(members(interval).map { compare($0, comparison, limit) })
        // The limit may be a member that is not among those looked at.
        if comparison == .equal, expected == .false, interval.contains(limit) {
          expected = .unknown
        }
        #expect(interval.compare(comparison, limit) == expected, "\(interval) \(limit)")
      }
    }
  }

  @Test(arguments: [ComparisonOperator.less, .lessOrEqual, .greater, .greaterOrEqual])
  func comparingTwoIsWhatAllPairsSay(_ comparison: ComparisonOperator) {
    for left in Self.intervals {
      for right in Self.intervals {
        let pairs = members(left).flatMap { first in
          members(right).map { compare(first, comparison, $0) }
        }
        #expect(left.compare(comparison, right) == truth(pairs), "\(left) \(right)")
      }
    }
  }

  /// What an operation yields holds every pair, and an end that is included is reached.
  private func holds(
    _ result: ExactInterval, _ left: ExactInterval, _ right: ExactInterval,
    _ operation: (ExactRational, ExactRational) -> ExactRational
  ) -> Bool {
    let all = members(left).flatMap { first in members(right).map { operation(first, $0) } }
    let ends = [result.lower, result.upper].compactMap { $0 }.filter(\.isIncluded)
    return all.allSatisfy(result.contains) && ends.allSatisfy { all.contains($0.value) }
  }

  @Test func sums() {
    for left in Self.intervals {
      for right in Self.intervals {
        #expect(holds(left.adding(right), left, right, +), "\(left) + \(right)")
      }
    }
  }

  /// 0 times anything is 0, whether or not the other end belongs.
  @Test func products() throws {
    for left in Self.intervals {
      for right in Self.intervals {
        let product = try #require(left.multiplied(by: right))
        #expect(holds(product, left, right, *), "\(left) * \(right)")
      }
    }
  }

  @Test func reciprocalsHoldEveryMember() throws {
    for interval in Self.intervals where interval.isPositive {
      let reciprocal = try #require(interval.reciprocal())
      for value in members(interval) {
        let inverse = try #require(ExactRational.one.dividing(by: value))
        #expect(reciprocal.contains(inverse), "1 / \(interval)")
      }
      #expect(reciprocal.reciprocal() == interval)
    }
  }

  @Test func scaling() {
    for interval in Self.intervals {
      let doubled = interval.scaled(by: 2)
      #expect(members(interval).allSatisfy { doubled.contains($0 * 2) })
      #expect(doubled.scaled(by: "1/2") == interval)
      #expect(interval.scaled(by: 1) == interval)
    }
  }

  @Test func hullsHoldBothAndNoMoreThanTheirEnds() {
    for left in Self.intervals {
      for right in Self.intervals {
        let hull = left.hull(right)
        #expect(hull == right.hull(left))
        #expect((members(left) + members(right)).allSatisfy(hull.contains))
        #expect(hull.lower == left.lower || hull.lower == right.lower)
        #expect(hull.upper == left.upper || hull.upper == right.upper)
      }
    }
  }
}
