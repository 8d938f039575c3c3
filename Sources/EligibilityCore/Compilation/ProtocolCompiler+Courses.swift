extension ProtocolCompiler {
  mutating func compile(_ test: ChangeTest, _ path: String) -> CompiledRule? {
    let concept = self.concept(test.concept, "\(path).concept", kinds: [.quantity])
    let direction = required(test.direction, "\(path).direction")
    let comparison = required(test.comparison, "\(path).operator")
    if test.comparison == .less || test.comparison == .lessOrEqual || test.comparison == .equal {
      report("\(path).operator", "NOT_APPLICABLE", "use GREATER_OR_EQUAL or GREATER_THAN")
    }
    let amount = decimal(test.amount, "\(path).amount")
    if let amount, amount.signum <= 0 {
      report("\(path).amount", "OUT_OF_RANGE", "give an amount above 0")
    }
    let period = self.period(test.period, "\(path).period")
    let baseline = required(test.baseline, "\(path).baseline")
    guard let concept, let direction, let comparison, let amount, let period, let baseline else {
      return nil
    }
    return .change(
      CompiledChangeTest(
        concept: concept, direction: direction, comparison: comparison, amount: amount,
        amountText: test.amount, isAbsolute: test.isAbsolute, period: period, baseline: baseline))
  }

  mutating func compile(_ test: PersistenceTest, _ path: String) -> CompiledRule? {
    let concepts = self.concepts(test.concepts, path, kinds: [.finding])
    if !(2...100).contains(test.count) {
      report("\(path).count", "COUNT_IMPOSSIBLE", "give a number from 2 to 100")
    }
    if (test.apart == nil) == (test.within == nil) {
      report(path, "REQUIRED", "give either apart or within")
    }
    let apart = test.apart == nil ? nil : period(test.apart, "\(path).apart")
    let within = test.within == nil ? nil : period(test.within, "\(path).within")
    var above: [ExactRational]?
    if let limit = test.above {
      above = concepts.compactMap { concept in
        // `1` stands for the canonical unit of each.
        let known = catalogue.concepts[concept].factors[limit.unit]
        guard let factor = known ?? (limit.unit == "1" ? .one : nil) else {
          report(
            "\(path).above.unit", "UNIT_UNKNOWN",
            "'\(limit.unit)' is no unit of '\(catalogue.concepts[concept].id)'")
          return nil
        }
        return limit.value.rational * factor
      }
    }
    guard concepts.count == test.concepts.count, above.map({ $0.count == concepts.count }) ?? true
    else { return nil }
    return .persistence(
      CompiledPersistenceTest(
        concepts: concepts, count: test.count, apart: apart, within: within, above: above,
        aboveText: test.above.map { "> \($0.value) \($0.unit)" } ?? "",
        abovePercentile99: test.abovePercentile99))
  }

  // MARK: Knobs that are numbers

  /// The number of a knob; nil where its setting is none.
  mutating func knobNumber(_ knob: String, _ path: String) -> ExactRational? {
    guard let definition = definition.knobs.first(where: { $0.id == knob }),
      definition.takesNumber
    else {
      report(path, "KNOB_UNKNOWN", "'\(knob)' is no knob that takes a number")
      return nil
    }
    usedKnobs.insert(knob)
    return (settingByKnob[knob].flatMap { try? ExactDecimal(parsing: $0) })?.rational
  }

  /// The whole number of a knob; nil where its setting is no number.
  mutating func knobCount(_ knob: String, _ path: String) -> Int? {
    guard let number = knobNumber(knob, path) else { return nil }
    guard let count = Int(exactly: number), (0...36_500).contains(count) else {
      report(path, "OUT_OF_RANGE", "'\(knob)' must be a whole number from 0 to 36500")
      return nil
    }
    return count
  }

  /// The days that a knob is set to. Every setting that it offers must be a number of days, so that
  /// choosing another one cannot break the criterion.
  mutating func days(_ id: String, _ path: String) -> Int? {
    guard let knob = definition.knobs.first(where: { $0.id == id }) else {
      report(path, "KNOB_UNKNOWN", "'\(id)' is no knob of this definition")
      return nil
    }
    usedKnobs.insert(id)
    let setting = settingByKnob[id] ?? knob.defaultValue
    for value in [setting] + knob.settings.map(\.value) {
      guard let days = Int(value), (1...36_500).contains(days) else {
        report(path, "KNOB_UNKNOWN", "'\(id)' gives no days when it is set to '\(value)'")
        return nil
      }
    }
    return Int(setting)
  }

  /// A window that may be missing: none is given, or its knob is `null`.
  mutating func optionalPeriod(_ period: PeriodDefinition?, _ path: String) -> CalendarPeriod? {
    guard let period else { return nil }
    if !period.knob.isEmpty, let setting = settingByKnob[period.knob],
      (try? ExactDecimal(parsing: setting)) == nil
    {
      usedKnobs.insert(period.knob)
      return nil
    }
    return self.period(period, path)
  }
}

extension Int {
  /// The number, where it is whole and fits.
  init?(exactly number: ExactRational) {
    guard number.denominator == ExactInteger(1), let whole = number.numerator.fitting,
      let fitting = Int(exactly: whole)
    else { return nil }
    self = fitting
  }
}
