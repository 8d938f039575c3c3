/// The values that settle a test one way, on one scale of a thing that is not known.
enum SettlingValue: Hashable {
  /// Any value at all, or one that this scale cannot describe.
  case anything
  case number(ExactInterval)
  /// One of some words: `POSITIVE`, `YES`.
  case word([String])
}

/// One fact to obtain, with the values that settle a test one way.
struct SettleStep {
  /// The thing that is not known; what is obtained in one act is one thing.
  var variable: Int
  /// The scale that its values are on.
  var scale: Int
  var value: SettlingValue
  /// The fact as it is shown.
  var fact: MissingFact
}

/// Everything that a run does not know and that could be obtained: the things, the scales that tests hold
/// them against, and what each test asks of them.
struct SettleUniverse {
  /// More things than that are not looked at.
  static let maximumVariables = 256
  /// More steps than that are not looked at.
  static let maximumSteps = 512

  private struct ScaleKey: Hashable {
    var variable: Int
    var name: String
  }

  private struct StepKey: Hashable {
    var scale: Int
    var value: SettlingValue
    var fact: MissingFact
  }

  private(set) var steps: [SettleStep] = []
  /// Whether something was left out.
  private(set) var isCut = false
  private var variables: [String: Int] = [:]
  private var scales: [ScaleKey: Int] = [:]
  private var known: [StepKey: Int] = [:]

  /// The step of obtaining a thing with a value on a scale; nil where there are too many.
  mutating func step(
    _ variable: String, on scale: String, _ value: SettlingValue, _ fact: MissingFact
  )
    -> Int?
  {
    if variables[variable] == nil {
      guard variables.count < Self.maximumVariables else {
        isCut = true
        return nil
      }
      variables[variable] = variables.count
    }
    let thing = variables[variable] ?? 0
    let scaleKey = ScaleKey(variable: thing, name: scale)
    let number = scales[scaleKey] ?? scales.count
    scales[scaleKey] = number
    let key = StepKey(scale: number, value: value, fact: fact)
    if let same = known[key] { return same }
    guard steps.count < Self.maximumSteps else {
      isCut = true
      return nil
    }
    known[key] = steps.count
    steps.append(SettleStep(variable: thing, scale: number, value: value, fact: fact))
    return steps.count - 1
  }
}

/// The values of each scale cut into cells that no test tells apart, so that sets of values are sets of
/// bits.
struct ScaleCells {
  /// By step: the cells whose values settle it.
  private(set) var masks: [UInt64] = []

  init(_ universe: SettleUniverse) {
    masks = [UInt64](repeating: .max, count: universe.steps.count)
    for (_, steps) in Dictionary(grouping: universe.steps.indices, by: { universe.steps[$0].scale })
    {
      cutNumbers(steps, universe)
      cutWords(steps, universe)
    }
  }

  /// Every limit is a cell of its own, and so is what lies between two of them.
  private mutating func cutNumbers(_ steps: [Int], _ universe: SettleUniverse) {
    func interval(_ step: Int) -> ExactInterval? {
      if case .number(let interval) = universe.steps[step].value { interval } else { nil }
    }
    let limits = Set(
      steps.compactMap(interval).flatMap { [$0.lower?.value, $0.upper?.value].compactMap { $0 } })
    // With more limits than there are bits the scale tells nothing apart.
    guard !limits.isEmpty, limits.count <= 31 else { return }
    let sorted = limits.sorted()
    for step in steps {
      guard let interval = interval(step) else { continue }
      var mask: UInt64 = 0
      for (position, limit) in sorted.enumerated() where interval.contains(limit) {
        mask |= 1 << UInt64(2 * position + 1)
      }
      for position in 0...sorted.count {
        let low = position > 0 ? sorted[position - 1] : nil
        let high = position < sorted.count ? sorted[position] : nil
        let isAbove = interval.lower.map { end in low.map { $0 >= end.value } ?? false } ?? true
        let isBelow = interval.upper.map { end in high.map { $0 <= end.value } ?? false } ?? true
        if isAbove, isBelow { mask |= 1 << UInt64(2 * position) }
      }
      masks[step] = mask
    }
  }

  private mutating func cutWords(_ steps: [Int], _ universe: SettleUniverse) {
    var bits: [String: UInt64] = [:]
    for step in steps {
      guard case .word(let words) = universe.steps[step].value else { continue }
      var mask: UInt64 = 0
      for word in words {
        let bit = bits[word] ?? 1 << UInt64(min(bits.count, 63))
        bits[word] = bit
        mask |= bit
      }
      masks[step] = mask
    }
  }
}
