/// A set of numbers below 512, held in words: sets are joined and compared hundreds of thousands of times.
struct NumberSet: Hashable {
  private var first = Half()
  private var second = Half()

  /// 256 numbers.
  private struct Half: Hashable {
    var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static func == (left: Half, right: Half) -> Bool {
      left.a == right.a && left.b == right.b && left.c == right.c && left.d == right.d
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(a)
      hasher.combine(b)
      hasher.combine(c)
      hasher.combine(d)
    }

    subscript(word: Int) -> UInt64 {
      get {
        switch word {
        case 0: a
        case 1: b
        case 2: c
        default: d
        }
      }
      set {
        switch word {
        case 0: a = newValue
        case 1: b = newValue
        case 2: c = newValue
        default: d = newValue
        }
      }
    }

    func union(_ other: Half) -> Half {
      Half((a | other.a, b | other.b, c | other.c, d | other.d))
    }

    init() {}

    private init(_ words: (UInt64, UInt64, UInt64, UInt64)) { (a, b, c, d) = words }

    func isSubset(of other: Half) -> Bool {
      (a & ~other.a) | (b & ~other.b) | (c & ~other.c) | (d & ~other.d) == 0
    }

    var count: Int {
      a.nonzeroBitCount + b.nonzeroBitCount + c.nonzeroBitCount + d.nonzeroBitCount
    }
  }

  private subscript(word: Int) -> UInt64 {
    get { word < 4 ? first[word] : second[word - 4] }
    set {
      if word < 4 { first[word] = newValue } else { second[word - 4] = newValue }
    }
  }

  static func single(_ number: Int) -> NumberSet {
    var set = NumberSet()
    set[number / 64] = 1 << UInt64(number % 64)
    return set
  }

  func union(_ other: NumberSet) -> NumberSet {
    var set = NumberSet()
    set.first = first.union(other.first)
    set.second = second.union(other.second)
    return set
  }

  func isSubset(of other: NumberSet) -> Bool {
    first.isSubset(of: other.first) && second.isSubset(of: other.second)
  }

  func contains(_ number: Int) -> Bool { self[number / 64] & (1 << UInt64(number % 64)) != 0 }

  var count: Int { first.count + second.count }

  /// The numbers, in order.
  var numbers: [Int] {
    var found: [Int] = []
    for word in 0..<8 {
      var bits = self[word]
      while bits != 0 {
        found.append(word * 64 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
    return found
  }

  /// Whether the first number that is in one of them alone is in this one.
  func comesBefore(_ other: NumberSet) -> Bool {
    for word in 0..<8 {
      let different = self[word] ^ other[word]
      if different != 0 { return self[word] & (different & (~different + 1)) != 0 }
    }
    return false
  }
}

/// Things to obtain, with values that together bring a node to a truth.
struct Support: Hashable {
  /// The cells that are left on a scale that tests hold against each other.
  struct Cells: Hashable {
    var scale: Int
    var mask: UInt64
  }

  private(set) var variables = NumberSet()
  private(set) var steps = NumberSet()
  /// How many things, and steps, there are.
  private var size = (variables: 0, steps: 0)
  /// In order of scales; only those on which two steps may contradict each other.
  private(set) var cells: [Cells] = []

  /// Nothing needs to be obtained.
  init() {}

  /// One step.
  init(variable: Int, step: Int, cells: [Cells]) {
    self.init(variables: .single(variable), steps: .single(step))
    self.cells = cells
  }

  private init(variables: NumberSet, steps: NumberSet) {
    self.variables = variables
    self.steps = steps
    size = (variables.count, steps.count)
  }

  static func == (left: Support, right: Support) -> Bool {
    left.variables == right.variables && left.steps == right.steps && left.cells == right.cells
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(variables)
    hasher.combine(steps)
    hasher.combine(cells)
  }

  /// Whether there is nothing to obtain.
  var isEmpty: Bool { size.variables == 0 }

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
      if right == other.cells.count
        || (left < cells.count && cells[left].scale < other.cells[right].scale)
      {
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
  static let maximumSupports = 64
  /// More pairs than that are not joined.
  static let maximumWork = 25_000

  private(set) var work = 0
  /// Whether a bound was met.
  private(set) var isCut = false

  /// Every way in which all of some come about.
  mutating func all(_ parts: [[Support]]) -> [Support] {
    var joined = [Support()]
    // Few ways first, so that little is joined.
    for part in parts.sorted(by: { $0.count < $1.count }) {
      if part.isEmpty { return [] }
      if part.count == 1, part[0].isEmpty { continue }
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
    // Numbers are sorted, not supports: those are large.
    let order = supports.indices.sorted { Support.comesFirst(supports[$0], supports[$1]) }
    for support in order.lazy.map({ supports[$0] }) {
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
    if first.size.variables != second.size.variables {
      return first.size.variables < second.size.variables
    }
    if first.size.steps != second.size.steps { return first.size.steps < second.size.steps }
    return first.steps.comesBefore(second.steps)
  }
}
