import EligibilityCore
import Testing

/// A list of evidence is what it says, whether it was written by hand or noted by a run.
@Suite struct EvidenceListTests {
  private static func item(_ id: String) -> Evidence {
    var item = Evidence()
    item.factID = id
    item.givenValue = "1"
    return item
  }

  @Test(arguments: [0, 1, 2, 31, 32, 33, 34, 100])
  func aListHoldsWhatItWasMadeOf(_ count: Int) {
    let items = (0..<count).map { Self.item("f\($0)") }
    let list = EvidenceList(items)
    #expect(list.count == count && list.isEmpty == (count == 0))
    #expect(Array(list) == items)
    #expect(list.first == items.first && list.last == items.last)
    #expect(list == EvidenceList(items) && list.hashValue == EvidenceList(items).hashValue)
    #expect(list != EvidenceList(items + [Self.item("other")]))
  }

  @Test func theSameEvidenceMayStandTwice() {
    let list: EvidenceList = [Self.item("a"), Self.item("b"), Self.item("a")]
    #expect(list.map(\.factID) == ["a", "b", "a"])
    #expect(list != [Self.item("a"), Self.item("a"), Self.item("b")])
    #expect(EvidenceList().isEmpty && EvidenceList() == [])
  }

  /// What a run noted equals the same in words.
  @Test func notesAreTheirWords() throws {
    let verdict = try ConditionTests.bench(.active, [Condition("c", "ill", .active)]).verdict()
    let shown = verdict.results.filter { !$0.evidence.isEmpty }
    #expect(!shown.isEmpty)
    for result in shown {
      let words = EvidenceList(Array(result.evidence))
      #expect(words == result.evidence && result.evidence == words)
      #expect(words.hashValue == result.evidence.hashValue)
      var copy = result
      copy.evidence = words
      #expect(copy == result && copy.hashValue == result.hashValue)
    }
  }
}
