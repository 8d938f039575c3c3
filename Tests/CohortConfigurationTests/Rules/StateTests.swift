import EligibilityCore
import Synchronization
import Testing

@testable import CohortConfiguration

/// What is stored is what was decided, and is read back as that.
struct StateTests {
  @Test func theStateIsReadBackFromTheStore() throws {
    var scene = try Scene()
    try scene.live()
    let read = try ConfigurationState(scene.store.snapshot(), hash: testHash)
    #expect(read.head == scene.state.head)
    #expect(read.trials == scene.state.trials && read.versions == scene.state.versions)
    #expect(read.sites == scene.state.sites && read.siteRevisions == scene.state.siteRevisions)
    #expect(read.activations == scene.state.activations && read.cohorts == scene.state.cohorts)
    #expect(read.siteRevisions.count == 3 && read.cohorts.count == 1)
  }

  @Test func theConfigurationsRevisionIsThatOfWhatCanChangeAnAnswer() throws {
    var scene = try Scene()
    func revision(_ scene: Scene) throws -> String {
      try PublishedConfiguration(
        of: scene.state, after: nil, definitions: WordDefinitions(), hash: testHash
      ).revision
    }
    let first = try revision(scene)
    #expect(try revision(try Scene()) == first)
    try scene.apply(
      .createVersion(
        .init(parent: "trials/t", id: "v2", definition: nil, baseVersion: "v1", notes: "")))
    #expect(try revision(scene) == first, "a draft changes nothing")
    let draft = try #require(scene.state.versions["trials/t/versions/v2"])
    try scene.apply(.approveVersion(name: draft.resource.name), as: "bob", etag: draft.etag)
    #expect(try revision(scene) != first)
  }

  @Test func whatWasCompiledIsNotCompiledAgain() throws {
    var scene = try Scene()
    let first = try PublishedConfiguration(
      of: scene.state, after: nil, definitions: WordDefinitions(), hash: testHash)
    try scene.live()
    let compiled = Counter()
    let second = try PublishedConfiguration(
      of: scene.state, after: first, definitions: CountingDefinitions(counter: compiled),
      hash: testHash)
    #expect(compiled.count == 1 && second.trials.first?.versions.count == 2)
  }

  @Test func aCohortOfANewVersionComesToBeOpen() throws {
    var scene = try Scene()
    try scene.apply(
      .createVersion(
        .init(
          parent: "trials/t", id: "v2", definition: Array("t v2 b".utf8), baseVersion: "",
          notes: "")))
    let draft = try #require(scene.state.versions["trials/t/versions/v2"])
    #expect(scene.state.cohorts["trials/t/cohorts/b"] == nil)
    try scene.apply(.approveVersion(name: draft.resource.name), as: "bob", etag: draft.etag)
    #expect(scene.state.cohorts["trials/t/cohorts/b"]?.resource.state == .open)
    #expect(scene.state.cohorts["trials/t/cohorts/a"]?.revision == 1)
  }

  @Test(arguments: [
    ("a", true), ("sle", true), ("2024-04-17", true), ("v1.2_x", true), ("", false), ("A", false),
    ("-a", false), ("a-", false), (".", false), ("a/b", false), ("é", false), ("a b", false),
    (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
  ])
  func ids(_ text: String, _ isID: Bool) {
    #expect(ResourceName.isID(text) == isID)
  }

  @Test(
    arguments: [
      ("trials/t", ["t"]), ("trials/", nil), ("trials", nil), ("trials/t/", nil),
      ("/trials/t", nil),
      ("sites/t", nil), ("trials/t/sites/s", nil),
    ] as [(String, [String]?)])
  func names(_ name: String, _ ids: [String]?) {
    #expect(ResourceName.ids(name, ["trials"]) == ids)
  }
}

private final class Counter: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func add() { value.withLock { $0 += 1 } }
}

private struct CountingDefinitions: DefinitionReading {
  let counter: Counter
  private let words = WordDefinitions()

  init(counter: Counter) {
    self.counter = counter
  }

  func identity(of definition: [UInt8]) -> (trial: String, version: String)? {
    words.identity(of: definition)
  }
  func renamed(_ definition: [UInt8], version: String) -> [UInt8]? {
    words.renamed(definition, version: version)
  }
  func replacing(_ fields: [String], of definition: [UInt8], from other: [UInt8]) -> [UInt8]? {
    words.replacing(fields, of: definition, from: other)
  }
  func hasField(_ name: String) -> Bool { words.hasField(name) }
  func compile(
    _ definition: [UInt8], digest: String
  ) throws(ConfigurationRefusal) -> CompiledProtocol {
    counter.add()
    return try words.compile(definition, digest: digest)
  }
}
