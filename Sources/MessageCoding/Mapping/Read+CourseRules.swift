internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  mutating func change(_ message: Trialgate__V1__ChangeTest) -> ChangeTest {
    var test = ChangeTest()
    test.concept = text(message.concept)
    test.direction = value(
      message.direction.rawValue, EnumTables.changeDirections, "change.direction")
    test.comparison = comparison(message.operator_.rawValue, "change")
    test.amount = text(message.amount)
    test.isAbsolute = message.absolute != 0
    test.period = period(message.period, "change.period")
    test.baseline = value(message.baseline.rawValue, EnumTables.changeBaselines, "change.baseline")
    return test
  }

  mutating func persistence(_ message: Trialgate__V1__PersistenceTest) -> PersistenceTest {
    var test = PersistenceTest()
    test.concepts = texts(message.concepts, message.n_concepts)
    test.count = Int(message.count)
    test.apart = period(message.apart, "persistence.apart")
    test.within = period(message.within, "persistence.within")
    test.above = quantity(message.above, "persistence.above")
    test.abovePercentile99 = message.above_percentile_99 != 0
    return test
  }
}
