import Foundation
import Testing

@testable import MessageCoding

/// What a scan costs: steps, counted, so that no clock decides.
@Suite struct WireScanCostTests {
  /// Messages that hold a part so many times.
  static let growing: [(name: String, make: @Sendable (Int) -> [UInt8])] = [
    (
      "observations",
      { WireBytes.message(1, WireBytes.times($0, WireBytes.message(2, observation))) }
    ),
    ("texts", { WireBytes.times($0, WireBytes.text(FieldNumber.cohorts, "sle")) }),
    ("the same text", { WireBytes.times($0, WireBytes.text(FieldNumber.requestRef, "x")) }),
    ("the same number", { WireBytes.times($0, WireBytes.number(FieldNumber.stage, 1)) }),
    ("empty messages", { WireBytes.message(1, WireBytes.times($0, [0x12, 0])) }),
  ]

  private static let observation =
    WireBytes.text(1, "id") + WireBytes.number(2, 1)
    + WireBytes.message(3, WireBytes.text(1, "alt"))
    + WireBytes.message(5, WireBytes.text(1, "1.5") + WireBytes.text(2, "U/L"))

  @Test(arguments: growing.indices) func stepsGrowWithTheLength(_ index: Int) {
    let (name, make) = Self.growing[index]
    let steps = [1_000, 2_000, 4_000, 8_000].map { scanRequest(make($0)).steps }
    for (small, large) in zip(steps, steps.dropFirst()) {
      #expect(large <= 2 * small, "\(name): \(steps)")
    }
  }

  /// The path of a fault is made of what was already read: no more steps than the message has fields.
  @Test func aFaultAtTheEndOfALongListCostsNoMore() {
    let count = 20_000
    let list = WireBytes.times(count, WireBytes.text(FieldNumber.cohorts, "sle"))
    let found = scanRequest(list + WireBytes.message(FieldNumber.cohorts, [0xFF]))
    #expect(found.reason == .invalidUTF8 && found.path == "cohorts[\(count)]")
    #expect(found.steps == count + 1)
  }

  @Test func duplicatesAreRefusedAtTheSecond() {
    let snapshot = WireBytes.message(1, WireBytes.times(20, [0x12, 0]))
    let bytes = WireBytes.times(320_000 / snapshot.count, snapshot)
    let found = scanRequest(bytes)
    #expect(found.reason == .duplicateField && found.path == "snapshot")
    #expect(found.steps <= 30)
  }

  @Test func emptyMessagesAreRefusedAtTheLimit() {
    let bytes = WireBytes.message(1, WireBytes.times(1 << 20, [0x12, 0]))
    #expect(bytes.count > 2 << 20)
    let found = scanRequest(bytes)
    #expect(found.reason == .tooManyElements)
    #expect(found.path == "snapshot.observations[99999]")
    #expect(found.steps <= 100_001)
  }
}

/// The same on a thread with a stack of 512 KiB, through the whole decoding: each ends with an error or
/// a request, none with the end of the process.
@Suite struct SmallStackTests {
  private static func outcome(_ bytes: [UInt8]) -> DecodingError.Reason?? {
    onSmallStack {
      do throws(MessageError) {
        _ = try EligibilityMessages.request(bytes.span)
        return nil
      } catch {
        if case .bytes(let fault) = error { return fault.reason }
        return nil
      }
    }
  }

  @Test func theStackIsSmall() {
    #expect(onSmallStack { Thread.current.stackSize } == smallStackSize)
  }

  /// 30 KB: a field that the snapshot does not know, within itself 10,000 times. It is opaque.
  @Test func tenThousandUnknownLevelsAreOneUnknownField() {
    let nested = WireBytes.nested(15, levels: 10_000)
    #expect(nested.count > 29_000)
    let bytes = WireBytes.message(FieldNumber.snapshot, nested)
    #expect(scanRequest(bytes).reason == nil && scanRequest(bytes).steps == 2)
    #expect(Self.outcome(bytes) == .some(.none))
  }

  @Test func tenThousandKnownLevelsAreRefused() {
    let bytes = WireBytes.nested(1, levels: 10_000)
    let found = onSmallStack { scanNode(bytes) }
    #expect(found?.reason == .nestingTooDeep)
    #expect(found.map { $0.steps <= 66 } == true)
  }

  @Test func thirtyTwoTimesTenThousandDuplicatesAreRefused() {
    let snapshot = WireBytes.message(1, WireBytes.times(20, [0x12, 0]))
    let bytes = WireBytes.times(320_000 / snapshot.count, snapshot)
    #expect(Self.outcome(bytes) == .duplicateField)
  }

  @Test func twoMegabytesOfEmptyMessagesAreRefused() {
    let bytes = WireBytes.message(1, WireBytes.times(1 << 20, [0x12, 0]))
    #expect(Self.outcome(bytes) == .tooManyElements)
  }

  @Test func theMostElementsThatAreAllowedAreHeldWithinTheBudget() {
    let bytes = WireBytes.message(1, WireBytes.times(99_998, [0x12, 0]))
    #expect(scanRequest(bytes).reason == nil)
    #expect(Self.outcome(bytes) == .budgetExceeded)
  }

  /// Two million numbers for one field: nothing counts them, so the arena must.
  @Test func aNumberGivenTwoMillionTimesStaysWithinTheBudget() {
    let bytes = WireBytes.times(2_000_000, WireBytes.number(FieldNumber.stage, 1))
    #expect(scanRequest(bytes).reason == nil)
    #expect(Self.outcome(bytes) == .budgetExceeded)
  }
}
