import EligibilityCore
import Testing

/// Evidence is a value.
@Suite struct EvidenceTests {
  private static let fields: [any WritableKeyPath<Evidence, String> & Sendable] = [
    \.factID, \.concept, \.givenValue, \.givenUnit, \.normalisedValue, \.normalisedUnit, \.limit,
    \.effective, \.role,
  ]

  @Test(arguments: fields.indices)
  func aCopyIsChangedAlone(_ index: Int) {
    let field = Self.fields[index]
    var first = Evidence()
    first[keyPath: field] = "first"
    var second = first
    second[keyPath: field] = "second"
    #expect(first[keyPath: field] == "first")
    #expect(second[keyPath: field] == "second")
    for other in Self.fields where other != field { #expect(second[keyPath: other].isEmpty) }
  }

  @Test(arguments: fields.indices)
  func whatItSaysMakesItEqual(_ index: Int) {
    let field = Self.fields[index]
    var first = Evidence()
    var second = Evidence()
    #expect(first == second)
    first[keyPath: field] = "1"
    #expect(first != second)
    second[keyPath: field] = "1"
    #expect(first == second)
    #expect(first.hashValue == second.hashValue)
  }
}
