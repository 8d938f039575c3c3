import EligibilityCore
import Testing

/// Which records count, and what their words say about the body.
@Suite struct FactStatusTests {
  @Test(arguments: [
    (MedicationStatus.active, true), (.completed, true), (.stopped, true), (.onHold, true),
    (.unknown, true), (.intended, false), (.notTaken, false), (.enteredInError, false),
  ])
  func medications(_ status: MedicationStatus, _ counts: Bool) {
    #expect(status.counts == counts)
  }

  @Test(arguments: [
    (VerificationStatus.confirmed, true), (.suspected, true), (.refuted, false),
    (.enteredInError, false),
  ])
  func diagnoses(_ status: VerificationStatus, _ counts: Bool) {
    #expect(status.counts == counts)
  }

  @Test(arguments: [
    (RecordStatus.final, true), (.amended, true), (.corrected, true), (.preliminary, false),
    (.cancelled, false), (.enteredInError, false),
  ])
  func records(_ status: RecordStatus, _ counts: Bool) {
    #expect(status.counts == counts)
  }

  /// Ointments, sprays, drops and injections into joints stay where they are given; the rectum, the
  /// spinal canal and "other" may be either.
  @Test(arguments: [
    (Route.oral, Truth.true), (.intravenous, .true), (.subcutaneous, .true),
    (.intramuscular, .true),
    (.topical, .false), (.inhaled, .false), (.nasal, .false), (.ophthalmic, .false),
    (.intraArticular, .false), (.rectal, .unknown), (.intrathecal, .unknown), (.other, .unknown),
  ])
  func routes(_ route: Route, _ isSystemic: Truth) {
    #expect(route.isSystemic == isSystemic)
  }

  @Test func references() {
    #expect(ConceptReference().isEmpty)
    #expect(!ConceptReference(concept: "alt").isEmpty)
    #expect(!ConceptReference.code("urn:a", "1").isEmpty)
  }

  @Test(arguments: [
    (ValueComparator.exact, ""), (.lessThan, "<"), (.lessOrEqual, "<="), (.greaterOrEqual, ">="),
    (.greaterThan, ">"),
  ])
  func comparators(_ comparator: ValueComparator, _ symbol: String) {
    #expect(comparator.symbol == symbol)
  }
}
