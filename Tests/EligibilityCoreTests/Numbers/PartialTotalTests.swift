import EligibilityCore
import TestSupport
import Testing

/// Totals with missing items, against every way in which they could turn out.
@Suite struct PartialTotalTests {
  /// Each item as what it may be: one value is known, several are missing.
  private static func total(_ items: [[ExactRational]]) -> PartialTotal<ExactRational> {
    var total = PartialTotal<ExactRational>()
    for item in items {
      guard let low = item.min(), let high = item.max() else { continue }
      if item.count == 1 { total.add(low) } else { total.addMissing(low...high) }
    }
    return total
  }

  private static func completions(_ items: [[ExactRational]]) -> [ExactRational] {
    items.reduce([.zero]) { sums, item in sums.flatMap { sum in item.map { sum + $0 } } }
  }

  private static func truth(_ holds: [Bool]) -> Truth {
    holds.allSatisfy { $0 } ? .true : holds.contains(true) ? .unknown : .false
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func againstEveryCompletion(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let weights: [ExactRational] = [0, 1, 2, 4, 8, "0.25", "1.3", "2.7", "-1"]
    for _ in 0..<50 {
      let items = (0..<generator.number(in: 0...5)).map { _ -> [ExactRational] in
        generator.chance(oneIn: 2)
          ? [generator.pick(weights)] : [0, generator.pick(weights), generator.pick(weights)]
      }
      let total = Self.total(items)
      let sums = Self.completions(items)
      #expect(total.least == sums.min() && total.most == sums.max())
      let limits = [generator.pick(weights), total.least, total.most, generator.pick(sums)]
      for limit in limits {
        #expect(total.compare(.less, limit) == Self.truth(sums.map { $0 < limit }))
        #expect(total.compare(.lessOrEqual, limit) == Self.truth(sums.map { $0 <= limit }))
        #expect(total.compare(.greater, limit) == Self.truth(sums.map { $0 > limit }))
        #expect(total.compare(.greaterOrEqual, limit) == Self.truth(sums.map { $0 >= limit }))
        let equal = total.compare(.equal, limit)
        #expect(equal == .unknown || equal == Self.truth(sums.map { $0 == limit }))
      }
    }
  }

  /// Counts and fractions of the same items decide alike, and like groups of criteria.
  @Test func countsAreTotalsOfOnes() {
    for truths in TruthTests.combinations(4) {
      var items: [[ExactRational]] = []
      for truth in truths { items.append(truth == .unknown ? [0, 1] : truth == .true ? [1] : [0]) }
      for needed in 0...5 {
        let counted = Truth.atLeast(needed, of: truths)
        #expect(counted == Self.total(items).compare(.greaterOrEqual, ExactRational(needed)))
      }
    }
  }

  /// SLEDAI-2K with items missing: 6 known and a weight of 2 open is 6 to 8; 8 known decides.
  @Test(
    arguments: [
      ([[6], [0, 2]], 6, .true), ([[6], [0, 2]], 8, .unknown), ([[6], [0, 1]], 8, .false),
      ([[8], [0, 97]], 8, .true), ([[0, 5]], 6, .false), ([[], [0, 6]], 6, .unknown),
      ([["5.4"], [0, "0.1"]], "5.5", .unknown), ([["5.4"], [0, "0.09"]], "5.5", .false),
      ([["0.1"], ["0.2"]], "0.3", .true),
    ] as [([[ExactRational]], ExactRational, Truth)])
  func boundaries(_ items: [[ExactRational]], _ limit: ExactRational, _ truth: Truth) {
    #expect(Self.total(items).compare(.greaterOrEqual, limit) == truth)
  }

  @Test func equality() {
    #expect(Self.total([[3]]).compare(.equal, 3) == .true)
    #expect(Self.total([[3]]).compare(.equal, 4) == .false)
    #expect(Self.total([[0, 8]]).compare(.equal, 8) == .unknown)
    #expect(Self.total([[0, 8]]).compare(.equal, 9) == .false)
    #expect(PartialTotal<Int>().compare(.equal, 0) == .true)
  }
}
