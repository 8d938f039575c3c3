import EligibilityCore
import Testing

/// Strong three-valued logic (Kleene 1952). The tables are written out; the laws follow from them.
@Suite struct TruthTests {
  static let all: [Truth] = [.false, .unknown, .true]

  // MARK: Tables

  @Test(
    arguments: [
      (Truth.true, .true, .true, .true), (.true, .unknown, .unknown, .true),
      (.true, .false, .false, .true), (.unknown, .true, .unknown, .true),
      (.unknown, .unknown, .unknown, .unknown), (.unknown, .false, .false, .unknown),
      (.false, .true, .false, .true), (.false, .unknown, .false, .unknown),
      (.false, .false, .false, .false),
    ] as [(Truth, Truth, Truth, Truth)])
  func andOr(_ left: Truth, _ right: Truth, _ both: Truth, _ either: Truth) {
    #expect(left.and(right) == both)
    #expect(left.or(right) == either)
    #expect(Truth.all([left, right]) == both)
    #expect(Truth.any([left, right]) == either)
  }

  @Test(arguments: [(Truth.true, Truth.false), (.unknown, .unknown), (.false, .true)])
  func not(_ value: Truth, _ negated: Truth) {
    #expect(!value == negated)
  }

  /// What the operators that the language leaves out would say, from those that it has.
  @Test(
    arguments: [
      (Truth.true, Truth.true, Truth.true, Truth.false),
      (.true, .unknown, .unknown, .unknown), (.true, .false, .false, .true),
      (.unknown, .true, .true, .unknown), (.unknown, .unknown, .unknown, .unknown),
      (.unknown, .false, .unknown, .unknown), (.false, .true, .true, .true),
      (.false, .unknown, .true, .unknown), (.false, .false, .true, .false),
    ] as [(Truth, Truth, Truth, Truth)])
  func impliesAndXor(_ left: Truth, _ right: Truth, _ implies: Truth, _ xor: Truth) {
    #expect((!left).or(right) == implies)
    #expect(left.or(right).and(!(left.and(right))) == xor)
  }

  @Test func emptyGroups() {
    #expect(Truth.all([]) == .true)
    #expect(Truth.any([]) == .false)
    #expect(Truth.atLeast(0, of: []) == .true)
    #expect(Truth.atLeast(1, of: []) == .false)
  }

  @Test func knownOrNot() {
    #expect(Truth(true) == .true && Truth(false) == .false)
    #expect(Truth.true.isKnown && Truth.false.isKnown && !Truth.unknown.isKnown)
    #expect(Truth.false < .unknown && .unknown < Truth.true)
    #expect(Truth.allCases.count == 3)
  }

  // MARK: Laws

  @Test func lawsOfOneAndTwo() {
    for a in Self.all {
      #expect(!(!a) == a)
      #expect(a.and(a) == a && a.or(a) == a)
      #expect(a.and(.true) == a && a.or(.false) == a)
      #expect(a.and(.false) == .false && a.or(.true) == .true)
      for b in Self.all {
        #expect(a.and(b) == b.and(a) && a.or(b) == b.or(a))
        #expect(!(a.and(b)) == (!a).or(!b) && !(a.or(b)) == (!a).and(!b))
        #expect(a.and(a.or(b)) == a && a.or(a.and(b)) == a)
      }
    }
  }

  @Test func lawsOfThree() {
    for a in Self.all {
      for b in Self.all {
        for c in Self.all {
          #expect(a.and(b).and(c) == a.and(b.and(c)))
          #expect(a.or(b).or(c) == a.or(b.or(c)))
          #expect(a.and(b.or(c)) == a.and(b).or(a.and(c)))
          #expect(a.or(b.and(c)) == a.or(b).and(a.or(c)))
        }
      }
    }
  }

  /// There is no excluded middle: that is what makes it three-valued.
  @Test func whatDoesNotHold() {
    let unknown = Truth.unknown
    #expect(unknown.or(!unknown) == .unknown)
    #expect(unknown.and(!unknown) == .unknown)
  }

  // MARK: Against every way in which the unknown ones could turn out

  static func combinations(_ count: Int) -> [[Truth]] {
    count == 0 ? [[]] : combinations(count - 1).flatMap { rest in all.map { rest + [$0] } }
  }

  private func worlds(_ truths: [Truth]) -> [[Bool]] {
    truths.reduce([[]]) { worlds, truth in
      let options = truth == .unknown ? [true, false] : [truth == .true]
      return worlds.flatMap { world in options.map { world + [$0] } }
    }
  }

  private func truth(_ holds: [Bool]) -> Truth {
    holds.allSatisfy { $0 } ? .true : holds.contains(true) ? .unknown : .false
  }

  @Test(arguments: 0...5) func groupsOfMany(_ count: Int) {
    for truths in Self.combinations(count) {
      let worlds = worlds(truths)
      #expect(Truth.all(truths) == truth(worlds.map { $0.allSatisfy { $0 } }))
      #expect(Truth.any(truths) == truth(worlds.map { $0.contains(true) }))
      for needed in 0...(count + 1) {
        let expected = truth(worlds.map { world in world.count { $0 } >= needed })
        #expect(Truth.atLeast(needed, of: truths) == expected, "\(needed) of \(truths)")
      }
      #expect(Truth.atLeast(count, of: truths) == Truth.all(truths))
    }
  }

  @Test func atLeastOneIsAnyAndTheOrderDoesNotMatter() {
    for truths in Self.combinations(4) {
      #expect(Truth.atLeast(1, of: truths) == Truth.any(truths))
      for needed in 0...5 {
        #expect(
          Truth.atLeast(needed, of: truths) == Truth.atLeast(needed, of: truths.reversed()))
      }
    }
  }

  /// The branches are settled each by itself, so that branches which agree decide.
  @Test func choosing() {
    for condition in Self.all {
      for then in Self.all {
        for otherwise in Self.all {
          let outcomes = worlds([condition, then, otherwise]).map { $0[0] ? $0[1] : $0[2] }
          #expect(
            Truth.choose(condition, then: then, else: otherwise) == truth(outcomes),
            "\(condition) \(then) \(otherwise)")
        }
      }
    }
  }

  /// More knowledge never turns true into false or false into true.
  @Test func knowingMoreOnlySettles() {
    for truths in Self.combinations(4) {
      for position in truths.indices where truths[position] == .unknown {
        for known in [Truth.true, .false] {
          var more = truths
          more[position] = known
          for needed in 0...4 {
            let before = Truth.atLeast(needed, of: truths)
            #expect(!before.isKnown || Truth.atLeast(needed, of: more) == before)
          }
        }
      }
    }
  }
}
