import CProtobufC
import CTrialGateProto
import Foundation
import TestSupport
import Testing

@testable import EligibilityCore
@testable import MessageCoding

/// The reader in one pass against the scan and libprotobuf-c: what it takes they take, as the same value.
@Suite struct StraightLineReaderTests {
  /// What libprotobuf-c's path makes of bytes.
  static func oracle(_ bytes: [UInt8]) -> Result<EvaluationRequest, MessageError> {
    do throws(MessageError) {
      return .success(try EligibilityMessages.unpackedRequest(bytes.span))
    } catch {
      return .failure(error)
    }
  }

  static func straight(_ bytes: [UInt8]) -> EvaluationRequest? {
    bytes.withUnsafeBytes { StraightLineReader.request($0) }
  }

  /// Everything that a request has, whatever its types can be compared by.
  static func whole(_ request: EvaluationRequest) -> String {
    String(reflecting: request) + String(reflecting: request.snapshot)
  }

  /// Whether the bytes were taken; what is taken must be what libprotobuf-c makes of them.
  @discardableResult
  static func compare(_ bytes: [UInt8], _ name: @autoclosure () -> String = "") -> Bool {
    guard let request = straight(bytes) else { return false }
    guard case .success(let expected) = oracle(bytes) else {
      Issue.record("\(name()): taken, but refused by libprotobuf-c")
      return true
    }
    #expect(whole(request) == whole(expected), "\(name())")
    expectHeads(request.patient, name())
    expectBound(bytes, name())
    return true
  }

  /// The beginnings that were loaded beside texts are those of the texts.
  private static func expectHeads(_ patient: PatientRecord, _ name: String) {
    let records = patient.records
    func expect(_ code: CodeText) {
      #expect(code.head == TextHead(of: records.text(code).utf8.span), "\(name)")
    }
    func expect(_ concept: ConceptRecord) {
      expect(concept.concept)
      if let coding = concept.firstCoding { expect(coding.code) }
      for coding in records.otherCodings(of: concept) { expect(coding.code) }
    }
    for fact in records.observations {
      expect(fact.concept)
      let range = records.referenceRange(of: fact)
      for quantity in [fact.quantity, range?.low, range?.high, range?.percentile99] {
        if let quantity { expect(quantity.unit) }
      }
    }
    for fact in records.medications {
      expect(fact.drug)
      if let dose = fact.dose { expect(dose.unit) }
      for indication in records.indications(of: fact) { expect(indication) }
    }
    for fact in records.conditions { expect(fact.concept) }
    for fact in records.attestations { expect(fact.concept) }
    for fact in records.assessments { expect(fact.instrument) }
  }

  /// libprotobuf-c unpacks within the memory that the reader expects of it.
  private static func expectBound(_ bytes: [UInt8], _ name: String) {
    let memory = bytes.withUnsafeBytes { buffer in
      StraightLineReader.read(buffer) { reader throws(StraightLineReader.Irregularity) in
        _ = try reader.request()
        return reader.memory
      }
    }
    let arena = Arena(limit: memory ?? 0)
    let message = bytes.withUnsafeBufferPointer { buffer in
      arena.withAllocator {
        protobuf_c_message_unpack(
          Descriptors.evaluateRequest, $0, buffer.count, buffer.baseAddress)
      }
    }
    #expect(message != nil && !arena.isExhausted, "\(name)")
    withExtendedLifetime(arena) {}
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func everyExampleIsTaken() throws {
    let folder = Self.root.appending(path: "deploy/examples")
    var files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "json" }
    #expect(files.count >= 3)
    files.append(Self.root.appending(path: "Tests/Benchmarks/Evaluation/patient-110-facts.json"))
    for file in files {
      let bytes = try RequestDocument(String(contentsOf: file, encoding: .utf8)).encoded
      #expect(Self.compare(bytes, file.lastPathComponent), "\(file.lastPathComponent)")
    }
  }

  @Test(arguments: 0..<200) func requestsOfRightFormAreTaken(_ seed: UInt64) throws {
    var random = RandomRequests(seed: seed)
    let request = try random.request()
    let bytes = EligibilityMessages.bytes(of: request)
    #expect(Self.compare(bytes, "seed \(seed)"), "seed \(seed)")
    let read = try EligibilityMessages.request(bytes.span)
    #expect(Self.whole(read) == Self.whole(request), "seed \(seed)")
  }

  @Test(arguments: 0..<200) func recordsHoldTheWholeSnapshot(_ seed: UInt64) throws {
    var random = RandomRequests(seed: seed)
    let snapshot = try random.snapshot()
    let other = PatientSnapshot(PatientRecord(snapshot))
    #expect(String(reflecting: other) == String(reflecting: snapshot))
  }

  /// A text whose beginning is loaded within the last bytes of the whole.
  @Test(arguments: 0...20) func textsNearTheEnd(_ length: Int) throws {
    let unit = String(repeating: "u", count: length)
    let quantity =
      WireBytes.text(1, "1") + (length == 0 ? [] : WireBytes.text(2, unit))
    let fact =
      WireBytes.text(1, "a") + WireBytes.number(2, 1)
      + WireBytes.message(3, WireBytes.text(1, "alt")) + WireBytes.message(5, quantity)
    let snapshot =
      WireBytes.text(FieldNumber.asOf, "2025-03-15")
      + WireBytes.message(FieldNumber.observations, fact)
    let bytes =
      WireBytes.message(FieldNumber.snapshot, snapshot) + WireBytes.number(FieldNumber.stage, 2)
    #expect(Self.compare(bytes))
    #expect(Self.straight(bytes)?.snapshot.observations.first?.quantity?.unit == unit)
  }

  @Test(arguments: 0..<200) func changedFieldsAreJudgedAlike(_ seed: UInt64) throws {
    var random = RandomRequests(seed: 1_000 + seed)
    let bytes = EligibilityMessages.bytes(of: try random.request())
    let tree = WireTree(bytes[...], Descriptors.evaluateRequest)
    #expect(tree.bytes == bytes)
    for round in 0..<30 {
      var changed = tree
      for _ in 0...random.generator.number(in: 0...2) { changed.mutate(&random.generator) }
      Self.compare(changed.bytes, "seed \(seed) round \(round)")
    }
  }

  @Test(arguments: 0..<100) func changedBytesAreJudgedAlike(_ seed: UInt64) throws {
    var random = RandomRequests(seed: 2_000 + seed)
    let whole = EligibilityMessages.bytes(of: try random.request())
    for round in 0..<60 {
      var bytes = whole
      for _ in 0...random.generator.number(in: 0...2) {
        let place = random.generator.number(in: 0...bytes.count - 1)
        switch random.generator.number(in: 0...3) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(UInt8(random.generator.number(in: 0...255)), at: place)
        case 2: bytes[place] = UInt8(random.generator.number(in: 0...255))
        default: bytes[place] ^= 1 << random.generator.number(in: 0...7)
        }
        if bytes.isEmpty { break }
      }
      Self.compare(bytes, "seed \(seed) round \(round)")
    }
  }

  @Test func everyPrefixIsJudgedAlike() throws {
    var random = RandomRequests(seed: 5)
    let bytes = EligibilityMessages.bytes(of: try random.request())
    for length in 0..<bytes.count { Self.compare(Array(bytes.prefix(length)), "\(length) bytes") }
  }

  // MARK: Items of a stream

  @Test(arguments: 0..<100) func itemsAreJudgedAlike(_ seed: UInt64) throws {
    var random = RandomRequests(seed: 3_000 + seed)
    let id = random.reference()
    let bytes = StreamMessages.bytes(of: try random.request(), itemID: id)
    #expect(Self.compareItem(bytes, "seed \(seed)"), "seed \(seed)")
    #expect(StreamMessages.item(bytes.span).id == id)
    let tree = WireTree(bytes[...], Descriptors.evaluateStreamRequest)
    for round in 0..<20 {
      var changed = tree
      changed.mutate(&random.generator)
      Self.compareItem(changed.bytes, "seed \(seed) round \(round)")
    }
    #expect(!Self.compareItem(WireBytes.text(1, String(repeating: "x", count: 257)) + bytes))
  }

  // MARK: Patients of a simulation

  @Test(arguments: 0..<100) func patientsAreJudgedAlike(_ seed: UInt64) throws {
    var random = RandomRequests(seed: 5_000 + seed)
    let id = random.reference()
    let bytes = SimulationMessages.patient(try random.request(), itemID: id)
    #expect(Self.comparePatient(bytes, "seed \(seed)"), "seed \(seed)")
    guard case .patient(let patient) = SimulationMessages.content(bytes.span) else {
      Issue.record("no patient was read")
      return
    }
    #expect(patient.id == id)
    let type = Descriptors.of(
      Trialgate__V1__SimulateChangeRequest(), trialgate__v1__simulate_change_request__init
    ) { $0.base }
    let tree = WireTree(bytes[...], type)
    for round in 0..<20 {
      var changed = tree
      changed.mutate(&random.generator)
      Self.comparePatient(changed.bytes, "seed \(seed) round \(round)")
    }
    // A plan in front of a patient, or behind it, takes its place or gives it up: libprotobuf-c says which.
    let plan = SimulationMessages.plan(before: "a", after: "b")
    #expect(!Self.comparePatient(plan + bytes) && !Self.comparePatient(bytes + plan))
    #expect(!Self.comparePatient(plan) && !Self.comparePatient([]))
    #expect(
      !Self.comparePatient(
        SimulationMessages.patient(
          try random.request(), itemID: String(repeating: "x", count: 257))))
  }

  @discardableResult
  private static func comparePatient(_ bytes: [UInt8], _ name: String = "") -> Bool {
    let taken = bytes.withUnsafeBytes { StraightLineReader.simulatedPatient($0) }
    guard let taken else { return false }
    guard case .patient(let expected) = SimulationMessages.unpackedContent(bytes.span),
      case .success(let request) = expected.request
    else {
      Issue.record("\(name): taken, but refused by libprotobuf-c")
      return true
    }
    #expect(taken.id == expected.id && whole(taken.request) == whole(request), "\(name)")
    return true
  }

  @discardableResult
  private static func compareItem(_ bytes: [UInt8], _ name: String = "") -> Bool {
    guard let item = bytes.withUnsafeBytes({ StraightLineReader.item($0) }) else { return false }
    let expected = StreamMessages.unpackedItem(bytes.span)
    guard case .success(let request) = expected.request else {
      Issue.record("\(name): taken, but refused by libprotobuf-c")
      return true
    }
    #expect(item.id == expected.id && whole(item.request) == whole(request), "\(name)")
    return true
  }
}
