/// A set of small numbers.
struct NumberSet<Words: SIMD>: Hashable where Words.Scalar == UInt64 {
  private(set) var words = Words()

  static func single(_ number: Int) -> NumberSet {
    var set = NumberSet()
    set.words[number / 64] = 1 << UInt64(number % 64)
    return set
  }

  func union(_ other: NumberSet) -> NumberSet {
    var set = self
    set.words |= other.words
    return set
  }

  func isSubset(of other: NumberSet) -> Bool { words & other.words == words }

  func contains(_ number: Int) -> Bool { words[number / 64] & (1 << UInt64(number % 64)) != 0 }

  var count: Int { words.indices.reduce(0) { $0 + words[$1].nonzeroBitCount } }

  /// The numbers, in order.
  var numbers: [Int] {
    words.indices.flatMap { index in
      (0..<64).filter { words[index] & (1 << UInt64($0)) != 0 }.map { index * 64 + $0 }
    }
  }
}

/// Up to 256 things.
typealias VariableSet = NumberSet<SIMD4<UInt64>>
/// Up to 512 steps.
typealias StepSet = NumberSet<SIMD8<UInt64>>

/// Things to obtain, with values that together bring a node to a truth.
struct Support: Hashable {
  /// The cells that are left on a scale that tests hold against each other.
  struct Cells: Hashable {
    var scale: Int
    var mask: UInt64
  }

  var variables = VariableSet()
  var steps = StepSet()
  /// In order of scales; only those on which two steps may contradict each other.
  var cells: [Cells] = []

  /// Both together; nil where their values contradict each other.
  func joined(with other: Support) -> Support? {
    var joined = Support(
      variables: variables.union(other.variables), steps: steps.union(other.steps))
    if other.cells.isEmpty {
      joined.cells = cells
      return joined
    }
    var (left, right) = (0, 0)
    while left < cells.count || right < other.cells.count {
      if right == other.cells.count || (left < cells.count && cells[left].scale < other.cells[right].scale) {
        joined.cells.append(cells[left])
        left += 1
      } else if left == cells.count || other.cells[right].scale < cells[left].scale {
        joined.cells.append(other.cells[right])
        right += 1
      } else {
        let mask = cells[left].mask & other.cells[right].mask
        if mask == 0 { return nil }
        joined.cells.append(Cells(scale: cells[left].scale, mask: mask))
        left += 1
        right += 1
      }
    }
    return joined
  }

  /// Whether it asks for fewer things, or for less of the same things, and binds them no further.
  func covers(_ other: Support) -> Bool {
    guard variables.isSubset(of: other.variables),
      variables != other.variables || steps.isSubset(of: other.steps)
    else { return false }
    return cells.allSatisfy { mine in
      other.cells.contains { $0.scale == mine.scale && $0.mask & ~mine.mask == 0 }
    }
  }
}

/// Supports of which none covers another: all ways in which a node can come to a truth.
///
/// Members of a conjunction are joined pairwise, those of a disjunction put side by side, and what asks for
/// more than another is dropped, as prime implicants are found (Quine 1952), over values of more than two
/// kinds.
struct SupportAlgebra {
  /// More supports than that are not kept for one node: the smallest are.
  static let maximumSupports = 256
  /// More pairs than that are not joined.
  static let maximumWork = 100_000

  private(set) var work = 0
  /// Whether a bound was met.
  private(set) var isCut = false

  /// Every way in which all of some come about.
  mutating func all(_ parts: [[Support]]) -> [Support] {
    var joined = [Support()]
    // Few ways first, so that little is joined.
    for part in parts.sorted(by: { $0.count < $1.count }) {
      if part.isEmpty { return [] }
      if part.count == 1, part[0] == Support() { continue }
      var next: [Support] = []
      for first in joined {
        for second in part {
          work += 1
          guard work <= Self.maximumWork else {
            isCut = true
            return []
          }
          if let both = first.joined(with: second) { next.append(both) }
        }
      }
      joined = minimal(next)
    }
    return joined
  }

  /// Every way in which one of some comes about.
  mutating func any(_ parts: [[Support]]) -> [Support] { minimal(parts.flatMap { $0 }) }

  /// Every way in which so many of some come about.
  mutating func some(_ count: Int, of parts: [[Support]]) -> [Support] {
    if count <= 0 { return [Support()] }
    let possible = parts.filter { !$0.isEmpty }
    guard count <= possible.count else { return [] }
    // By position: the ways in which exactly so many of the first parts come about.
    var ways: [[Support]] = [[Support()]] + [[Support]](repeating: [], count: count)
    for part in possible {
      for reached in stride(from: count, through: 1, by: -1) where !ways[reached - 1].isEmpty {
        ways[reached] = any([ways[reached], all([ways[reached - 1], part])])
      }
    }
    return ways[count]
  }

  /// The supports that no other one covers, the smallest first.
  mutating func minimal(_ supports: [Support]) -> [Support] {
    var kept: [Support] = []
    for support in supports.sorted(by: Support.comesFirst) {
      work += kept.count / 16
      if kept.contains(where: { $0.covers(support) }) { continue }
      guard kept.count < Self.maximumSupports else {
        isCut = true
        break
      }
      kept.append(support)
    }
    return kept
  }
}

extension Support {
  /// Fewer things first, then fewer steps, then the order in which they were met.
  static func comesFirst(_ first: Support, _ second: Support) -> Bool {
    let (mine, theirs) = (first.variables.count, second.variables.count)
    if mine != theirs { return mine < theirs }
    let (mySteps, theirSteps) = (first.steps.count, second.steps.count)
    if mySteps != theirSteps { return mySteps < theirSteps }
    return first.steps.numbers.lexicographicallyPrecedes(second.steps.numbers)
  }
}
